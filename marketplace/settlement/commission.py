"""The arithmetic of commission: whole minor units, rounded once per rate."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.money import apportion, share_bps


@dataclass(frozen=True)
class Earning:
    """One payment's commission."""

    payment_id: int
    gross_minor: int
    rate_bps: int
    commission_minor: int


def commission(payments: Sequence[tuple[int, int, int]]) -> list[Earning]:
    """Commission of (payment id, amount, rate) triples.

    It is rounded once per rate over the statement, half away from zero, and the rounded total
    is given out to the lines by largest remainder: rounding line by line would drift.

    >>> [line.commission_minor for line in commission([(1, 10, 2500), (2, 10, 2500)])]
    [3, 2]
    """
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for payment_id, amount, rate in payments:
        groups[rate].append((payment_id, amount))
    earned = []
    for rate in sorted(groups):
        lines = groups[rate]
        amounts = [amount for _payment_id, amount in lines]
        total = share_bps(sum(amounts), rate)
        parts = apportion(total, amounts) if sum(amounts) else _by_line(amounts, rate)
        earned += [
            Earning(payment_id, amount, rate, part)
            for (payment_id, amount), part in zip(lines, parts, strict=True)
        ]
    return earned


def _by_line(amounts: Sequence[int], rate_bps: int) -> list[int]:
    """Payments and reversals that cancel out: each earns and gives back the same."""
    return [share_bps(amount, rate_bps) for amount in amounts]
