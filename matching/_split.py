"""The answer: who gets which cases, what that is worth, and how sure that is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._certificate import Certificate, charged, issue
from matching._problem import Problem


@dataclass(frozen=True, eq=False)
class Split:
    """A split of a book among agencies, with its proof."""

    problem: Problem
    """The question this answers."""

    agency: NDArray[np.int64]
    """Shape (N,): the agency of each case, -1 if it is retained.

    For cases held by Dask a column beside theirs, with the same partitions and index.
    """

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

    region_price: tuple[tuple[int, ...], ...] = ()
    """Price of a case of each region with each agency, on top of `price`; shape (R, K)."""

    newcomer_price: int = 0
    """Price of a case with any newcomer, on top: negative where their share binds."""

    balance_price: tuple[int, ...] = ()
    """Price of one minor unit of balance with each agency, on top, over `scale`; shape (K,)
    or empty."""

    scale: int = 1
    """All prices are in units of value over this: 1 unless balances or groups are bounded."""

    attempt: int = 0
    """Number of the lot that was drawn for exploration: the first that leaves a split."""

    @property
    def gap(self) -> int:
        """How far `value` may be from the best, 0 when proven best."""
        return self.bound - self.value

    def paid(self, segment: int, balance: int) -> tuple[int, ...]:
        """What such a case pays with each agency, all its prices together, over `scale`."""
        return charged(self.problem, self._claims, segment, balance)

    @cached_property
    def _claims(self) -> dict[str, Any]:
        return {
            "engine": self.engine,
            "seed": self.seed,
            "prices": list(self.price),
            "region_prices": [list(row) for row in self.region_price],
            "newcomer_price": self.newcomer_price,
            "balance_prices": list(self.balance_price),
            "scale": self.scale,
            "attempt": self.attempt,
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
        }

    @cached_property
    def certificate(self) -> Certificate:
        """The proof, to be kept and handed out; put together when first asked for.

        It holds all balances, segments and agencies, those that Dask holds too.
        """
        return issue(self.problem, self.agency, claims=self._claims)
