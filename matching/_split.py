"""The answer: who gets which cases, what that is worth, and how sure that is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching._certificate import Certificate, issue
from matching._problem import Problem


@dataclass(frozen=True, eq=False)
class Split:
    """A split of a book among agencies, with its proof."""

    problem: Problem
    """The question this answers."""

    agency: NDArray[np.int64]
    """Shape (N,): the agency of each case, -1 if it is retained."""

    value: int
    """Total value, in units of balance times rate."""

    bound: int
    """No split is worth more."""

    price: tuple[int, ...]
    """Optimal dual prices, one per agency, that prove the split.

    They are the lowest of `prices`, what one more seat is worth in units of value; only where
    a minimum lot leaves some price without a lowest, they are other optimal ones.
    """

    prices: tuple[tuple[int | None, ...], tuple[int | None, ...]]
    """Lowest and highest shadow price of each agency.

    Above 0, the lowest is what one more seat would add and the highest what one seat fewer
    would cost; None as the highest means that the book cannot be placed with one fewer.
    Below 0, a minimum lot binds: the lowest, negated, is what one more required case would
    cost (None: it cannot be had) and the highest, negated, what one fewer would add.
    """

    engine: str
    """How it was found, "prices" or "lsa"."""

    seed: int
    """Seed of the lottery among equals."""

    blocks = False
    """Whether cases were split in blocks rather than one by one: never."""

    block_size = 1
    """Most cases of a block."""

    @property
    def gap(self) -> int:
        """How far `value` may be from the best, 0 when proven best."""
        return self.bound - self.value

    @cached_property
    def certificate(self) -> Certificate:
        """The proof, to be kept and handed out; put together when first asked for."""
        claims = {
            "engine": self.engine,
            "seed": self.seed,
            "prices": list(self.price),
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
        }
        return issue(self.problem, self.agency, claims=claims)
