"""Prices for cases of arbitrary value: from samples, then from the cases that are close."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._oracle import laplacian
from matching._routing import Ints
from matching._rows import NEVER, PAIRS, Valued
from matching._search import SAMPLE, Bounds, bounds_of, newton, smoothed

SIZES = (2**15, 2**18)
"""Cases of the samples; a sample is skipped where the book is less than twice as large."""
NEAREST = 2_000
PER_COLUMN = 30
"""Cases that are contested: so many, or so many for each column."""
HELD = 2**24
"""Active pairs that are held in memory; where there would be more, a sample must do."""
DEVIATIONS = 4.0
"""Standard deviations, as the sample estimates them, within which prices are sought."""
WIDENED = 6
"""Times that the radius of a price at its edge is widened."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Chosen:
    """The best two columns of every active case, as places among its entries."""

    best: Ints
    second: Ints
    margin: Floats
    total: float


class Active:
    """Cases with the columns that may be their best while prices stay within a radius.

    Parameters
    ----------
    rows : Valued
    case : ndarray, shape (n,), optional
        The cases looked at, all by default.
    paid, radius : ndarray, shape (M,)
        What a case pays in each column, and by how much that may change.
    """

    def __init__(self, rows: Valued, case: Ints | None, paid: Floats, radius: Floats) -> None:
        self.n_options = m = rows.n_columns
        n = rows.size if case is None else case.size
        self._fixed = np.zeros(m)
        self.overfull, held = False, 0
        sizes, columns, worths = [], [], []
        step = max(1, PAIRS // m)
        for start in range(0, n, step):
            part = slice(start, start + step)
            worth = rows.worth(part if case is None else case[part])
            net = worth - paid
            most = net + radius
            net -= radius
            close = most >= net.max(axis=1)[:, None]
            size = np.count_nonzero(close, axis=1)
            clear = close[size == 1]
            self._fixed += np.count_nonzero(clear, axis=0)
            active = np.flatnonzero(size > 1)
            row, column = np.nonzero(close[active])
            sizes.append(size[active])
            columns.append(column)
            worths.append(worth[active[row], column])
            held += row.size
            if held > HELD:
                self.overfull = True
                return
        size = np.concatenate(sizes)
        self._column = np.concatenate(columns)
        self._worth = np.concatenate(worths).astype(float)
        self._start = np.cumsum(size) - size
        self._row = np.repeat(np.arange(size.size), size)

    @property
    def size(self) -> int:
        """Number of cases that have a choice."""
        return int(self._start.size)

    def choose(self, paid: Floats) -> Chosen:
        """The best two columns of every case that has a choice."""
        net = self._worth - paid[self._column]
        if not self.size:
            nothing = np.zeros(0, dtype=np.int64)
            return Chosen(nothing, nothing, np.zeros(0), 0.0)
        top, best = self._top(net)
        net[best] = -np.inf
        next_, second = self._top(net)
        return Chosen(self._column[best], self._column[second], top - next_, float(top.sum()))

    def _top(self, net: Floats) -> tuple[Floats, Ints]:
        top = np.maximum.reduceat(net, self._start)
        at = np.flatnonzero(net == top[self._row])
        row = self._row[at]
        return top, at[np.diff(row, prepend=-1) > 0]

    def demand(self, chosen: Chosen) -> Floats:
        """Cases that choose each column, shape (M,)."""
        demand: Floats = self._fixed + np.bincount(chosen.best, minlength=self.n_options)
        return demand

    def surplus(self, chosen: Chosen, paid: Floats) -> float:
        """Sum of the chosen values less prices, up to a constant."""
        return chosen.total - float((self._fixed * paid).sum())

    def curvature(self, chosen: Chosen, width: Floats) -> Floats:
        """How demand answers to prices, shape (M, M): the chord over a change of `width`."""
        m = self.n_options
        h = width[chosen.best, chosen.second]
        near = chosen.margin <= h
        pair = chosen.best[near] * m + chosen.second[near]
        return laplacian(pair, 1 / (2 * h[near]), m)


@dataclass(frozen=True)
class _Boxed(Bounds):
    """Bounds of which the prices stay in a box."""

    floor: Floats
    ceiling: Floats

    def excess(self, demand: Floats, price: Floats) -> Floats:
        excess = super().excess(demand, price)
        held = ((price >= self.ceiling) & (excess > 0)) | ((price <= self.floor) & (excess < 0))
        return np.where(held, 0.0, excess)

    def step(self, price: Floats, change: Floats) -> Floats:
        return np.clip(super().step(price, change), self.floor, self.ceiling)


@dataclass(frozen=True)
class Found:
    """Prices of the nodes, and how close the cases are that need a second look."""

    price: Floats
    near: int | None
    """A margin; None: all cases need one."""

    most: int
    """So many of these cases at most."""

    equal: bool = False
    """Whether many cases have several columns that are equal to them."""


class _Sampled:
    """A random sample of the cases, for the softened problem."""

    def __init__(self, rows: Valued, case: Ints) -> None:
        self._rows, self._case = rows, case

    def sample(self, size: int) -> tuple[Floats, float]:
        """Values less the least of each case, -inf where barred, and what one stands for."""
        worth = self._rows.worth(self._case[:size])
        real = worth > NEVER
        worth = worth - worth.min(axis=1, where=real, initial=-NEVER)[:, None]
        weight = self._rows.size / len(worth)
        return np.where(real, worth.astype(float), -np.inf), weight


def search_rows(rows: Valued, start: Floats | None = None, *, patient: bool = False) -> Found:
    r"""Prices at which demand meets the bounds up to a few cases.

    Parameters
    ----------
    rows : Valued
    start : ndarray, shape (V,), optional
        Prices known to be close.
    patient : bool
        Whether to go on where many cases have equals.

    Notes
    -----
    A smoothed problem on a sample gives first prices, Newton's method on larger samples better
    ones. Each price is then sought within a radius of its own, of some standard deviations
    that the sample leaves: only cases whose choice may change within these radii are active.
    One pass over all pairs finds them, with the columns that may be theirs. A price that ends
    at the edge gets a wider radius and one more pass. The result is a start only: the exact
    work that follows ends at the best split, whatever it is.
    """
    n, bounds = rows.size, bounds_of(rows.columns)
    order = np.random.default_rng(0).permutation(n)
    sizes = [size for size in SIZES if 2 * size <= n]
    sampled = np.sort(order[: sizes[0] if sizes else n])
    if start is None:
        price, width = smoothed(_Sampled(rows, order[:SAMPLE]), bounds)
    else:
        price, width = start, max(1.0, float(np.abs(start).mean()) * 1e-3)
    typical = _typical(rows, sampled, bounds.paid(price))
    radius = np.full(price.size, max(width, typical / 2))
    most = max(NEAREST, PER_COLUMN * rows.n_columns)
    found = Found(price, 0, most, equal=typical < 1)
    if found.equal and n > most and not patient:
        return found
    for size in [*sizes, n]:
        place = _Place(rows, np.sort(order[:size]) if size < n else None, bounds)
        settled = place.settle(found.price, radius)
        if settled is None:
            break
        price, radius, active = settled
        margin = active.choose(bounds.paid(price)).margin
        found = Found(price, None, n) if n <= most else _found(price, margin, most, size / n)
        if found.equal and not patient:
            break
    return found


def _found(price: Floats, margin: Floats, most: int, share: float) -> Found:
    """What these prices and margins of a share of the book come to."""
    wanted = int(most * share)
    equal = int((margin < 1).sum()) > 2 * wanted + NEAREST
    if margin.size <= wanted:
        return Found(price, int(margin.max(initial=1.0)) + 2, most, equal)
    return Found(price, int(np.partition(margin, wanted)[wanted]) + 2, most, equal)


def _typical(rows: Valued, case: Ints, paid: Floats) -> float:
    """The median margin of these cases between their best column and the next."""
    if rows.n_columns == 1:
        return 1.0
    margin = []
    step = max(1, PAIRS // rows.n_columns)
    for start in range(0, min(case.size, SAMPLE), step):
        net = rows.worth(case[start : min(start + step, SAMPLE)]) - paid
        two = np.partition(net, rows.n_columns - 2, axis=1)[:, -2:]
        margin.append(two[:, 1] - two[:, 0])
    found = np.concatenate(margin)
    found = found[found < -NEVER / 2]
    return float(np.median(found)) if found.size else 1.0


class _Place:
    """Where prices are sought: a sample, or (`case` None) the book."""

    def __init__(self, rows: Valued, case: Ints | None, bounds: Bounds) -> None:
        self._rows, self._case = rows, case
        self._times = rows.size / case.size if case is not None else 1.0
        self._bounds = Bounds(
            bounds.capacity / self._times, bounds.minimum / self._times, bounds.members
        )

    def settle(self, price: Floats, radius: Floats) -> tuple[Floats, Floats, Active] | None:
        """Better prices, how far off they may be in a larger sample, and the active cases.

        None if these would be too many.
        """
        bounds = self._bounds
        for _ in range(WIDENED):
            active = Active(self._rows, self._case, bounds.paid(price), bounds.paid(radius))
            if active.overfull:
                return None
            box = _Boxed(
                bounds.capacity,
                bounds.minimum,
                bounds.members,
                price - radius,
                price + radius,
            )
            after = newton(active, box, price, max(float(np.median(radius)) / 4, 1e-9))
            edge = np.abs(after - price) >= 0.98 * radius
            price = after
            if not edge.any():
                break
            radius = np.where(edge, 4 * radius, radius)
        return price, self._spread(active, price, radius), active

    def _spread(self, active: Active, price: Floats, radius: Floats) -> Floats:
        bounds = self._bounds
        paid = bounds.paid(price)
        chosen = active.choose(paid)
        width = np.full((paid.size, paid.size), max(float(np.median(radius)) / 2, 1.0))
        matrix = bounds.curvature(active.curvature(chosen, width))
        demand = bounds.demand(active.demand(chosen))
        free = np.flatnonzero(price != 0)
        own = matrix[np.ix_(free, free)]
        answering = np.diag(own)[np.diag(own) > 0]
        if not answering.size:
            return radius
        own[np.diag_indices(free.size)] += 1e-3 * float(np.median(answering))
        answer: NDArray[Any] = np.linalg.inv(own) * np.sqrt(demand[free] + 1)
        spread = DEVIATIONS * np.sqrt((answer**2).sum(axis=1))
        typical = float(np.median(spread))
        result = np.full(price.size, typical)
        result[free] = np.clip(spread, typical / 8, typical * 8)
        return result
