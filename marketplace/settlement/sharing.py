"""What a statement takes off or adds, shared out to its lines: to the last minor unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from marketplace.core.money import BPS, apportion, divide_half_away
from marketplace.settlement.models import LineKind, Statement, ends_payment
from marketplace.settlement.reckoning import Line, Stated


class Basis(NamedTuple):
    """The score of conduct and the rate of VAT that a line goes by."""

    score_bps: int
    tax_bps: int
    tax_included: bool = False
    """Whether its amounts contain the VAT on them, or VAT comes on top."""


@dataclass(frozen=True)
class Share:
    """Of one line. Each of the amounts adds up over the lines to that of the statement."""

    score_bps: int
    tax_bps: int
    tax_included: bool
    quality_minor: int
    holdback_minor: int
    tax_minor: int
    """Without the tax on what earlier statements held back, which no line bears."""

    fee_minor: int
    fee_tax_minor: int


def bases(lines: Sequence[Line], stated: Mapping[int, Stated], today: Basis) -> list[Basis]:
    """What changes an earlier line goes by what held for that one, all else by today's.

    Whether VAT is included is said by the rate of each payment.
    """
    known = {
        line.payment.id: today._replace(tax_included=line.tax_included)
        for line in lines
        if line.payment.reversal_of_id is None
    }
    known |= {
        payment: Basis(before.score_bps, before.tax_bps, before.tax_included)
        for payment, before in stated.items()
    }
    return [known[line.payment.reversal_of_id or line.payment.id] for line in lines]


def conduct(
    lines: Sequence[Line],
    stated: Mapping[int, Stated],
    weights: Mapping[int, int],
    by: Sequence[Basis],
) -> list[int]:
    """What conduct takes off each line: payable = commission x (results + rest x score).

    Rounded once per placement and score, half away from zero, and out to the lines by largest
    remainder. What takes a payment back gives back exactly what conduct had taken off it.
    """
    shares = [0] * len(lines)
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if not ends_payment(line.kind, line.reason):
            alike[line.payment.placement_id, by[i].score_bps].append(i)
    taken = {payment: before.quality_minor for payment, before in stated.items()}
    for (placement, score_bps), members in alike.items():
        off = (BPS - weights[placement]) * (BPS - score_bps)
        parts = apportion([-lines[i].commission_minor * off for i in members], BPS * BPS)
        for i, part in zip(members, parts, strict=True):
            shares[i] = part
            payment = lines[i].payment.id
            taken[payment] = taken.get(payment, 0) + part
    for i, line in enumerate(lines):
        if ends_payment(line.kind, line.reason):
            shares[i] = -taken.get(line.payment.reversal_of_id or line.payment.id, 0)
    return shares


def share_out(
    statement: Statement, lines: Sequence[Line], quality: Sequence[int], by: Sequence[Basis]
) -> list[Share]:
    """The shares of the lines, in their order, each by largest remainder.

    An amount is rounded once for all lines of its rate, as the statement rounds it: holdback,
    fee and its tax once, the tax on commission once per rate of VAT.
    """
    payable = [line.commission_minor + off for line, off in zip(lines, quality, strict=True)]
    held = [0] * len(lines)
    if statement.holdback_minor:
        held = _of(payable, statement.holdback_bps)
    net = [amount - part for amount, part in zip(payable, held, strict=True)]
    cash = [line.gross_minor if line.kind is not LineKind.EXCLUDED else 0 for line in lines]
    fee = _of(cash, statement.fee_bps)
    columns = (
        quality, held, _taxes(net, by), fee,
        _of(fee, statement.fee_tax_bps),
    )  # fmt: skip
    return [Share(*basis, *parts) for basis, *parts in zip(by, *columns, strict=True)]


def _taxes(amounts: Sequence[int], by: Sequence[Basis]) -> list[int]:
    taxes = [0] * len(amounts)
    alike: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for i, one in enumerate(by):
        alike[one.tax_bps, one.tax_included].append(i)
    for (rate, included), members in alike.items():
        whole = BPS + rate if included else BPS
        parts = apportion([amounts[i] * rate for i in members], whole)
        for i, part in zip(members, parts, strict=True):
            taxes[i] = part
    return taxes


def tax_of(amount_minor: int, rate_bps: int, *, included: bool) -> int:
    """The VAT that comes on top of an amount, or that it contains.

    >>> tax_of(2_500, 600, included=False), tax_of(2_500, 600, included=True)
    (150, 142)
    """
    return divide_half_away(amount_minor * rate_bps, BPS + rate_bps if included else BPS)


def _of(amounts: Sequence[int], rate_bps: int) -> list[int]:
    return apportion([amount * rate_bps for amount in amounts], BPS)
