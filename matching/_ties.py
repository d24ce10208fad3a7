"""One of the best splits, chosen by a lot that every machine draws alike."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._book import OwnBook
from matching._engine import by_prices
from matching._exchange import Exchange, Held
from matching._options import Options
from matching._oracle import Oracle
from matching._problem import Problem

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
LOTS = 2**40
"""Lots are drawn below this: two equal sums are then out of the question."""
PAIRS = 2**22
"""Runs times columns looked at together."""


@dataclass(frozen=True)
class Tied:
    """Cases that are content with more than one column."""

    case: Ints
    """Shape (T,): index of the case, ascending."""

    kind: Ints
    """Shape (T,): cases of one kind are content with the same columns."""

    tight: Flags
    """Shape (C, M): the columns that each kind is content with, in the order of their bits."""

    held: Ints
    """Shape (M,): how many of these cases each column has."""


def tied_of(case: Ints, part: Ints, tight: Flags, held: Ints) -> Tied:
    """Tied cases, in any order, each of which is content as its row of `tight` says."""
    packed = np.packbits(tight, axis=1)
    _, first, kind = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(case)
    return Tied(case[order], kind.ravel()[part[order]], tight[first], held)


def settled(columns: Options, used: Ints, price: Ints, tied: Tied, seed: int) -> Ints:
    r"""Choose one of the best splits, the same whichever of them is at hand.

    Parameters
    ----------
    columns : Options
    used : ndarray, shape (M,)
        Cases of each column in some best split.
    price : ndarray, shape (V,)
        Prices of the nodes that prove it.
    tied : Tied
        The cases that these prices leave a choice.
    seed : int

    Returns
    -------
    ndarray, shape (T,)
        The column of each tied case; all others stay where they are.

    Notes
    -----
    At proving prices a split is best exactly when every case is content and every node whose
    price is not 0 is at its bound. Cases content with the same columns are interchangeable;
    how many of each such class go where is the split of a second book, in which a pair of
    class and column is worth a random integer, so that its best split is unique. Which of
    the class go is then drawn. Every draw is an integer, in an order that depends on the
    problem alone.
    """
    result = np.zeros(tied.case.size, dtype=np.int64)
    if tied.case.size == 0:
        return result
    rng = np.random.default_rng(seed)
    count = _counts(bounds_left(columns, used, price, tied), tied, rng)
    order = np.argsort(tied.kind, kind="stable")
    stop = np.cumsum(np.bincount(tied.kind))
    for row, end in zip(count, stop.tolist(), strict=True):
        mine = order[end - int(row.sum()) : end]
        drawn = rng.permutation(mine.size)
        result[mine[drawn]] = np.repeat(np.arange(row.size), row)
    return result


def bounds_left(columns: Options, used: Ints, price: Ints, tied: Tied) -> Options:
    """What the tied cases must and may fill so that every price keeps its node at its bound."""
    flow = columns.flows(used - tied.held)
    high = np.where(price < 0, columns.low, columns.high) - flow
    low = np.where(price > 0, columns.high, columns.low) - flow
    return replace(columns, high=high, low=low)


def _counts(columns: Options, tied: Tied, rng: np.random.Generator) -> Ints:
    """How many cases of each class each column gets, shape (C, M)."""
    shape = tied.tight.shape
    lots = rng.integers(0, LOTS, shape)
    book = Problem(
        np.zeros(tied.kind.size, dtype=np.int64),
        tied.kind,
        np.zeros(shape, np.int64),
        capacity=[0] * shape[1],
    )
    second = replace(columns, rate=book.value_rate, base=lots, allowed=tied.tight)
    exchange = by_prices(Oracle(OwnBook(book), second))
    runs = exchange.runs()
    count = np.zeros(shape, dtype=np.int64)
    np.add.at(count, (exchange.oracle.book.segment[runs.segment], runs.option), runs.cases)
    return count


def tied_runs(exchange: Exchange, price: Ints) -> Tied:
    """The cases of a book that are content with several columns at these prices.

    Over a run every other column is a line below or on its own: it touches along the whole
    run, or at an end of it.
    """
    runs, m = exchange.runs(), exchange.used.size
    pays = exchange.columns.paid(price.astype(exchange.dtype))
    none = np.zeros(0, dtype=np.int64)
    found: list[tuple[NDArray[Any], ...]] = [(none, none, none, np.zeros((0, m), dtype=bool))]
    step = max(1, PAIRS // m)
    for start in range(0, runs.option.size, step):
        found += _touching(exchange, pays, runs.part(slice(start, start + step)))
    begin, end, option, tight = (np.concatenate(part) for part in zip(*found, strict=True))
    held = np.bincount(option, weights=end - begin, minlength=m).astype(np.int64)
    place = np.repeat(np.arange(begin.size), end - begin)
    return tied_of(exchange.oracle.book.numbers(begin, end), place, tight, held)


def _touching(exchange: Exchange, pays: Ints, runs: Held) -> list[tuple[NDArray[Any], ...]]:
    """Parts of runs with a choice: from, to before, column, and those it is content with."""
    oracle, book, row = exchange.oracle, exchange.oracle.book, runs.segment
    slope = oracle.rate[row] - oracle.rate[row, runs.option][:, None]
    lift = oracle.base[row] - pays
    lift = lift - lift[np.arange(row.size), runs.option][:, None]
    allowed = oracle.allowed[row]
    left = (slope * runs.smallest[:, None] + lift == 0) & allowed
    right = (slope * runs.largest[:, None] + lift == 0) & allowed
    middle = left & (slope == 0)
    some = np.flatnonzero((left.sum(axis=1) > 1) | (right.sum(axis=1) > 1))
    if not some.size:
        return []
    left, middle, right, runs = left[some], middle[some], right[some], runs.part(some)
    ends = np.concatenate([runs.smallest, runs.largest - 1])
    rise, fall = np.split(book.rank(np.tile(runs.segment, 2), ends), 2)
    rise = np.minimum(rise, runs.stop)
    fall = np.maximum(np.maximum(fall, runs.first), rise)
    parts = [(runs.first, rise, left), (rise, fall, middle), (fall, runs.stop, right)]
    return [
        (begin[keep], end[keep], runs.option[keep], tight[keep])
        for begin, end, tight in parts
        for keep in [(end > begin) & (tight.sum(axis=1) > 1)]
    ]
