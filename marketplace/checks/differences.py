"""A difference between what the books say and what they should."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=60)


@dataclass(frozen=True)
class Difference:
    """`kind` is a code with words in the door's vocabulary, `subject` what it is about."""

    kind: str
    subject: str
    details: dict[str, str | int]


def amounts(kind: str, subject: str, currency: str, expected: int, found: int) -> Difference:
    return Difference(
        kind,
        subject,
        {
            "currency": currency,
            "expected_minor": expected,
            "found_minor": found,
            "difference_minor": found - expected,
        },
    )


def rounded(numerator: int, denominator: int = 10_000) -> int:
    """Half away from zero, reckoned in decimals: not the way that statements reckon it."""
    exact = _EXACT.divide(Decimal(numerator), Decimal(denominator))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP, _EXACT))
