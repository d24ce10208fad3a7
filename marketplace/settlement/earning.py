"""What a batch has earned: cash put into tiers, and what that changes in earlier statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from marketplace.settlement.scales import Tier


class TierMode(StrEnum):
    """Whether a tier's rate holds for the cash within it, or for all once it is reached."""

    MARGINAL = "marginal"
    WHOLE = "whole"


@dataclass(frozen=True)
class Cash:
    """One payment of a batch, in the order in which it counts."""

    payment_id: int
    amount_minor: int


@dataclass(frozen=True)
class Part:
    """Cash of one payment at one rate."""

    payment_id: int
    tier: int
    gross_minor: int
    rate_bps: int


def in_tiers(cash: Sequence[Cash], tiers: Sequence[Tier], mode: TierMode) -> list[Part]:
    """Put a batch's cash into the tiers, payment by payment.

    Marginal: the first 3,000.00 of 8,000.00 have one rate, the rest the next. Whole: all of it
    has the rate of the tier that the total falls into.

    >>> tiers = (Tier(300_000, 2_500), Tier(None, 1_800))
    >>> [part.gross_minor for part in in_tiers([Cash(1, 800_000)], tiers, TierMode.MARGINAL)]
    [300000, 500000]
    >>> [part.rate_bps for part in in_tiers([Cash(1, 800_000)], tiers, TierMode.WHOLE)]
    [1800]
    """
    if mode is TierMode.WHOLE:
        total = sum(one.amount_minor for one in cash)
        at = next(i for i, tier in enumerate(tiers) if _reaches(tier, total))
        return [Part(one.payment_id, at, one.amount_minor, tiers[at].rate_bps) for one in cash]
    parts, at, before = [], 0, 0
    for one in cash:
        left = one.amount_minor
        while left:
            end = tiers[at].up_to_minor
            here = left if end is None else min(left, end - before)
            if here:
                parts.append(Part(one.payment_id, at, here, tiers[at].rate_bps))
            left, before = left - here, before + here
            if left:
                at += 1
    return parts


def _reaches(tier: Tier, total: int) -> bool:
    return tier.up_to_minor is None or total <= tier.up_to_minor
