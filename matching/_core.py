"""Prices for a book of arbitrary values, and the debtors whose choice is close."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching._cells import cells_of
from matching._rows import Rows
from matching._softened import (
    COOLING,
    FIRST_TEMPERATURE,
    LEVELS,
    Sample,
    Sums,
    cooled,
)

FIRST, SECOND = 4096, 32_768
"""Debtors of the samples; the second is as large for cells."""
HELD = 12_000_000
"""Pairs that are held in memory at once."""
CLOSE = 20.0
"""Temperatures within which a debtor is undecided."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Priced:
    """Prices close to the best, and how every debtor then stands. Floating point."""

    price: Floats
    """Shape (C,), in units of value per unit of weight."""

    choice: Ints
    """Shape (G,): the column each debtor prefers; among equals, drawn by lot."""

    margin: Floats
    """Shape (G,): by how much it prefers its best to the second, per typical debtor."""


class Search:
    """The search for prices.

    Parameters
    ----------
    rows : Rows
    sums : Sums
    weight : ndarray, shape (G, W)
    segment : ndarray, shape (G,), optional
        Debtors of one segment are worth the same for their size. None if they are not.
    """

    def __init__(
        self, rows: Rows, sums: Sums, weight: Floats, segment: Ints | None = None
    ) -> None:
        self.rows, self.sums, self.weight, self.segment = rows, sums, weight, segment
        self._rng = np.random.default_rng(0)
        self.scale, self.tau = 1.0, 0.0
        kinds = np.unique(sums.kind)
        self.typical = np.maximum(weight[:, kinds].mean(axis=1), 1e-3)

    def prices(self) -> Priced:
        """Cool down on a sample, then on cells of all debtors or a larger sample."""
        size = self.rows.size
        worth, unit = self._drawn(min(size, FIRST))
        best = np.abs(np.median(worth.max(axis=1) / self.typical[unit]))
        self.scale = max(1.0, float(best))
        sample = self._sample(worth, unit, size / unit.size)
        price = np.zeros(self.sums.kind.size)
        hot, cold = FIRST_TEMPERATURE, FIRST_TEMPERATURE * COOLING**LEVELS
        price = cooled(self.sums, sample, price, hot, cold)
        hot = FIRST_TEMPERATURE * COOLING**2
        if self.segment is not None:
            price = cooled(self.sums, self._merged(self.segment), price, hot, cold)
        elif unit.size < size:
            worth, unit = self._drawn(min(size, SECOND))
            sample = self._sample(worth, unit, size / unit.size)
            price = cooled(self.sums, sample, price, hot, cold)
        self.tau = cold * self.scale
        return self.stand(price * self.scale)

    def _merged(self, segment: Ints) -> Sample:
        """All debtors in cells, each standing for its size."""
        m = self.rows.n_columns
        most = min(SECOND, HELD // 10 // m)
        cells = cells_of(np.arange(segment.size), self.typical, segment, most, most)
        worth = np.empty((cells.begin.size, m))
        stop = np.append(cells.begin[1:], segment.size)
        step = max(1, HELD // m // 100)
        for first in range(0, cells.begin.size, step):
            last = min(first + step, cells.begin.size)
            start = cells.begin[first]
            worth[first:last] = np.add.reduceat(
                self.worth(cells.unit[start : stop[last - 1]]), cells.begin[first:last] - start
            )
        size = cells.summed(cells.size)
        weight = cells.summed(self.weight[cells.unit]) / size[:, None]
        none = np.zeros((weight.shape[1], m))
        return Sample(worth / (self.scale * size[:, None]), weight, size, none)

    def stand(self, price: Floats, keep: Ints | None = None) -> Priced:
        """How every debtor stands at these prices: one pass over all pairs.

        Those that are as good as undecided choose by lot, with the chances they have at the
        last temperature: where many are tied at once they part ways in the right proportion.
        Those who are content with the choice `keep`, shape (G,), do not choose anew.
        """
        paid = self.sums.paid(price, self.weight.shape[1])
        tau = max(self.tau, 1e-12 * self.scale)
        choice = np.empty(self.rows.size, dtype=np.int64)
        margin = np.empty(self.rows.size)
        for part, worth, open_ in self.rows.chunks():
            net = worth - self.weight[part] @ paid
            net[~open_] = -np.inf
            net /= self.typical[part][:, None]
            here = np.arange(len(net))
            best = net.argmax(axis=1)
            top = net[here, best]
            net[here, best] = -np.inf
            second = net.max(axis=1) if net.shape[1] > 1 else np.full(len(net), -np.inf)
            net[here, best] = top
            spare = np.maximum(top - second, 0.0)
            if keep is None:
                close = np.flatnonzero(spare < CLOSE * tau)
                luck = tau * self._rng.gumbel(size=(close.size, net.shape[1]))
                best[close] = (net[close] + luck).argmax(axis=1)
            else:
                content = net[here, keep[part]] >= top - CLOSE * tau
                best[content] = keep[part][content]
            choice[part], margin[part] = best, spare
        return Priced(price, choice, margin)

    def closest(self, found: Priced, most: int) -> Ints:
        """The debtors with the smallest margins, in order; those with one option left out."""
        unit = np.arange(self.rows.size)
        if most < unit.size:
            unit = np.sort(np.argpartition(found.margin, most - 1)[:most])
        return unit[np.isfinite(found.margin[unit])] if most < self.rows.size else unit

    def worth(self, unit: Ints) -> Floats:
        """Values of these debtors, -inf where a pair is closed."""
        worth, open_ = self.rows.values(unit)
        return np.where(open_, worth.astype(float), -np.inf)

    def held(self, choice: Ints) -> Floats:
        """Weight that each column holds, shape (W, M)."""
        m = self.rows.n_columns
        return np.stack([np.bincount(choice, w, m) for w in self.weight.T])

    def _drawn(self, most: int) -> tuple[Floats, Ints]:
        size = self.rows.size
        unit = np.arange(size) if most == size else self._rng.choice(size, most, replace=False)
        unit = np.sort(unit)
        return self.worth(unit), unit

    def _sample(self, worth: Floats, unit: Ints, times: float) -> Sample:
        fixed = np.zeros((self.weight.shape[1], worth.shape[1]))
        size = self.typical[unit][:, None]
        return Sample(
            worth / (self.scale * size), self.weight[unit] / size, times * size[:, 0], fixed
        )
