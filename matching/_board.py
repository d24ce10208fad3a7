"""The debtors that may be exchanged, where they are, and the best step between two columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching._softened import Sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Side:
    """Debtors of one column that lose least in another; first, nobody."""

    place: Ints
    """Shape (n, 2): one or two debtors, -1 is nobody."""

    loss: Floats
    """Shape (n,): what they lose together."""

    weight: Floats
    """Shape (n, W)."""

    def within(self, most: float) -> "_Side":
        """Those that lose no more, and nobody."""
        keep = self.loss <= most
        keep[0] = True
        return _Side(self.place[keep], self.loss[keep], self.weight[keep])

    def floor(self, paired: bool) -> float:
        """What those who go lose at least."""
        lost = np.minimum(np.partition(self.loss, min(1, self.loss.size - 1))[:2], 0.0)
        return float(lost.sum() if paired else lost[0])

    def paired(self) -> "_Side":
        """The same debtors and every two of them."""
        a, b = np.triu_indices(self.loss.size, 1)
        one, other = a[a > 0], b[a > 0]
        two = np.stack([self.place[one, 0], self.place[other, 0]], axis=1)
        return _Side(
            np.vstack([self.place, two]),
            np.append(self.loss, self.loss[one] + self.loss[other]),
            np.vstack([self.weight, self.weight[one] + self.weight[other]]),
        )


@dataclass(frozen=True)
class _Step:
    """Up to two debtors go, up to two come back; -1 is nobody."""

    gain: float
    there: tuple[int, ...]
    back: tuple[int, ...]


class Board:
    """Steps between columns, each the one that gains most.

    Parameters
    ----------
    sums : Sums
    price : ndarray, shape (C,)
        What a unit of room left unused costs, where it is at its dearest.
    net : ndarray, shape (n, M)
        Value of each debtor less what it pays at these prices, -inf where a pair is closed.
    weight : ndarray, shape (n, W)
    usage : ndarray, shape (C,)
        The sums, debtors that are not on the board included.
    column : ndarray, shape (n,)
    """

    def __init__(
        self,
        sums: Sums,
        price: Floats,
        net: Floats,
        weight: Floats,
        usage: Floats,
        column: Ints,
    ) -> None:
        self._sums, self._price = sums, price
        self._net, self._weight, self._usage = net, weight, usage
        self.column = column.copy()
        self._size = net.shape[1]
        own = np.abs(net[np.arange(column.size), column])
        self.typical = max(float(own.mean()), 1.0)
        self._least = 1e-9 * self.typical
        bound = np.isfinite(sums.high) | (sums.low > 0)
        self._inside = (sums.members > 0) & bound[:, None]
        self._shared = self._inside.sum(axis=1) > 1
        self._slope, self._fine = np.abs(price), np.zeros(price.size)
        self._sides: dict[tuple[int, int], _Side] = {}
        self._index()

    def _index(self) -> None:
        self._held = [np.flatnonzero(self.column == j) for j in range(self._size)]
        self._first = np.stack([self._smallest(j) for j in range(self._size)])

    def arrange(self, column: Ints) -> None:
        """Put every debtor into this column."""
        moved = np.flatnonzero(self.column != column)
        change = self._inside[:, column[moved]].astype(float)
        change -= self._inside[:, self.column[moved]]
        self._usage = self._usage + (change * self._weight[moved][:, self._sums.kind].T).sum(
            axis=1
        )
        self.column = column.copy()
        self._index()

    @property
    def missed(self) -> NDArray[np.bool_]:
        """The bounds that are missed, shape (C,)."""
        over, under = self._usage > self._sums.high, self._usage < self._sums.low
        missed: NDArray[np.bool_] = over | under
        return missed

    def cost(self) -> float:
        """What all debtors lose to their best column, and what room left unused costs."""
        here = np.arange(self.column.size)
        lost = float((self._net.max(axis=1) - self._net[here, self.column]).sum())
        return lost + float(self._costs(np.abs(self._price), self._fine).sum())

    def climb(
        self, slope: Floats, fine: Floats, most: int, steps: int, *, paired: bool = False
    ) -> None:
        """Take the step that gains most until none gains.

        Room costs its price times the `slope`, shape (C,), and what is missed the `fine` on
        top; `most` debtors are looked at in one direction between two columns, one by one or
        `paired` as well.
        """
        self._slope, self._fine = np.abs(self._price) * slope, fine
        self._most, self._paired = most, paired
        self._sides.clear()
        self._now = self._costs(self._slope, self._fine)
        gain = self._hope()
        known: dict[tuple[int, int], _Step] = {}
        while steps > 0:
            # Only where a step may gain more than the best one known is it looked for.
            a, b = divmod(int(gain.argmax()), self._size)
            if gain[a, b] <= self._least:
                break
            if (a, b) not in known:
                known[a, b] = self._step(a, b)
                gain[a, b] = known[a, b].gain
                continue
            self._take(a, b, known[a, b])
            steps -= 1
            self._now = self._costs(self._slope, self._fine)
            near = self._near(a, b)
            known = {key: step for key, step in known.items() if not near[list(key)].any()}
            fresh = near[:, None] | near
            gain[fresh] = self._hope()[fresh]

    def _near(self, a: int, b: int) -> NDArray[np.bool_]:
        """Columns whose steps change when these two exchange debtors."""
        near = np.zeros(self._size, dtype=bool)
        near[[a, b]] = True
        shared = (self._inside[:, a] | self._inside[:, b]) & self._shared
        near |= self._inside[shared].any(axis=0)
        return near

    def _hope(self) -> Floats:
        """What a step gains at most: what bounds now cost, less what debtors lose at least."""
        room = self._now @ self._inside
        there = np.minimum(self._first, 0.0) + np.minimum(self._first.T, 0.0)
        loss = np.where(
            there < 0, there * (1 + self._paired), np.minimum(self._first, self._first.T)
        )
        hope: Floats = room[:, None] + room - loss
        return np.where(np.tri(self._size, k=-1, dtype=bool), hope, -np.inf)

    def _smallest(self, a: int) -> Floats:
        """What the debtors of a column lose at least in every other, shape (M,)."""
        held = self._held[a]
        loss = self._net[held, a][:, None] - self._net[held]
        least: Floats = loss.min(axis=0, initial=np.inf)
        return least

    def _step(self, a: int, b: int) -> _Step:
        """The best step between two columns."""
        bounds = np.flatnonzero(self._inside[:, a] != self._inside[:, b])
        costs = self._now[bounds]
        there, back = self._side(a, b), self._side(b, a)
        room = float(costs.sum()) - self._least
        floor = there.floor(self._paired), back.floor(self._paired)
        there, back = there.within(room - sum(floor)), back.within(room - sum(floor))
        if self._paired:
            there = there.paired().within(room - floor[1])
            back = back.paired().within(room - floor[0])
        change = there.loss[:, None] + back.loss
        for c, cost in zip(bounds.tolist(), costs.tolist(), strict=True):
            kind = self._sums.kind[c]
            moved = there.weight[:, kind][:, None] - back.weight[:, kind]
            sign = 1.0 if self._inside[c, b] else -1.0
            change += self._charge(c, self._usage[c] + sign * moved) - cost
        i, j = divmod(int(change.argmin()), back.loss.size)
        gone, come = tuple(there.place[i].tolist()), tuple(back.place[j].tolist())
        return _Step(-float(change[i, j]), gone, come)

    def _charge(self, c: int, usage: Floats) -> Floats:
        """What one bound costs at these sums."""
        low, high, slope = self._sums.low[c], self._sums.high[c], self._slope[c]
        steep = self._fine[c] + slope
        if self._price[c] < 0:
            cost: Floats = slope * (usage - low) + steep * np.maximum(low - usage, 0.0)
            cost += steep * np.maximum(usage - high, 0.0)
            return cost
        cost = steep * np.maximum(usage - high, 0.0)
        if slope > 0:
            cost += slope * (high - usage)
        if low > 0:
            cost += steep * np.maximum(low - usage, 0.0)
        return cost

    def _costs(self, slope: Floats, fine: Floats) -> Floats:
        """What every bound costs now, shape (C,)."""
        sums, usage = self._sums, self._usage
        missed = np.maximum(usage - sums.high, 0.0) + np.maximum(sums.low - usage, 0.0)
        bound = np.where(self._price > 0, sums.high, sums.low)
        room = np.where(slope > 0, np.abs(bound - usage), 0.0)
        wrong = np.where(self._price > 0, usage > sums.high, usage < sums.low)
        room = np.where(wrong, 0.0, room)
        inside = self._inside.any(axis=1)
        # On the wrong side of its own bound only the fine is paid.
        steep = np.where(wrong, fine, fine + slope)
        costs: Floats = np.where(inside, slope * room + steep * missed, 0.0)
        return costs

    def _side(self, a: int, b: int) -> _Side:
        side = self._sides.get((a, b))
        if side is None:
            held = self._held[a]
            loss = self._net[held, a] - self._net[held, b]
            if held.size > self._most:
                first = np.argpartition(loss, self._most - 1)[: self._most]
                held, loss = held[first], loss[first]
            held, loss = held[loss < np.inf], loss[loss < np.inf]
            place = np.append(-1, held)
            weight = self._weight[place]
            weight[0] = 0.0
            two = np.stack([place, np.full(place.size, -1)], axis=1)
            side = _Side(two, np.append(0.0, loss), weight)
            self._sides[a, b] = side
        return side

    def _take(self, a: int, b: int, step: _Step) -> None:
        change = self._inside[:, b].astype(float) - self._inside[:, a]
        for places, new, sign in ((step.there, b, 1), (step.back, a, -1)):
            for place in [place for place in places if place >= 0]:
                self.column[place] = new
                self._usage = self._usage + sign * change * self._weight[place, self._sums.kind]
        for j in (a, b):
            self._held[j] = np.flatnonzero(self.column == j)
            self._first[j] = self._smallest(j)
            for i in range(self._size):
                self._sides.pop((j, i), None)
