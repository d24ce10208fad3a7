"""The debtors whose choice is close, put into a linear and an integer program."""

import numpy as np
from numpy.typing import NDArray

from matching._cells import Cells, cells_of
from matching._core import CLOSE, HELD, Priced, Search
from matching._kernel import Kernel

CELLS, PIECES = 6_000, 48
"""Cells of one linear program, about, and of one segment in it."""
ENTRIES = 8
"""Columns kept for each debtor, the best at the prices found, and those as good as equal."""
FREE = 100.0
"""How far prices may move where all debtors are looked at, in values of a typical debtor."""
EQUAL = 1e-7
"""Values of a typical debtor that differ by this share of it are as good as equal."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Closest:
    """The programs of one book.

    Parameters
    ----------
    search : Search
    segment : ndarray, shape (G,), optional
        Debtors of one segment are worth the same for their size. None if they are not.
    """

    def __init__(self, search: Search, segment: Ints | None) -> None:
        self._search, self._segment = search, segment
        own = search.segment
        self._few = own is not None and np.unique(own).size * PIECES <= CELLS

    def relaxed(
        self, found: Priced, tolerance: float, times: float
    ) -> tuple[Priced, bool] | None:
        """How debtors stand after the linear program of those that are close.

        Close are all that prefer nothing by more than the `tolerance`, and the next ones; so
        many `times` as far as the last of them prices may move. Whether they went so far comes
        second.
        """
        search = self._search
        size, held = search.rows.size, HELD // search.rows.n_columns
        close = int((found.margin <= tolerance).sum())
        most = size if self._few else min(max(CELLS, min(close, held)), size)
        unit = search.closest(found, most)
        if not unit.size:
            return None
        segment = None if self._segment is None else self._segment[unit]
        cells = cells_of(unit, search.typical[unit], segment, CELLS, PIECES)
        kernel, row, column = self._kernel(found, cells, ENTRIES, tolerance)
        edge = float(found.margin[unit].max(where=np.isfinite(found.margin[unit]), initial=0.0))
        reach = FREE * search.scale if unit.size == size else times * max(edge, tolerance)
        solved = kernel.relaxed(found.price, reach)
        if solved is None:
            return None
        share, price = solved
        stand = search.stand(price, found.choice)
        choice = stand.choice
        choice[cells.unit] = cells.chosen(row, column, share)
        far = bool((np.abs(price - found.price) > 0.99 * reach).any())
        return Priced(price, choice, stand.margin), far

    def whole(self, found: Priced, active: int, agencies: int) -> Ints | None:
        """The split of all debtors by the integer program, so many agencies having a case."""
        search = self._search
        cells = cells_of(np.arange(search.rows.size), search.typical)
        kernel, _, _ = self._kernel(found, cells, search.rows.n_columns, 0.0)
        return kernel.whole(active, agencies)

    def _kernel(
        self, found: Priced, cells: Cells, entries: int, tolerance: float
    ) -> tuple[Kernel, Ints, Ints]:
        search = self._search
        sums, m = search.sums, search.rows.n_columns
        worth = cells.summed(search.worth(cells.unit))
        weight = cells.summed(search.weight[cells.unit])
        net = worth - weight @ sums.paid(found.price, weight.shape[1])
        best = net.max(axis=1)
        least = best - tolerance * cells.summed(cells.size)
        last = min(entries, m) - 1
        least = np.minimum(least, -np.partition(-net, last, axis=1)[:, last])
        row, column = np.nonzero((net >= least[:, None]) & np.isfinite(net))
        top = worth[np.arange(best.size), net.argmax(axis=1)]
        left = np.ones(search.rows.size, dtype=bool)
        left[cells.unit] = False
        chosen = found.choice[left]
        fixed = np.stack([np.bincount(chosen, w, m) for w in search.weight[left].T])
        used = sums.usage(fixed.astype(float))
        value = worth[row, column] - top[row]
        kernel = Kernel(sums, weight, row, column, value, sums.low - used, sums.high - used)
        return kernel, row, column

    def tolerance(self, *, sharp: bool) -> float:
        """What is close: by the temperature of the search, or at the prices of a program."""
        search = self._search
        return search.scale * EQUAL if sharp else max(CLOSE * search.tau, search.scale * EQUAL)
