"""What a case may become, and the bounds above it: a tree from columns to the pool."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._problem import RETAINED, Problem

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Options:
    """The columns among which every case chooses, and the nodes that bound their sums.

    A column is an agency, an agency within one region, or (last) keeping in-house. Every
    column is a node; an agency that is bounded in some region is a node above its columns,
    and the newcomers are a node above their agencies. What flows from a node to the one
    above it lies between `low` and `high`. At the top is the pool, node V.
    """

    rate: Ints
    """Shape (S, M)."""

    base: Ints
    """Shape (S, M)."""

    allowed: NDArray[np.bool_]
    """Shape (S, M)."""

    name: Ints
    """Shape (M,): the agency that each column stands for, or `RETAINED`."""

    high: Ints
    """Shape (V,): most cases through each node, at most N + 1."""

    low: Ints
    """Shape (V,): fewest; keeping in-house, which is never bound, has -1."""

    parent: Ints
    """Shape (V,): the node above, later in the order; V is the pool."""

    agency: Ints
    """Shape (K,): the node of each agency."""

    zone: Ints
    """Shape (M,): the region a column is confined to, -1 if it is not bounded there."""

    newcomers: int
    """The node of the newcomers, -1 if there is none."""

    @property
    def n_columns(self) -> int:
        """M: the first nodes are the columns."""
        return int(self.name.size)

    @property
    def capacity(self) -> Ints:
        """Shape (M,): `high` of the columns."""
        return self.high[: self.n_columns]

    @property
    def minimum(self) -> Ints:
        """Shape (M,): `low` of the columns."""
        return self.low[: self.n_columns]

    def members(self) -> NDArray[np.bool_]:
        """Shape (V, M): whether a column lies below a node, or is it."""
        inside = np.eye(self.high.size, self.n_columns, dtype=bool)
        for node, above in enumerate(self.parent.tolist()):
            if above < self.high.size:
                inside[above] |= inside[node]
        return inside

    def flows(self, used: Ints) -> Ints:
        """Cases through every node, shape (V,), from those of the columns."""
        through = np.zeros(self.high.size, dtype=np.int64)
        through[: used.size] = used
        for node, above in enumerate(self.parent.tolist()):
            if above < through.size:
                through[above] += through[node]
        return through

    def paid(self, price: NDArray[Any]) -> NDArray[Any]:
        """What a case pays in each column, shape (M,): the prices of all nodes above it."""
        total = np.append(price, price[:1] * 0)
        for node in range(self.high.size - 1, -1, -1):
            total[node] += total[self.parent[node]]
        return total[: self.n_columns]

    def at_least_one(self, agencies: Iterable[int]) -> "Options":
        """Give these agencies a case each, whatever else they must have."""
        low, forced = self.low.copy(), self.agency[list(agencies)]
        low[forced] = np.maximum(low[forced], 1)
        return replace(self, low=low)

    def without(self, agency: int) -> "Options":
        """Bar one agency altogether: no capacity, no minimum, no licence."""
        keep = np.ones(self.high.size, dtype=bool)
        keep[self.agency[agency]] = False
        return replace(
            self,
            allowed=self.allowed & (self.name != agency),
            high=self.high * keep,
            low=self.low * keep,
        )


def options(
    problem: Problem, placed: NDArray[np.bool_] | None = None, *, zones: bool = True
) -> Options:
    """Lay out the columns and the tree of bounds above them.

    The segments that are `placed`, shape (S,), are not kept in-house even where cases may be.
    Without `zones` an agency is one column, whatever its regional capacities.
    """
    k, n = problem.n_agencies, problem.n_cases
    name, zone = _columns(problem) if zones else (np.arange(k), np.full(k, -1))
    allowed = ~problem.forbidden[:, name]
    if problem.region is not None and zones:
        inside = problem.region[:, None] == zone
        split = np.isin(name, name[zone >= 0])
        bounded = np.zeros((int(problem.region.max(initial=0)) + 1, k), dtype=bool)
        bounded[zone[zone >= 0], name[zone >= 0]] = True
        rest = ~bounded[problem.region][:, name]
        allowed &= np.where(zone >= 0, inside, np.where(split, rest, True))
    rate, base = problem.value_rate[:, name], problem.value_base[:, name]
    if problem.retain is not None:
        column = np.ones((problem.n_segments, 1), dtype=np.int64)
        rate = np.hstack([rate, problem.retain * column])
        base = np.hstack([base, 0 * column])
        kept = column.astype(bool) if placed is None else ~placed[:, None]
        allowed = np.hstack([allowed, kept])
        name, zone = np.append(name, RETAINED), np.append(zone, -1)
    return Options(rate, base, allowed, name, zone=zone, **_tree(problem, name, zone, n + 1))


def _columns(problem: Problem) -> tuple[Ints, Ints]:
    """The agency of each column, and its region where that may bind."""
    k = problem.n_agencies
    if problem.region is None or problem.region_capacity is None:
        return np.arange(k), np.full(k, -1)
    reach = np.zeros(problem.region_capacity.shape, dtype=np.int64)
    np.add.at(reach, problem.region, problem.tally.cases[:, None] * ~problem.forbidden)
    binds = problem.region_capacity < np.minimum(reach, problem.most)
    agency, region = np.nonzero(binds.T)
    name = np.concatenate([np.arange(k), agency])
    zone = np.concatenate([np.full(k, -1), region])
    order = np.argsort(name, kind="stable")
    return name[order], zone[order]


def _tree(problem: Problem, name: Ints, zone: Ints, everything: int) -> dict[str, Any]:
    k, m = problem.n_agencies, name.size
    bounded = np.unique(name[zone >= 0])
    size = m + bounded.size + bool(problem.newcomer_least)
    parent = np.full(size, size)
    high, low = np.full(size, everything), np.zeros(size, dtype=np.int64)
    agency = np.zeros(k, dtype=np.int64)
    agency[name[name >= 0]] = np.flatnonzero(name >= 0)
    agency[bounded] = m + np.arange(bounded.size)
    apart = np.flatnonzero(np.isin(name, bounded))
    parent[apart] = agency[name[apart]]
    inside = np.flatnonzero(zone >= 0)
    if problem.region_capacity is not None:
        high[inside] = problem.region_capacity[zone[inside], name[inside]]
    high[agency] = np.minimum(problem.most, everything)
    low[agency] = problem.least
    low[:m][name == RETAINED] = -1
    newcomers = -1
    if problem.newcomer_least:
        newcomers = size - 1
        parent[agency[problem.newcomer]] = newcomers
        low[newcomers] = problem.newcomer_least
    return {
        "high": np.minimum(high, everything),
        "low": low,
        "parent": parent,
        "agency": agency,
        "newcomers": newcomers,
    }
