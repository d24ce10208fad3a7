"""Whole prices, and the bound that they prove in exact integers."""

import numpy as np
from numpy.typing import NDArray

from matching._problem import Problem
from matching._rows import Rows
from matching._softened import Sums

FINEST = 2**20

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Dual:
    """The dual of a book with bounds on sums.

    Parameters
    ----------
    problem : Problem
    rows : Rows
    sums : Sums
    weight : ndarray of int, shape (G, W)
    """

    def __init__(self, problem: Problem, rows: Rows, sums: Sums, weight: Ints) -> None:
        self._problem, self._rows, self._sums, self._weight = problem, rows, sums, weight
        widest = 1
        for _, worth, open_ in rows.chunks():
            widest = max(widest, int(np.abs(worth[open_]).max(initial=0)))
        self.scale = max(1, min(FINEST, 2**58 // widest >> 1))

    def whole(self, price: Floats) -> Ints:
        """Prices over `scale`, none without a bound to it."""
        whole = np.rint(np.clip(price * self.scale, -(2.0**60), 2.0**60)).astype(np.int64)
        whole = np.where((whole > 0) & ~np.isfinite(self._sums.high), 0, whole)
        return np.where((whole < 0) & (self._sums.low <= 0), 0, whole)

    def bound(self, price: Ints) -> int:
        """The dual value in exact integers, rounded down to whole units."""
        sums, total = self._sums, 0
        for p, low, high in zip(price.tolist(), sums.low, sums.high, strict=True):
            if p:
                total += p * int(high if p > 0 else low)
        kinds, weight = self._weight.shape[1], self._weight
        paid = np.zeros((kinds, self._rows.n_columns), dtype=object)
        np.add.at(paid, sums.kind, price.astype(object)[:, None] * (sums.members > 0))
        widest = sum(
            int(weight[:, w].max(initial=0)) * max(map(abs, paid[w])) for w in range(kinds)
        )
        fits = np.dtype(np.int64 if widest < 2**60 else object)
        paid, never = paid.astype(fits), -4 * max(widest, 2**59)
        for part, worth, open_ in self._rows.chunks():
            net = worth.astype(fits) * self.scale - weight[part].astype(fits) @ paid
            net[~open_] = never
            best = net.max(axis=1)
            total += (int((best >> 32).sum()) << 32) + int((best & 0xFFFFFFFF).sum())
        return (total + self._activation(price)) // self.scale

    def _activation(self, price: Ints) -> int:
        """What it costs at these prices that enough agencies have a case."""
        k = self._problem.n_agencies
        own, low, high = price[:k], self._sums.low[:k], self._sums.high[:k]
        idle = np.sort(own[(own < 0) & (low <= 0) & (high > 0)])[::-1]
        lacking = self._problem.min_agencies - int(
            ((high > 0) & ~((own < 0) & (low <= 0))).sum()
        )
        return int(idle[: max(0, lacking)].sum())
