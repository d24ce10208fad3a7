"""The exact split of a book whose bounds count cases: solved, settled, and proven."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._activation import active, enough, losses
from matching._engines import Engine, Settled, engine_of
from matching._options import Options, options
from matching._prices import Prices, prices
from matching._problem import Problem
from matching._routing import Moves


@dataclass(frozen=True)
class Best:
    """A best split and what proves it."""

    exchange: Moves
    proof: Prices
    settled: Settled
    """The split itself, ties settled."""

    price: tuple[int, ...]
    """Price of each node."""

    sought: bool = True
    """False if the search for enough agencies gave up before it knew its best split."""

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
        through = self.columns.flows(self.settled.used)
        return [int(through[node]) for node in self.columns.agency]


def by_book(
    problem: Problem, name: str, seed: int, placed: NDArray[np.bool_] | None = None
) -> Best:
    """Split a book of which only cases are counted: `name` is "prices" or "lsa".

    Raises
    ------
    Unplaceable
        If no split meets every bound.
    """
    engine, columns = engine_of(problem), options(problem, placed)
    return by_columns(engine, columns, problem.min_agencies, name=name, seed=seed)


def by_columns(
    engine: Engine[Any],
    columns: Options,
    least: int,
    *,
    name: str = "prices",
    seed: int = 0,
    start: NDArray[np.float64] | None = None,
) -> Best:
    """Split a book under these columns so that at least so many agencies have a case.

    Raises
    ------
    Unplaceable
        If no split meets every bound.
    """

    def solve(columns: Options) -> Best:
        if name == "lsa":
            split = engine.seated(columns, np.random.default_rng(seed))
        else:
            split = engine.solve(columns, start)
        return _proven(engine, split, seed)

    first = solve(columns)
    if active(first) >= least:
        return first
    found, best = enough(first, least, solve)
    split = engine.stand(columns, found.exchange, found.price)
    return idle_priced(Best(split, found.proof, found.settled, found.price, best))


def idle_priced(found: Best) -> Best:
    """Give each agency without a case the lowest price at which still none prefers it.

    Only the bound asks for it: the more such an agency would lose by a case, the less a split
    with more agencies can be worth.
    """
    price = list(found.price)
    for j, loss in losses(found).items():
        price[found.columns.agency[j]] = -loss
    return replace(found, price=tuple(price))


def bound(found: Best, least: int) -> int:
    r"""Upper bound on the value of any split in which `least` agencies have a case.

    Notes
    -----
    The dual value :math:`\sum_v (p_v^+ c_v - p_v^- m_v) + \sum_i \max_j (v_{ij} - P_j)`, in
    which the last sum is the split's value less :math:`\sum_v n_v p_v`; and where fewer
    agencies would have a case at these prices, the highest prices of those that would not.
    """
    columns, most = found.columns, found.value
    flow = columns.flows(found.settled.used)
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


def _proven(engine: Engine[Any], split: Moves, seed: int) -> Best:
    proof = prices(split)
    price = np.array(proof.node, dtype=split.dtype)
    return Best(split, proof, engine.settled(split, price, seed), proof.node)
