"""The answer: who gets which cases, what that is worth, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching._certificate import Certificate
from matching._problem import Problem


@dataclass(frozen=True, eq=False)
class Split:
    """A split of a book among agencies, with its proof."""

    problem: Problem
    """The question this answers."""

    agency: NDArray[np.int64]
    """Shape (N,): the agency of each case, -1 if it is retained."""

    block: NDArray[np.int64]
    """Shape (N,): the block of each case; in a small book every case is its own."""

    value: int
    """Total value, in units of balance times rate."""

    bound: int
    """No split of these blocks is worth more."""

    price: tuple[int, ...]
    """One optimal dual price per agency: what one more seat is worth, in units of value."""

    blocks: bool
    """Whether the book was split in blocks of like cases rather than case by case."""

    block_size: int
    """Most cases of a block; 1 if the book was split case by case."""

    certificate: Certificate
    """The proof, to be kept and handed out."""

    @property
    def gap(self) -> int:
        """How far `value` may be from the best, 0 when proven best."""
        return self.bound - self.value

    @property
    def prices(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Lowest and highest shadow price of each agency's capacity.

        For now both are the one optimal dual price that the engine found; it lies inside
        the true interval. A price is negative where a minimum lot costs value.
        """
        return self.price, self.price
