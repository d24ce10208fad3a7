"""Debtors whose choice is close, merged into cells where they are alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Debtors in the order of their cells, the largest of each first."""

    unit: Ints
    """Shape (n,)."""

    begin: Ints
    """Shape (cells,): where each cell begins."""

    size: Floats
    """Shape (n,): size of each debtor."""

    def summed(self, amount: Floats) -> Floats:
        """Sum of an amount per debtor, in the order of `unit`, over each cell."""
        total: Floats = np.add.reduceat(amount, self.begin, axis=0)
        return total

    def chosen(self, row: Ints, column: Ints, share: Floats) -> Ints:
        """Turn shares of cells into whole debtors: the column of each, shape (n,).

        The largest debtor goes where most is still to come, and so on; what a cell leaves
        over is made up for in the next.
        """
        used = share > 1e-9
        row, column, share = row[used], column[used], share[used]
        owed = self.summed(self.size)[row] * share
        first = np.searchsorted(row, np.arange(self.begin.size + 1))
        stop = np.append(self.begin[1:], self.unit.size)
        choice = np.repeat(column[first[:-1]], stop - self.begin)
        over = np.zeros(int(column.max(initial=0)) + 1)
        for cell in np.flatnonzero(np.diff(first) > 1).tolist():
            part = slice(first[cell], first[cell + 1])
            here = column[part]
            left = (owed[part] + over[here]).tolist()
            for place in range(int(self.begin[cell]), int(stop[cell])):
                best = left.index(max(left))
                left[best] -= float(self.size[place])
                choice[place] = here[best]
            over[here] = left
        return choice


def cells_of(
    unit: Ints, size: Floats, segment: Ints | None = None, most: int = 0, pieces: int = 0
) -> Cells:
    """Merge debtors, shape (n,), of one segment and similar size, as far as they are many.

    There are about so many cells at `most`, and at most so many `pieces` of a segment. Where
    no `segment` is given, shape (n,), every debtor is a cell of its own.
    """
    n = unit.size
    if segment is None:
        return Cells(unit, np.arange(n), size)
    order = np.lexsort((-size, segment))
    unit, size, segment = unit[order], size[order], segment[order]
    fresh = np.flatnonzero(np.diff(segment, prepend=segment[:1] - 1))
    count = np.diff(np.append(fresh, n))
    parts = np.minimum(np.minimum(count, pieces), np.maximum(1, count * most // max(n, 1)))
    rank = np.arange(n) - np.repeat(fresh, count)
    piece = rank * np.repeat(parts, count) // np.repeat(count, count)
    begin = np.flatnonzero((rank == 0) | (np.diff(piece, prepend=-1) != 0))
    return Cells(unit, begin, size)
