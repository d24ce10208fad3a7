"""The exact split of a book whose bounds count cases: solved, settled, and proven."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching._activation import active, enough, losses
from matching._engine import by_prices, by_seats
from matching._exchange import Exchange, runs_of
from matching._options import Options, options
from matching._oracle import Book, Oracle
from matching._prices import Prices, prices
from matching._problem import Problem
from matching._ties import settled, tied_runs

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Best:
    """A best split and what proves it."""

    exchange: Exchange
    proof: Prices
    column: Ints
    """Shape (N,): the column of each case, ties settled."""

    price: tuple[int, ...]
    """Price of each node."""

    @property
    def columns(self) -> Options:
        """The columns that the split chooses among."""
        return self.exchange.columns

    @cached_property
    def value(self) -> int:
        """Exact total value."""
        return self.exchange.value()

    @property
    def cases(self) -> list[int]:
        """Cases of each agency."""
        through = self.columns.flows(np.bincount(self.column, minlength=self.columns.n_columns))
        return [int(through[node]) for node in self.columns.agency]


def by_book(
    problem: Problem, name: str, seed: int, placed: NDArray[np.bool_] | None = None
) -> Best:
    """Split by segments: `name` is the engine, "prices" or "lsa".

    Raises
    ------
    Unplaceable
        If no split meets every bound.
    """
    book, columns = Book(problem), options(problem, placed)

    def solve(columns: Options) -> Best:
        oracle = Oracle(book, columns)
        if name == "lsa":
            return _proven(by_seats(oracle, np.random.default_rng(seed)), seed)
        return _proven(by_prices(oracle), seed)

    first = solve(columns)
    if active(first) >= problem.min_agencies:
        return first
    found = enough(first, problem.min_agencies, solve)
    oracle = Oracle(book, columns)
    exchange = Exchange(oracle, runs_of(book, found.column[book.order]))
    return idle_priced(Best(exchange, found.proof, found.column, found.price))


def idle_priced(found: Best) -> Best:
    """Give each agency without a case the lowest price at which still none prefers it.

    Only the bound asks for it: the more such an agency would lose by a case, the less a split
    with more agencies can be worth.
    """
    price = list(found.price)
    for j, loss in losses(found).items():
        price[found.columns.agency[j]] = -loss
    return Best(found.exchange, found.proof, found.column, tuple(price))


def bound(found: Best, least: int) -> int:
    r"""Upper bound on the value of any split in which `least` agencies have a case.

    Notes
    -----
    The dual value :math:`\sum_v (p_v^+ c_v - p_v^- m_v) + \sum_i \max_j (v_{ij} - P_j)`, in
    which the last sum is the split's value less :math:`\sum_v n_v p_v`; and where fewer
    agencies would have a case at these prices, the highest prices of those that would not.
    """
    columns, most = found.columns, found.value
    flow = columns.flows(found.exchange.used)
    for node, p in enumerate(found.price):
        seats = int(columns.high[node] if p > 0 else columns.low[node])
        most += p * (seats - int(flow[node]))
    own = [
        (found.price[node], int(columns.low[node]))
        for node in columns.agency.tolist()
        if columns.high[node] > 0
    ]
    idle = sorted((p for p, low in own if p < 0 and low == 0), reverse=True)
    lacking = max(0, least - (len(own) - len(idle)))
    total: int = most + sum(idle[:lacking])
    return total


def _proven(exchange: Exchange, seed: int) -> Best:
    proof = prices(exchange)
    price = np.array(proof.node, dtype=exchange.dtype)
    option, _, first, stop = exchange.runs()
    column = np.empty(int(exchange.used.sum()), dtype=np.int64)
    column[exchange.oracle.book.order] = np.repeat(option, stop - first)
    column = settled(exchange.columns, column, price, tied_runs(exchange, price), seed)
    return Best(exchange, proof, column, proof.node)
