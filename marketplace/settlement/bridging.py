"""The bridge of a statement: from the cash that was collected to what the lender keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.words import Words, _
from marketplace.settlement.lines import LineRow
from marketplace.settlement.models import LineKind, Statement


@dataclass(frozen=True)
class Step:
    name: Words
    amount_minor: int
    is_total: bool = False


def bridge_of(statement: Statement, lines: Sequence[LineRow]) -> list[Step]:
    """Step by step, without empty ones; the last is the sum of the others.

    What the lender pays lowers it, what is taken back from the agency raises it.
    """
    earning = [line for line in lines if line.kind is not LineKind.EXCLUDED]
    paid = sum(line.gross_minor for line in earning if line.gross_minor > 0)
    earned = sum(line.commission_minor for line in earning if line.commission_minor > 0)
    included = statement.included_tax_minor
    withheld = statement.earned_minor + included - statement.commission_minor
    carried_in = statement.carried_in_minor + statement.fee_carried_in_minor
    carried_out = statement.carried_out_minor + statement.fee_carried_out_minor
    steps = [
        Step(_("Taken over from the last statement"), -carried_in),
        Step(_("Collections"), paid),
        Step(_("Reversed payments"), statement.gross_minor - paid),
        Step(_("Commission"), -earned),
        Step(_("Claw-back"), earned - statement.commission_minor),
        Step(_("Quality and holdback"), -withheld),
        Step(_("VAT on commission"), included - statement.commission_tax_minor),
        Step(_("Left to the next statement"), carried_out),
        Step(_("Platform fee with VAT"), -statement.billed_minor),
    ]
    kept = statement.gross_minor - statement.due_minor - statement.fee_due_minor
    shown = [step for step in steps if step.amount_minor]
    return [*shown, Step(_("The lender keeps"), kept, is_total=True)]
