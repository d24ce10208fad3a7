"""One of the best splits, chosen by a lot that every machine draws alike."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching._engine import by_prices
from matching._exchange import Exchange
from matching._options import Options
from matching._oracle import Book, Oracle
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

    tight: Flags
    """Shape (T, M): the columns it is content with."""


def settled(columns: Options, column: Ints, price: Ints, tied: Tied, seed: int) -> Ints:
    r"""Choose one of the best splits, the same whichever of them is at hand.

    Parameters
    ----------
    columns : Options
    column : ndarray, shape (N,)
        Column of each case in some best split.
    price : ndarray, shape (V,)
        Prices of the nodes that prove it.
    tied : Tied
        The cases that these prices leave a choice.
    seed : int

    Returns
    -------
    ndarray, shape (N,)
        The column of each case.

    Notes
    -----
    At proving prices a split is best exactly when every case is content and every node whose
    price is not 0 is at its bound. Cases content with the same columns are interchangeable;
    how many of each such class go where is the split of a second book, in which a pair of
    class and column is worth a random integer, so that its best split is unique. Which of
    the class go is then drawn. Every draw is an integer, in an order that depends on the
    problem alone.
    """
    if tied.case.size == 0:
        return column
    rng = np.random.default_rng(seed)
    packed = np.packbits(tied.tight, axis=1)
    _, first, kind = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    kind = kind.ravel()
    count = _counts(columns, column, price, tied, (kind, first), rng)
    result = column.copy()
    order = np.argsort(kind, kind="stable")
    stop = np.cumsum(np.bincount(kind))
    for row, end in zip(count, stop.tolist(), strict=True):
        mine = order[end - int(row.sum()) : end]
        drawn = rng.permutation(mine.size)
        result[tied.case[mine[drawn]]] = np.repeat(np.arange(row.size), row)
    return result


def _counts(
    columns: Options,
    column: Ints,
    price: Ints,
    tied: Tied,
    kinds: tuple[Ints, Ints],
    rng: np.random.Generator,
) -> Ints:
    """How many cases of each class each column gets, shape (C, M)."""
    kind, first = kinds
    m = columns.n_columns
    shape = (first.size, m)
    fixed = np.ones(column.size, dtype=bool)
    fixed[tied.case] = False
    flow = columns.flows(np.bincount(column[fixed], minlength=m))
    high = np.where(price < 0, columns.low, columns.high) - flow
    low = np.where(price > 0, columns.high, columns.low) - flow
    lots = rng.integers(0, LOTS, shape)
    book = Problem(
        np.zeros(kind.size, dtype=np.int64), kind, np.zeros(shape, np.int64), capacity=[0] * m
    )
    second = replace(
        columns,
        rate=book.value_rate,
        base=lots,
        allowed=tied.tight[first],
        high=high,
        low=low,
    )
    exchange = by_prices(Oracle(Book(book), second))
    option, row, start, stop = exchange.runs()
    count = np.zeros(shape, dtype=np.int64)
    np.add.at(count, (exchange.oracle.book.segment[row], option), stop - start)
    return count


def tied_runs(exchange: Exchange, price: Ints) -> Tied:
    """The cases of a book that are content with several columns at these prices.

    Over a run every other column is a line below or on its own: it touches along the whole
    run, or at an end of it.
    """
    book = exchange.oracle.book
    option, row, first, stop = exchange.runs()
    pays = exchange.columns.paid(price.astype(exchange.dtype))
    found: list[tuple[Ints, Ints, Flags]] = []
    step = max(1, PAIRS // exchange.used.size)
    for start in range(0, row.size, step):
        part = slice(start, start + step)
        found += _touching(exchange, pays, option[part], row[part], first[part], stop[part])
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return Tied(nothing, np.zeros((0, exchange.used.size), dtype=bool))
    begin, end, tight = (np.concatenate(part) for part in zip(*found, strict=True))
    size = end - begin
    place = np.repeat(begin - np.cumsum(size) + size, size) + np.arange(size.sum())
    case = book.order[place]
    order = np.argsort(case)
    return Tied(case[order], np.repeat(tight, size, axis=0)[order])


def _touching(
    exchange: Exchange, pays: Ints, option: Ints, row: Ints, first: Ints, stop: Ints
) -> list[tuple[Ints, Ints, Flags]]:
    """Parts of runs with a choice: from, to before, and the columns they are content with."""
    oracle, book = exchange.oracle, exchange.oracle.book
    slope = oracle.rate[row] - oracle.rate[row, option][:, None]
    lift = oracle.base[row] - pays
    lift = lift - lift[np.arange(row.size), option][:, None]
    low, high = book.balance[first], book.balance[stop - 1]
    allowed = oracle.allowed[row]
    left = (slope * low[:, None] + lift == 0) & allowed
    right = (slope * high[:, None] + lift == 0) & allowed
    middle = left & (slope == 0)
    some = np.flatnonzero((left.sum(axis=1) > 1) | (right.sum(axis=1) > 1))
    if not some.size:
        return []
    left, middle, right = left[some], middle[some], right[some]
    first, stop = first[some], stop[some]
    rise = np.minimum(np.searchsorted(book.key, book.key[first], "right"), stop)
    fall = np.maximum(np.searchsorted(book.key, book.key[stop - 1], "left"), rise)
    parts = [(first, rise, left), (rise, fall, middle), (fall, stop, right)]
    return [
        (begin[keep], end[keep], tight[keep])
        for begin, end, tight in parts
        for keep in [(end > begin) & (tight.sum(axis=1) > 1)]
    ]
