"""Integer prices that prove a split best, and the interval in which they may lie."""

from dataclasses import dataclass

import numpy as np

from matching._exchange import Exchange, Whole
from matching._routing import graph, shortest


@dataclass(frozen=True)
class Prices:
    """Prices of the agencies in the engine's order, Python integers."""

    price: tuple[int, ...]
    """One set that proves the split."""

    low: tuple[int | None, ...]
    """Lowest of any optimal set, None if there is no lowest."""

    high: tuple[int | None, ...]
    """Highest of any optimal set, None if there is no highest."""


def prices(exchange: Exchange) -> Prices:
    r"""Prices at which every case of a best split is content where it is.

    Notes
    -----
    With :math:`w_{jk}` the least loss of moving a case from *j* to *k*, prices prove the split
    if and only if :math:`p_j \le p_k + w_{jk}`, :math:`p_j \le 0` where seats are free and
    :math:`p_j \ge 0` where cases can be spared. Distances to and from the pool of free seats
    are the highest and the negated lowest such prices; they belong to the problem, whichever
    of several best splits is at hand. Where some price has no lowest, the proof is the
    largest solution of which no entry lies above the pool's.

    Raises
    ------
    ArithmeticError
        If the split is not best, so that no prices can prove it.
    """
    columns, k = exchange.oracle.columns, exchange.oracle.columns.n_agencies
    can_give = (exchange.used > columns.minimum) | (columns.minimum == 0)
    arcs = graph(exchange, exchange.used < columns.capacity, can_give)
    pool = arcs.shape[0] - 1
    at_pool: Whole = np.full(pool + 1, exchange.closed, dtype=exchange.dtype)
    at_pool[pool] = 0
    high, low = _settled(exchange, arcs.T, at_pool), -_settled(exchange, arcs, at_pool)
    limit = exchange.closed // 2
    lows = tuple(int(p) if p > -limit else None for p in low[:k])
    highs = tuple(int(p) if p < limit else None for p in high[:k])
    finite = tuple(p for p in lows if p is not None)
    if len(finite) == k:
        return Prices(finite, lows, highs)
    level = _settled(exchange, arcs.T, np.zeros_like(at_pool))
    return Prices(tuple(int(p - level[pool]) for p in level[:k]), lows, highs)


def _settled(exchange: Exchange, arcs: Whole, start: Whole) -> Whole:
    distance, _, cycle = shortest(arcs, start, exchange.closed)
    if cycle:
        raise ArithmeticError("the split is not best: a cycle of moves gains value")
    return distance


def bound(exchange: Exchange, price: tuple[int, ...], value: int) -> int:
    r"""Upper bound on any split's value from prices at which every case is content.

    Notes
    -----
    The dual value :math:`\sum_j (p_j^+ c_j - p_j^- m_j) + \sum_i \max_j (v_{ij} - p_j)`, in
    which the last sum is the split's value less :math:`\sum_j n_j p_j`.
    """
    columns = exchange.oracle.columns
    for j, p in enumerate(price):
        seats = int(columns.capacity[j] if p > 0 else columns.minimum[j])
        value += p * (seats - int(exchange.used[j]))
    return value
