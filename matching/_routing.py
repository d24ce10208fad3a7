"""From a split that is nearly right to the best one: moves along shortest paths."""

from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matching._options import Options

CHECK_EVERY = 64

Ints = NDArray[np.int64]
Whole = NDArray[Any]
"""Integers, int64 where their sums are sure to fit and Python's own elsewhere."""


class Moves(Protocol):
    """A split, seen as what moves between options cost: `Exchange` or `Contest`."""

    columns: Options
    loss: Whole
    """Shape (M, M): least loss of moving one case from the row's option to the column's."""

    used: Ints
    """Shape (M,): cases of each option."""

    closed: int
    """Stands for a move that no case can make."""

    dtype: np.dtype[Any]

    def ready(self, giver: int, taker: int) -> int:
        """How many cases can make this move at this loss each, at least."""

    def pick(self, giver: int, taker: int, amount: int) -> Any:
        """So many of the cases that are `ready`."""

    def move(self, giver: int, taker: int, picked: Any) -> None:
        """Give the cases picked to another option; `refresh` both afterwards."""

    def refresh(self, giver: int) -> None:
        """Find the least losses of one option anew, after its cases have changed."""

    def column(self) -> Ints:
        """The option of every case, shape (N,), in the order of the problem."""

    def value(self) -> int:
        """Exact total value of the split."""


class Unplaceable(ArithmeticError):
    """The cases cannot all be placed within the bounds."""


class Routing:
    r"""A split on its way to meeting every bound at the least loss.

    Parameters
    ----------
    exchange : Moves
        The split; it is changed in place.
    price : ndarray of int64, shape (V,)
        Prices of the nodes at which every case is content where it is, 0 for in-house.

    Notes
    -----
    Above the columns is the tree of nodes that bound their sums, and at its top the pool.
    Node *v* has :math:`z_v` free seats between 0 and high less low; it passes
    :math:`c_v - z_v` cases on, and its excess is what it receives beyond that. Excess is
    carried to where it lacks along cheapest chains of moves, for which seats that change
    hands between a node and the one above it cost nothing; a shortest path leaves no
    profitable cycle behind, so that the split is best when nothing is left to carry [1]_.

    References
    ----------
    .. [1] R. Ahuja, T. Magnanti and J. Orlin, *Network Flows*, 1993, section 9.7.
    """

    def __init__(self, exchange: Moves, price: Ints) -> None:
        self.exchange = exchange
        columns = exchange.columns
        self._room = columns.high - columns.low
        size = self._room.size
        passed = np.zeros(size, dtype=np.int64)
        received = np.zeros(size + 1, dtype=np.int64)
        received[: columns.n_columns] = exchange.used
        high, low = columns.high.tolist(), columns.low.tolist()
        for node, above in enumerate(columns.parent.tolist()):
            p, here = int(price[node]), int(received[node])
            free = min(max(here, low[node]), high[node])
            passed[node] = high[node] if p > 0 else low[node] if p < 0 else free
            received[above] += passed[node]
        self._free = columns.high - passed
        excess = received[:size] - passed
        self._excess = np.append(excess, -excess.sum())
        self._pool = size
        self._above = np.append(columns.parent, -1)

    def finish(self) -> None:
        """Carry all excess away; the split is then feasible and best."""
        self._cancel()
        closed = self.exchange.closed
        while (self._excess > 0).any():
            start = np.full(self._pool + 1, closed, dtype=self.exchange.dtype)
            start[self._excess > 0] = 0
            distance, _, cycle = shortest(self._arcs(), start, closed)
            if cycle or not ((self._excess < 0) & (distance < closed // 2)).any():
                raise Unplaceable("no chain of moves leads to an option with free seats")
            self._carry(distance)

    def _carry(self, distance: Whole) -> None:
        """Push along shortest paths, fewest moves first, until these distances have none.

        With these distances as prices no move gains, and those on shortest paths lose nothing;
        both stay true while cases are moved along such paths.
        """
        reached = distance < self.exchange.closed // 2
        rise = distance - distance[:, None]
        while True:
            open_ = (self._arcs() == rise) & reached & reached[:, None]
            path = breadth_first(open_, self._excess > 0, self._excess < 0)
            if not path:
                return
            amount = int(min(self._excess[path[0]], -self._excess[path[-1]]))
            amount = self._push(path, amount)
            self._excess[path[0]] -= amount
            self._excess[path[-1]] += amount

    def _cancel(self) -> None:
        """Undo profitable cycles, which rounding may have left."""
        while True:
            start = np.zeros(self._pool + 1, dtype=self.exchange.dtype)
            _, _, cycle = shortest(self._arcs(), start, self.exchange.closed)
            if not cycle:
                return
            self._push([*cycle, cycle[0]], int(self.exchange.used.sum()))

    def _arcs(self) -> Whole:
        return graph(self.exchange, self._free > 0, self._free < self._room)

    def _push(self, path: list[int], amount: int) -> int:
        """Move up to `amount` cases along a path of distinct nodes; return how many."""
        exchange, steps = self.exchange, list(pairwise(path))
        amount = self._most(steps, amount)
        inner = self.exchange.columns.n_columns
        moves = [step for step in steps if max(step) < inner]
        picked = [exchange.pick(*step, amount) for step in moves]
        for giver, taker in steps:
            if taker >= inner and taker == self._above[giver]:
                self._free[giver] -= amount
            elif giver >= inner:
                self._free[taker] += amount
        for step, cases in zip(moves, picked, strict=True):
            exchange.move(*step, cases)
        for option in {option for step in moves for option in step}:
            exchange.refresh(option)
        return amount

    def _most(self, steps: list[tuple[int, int]], amount: int) -> int:
        """How many cases can take these steps at the same loss each."""
        inner = self.exchange.columns.n_columns
        for giver, taker in steps:
            if taker >= inner and taker == self._above[giver]:
                amount = min(amount, int(self._free[giver]))
            elif giver >= inner:
                amount = min(amount, int(self._room[taker] - self._free[taker]))
            else:
                amount = min(amount, self.exchange.ready(giver, taker))
        return amount


def graph(exchange: Moves, can_take: NDArray[np.bool_], can_give: NDArray[np.bool_]) -> Whole:
    """Cost of the moves between columns and up and down the tree, (V + 1, V + 1)."""
    m, parent = exchange.used.size, exchange.columns.parent
    size = parent.size
    arcs: Whole = np.full((size + 1, size + 1), exchange.closed, dtype=exchange.dtype)
    arcs[:m, :m] = exchange.loss
    node = np.arange(size)
    arcs[node[can_take], parent[can_take]] = 0
    arcs[parent[can_give], node[can_give]] = 0
    return arcs


def shortest(arcs: Whole, start: Whole, closed: int) -> tuple[Whole, Ints, list[int]]:
    """Shortest distances by Bellman and Ford's rounds, over the nodes that changed.

    Parameters
    ----------
    arcs : ndarray of int, shape (V, V)
        Cost from the row's node to the column's.
    start : ndarray of int, shape (V,)
        0 at the sources, `closed` elsewhere.
    closed : int

    Returns
    -------
    distance : ndarray of int, shape (V,)
    parent : ndarray of int64, shape (V,)
        The node before, -1 where there is none.
    cycle : list of int
        Nodes of a negative cycle, if there is one, in the order of its arcs.
    """
    n = start.size
    everyone = np.arange(n)
    distance, parent = start.copy(), np.full(n, -1, dtype=np.int64)
    changed = np.flatnonzero(distance < closed // 2)
    rounds = 0
    while changed.size:
        through = distance[changed, None] + arcs[changed]
        via = through.argmin(axis=0)
        reached = through[via, everyone]
        better = (reached < distance) & (reached < closed // 2)
        distance[better] = reached[better]
        parent[better] = changed[via[better]]
        changed = np.flatnonzero(better)
        rounds += 1
        if rounds % CHECK_EVERY == 0:
            cycle = _cycle(parent)
            if cycle:
                return distance, parent, cycle
    return distance, parent, []


def breadth_first(
    open_: NDArray[np.bool_], sources: NDArray[np.bool_], targets: NDArray[np.bool_]
) -> list[int]:
    """A path of fewest open arcs from a source to a target; empty if there is none."""
    parent = np.full(sources.size, -1, dtype=np.int64)
    seen = sources.copy()
    edge = np.flatnonzero(sources)
    while edge.size:
        arrived = edge[targets[edge]]
        if arrived.size:
            path = [int(arrived[0])]
            while parent[path[0]] >= 0:
                path.insert(0, int(parent[path[0]]))
            return path
        reach = open_[edge]
        fresh = np.flatnonzero(reach.any(axis=0) & ~seen)
        parent[fresh] = edge[reach[:, fresh].argmax(axis=0)]
        seen[fresh] = True
        edge = fresh
    return []


def _cycle(parent: Ints) -> list[int]:
    """Nodes of a cycle in the graph of parents, if there is one, in the order of its arcs."""
    seen = np.full(parent.size, -1)
    for origin in range(parent.size):
        path, node = [], origin
        while node >= 0 and seen[node] < 0:
            seen[node] = origin
            path.append(node)
            node = int(parent[node])
        if node >= 0 and seen[node] == origin:
            return path[path.index(node) :][::-1]
    return []
