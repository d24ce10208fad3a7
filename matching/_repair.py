"""From a split that almost meets every bound to one that does, and a little better."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching._core import Priced, Search
from matching._rows import Rows
from matching._softened import Sums

NEAR = 3_000
"""Debtors, the closest ones, that may be moved; all of them if that does not do."""
LEAST = 300
"""Of every column, though, at least so many."""
MOST_MOVES = 3_000
FURTHER = 200
"""Moves that only improve the value."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Repair:
    """Moves of single debtors, each the cheapest for what it mends."""

    def __init__(self, rows: Rows, sums: Sums, weight: Ints, search: Search) -> None:
        self._rows, self._sums, self._weight, self._search = rows, sums, weight, search
        mean = np.maximum(weight.mean(axis=0), 1e-9)
        self._unit = mean[sums.kind]
        self._shared = np.flatnonzero(sums.members.sum(axis=1) > 1)

    def best(self, candidates: Sequence[Ints], stand: Priced) -> Ints | None:
        """The best of these splits once each meets every bound; None if none can be made to."""
        best: tuple[int, Ints] | None = None
        size = self._rows.size
        near = self._near(stand)
        for choice in candidates:
            found = self._mended(choice, near)
            if found is None and near.size < size and size <= 10 * NEAR:
                found = self._mended(choice, np.arange(size))
            if found is None:
                continue
            value = self._value(found)
            if best is None or value > best[0]:
                best = value, found
        return None if best is None else best[1]

    def _near(self, stand: Priced) -> Ints:
        """The closest debtors of every column, so that each can give some away."""
        order = np.argsort(stand.margin, kind="stable")
        held = order[np.argsort(stand.choice[order], kind="stable")]
        count = np.bincount(stand.choice, minlength=self._rows.n_columns)
        rank = np.arange(held.size) - np.repeat(np.cumsum(count) - count, count)
        return np.sort(held[rank < max(LEAST, NEAR // count.size)])

    def _value(self, choice: Ints) -> int:
        worth = 0
        for part, values, _ in self._rows.chunks():
            chosen = choice[part]
            worth += int(values[np.arange(chosen.size), chosen].sum(dtype=object))
        return worth

    def _mended(self, choice: Ints, near: Ints) -> Ints | None:
        moves = _Moves(self, choice.copy(), near)
        for _ in range(MOST_MOVES):
            if moves.missed == 0:
                break
            if not moves.mend():
                return None
        if moves.missed > 0:
            return None
        for _ in range(FURTHER):
            if not moves.improve():
                break
        return moves.choice

    def missed(self, usage: Floats) -> Floats:
        """By how much each bound is missed, in units of a typical debtor."""
        over = np.maximum(usage - self._sums.high, 0)
        under = np.maximum(self._sums.low - usage, 0)
        total: Floats = (over + under) / self._unit
        return total

    def changes(self, usage: Floats, unit: Ints, column: Ints) -> Floats:
        """Change of what is missed if each debtor went to each column, shape (n, M)."""
        sums, weight = self._sums, self._weight[unit][:, self._sums.kind].astype(float)
        now = self.missed(usage)
        more, less = self.missed(usage + weight) - now, self.missed(usage - weight) - now
        there = sums.members[:, column].T
        change: Floats = more @ sums.members + (less * there).sum(axis=1)[:, None]
        for c in self._shared.tolist():
            # Whoever moves within the set leaves its sum as it is.
            both = (there[:, c] > 0)[:, None] & (sums.members[c] > 0)
            change -= np.where(both, (more[:, c] + less[:, c])[:, None], 0.0)
        return change

    def usage(self, choice: Ints) -> Floats:
        """The sums of a split."""
        m = self._rows.n_columns
        weights = self._weight.T.astype(float)
        held = np.stack([np.bincount(choice, w, m).astype(float) for w in weights])
        return self._sums.usage(held)

    def moved(self, usage: Floats, unit: int, old: int, new: int) -> Floats:
        """The sums after one debtor has moved."""
        step = self._sums.members[:, new] - self._sums.members[:, old]
        after: Floats = usage + step * self._weight[unit, self._sums.kind]
        return after

    def worth(self, unit: Ints) -> Floats:
        """Values of these debtors, -inf where a pair is closed."""
        return self._search.worth(unit)


class _Moves:
    def __init__(self, repair: Repair, choice: Ints, near: Ints) -> None:
        self._repair, self.choice, self._near = repair, choice, near
        self._worth = repair.worth(near)
        self._usage = repair.usage(choice)

    @property
    def missed(self) -> float:
        return float(self._repair.missed(self._usage).sum())

    def _looked_at(self) -> tuple[Floats, Floats]:
        """Loss of every move, and the change of what is missed."""
        column = self.choice[self._near]
        loss = self._worth[np.arange(column.size), column][:, None] - self._worth
        return loss, self._repair.changes(self._usage, self._near, column)

    def _take(self, score: Floats) -> None:
        at, new = np.unravel_index(int(score.argmin()), score.shape)
        unit = int(self._near[at])
        old = int(self.choice[unit])
        self._usage = self._repair.moved(self._usage, unit, old, int(new))
        self.choice[unit] = new

    def mend(self) -> bool:
        """Make the move that mends most for its loss; False if none mends anything."""
        if not self._near.size:
            return False
        loss, change = self._looked_at()
        helps = (change < -1e-12) & np.isfinite(loss)
        if not helps.any():
            return False
        shift = min(0.0, float(loss[helps].min()))
        score = np.where(helps, (loss - shift + 1) / np.where(helps, -change, 1.0), np.inf)
        self._take(score)
        return True

    def improve(self) -> bool:
        """Make the move that gains most and misses nothing; False if none gains."""
        if not self._near.size:
            return False
        loss, change = self._looked_at()
        gains = (change <= 0) & np.isfinite(loss) & (loss < 0)
        if not gains.any():
            return False
        self._take(np.where(gains, loss, np.inf))
        return True
