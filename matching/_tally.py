"""What a book comes to by segment: all that most constraints ask of its cases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """Sums over the cases of a book, or of a part of it."""

    cases: Ints
    """Shape (S,)."""

    largest: Ints
    """Shape (S,): largest balance, 0 where there is no case."""

    owed: int
    """Total balance."""

    def __add__(self, other: "Tally") -> "Tally":
        largest = np.maximum(self.largest, other.largest)
        return Tally(self.cases + other.cases, largest, self.owed + other.owed)


def tally(segment: Ints, balance: Ints, n_segments: int) -> Tally:
    """Count the cases and sum up their balances.

    Raises
    ------
    ValueError
        If a balance is negative, or a segment unknown.
    """
    if (balance < 0).any():
        raise ValueError("balance must not be negative")
    unknown = (segment < 0) | (segment >= n_segments)
    if unknown.any():
        case = int(unknown.argmax())
        raise ValueError(
            f"segment must lie between 0 and {n_segments - 1}, the rows of value_rate; "
            f"case {case} has segment {segment[case]}"
        )
    cases = np.bincount(segment, minlength=n_segments)
    largest = np.zeros(n_segments, dtype=np.int64)
    np.maximum.at(largest, segment, balance)
    return Tally(cases, largest, total(balance))


def total(amounts: Ints) -> int:
    """Exact sum: two halves of 32 bits, so that no sum comes near 2**63."""
    return (int((amounts >> 32).sum()) << 32) + int((amounts & 0xFFFFFFFF).sum())
