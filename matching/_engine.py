"""The exact engine: prices first, then the few cases that are contested."""

import numpy as np
from numpy.typing import NDArray

from matching._exchange import Exchange, runs_of
from matching._oracle import Oracle
from matching._routing import Routing, Unplaceable
from matching._search import search
from matching._seats import fill_seats

__all__ = ["Unplaceable", "by_prices", "by_seats", "whole"]

SMALL = 200
"""Up to so many cases the search for prices is not worth its while."""


def by_prices(oracle: Oracle, start: NDArray[np.float64] | None = None) -> Exchange:
    """Best split by a search for prices and shortest paths from there.

    Parameters
    ----------
    oracle : Oracle
    start : ndarray, shape (V,), optional
        Prices of the nodes in a similar problem.

    Raises
    ------
    Unplaceable
        If no split meets every bound.
    """
    columns = oracle.columns
    if not oracle.allowed.any(axis=1).all():
        raise Unplaceable("a segment is open to no option")
    if start is not None or oracle.book.n_cases > SMALL:
        found = search(oracle, start)
    else:
        found = np.zeros(columns.high.size)
    price = whole(found)
    exchange = Exchange(oracle, oracle.choose(columns.paid(price.astype(float))))
    Routing(exchange, price).finish()
    return exchange


def whole(found: NDArray[np.float64]) -> NDArray[np.int64]:
    """The prices a search has found as integers, whatever it has come to."""
    return np.rint(np.clip(np.nan_to_num(found), -(2.0**52), 2.0**52)).astype(np.int64)


def by_seats(oracle: Oracle, rng: np.random.Generator) -> Exchange:
    """Best split by SciPy's assignment of cases to seats, minimum lots met afterwards."""
    book, columns = oracle.book, oracle.columns
    row = np.searchsorted(book.start, np.arange(book.n_cases), "right") - 1
    worth = (
        book.balances(np.arange(book.n_cases))[:, None] * oracle.rate[row] + oracle.base[row]
    )
    seats = np.minimum(columns.capacity, book.n_cases)
    option = fill_seats(worth, oracle.allowed[row], seats, rng)
    exchange = Exchange(oracle, runs_of(book, option))
    Routing(exchange, np.zeros(columns.high.size, dtype=np.int64)).finish()
    return exchange
