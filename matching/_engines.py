"""The two ways of splitting exactly: by segments, and case by case for arbitrary values."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching._active import Found, search_rows
from matching._book import Book, OwnBook
from matching._contest import Contest, Stand
from matching._engine import SMALL, by_prices, by_seats, whole
from matching._exchange import Exchange, given
from matching._lots import Content, parted
from matching._options import Options
from matching._oracle import Oracle
from matching._partitioned import PartitionedBook
from matching._prices import prices
from matching._problem import Problem
from matching._routing import Ints, Moves, Routing, Unplaceable
from matching._rows import NEVER, Rows, Valued
from matching._seats import fill_seats
from matching._ties import LOTS, bounds_left, settled, tied_runs

Floats = NDArray[np.float64]
CLASSES = 2**16
"""Classes of tied cases times columns up to which ties are settled class by class."""
M = TypeVar("M", bound=Moves)


@dataclass(frozen=True)
class Settled:
    """Where the cases are in the end."""

    used: Ints
    """Shape (M,): cases of each column."""

    lay: Callable[[], Any]
    """The column of each case, shape (N,), in the order of the problem."""

    def named(self, name: Ints) -> Any:
        """Shape (N,): the name of each case's column; in partitions where the problem is."""
        column = self.lay()
        if isinstance(column, np.ndarray):
            return name[column]
        return column.map_partitions(_named, name, meta=(column.name, np.int64))


class Engine(Protocol[M]):
    """Best splits of one book under various columns."""

    def solve(self, columns: Options, start: Floats | None = None) -> M:
        """Best split, by a search for prices that may `start` from similar ones.

        Raises
        ------
        Unplaceable
            If no split meets every bound.
        """

    def seated(self, columns: Options, rng: np.random.Generator) -> M:
        """Best split, by SciPy's assignment of cases to seats."""

    def stand(self, columns: Options, split: M, price: tuple[int, ...]) -> M:
        """The same split under other bounds, at prices of the nodes that nearly prove it."""

    def settled(self, split: M, price: NDArray[np.int64], seed: int) -> Settled:
        """The split whose ties are settled by lot at these proving prices."""


def book_of(problem: Problem) -> Book:
    """The book in order: in this process, or in those that hold its partitions."""
    if problem.partitions is None:
        return OwnBook(problem)
    return PartitionedBook(problem, problem.partitions)


def engine_of(problem: Problem) -> Engine[Any]:
    """The engine for a book of at least one case."""
    return Segments(problem) if problem.case_value is None else Arbitrary(problem)


class Segments:
    """Values are lines in the balance, segment by segment."""

    def __init__(self, problem: Problem) -> None:
        self._book = book_of(problem)

    def solve(self, columns: Options, start: Floats | None = None) -> Exchange:
        """Search prices and route what is left."""
        return by_prices(Oracle(self._book, columns), start)

    def seated(self, columns: Options, rng: np.random.Generator) -> Exchange:
        """Seat every case and route what is left."""
        return by_seats(Oracle(self._book, columns), rng)

    def stand(self, columns: Options, split: Exchange, price: tuple[int, ...]) -> Exchange:
        """Lay out a given split; exact at any prices."""
        runs = split.runs()
        held = given(runs.segment, runs.option, runs.first, runs.stop)
        return Exchange(Oracle(self._book, columns), held)

    def settled(self, split: Exchange, price: NDArray[np.int64], seed: int) -> Settled:
        """Read the ties off the ends of the runs."""
        runs, tied = split.runs(), tied_runs(split, price)
        drawn = settled(split.columns, split.used, price, tied, seed)
        used = split.used - tied.held + np.bincount(drawn, minlength=split.used.size)
        lay = partial(self._book.spread, runs.option, runs.cases, tied.case, drawn)
        return Settled(used, lay)


class Arbitrary:
    """Every pair of case and agency has a value of its own."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._filled = problem.tally.cases > 0
        own = problem.case_value
        self._own = 0 if own is None else max(int(own.max()), -int(own.min()))
        self._owed = problem.tally.largest.astype(float)

    def _largest(self, columns: Options) -> float:
        worth = np.abs(columns.rate.astype(float)) * self._owed[:, None] + np.abs(columns.base)
        return float(worth.max(where=columns.allowed, initial=0.0)) + self._own

    def solve(self, columns: Options, start: Floats | None = None) -> Contest:
        """Search prices and route what is left."""
        if not columns.allowed[self._filled].any(axis=1).all():
            raise Unplaceable("a segment is open to no option")
        rows, largest = Rows(self._problem, columns), self._largest(columns)
        if start is None and rows.size <= SMALL:
            return _solved(rows, Found(np.zeros(columns.high.size), None, rows.size), largest)
        found = search_rows(rows, start)
        if not found.equal:
            return _solved(rows, found, largest)
        other = parted(rows, largest)
        if other is None:
            return _solved(rows, search_rows(rows, start, patient=True), largest)
        wide = search_rows(other, patient=True)
        split = _solved(other, wide, (largest + 1) * other.times)
        price = np.array([int(p) // other.times for p in prices(split).node], dtype=np.int64)
        stand = Stand(columns.paid(price), split.column(), near=-1)
        return _routed(Contest(rows, stand, largest), price)

    def seated(self, columns: Options, rng: np.random.Generator) -> Contest:
        """Seat every case and route what is left."""
        rows = Rows(self._problem, columns)
        worth = rows.worth(slice(None))
        seats = np.minimum(columns.capacity, len(worth))
        column = fill_seats(worth, worth > NEVER, seats, rng)
        price = np.zeros(columns.high.size, dtype=np.int64)
        stand = Stand(columns.paid(price), column)
        return _routed(Contest(rows, stand, self._largest(columns)), price)

    def stand(self, columns: Options, split: Contest, price: tuple[int, ...]) -> Contest:
        """Lay out a given split."""
        paid = columns.paid(np.array(price, dtype=object))
        near = np.clip(paid, -(2**52), 2**52).astype(np.int64)
        rows = Rows(self._problem, columns)
        return Contest(rows, Stand(near, split.column(), near=-1), self._largest(columns))

    def settled(self, split: Contest, price: NDArray[np.int64], seed: int) -> Settled:
        """Compare every case that may be tied; by classes unless these are too many."""
        tied, column = split.tied(price), split.column()
        if tied.tight.size <= CLASSES:
            drawn = settled(split.columns, split.used, price, tied, seed)
        else:
            left = bounds_left(split.columns, split.used, price, tied)
            content = Content(left, tied, seed)
            found = search_rows(content, patient=True)
            drawn = _solved(content, found, float(LOTS)).column()
        column[tied.case] = drawn
        return Settled(np.bincount(column, minlength=split.used.size), lambda: column)


def _named(column: Any, name: Ints) -> Any:
    return column.map(dict(enumerate(name.tolist())))


def _solved(rows: Valued, found: Found, largest: float) -> Contest:
    price = whole(found.price)
    stand = Stand(rows.columns.paid(price), near=found.near, most=found.most)
    return _routed(Contest(rows, stand, largest), price)


def _routed(contest: Contest, price: Ints) -> Contest:
    Routing(contest, price).finish()
    return contest
