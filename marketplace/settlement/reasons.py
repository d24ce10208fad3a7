"""Why a line has its amounts: the rule that gave the rate, and what conduct makes of it."""

from decimal import Decimal
from typing import Protocol

from marketplace.core.money import BPS
from marketplace.core.words import Code, Words, _
from marketplace.settlement.lines import LineRow
from marketplace.settlement.models import LineKind, Statement
from marketplace.settlement.terms import QualityScore


class Ruled(Protocol):
    """What a line, written or not yet, says of the rule that gave it its amount."""

    @property
    def kind(self) -> LineKind: ...

    @property
    def reason(self) -> str: ...

    @property
    def terms_version(self) -> int | None: ...

    @property
    def takes_back(self) -> str | None: ...


def why_line(row: Ruled) -> str:
    """Which rule gave a line its amount."""
    by = (
        _("rate bid")
        if row.terms_version is None
        else _("terms, version %(n)s", n=row.terms_version)
    )
    if row.kind is LineKind.EXCLUDED:
        return str(_("not paid for: %(why)s", why=Code(row.reason)))
    if row.kind is LineKind.REVERSAL:
        return str(_("takes back %(payment)s", payment=row.takes_back))
    if row.kind is LineKind.TRUE_UP:
        return str(_("made up for a change of %(what)s", what=Code(f"true_up_{row.reason}")))
    return str(by)


def formula(row: LineRow, statement: Statement) -> str:
    """From the rate to what is paid of it; "" where nothing is, or just what was is taken back.

    The rate times (weight of results + weight of conduct times its score).
    """
    if row.kind is LineKind.EXCLUDED or row.only_takes_back:
        return ""
    rate, paid = percent(row.rate_bps), paid_rate(row)
    if statement.quality_score_id is None and row.score_bps == BPS:
        return f"{rate} × 100% = {written(paid)}"
    conduct = percent(10_000 - row.weight_bps)
    score = percent(row.score_bps)
    return f"{rate} × ({percent(row.weight_bps)} + {conduct} × {score}) = {written(paid)}"


def paid_rate(row: LineRow) -> Decimal:
    """What is left of the rate, in percent, exactly."""
    return Decimal(row.rate_bps).scaleb(-2) * row.factor


def tax_told(included: bool) -> Words:
    """What a rate says of the tax on it."""
    return _("VAT included") if included else _("VAT on top")


def percent(bps: int) -> str:
    """Basis points as they are written.

    >>> percent(2250), percent(10_000), percent(5)
    ('22.5%', '100%', '0.05%')
    """
    return written(Decimal(bps).scaleb(-2))


def written(share: Decimal) -> str:
    return f"{share.normalize():f}%"


def appeal_of(score: QualityScore | None) -> Words:
    """What became of the agency's right to contest a score."""
    if score is None:
        return _("no score")
    if score.appealed_at is None:
        return _("none")
    if score.decided_at is None:
        return _("contested on %(day)s, not decided", day=score.appealed_at.date())
    return _("decided on %(day)s: %(words)s", day=score.decided_at.date(), words=score.decision)


def parts_told(row: LineRow) -> Words | None:
    """Whether it is known what a payment was set against; a true-up is no payment."""
    if row.kind is LineKind.TRUE_UP:
        return None
    if not row.leads:
        return _("on the first line of the payment")
    return _("not told by the lender’s ledger") if row.parts is None else _("told")


def cell_named(cell: str) -> str:
    """A cell of an award in words: each of its parts is a code."""
    return " · ".join(str(Code(part)) for part in cell.split("|"))
