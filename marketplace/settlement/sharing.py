"""What a statement takes off or adds, shared out to its lines: to the last minor unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.money import BPS, apportion
from marketplace.settlement.adjusting import conduct
from marketplace.settlement.gathering import ContractCash
from marketplace.settlement.models import LineKind, Statement
from marketplace.settlement.reckoning import Line


@dataclass(frozen=True)
class Share:
    """Of one line. Each of these adds up over the lines to the amount of the statement."""

    quality_minor: int
    holdback_minor: int
    tax_minor: int
    """Without the tax on what earlier statements held back, which no line bears."""

    fee_minor: int
    fee_tax_minor: int


def share_out(
    statement: Statement, lines: Sequence[Line], contract: ContractCash
) -> list[Share]:
    """The shares of the lines, in their order, each by largest remainder.

    An amount is rounded once for all lines of its rate, as the statement rounds it: conduct
    once per placement, holdback, fee and taxes once.
    """
    quality = conduct(lines, contract.stated, contract.weights, statement.quality_bps)
    payable = [line.commission_minor + off for line, off in zip(lines, quality, strict=True)]
    held = [0] * len(lines)
    if statement.holdback_minor:
        held = _of(payable, statement.holdback_bps)
    net = [amount - part for amount, part in zip(payable, held, strict=True)]
    cash = [line.gross_minor if line.kind is not LineKind.EXCLUDED else 0 for line in lines]
    fee = _of(cash, statement.fee_bps)
    columns = (
        quality, held, _of(net, statement.commission_tax_bps), fee,
        _of(fee, statement.fee_tax_bps),
    )  # fmt: skip
    return [Share(*parts) for parts in zip(*columns, strict=True)]


def _of(amounts: Sequence[int], rate_bps: int) -> list[int]:
    return apportion([amount * rate_bps for amount in amounts], BPS)
