"""What every case would choose at given prices, found segment by segment."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching._book import Book
from matching._options import Options

BARRED = -1e30
"""Slope and intercept of an option that is not open: far below any real value."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Runs:
    """Neighbours in balance, within one segment, that choose the same option."""

    segment: Ints
    """Shape (R,): row of `Book`."""

    option: Ints
    """Shape (R,)."""

    first: Ints
    """Shape (R,): position of the smallest case in the order of the book."""

    stop: Ints
    """Shape (R,): position after the largest."""

    turn: Floats
    """Shape (R,): balance at which the next option takes over, NaN if none does."""

    following: Ints
    """Shape (R,): the option that takes over, -1 if none does."""

    @property
    def cases(self) -> Ints:
        """Shape (R,): length of each run."""
        return self.stop - self.first


class Oracle:
    r"""The upper envelopes of a book's segments.

    Notes
    -----
    At prices *p* a case of balance *b* chooses the option with the greatest
    :math:`b\,r_{sj} + a_{sj} - p_j`. Within a segment these are lines in *b*, so the choice is
    their upper envelope, and its corners among the sorted balances give every option's
    demand in O(S M) whatever the number of cases.
    """

    def __init__(self, book: Book, columns: Options) -> None:
        self.book = book
        self.columns = columns
        self.allowed = columns.allowed[book.segment]
        self.rate = columns.rate[book.segment]
        self.base = columns.base[book.segment]
        self.slope = np.where(self.allowed, self.rate, BARRED)
        self._lift = np.where(self.allowed, self.base, BARRED)
        self.n_options = int(columns.capacity.size)

    def choose(self, price: Floats) -> Runs:
        """Best option of every case at these prices of the columns, shape (M,).

        Among equals the earlier column comes first.
        """
        book, (slope, lift) = self.book, self._lines(price)
        active = np.arange(book.start.size)
        best = (slope * book.smallest[:, None] + lift).argmax(axis=1)
        found: list[tuple[NDArray[np.generic], ...]] = []
        while active.size:
            turn, following = _next(active, best, slope, lift)
            goes_on = turn < book.largest[active]
            turn = np.where(goes_on, turn, np.nan)
            found.append((active, best, turn, np.where(goes_on, following, -1)))
            active, best = active[goes_on], following[goes_on]
        rounds = [len(row) for row, *_ in found]
        row, best, turn, heir = (np.concatenate(part) for part in zip(*found, strict=True))
        option, heir = self._option(row, best), np.where(heir < 0, -1, self._option(row, heir))
        return Runs(row, option, *self._ends(row, turn, rounds), turn, heir)

    def _lines(self, price: Floats) -> tuple[Floats, Floats]:
        """Slopes and intercepts of the lines to choose among, in each segment."""
        return self.slope, self._lift - price

    def _option(self, row: Ints, line: Ints) -> Ints:
        """The options that these lines stand for."""
        return line

    def _ends(self, row: Ints, turn: Floats, rounds: list[int]) -> tuple[Ints, Ints]:
        """Where runs begin and end: the first of every segment, then the second, and so on."""
        book, goes_on = self.book, ~np.isnan(turn)
        first, stop = book.start[row], book.stop[row]
        stop[goes_on] = book.rank(row[goes_on], turn[goes_on])
        begin = 0
        for size, after in pairwise([*rounds, 0]):
            here, there = slice(begin, begin + size), slice(begin + size, begin + size + after)
            # Rounding may put a corner before the last one: the run between has no cases.
            stop[here] = np.maximum(stop[here], first[here])
            first[there] = stop[here][goes_on[here]]
            begin += size
        return first, stop

    def demand(self, runs: Runs) -> Floats:
        """Cases that choose each option, shape (M,)."""
        cases = np.bincount(runs.option, weights=runs.cases, minlength=self.n_options)
        return cases.astype(float)

    def surplus(self, runs: Runs, price: Floats) -> float:
        """Sum of the chosen values less prices."""
        net = self._lift[runs.segment, runs.option] - price[runs.option]
        owed = self.book.owed(runs.first, runs.stop)
        worth = self.slope[runs.segment, runs.option] * owed + net * runs.cases
        return float(worth.sum())

    def curvature(self, runs: Runs, width: Floats) -> Floats:
        r"""How demand answers to prices, shape (M, M): the chord over a change of `width`.

        Notes
        -----
        At the corner between *j* and *k* a price difference *h* moves the corner by
        :math:`h / (r_k - r_j)` in balance; the cases found within that distance on either
        side, over :math:`2h`, are the density.
        """
        book, m = self.book, self.n_options
        turns = runs.following >= 0
        row, j, k = runs.segment[turns], runs.option[turns], runs.following[turns]
        at, h = runs.turn[turns], width[j, k]
        reach = h / (self.slope[row, k] - self.slope[row, j])
        low = np.maximum(at - reach, book.smallest[row] - 1)
        high = np.minimum(at + reach, book.largest[row])
        before, after = np.split(book.rank(np.tile(row, 2), np.concatenate([low, high])), 2)
        cases = after - before
        return laplacian(j * m + k, cases / (2 * h), m)

    def sample(self, size: int) -> tuple[Floats, float]:
        """Values of evenly spaced cases, -inf where barred, and how many each stands for."""
        size = min(size, self.book.n_cases)
        step = self.book.n_cases / size
        place = ((np.arange(size) + 0.5) * step).astype(np.int64)
        row = np.searchsorted(self.book.start, place, "right") - 1
        worth = self.slope[row] * self.book.balances(place)[:, None] + self._lift[row]
        return np.where(self.allowed[row], worth, -np.inf), step


class Near(Oracle):
    """The same with only the lines that come near the envelope, so many in each segment.

    What it says is right as long as prices stay about where they are.
    """

    def __init__(self, oracle: Oracle, price: Floats, lines: int) -> None:
        self.__dict__.update(oracle.__dict__)
        column = self._nearest(price, lines)
        self._column = np.sort(column, axis=1)
        self._near_slope = np.take_along_axis(self.slope, self._column, 1)
        self._near_lift = np.take_along_axis(self._lift, self._column, 1)

    def _nearest(self, price: Floats, lines: int) -> Ints:
        """The lines least below the best at the ends or in the middle of each segment."""
        book, lift = self.book, self._lift - price
        middle = book.balances((book.start + book.stop) // 2).astype(float)
        below = np.full(lift.shape, np.inf)
        for balance in (book.smallest, middle, book.largest):
            worth = self.slope * balance[:, None] + lift
            np.subtract(worth.max(axis=1)[:, None], worth, out=worth)
            np.minimum(below, worth, out=below)
        return np.argpartition(below, lines - 1, axis=1)[:, :lines]

    def _lines(self, price: Floats) -> tuple[Floats, Floats]:
        return self._near_slope, self._near_lift - price[self._column]

    def _option(self, row: Ints, line: Ints) -> Ints:
        return self._column[row, line]


def _next(rows: Ints, best: Ints, slope: Floats, rise: Floats) -> tuple[Floats, Ints]:
    """Balance at which a steeper line overtakes the best one, and that line."""
    if rows.size < slope.shape[0]:
        slope, rise = slope[rows], rise[rows]
    here = np.arange(rows.size)
    steeper = slope - slope[here, best][:, None]
    drop = rise[here, best][:, None] - rise
    with np.errstate(divide="ignore", invalid="ignore"):
        drop /= steeper
    drop[steeper <= 0] = np.inf
    following = drop.argmin(axis=1)
    return drop[here, following], following


def laplacian(pair: Ints, weight: Floats, m: int) -> Floats:
    """Of the graph of `m` options in which pair *jm + k* joins *j* and *k*, shape (m, m)."""
    cross = np.bincount(pair, weights=weight, minlength=m * m).astype(float).reshape(m, m)
    cross = cross + cross.T
    found: Floats = np.diag(cross.sum(axis=1)) - cross
    return found
