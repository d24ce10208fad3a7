"""The arithmetic of commission: whole minor units, rounded once per rate."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.money import BPS, apportion


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
    is given out to the lines by largest remainder: rounding line by line would drift. Every
    line stays within one minor unit of its own exact share, also among reversals.

    >>> [line.commission_minor for line in commission([(1, 10, 2500), (2, 10, 2500)])]
    [3, 2]
    """
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for payment_id, amount, rate in payments:
        groups[rate].append((payment_id, amount))
    earned = []
    for rate in sorted(groups):
        lines = groups[rate]
        parts = apportion([amount * rate for _payment_id, amount in lines], BPS)
        earned += [
            Earning(payment_id, amount, rate, part)
            for (payment_id, amount), part in zip(lines, parts, strict=True)
        ]
    return earned
