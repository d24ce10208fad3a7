"""Exchanges of debtors between agencies: what is missed is mended, then the value improved."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching._rows import Rows
from matching._softened import Sums

POOL = 30_000
"""Debtors that may be exchanged: those that lose least by it."""
LEAST = 300
"""Of every column, though, at least so many."""
FEW, MANY = 48, 300
"""Debtors looked at in one direction between two columns: at first, and at last."""
SHARES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
CYCLES = 1
ROUNDS = 40
RISE = 3.0
"""How often, and how steeply, the fines for what is still missed rise."""
MOST_STEPS = 6_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Side:
    """Debtors of one column in the order of what they lose in another; nobody comes first."""

    place: Ints
    loss: Floats
    weight: Floats


@dataclass(frozen=True)
class _Step:
    """A debtor goes, another comes back; -1 is nobody."""

    gain: float
    there: int = -1
    back: int = -1


class Swaps:
    r"""Steps from one split to a better one.

    Parameters
    ----------
    rows : Rows
    sums : Sums
    weight : ndarray, shape (G, W)
    price : ndarray, shape (C,)
        Good prices: they say what room left unused costs.

    Notes
    -----
    The value of a split is a constant, less what debtors lose to their best column at these
    prices, less price times room for every bound. A step moves one debtor, or exchanges two;
    the step that gains most is taken until none gains. A bound that is missed is fined, and
    the fine rises until it is met. In sums of money the differences of a few hundred debtors
    on either side are many and close, so that rooms are filled almost to the last unit.
    """

    def __init__(self, rows: Rows, sums: Sums, weight: Floats, price: Floats) -> None:
        self._rows, self._sums, self._weight, self._price = rows, sums, weight, price
        self._paid = sums.paid(price, weight.shape[1])

    def improved(self, choice: Ints) -> Ints | None:
        """A split at least as good that meets every bound; None if none was found."""
        unit = self._pool(choice)
        worth, open_ = self._rows.values(unit)
        net = np.where(open_, worth - self._weight[unit] @ self._paid, -np.inf)
        typical = max(float(np.abs(net[np.arange(unit.size), choice[unit]]).mean()), 1.0)
        unit_of = np.maximum(self._weight.mean(axis=0), 1e-9)[self._sums.kind]
        fine = np.maximum(2 * np.abs(self._price), 0.1 * typical / unit_of)
        usage = self.usage(choice)
        board = _Board(
            self._sums, self._price, fine, net, self._weight[unit], usage, 1e-9 * typical
        )
        column = board.settled(choice[unit])
        if column is None:
            return None
        better = choice.copy()
        better[unit] = column
        return better

    def usage(self, choice: Ints) -> Floats:
        """The sums of a split."""
        m = self._rows.n_columns
        held = np.stack([np.bincount(choice, w, m).astype(float) for w in self._weight.T])
        return self._sums.usage(held)

    def _pool(self, choice: Ints) -> Ints:
        """Those that lose least in their second best column, some of every column."""
        size = self._rows.size
        if size <= POOL:
            return np.arange(size)
        loss = np.empty(size)
        for part, worth, open_ in self._rows.chunks():
            net = np.where(open_, worth - self._weight[part] @ self._paid, -np.inf)
            here = np.arange(len(net))
            own = net[here, choice[part]].copy()
            net[here, choice[part]] = -np.inf
            loss[part] = own - net.max(axis=1)
        order = np.argsort(loss, kind="stable")
        held = order[np.argsort(choice[order], kind="stable")]
        count = np.bincount(choice, minlength=self._rows.n_columns)
        rank = np.arange(size) - np.repeat(np.cumsum(count) - count, count)
        chosen = np.zeros(size, dtype=bool)
        chosen[held[rank < LEAST]] = True
        chosen[order[:POOL]] = True
        return np.flatnonzero(chosen & np.isfinite(loss))


class _Board:
    """The debtors of the pool, where they are, and the best step between any two columns."""

    def __init__(
        self,
        sums: Sums,
        price: Floats,
        fine: Floats,
        net: Floats,
        weight: Floats,
        usage: Floats,
        least: float,
    ) -> None:
        self._sums, self._price, self._fine = sums, price, fine
        self._net, self._weight, self._usage = net, weight, usage
        self._size = net.shape[1]
        self._least = least
        bound = np.isfinite(sums.high) | (sums.low > 0)
        self._inside = (sums.members > 0) & bound[:, None]
        self._shared = self._inside.sum(axis=1) > 1
        self._most = FEW
        self._sides: dict[tuple[int, int], _Side] = {}

    def settled(self, column: Ints) -> Ints | None:
        """The best of the columns found that meet every bound; None if none does."""
        self._column = column.copy()
        self._held = [np.flatnonzero(column == j) for j in range(self._size)]
        best, least = None, np.inf
        rng = np.random.default_rng(0)
        for cycle in range(CYCLES):
            self._uneven = np.exp(rng.normal(0, 0.7 * (cycle > 0), self._price.size))
            if not self._cycle(SHARES[cycle % 4 :]):
                break
            cost = self._total()
            if cost < least:
                best, least = self._column.copy(), cost
        return best

    def _cycle(self, shares: tuple[float, ...]) -> bool:
        """Let go of what is dear, and fill the rooms again; whether every bound is met."""
        fine, self._most = self._fine, FEW
        self._left = MOST_STEPS
        for share in shares:
            self._share = share
            self._sides.clear()
            self._climb()
        for _ in range(ROUNDS):
            missed = self._missed() > 0
            if not missed.any():
                break
            self._fine = np.where(missed, self._fine * RISE, self._fine)
            self._climb()
        else:
            return False
        self._fine, self._most = self._fine * 1e6, MANY
        self._sides.clear()
        self._climb()
        self._fine = fine
        return True

    def _total(self) -> float:
        """What all debtors lose, and what room left unused costs."""
        here = np.arange(self._column.size)
        lost = float((self._net.max(axis=1) - self._net[here, self._column]).sum())
        bound = np.flatnonzero(self._inside.any(axis=1)).tolist()
        return lost + sum(float(self._cost(c, self._usage[c])) for c in bound)

    def _missed(self) -> Floats:
        over = np.maximum(self._usage - self._sums.high, 0.0)
        missed: Floats = over + np.maximum(self._sums.low - self._usage, 0.0)
        return missed

    def _climb(self) -> None:
        steps: dict[tuple[int, int], _Step] = {}
        stale = {(a, b) for a in range(self._size) for b in range(a)}
        while self._left > 0:
            for a, b in sorted(stale):
                steps[a, b] = self._step(a, b)
            (a, b), best = max(steps.items(), key=lambda item: item[1].gain)
            if best.gain <= 0:
                break
            self._take(a, b, best)
            self._left -= 1
            both = self._inside[:, a] | self._inside[:, b]
            near = {a, b}
            if (both & self._shared).any():
                near |= set(np.flatnonzero(self._inside[both & self._shared].any(axis=0)))
            stale = {(i, j) for i, j in steps if i in near or j in near}

    def _step(self, a: int, b: int) -> _Step:
        """The best step between two columns."""
        bounds = np.flatnonzero(self._inside[:, a] != self._inside[:, b])
        now = [self._cost(c, self._usage[c]) for c in bounds.tolist()]
        there, back = self._side(a, b), self._side(b, a)
        # No step gains more than its bounds now cost, and what its debtors lose less.
        room = float(sum(now)) - self._least
        there, back = (
            _within(there, room - back.loss.min()),
            _within(back, room - there.loss.min()),
        )
        if there.place.size + back.place.size <= 2:
            return _Step(0.0)
        change = there.loss[:, None] + back.loss
        for c, cost in zip(bounds.tolist(), now, strict=True):
            kind = self._sums.kind[c]
            moved = there.weight[:, kind][:, None] - back.weight[:, kind]
            sign = 1.0 if self._inside[c, b] else -1.0
            change += self._cost(c, self._usage[c] + sign * moved) - cost
        i, j = np.unravel_index(int(change.argmin()), change.shape)
        gain = -float(change[i, j])
        if gain <= self._least:
            return _Step(0.0)
        return _Step(gain, int(there.place[i]), int(back.place[j]))

    def _cost(self, c: int, usage: Floats) -> Floats:
        """What room left unused costs, or the fine."""
        price, low, high = (
            self._price[c] * self._slope(c),
            self._sums.low[c],
            self._sums.high[c],
        )
        fine = self._fine[c] * self._slope(c) + abs(price)
        cost: Floats = fine * np.maximum(usage - high, 0.0)
        if low > 0:
            cost += fine * np.maximum(low - usage, 0.0)
        if price > 0:
            cost += price * (high - usage)
        elif price < 0:
            cost += price * (low - usage)
        return cost

    def _slope(self, c: int) -> float:
        return min(1.0, self._share * self._uneven[c]) if self._share < 1 else 1.0

    def _side(self, a: int, b: int) -> _Side:
        side = self._sides.get((a, b))
        if side is None:
            held = self._held[a]
            loss = self._net[held, a] - self._net[held, b]
            if held.size > self._most:
                first = np.argpartition(loss, self._most - 1)[: self._most]
                held, loss = held[first], loss[first]
            held, loss = held[loss < np.inf], loss[loss < np.inf]
            nobody = np.zeros((1, self._weight.shape[1]))
            side = _Side(
                np.append(-1, held),
                np.append(0.0, loss),
                np.vstack([nobody, self._weight[held]]),
            )
            self._sides[a, b] = side
        return side

    def _take(self, a: int, b: int, step: _Step) -> None:
        for place, old, new in ((step.there, a, b), (step.back, b, a)):
            if place >= 0:
                self._column[place] = new
                change = self._inside[:, new].astype(float) - self._inside[:, old]
                self._usage = self._usage + change * self._weight[place, self._sums.kind]
        for j in (a, b):
            self._held[j] = np.flatnonzero(self._column == j)
        for key in [key for key in self._sides if key[0] in (a, b)]:
            del self._sides[key]


def _within(side: _Side, most: float) -> _Side:
    keep = side.loss <= most
    keep[0] = True
    return _Side(side.place[keep], side.loss[keep], side.weight[keep])
