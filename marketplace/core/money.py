"""Money: whole minor units and an ISO currency, never a float."""

from collections.abc import Sequence

MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "JPY": 0}
"""Digits after the point, for every currency the product accepts."""

BPS = 10_000
"""Basis points in the whole."""


def divide_half_away(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, halves away from zero.

    >>> divide_half_away(5, 2), divide_half_away(-5, 2), divide_half_away(7, 3)
    (3, -3, 2)
    """
    quotient, rest = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * rest >= denominator)
    return rounded if numerator >= 0 else -rounded


def share_bps(amount_minor: int, rate_bps: int) -> int:
    """`rate_bps` of an amount, rounded half away from zero."""
    return divide_half_away(amount_minor * rate_bps, BPS)


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` over `weights` so that the parts add up to it: largest remainder.

    A tie goes to the earlier part. Negative weights (reversals) take their share too.

    >>> apportion(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    exact = [(total * weight) // whole for weight in weights]
    rests = [(total * weight) % whole for weight in weights]
    missing = total - sum(exact)
    order = sorted(range(len(weights)), key=lambda i: (-abs(rests[i]), i))
    for i in order[: abs(missing)]:
        exact[i] += 1 if missing > 0 else -1
    return exact
