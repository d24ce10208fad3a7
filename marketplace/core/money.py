"""Money: whole minor units and an ISO currency, never a float."""

from collections.abc import Sequence
from decimal import Decimal

MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "JPY": 0}
"""Digits after the point, for every currency the product accepts."""

LARGEST_MINOR = 10**15
"""Beyond it a slip of the keyboard is likelier than a payment."""

BPS = 10_000
"""Basis points in the whole."""


def in_figures(minor: int, currency: str, *, signed: bool = False) -> str:
    """An amount as it stands on paper, without the currency.

    >>> in_figures(123_456_78, "CNY"), in_figures(5, "CNY", signed=True), in_figures(7, "JPY")
    ('123,456.78', '+0.05', '7')
    """
    digits = MINOR_DIGITS[currency]
    return f"{Decimal(minor).scaleb(-digits):{'+' if signed else ''},.{digits}f}"


def in_units(minor: int, currency: str) -> float:
    """An amount as a spreadsheet's cell takes it; nothing is ever computed from it.

    >>> in_units(123_45, "CNY"), in_units(7, "JPY")
    (123.45, 7.0)
    """
    return float(Decimal(minor).scaleb(-MINOR_DIGITS[currency]))


def in_decimal(minor: int, currency: str) -> Decimal:
    """An amount as a table for machines takes it: every digit, no separator, no sign but minus.

    >>> str(in_decimal(-123_45, "CNY")), str(in_decimal(0, "USD")), str(in_decimal(7, "JPY"))
    ('-123.45', '0.00', '7')
    """
    return Decimal(minor).scaleb(-MINOR_DIGITS[currency])


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


def apportion(numerators: Sequence[int], denominator: int) -> list[int]:
    """Round every fraction so that the parts add up to their rounded sum: largest remainder.

    A part differs from its fraction by less than one; a tie goes to the earlier part.
    Negative fractions (reversals) take part like any other.

    >>> apportion([5, 5, 5], 2), apportion([1, 1, -2], 2)
    ([3, 3, 2], [1, 0, -1])
    """
    parts = [numerator // denominator for numerator in numerators]
    rests = [numerator % denominator for numerator in numerators]
    missing = divide_half_away(sum(numerators), denominator) - sum(parts)
    order = sorted(range(len(parts)), key=lambda i: (-rests[i], i))
    for i in order[:missing]:
        parts[i] += 1
    return parts
