"""Integer prices that prove a split best, and the interval in which they may lie."""

from dataclasses import dataclass

import numpy as np

from matching._options import Options
from matching._routing import Moves, Whole, graph, shortest


@dataclass(frozen=True)
class Prices:
    """Prices as Python integers."""

    node: tuple[int, ...]
    """One set, of every node, that proves the split."""

    low: tuple[int | None, ...]
    """Lowest of any optimal set for each agency, None if there is no lowest."""

    high: tuple[int | None, ...]
    """Highest of any optimal set for each agency, None if there is no highest."""


def prices(exchange: Moves) -> Prices:
    r"""Prices at which every case of a best split is content where it is.

    Notes
    -----
    With :math:`w_{jk}` the least loss of moving a case from *j* to *k*, potentials prove the
    split if and only if :math:`P_j \le P_k + w_{jk}`, :math:`P_v \le P_{above(v)}` where node
    *v* has free seats and :math:`P_v \ge P_{above(v)}` where it can spare cases. The price of
    a node is its potential less that of the node above. Distances to and from that node are
    the highest and the negated lowest such prices; they belong to the problem, whichever of
    several best splits is at hand. Where some potential has no lowest, the proof is the
    largest solution of which no entry lies above the pool's.

    Raises
    ------
    ArithmeticError
        If the split is not best, so that no prices can prove it.
    """
    columns = exchange.columns
    flow = columns.flows(exchange.used)
    arcs = graph(exchange, flow < columns.high, (flow > columns.low) | (columns.low == 0))
    pool = arcs.shape[0] - 1
    least = -_settled(exchange, arcs, pool)
    lows: list[int | None] = [None] * columns.agency.size
    highs = lows.copy()
    for above in np.unique(columns.parent[columns.agency]).tolist():
        low = least if above == pool else -_settled(exchange, arcs, above)
        high = _settled(exchange, arcs.T, above)
        for j in np.flatnonzero(columns.parent[columns.agency] == above).tolist():
            node = columns.agency[j]
            lows[j] = int(low[node]) if low[node] > -exchange.closed // 2 else None
            highs[j] = int(high[node]) if high[node] < exchange.closed // 2 else None
    if (least <= -exchange.closed // 2).any():
        level, _, _ = shortest(arcs.T, np.zeros_like(least), exchange.closed)
        least = level - level[pool]
    own = least[:pool] - least[columns.parent]
    return Prices(tuple(int(p) for p in own), tuple(lows), tuple(highs))


def _settled(exchange: Moves, arcs: Whole, source: int) -> Whole:
    start: Whole = np.full(arcs.shape[0], exchange.closed, dtype=exchange.dtype)
    start[source] = 0
    distance, _, cycle = shortest(arcs, start, exchange.closed)
    if cycle:
        raise ArithmeticError("the split is not best: a cycle of moves gains value")
    return distance


def by_region(columns: Options, price: tuple[int, ...], regions: int) -> list[list[int]]:
    """Prices of the regional bounds, one list per region, 0 where none binds."""
    table = [[0] * columns.agency.size for _ in range(regions)]
    for column, (zone, agency) in enumerate(zip(columns.zone, columns.name, strict=True)):
        if zone >= 0:
            table[zone][agency] = price[column]
    return table
