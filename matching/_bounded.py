"""Bounds on balances, and debtors kept together: near the best, with a proven bound."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching._closest import Closest
from matching._core import Priced, Search
from matching._dual import Dual
from matching._options import Options, options
from matching._problem import Problem
from matching._routing import Unplaceable
from matching._rows import Rows
from matching._softened import Sums
from matching._swaps import Swaps

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL = 4_000
"""Pairs up to which the integer program takes all debtors at once: it is then exact."""
TIMES = 16
"""Linear programs, each around the prices of the one before, at most."""
ENOUGH = 1e-8
"""Prices are good when one more program lowers the bound by no more than this share."""


@dataclass(frozen=True)
class Near:
    """A split near the best: column of each debtor, and integer prices over `scale`."""

    choice: Ints
    price: Ints
    """Shape (C,)."""

    scale: int
    value: int
    bound: int


class Bounded:
    """A book whose debtors weigh differently on the bounds.

    Parameters
    ----------
    problem : Problem
    placed : ndarray of bool, shape (S,), optional
        Segments that are not kept in-house.
    """

    def __init__(self, problem: Problem, placed: NDArray[np.bool_] | None = None) -> None:
        self.problem = problem
        self.columns: Options = options(problem, placed, zones=False)
        self.rows = Rows(problem, self.columns)
        self.weight = _weights(problem, self.rows)
        self.name, self.sums = _sums(problem, self.columns)
        self.alone = bool((self.sums.kind == 0).all())
        self.unit = np.maximum(self.weight.mean(axis=0), 1e-9)

    def solve(self) -> Near:
        """Search prices, solve what is close, repair, and take the better of the ways.

        Raises
        ------
        Unplaceable
            If no split was found that meets every bound.
        """
        active: list[int] = []
        sums = self.sums
        while True:
            choice, price = self._split(sums)
            count = np.bincount(choice, minlength=self.columns.n_columns)
            lacking = self.problem.min_agencies - int((count[self.columns.name >= 0] > 0).sum())
            if lacking <= 0:
                return self._near(choice, price)
            active += self._idle(choice, price, lacking)
            low = self.sums.low.copy()
            low[active] = np.maximum(low[active], 1)
            sums = replace(self.sums, low=low)

    def _split(self, sums: Sums) -> tuple[Ints, Floats]:
        search = Search(
            self.rows, _scaled(sums, self.unit), self.weight / self.unit, self._segment()
        )
        closest = Closest(search, self._largest())
        dual = Dual(self.problem, self.rows, sums, self.weight.astype(np.int64))
        found = self._sharpened(search, closest, dual)
        price = dual.whole(self._unscaled(found.price)) / dual.scale
        if self.rows.size * self.rows.n_columns <= ALL:
            p = self.problem
            whole = closest.whole(found, p.min_agencies, p.n_agencies)
            if whole is not None and sums.held(sums.of(whole, self.weight)):
                return whole, price
        choice = Swaps(self.rows, sums, self.weight, price).improved(found.choice)
        if choice is not None:
            return choice, price
        raise Unplaceable("no split was found that meets every bound")

    def _sharpened(self, search: Search, closest: Closest, dual: Dual) -> Priced:
        """Linear programs, each around the prices of the one before, while these get better."""
        found, times = search.prices(), 1.0
        bound = dual.bound(dual.whole(self._unscaled(found.price)))
        for step in range(TIMES):
            solved = closest.relaxed(found, closest.tolerance(sharp=step > 0), times)
            if solved is None:
                break
            close, far = solved
            after = dual.bound(dual.whole(self._unscaled(close.price)))
            enough = after <= bound <= after + abs(bound) * ENOUGH
            if after <= bound:
                found, bound = close, after
                times *= 2.0
            else:
                times /= 4.0
            if enough or (after > bound and not far):
                break
        return found

    def _segment(self) -> Ints | None:
        """The segment of every debtor, if debtors are single cases of no value of their own."""
        problem, units = self.problem, self.rows.units
        if not units.alone or problem.case_value is not None:
            return None
        return problem.segment[units.order]

    def _largest(self) -> Ints:
        """The segment of every debtor's largest case."""
        problem, units = self.problem, self.rows.units
        owner = np.repeat(np.arange(units.size), np.diff(units.begin))
        order = np.lexsort((-problem.balance[units.order], owner))
        return problem.segment[units.order[order[units.begin[:-1]]]]

    def _unscaled(self, price: Floats) -> Floats:
        unscaled: Floats = price / self.unit[self.sums.kind]
        return unscaled

    def _idle(self, choice: Ints, price: Floats, lacking: int) -> list[int]:
        """The agencies without a debtor that would lose least by having one."""
        idle = np.setdiff1d(np.flatnonzero(self.columns.name >= 0), choice)
        loss = np.full(self.columns.n_columns, np.inf)
        paid = self.sums.paid(price, self.weight.shape[1])
        for part, worth, open_ in self.rows.chunks():
            net = np.where(open_, worth - self.weight[part] @ paid, -np.inf)
            loss = np.minimum(loss, (net.max(axis=1)[:, None] - net).min(axis=0))
        usable = [int(j) for j in idle if np.isfinite(loss[j]) and self.sums.high[j] >= 1]
        if len(usable) < lacking:
            raise Unplaceable("too few agencies can have a case")
        return sorted(usable, key=lambda j: (loss[j], j))[:lacking]

    def _near(self, choice: Ints, price: Floats) -> Near:
        dual = Dual(self.problem, self.rows, self.sums, self.weight.astype(np.int64))
        whole = dual.whole(price)
        return Near(choice, whole, dual.scale, self.rows.total(choice), dual.bound(whole))


def _weights(problem: Problem, rows: Rows) -> Floats:
    """Cases, balance, and cases of each region, of every debtor, shape (G, W)."""
    columns = [np.ones(problem.n_cases, dtype=np.int64), problem.balance]
    if problem.region is not None and problem.region_capacity is not None:
        here = problem.region[problem.segment]
        columns += [(here == r).astype(np.int64) for r in range(len(problem.region_capacity))]
    weights: Floats = rows.by_unit(np.stack(columns, axis=1)).astype(float)
    return weights


def _sums(problem: Problem, columns: Options) -> tuple[list[tuple[str, int, int]], Sums]:
    """All bounds: agencies' cases first, then newcomers, balances, regions."""
    own = (columns.name == np.arange(problem.n_agencies)[:, None]).astype(float)
    k, n = problem.n_agencies, problem.n_cases
    name = [("agency", j, 0) for j in range(k)]
    # What cannot bind has no bound, and hence no price.
    kind, low = [0] * k, list(problem.least)
    high = [float(x) if x < n else np.inf for x in problem.most.tolist()]
    members = list(own)
    if problem.newcomer_least:
        name.append(("newcomers", 0, 0))
        kind.append(0)
        members.append(own[problem.newcomer].sum(axis=0))
        low.append(problem.newcomer_least)
        high.append(np.inf)
    if problem.balance_capacity is not None:
        name += [("balance", j, 0) for j in range(k)]
        kind += [1] * k
        members += list(own)
        low += [0] * k
        owed = int(problem.balance.sum(dtype=object))
        high += [float(x) if x < owed else np.inf for x in problem.balance_capacity.tolist()]
    if problem.region_capacity is not None:
        for (r, j), most in np.ndenumerate(problem.region_capacity):
            if most < n:
                name.append(("region", j, r))
                kind.append(2 + r)
                members.append(own[j])
                low.append(0)
                high.append(float(most))
    sums = Sums(np.array(kind), np.array(members), np.array(low, float), np.array(high))
    return name, sums


def _scaled(sums: Sums, unit: Floats) -> Sums:
    return replace(sums, low=sums.low / unit[sums.kind], high=sums.high / unit[sums.kind])


def prices_of(bounded: Bounded, near: Near) -> tuple[Ints, Ints, int, Ints]:
    """Prices by agency, by balance (K,), of the newcomers, and by region (R, K)."""
    problem, k = bounded.problem, bounded.problem.n_agencies
    agency, balance = np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
    rows = 0 if problem.region_capacity is None else len(problem.region_capacity)
    region, newcomers = np.zeros((rows, k), dtype=np.int64), 0
    for (name, j, r), p in zip(bounded.name, near.price.tolist(), strict=True):
        if name == "agency":
            agency[j] = p
        elif name == "balance":
            balance[j] = p
        elif name == "region":
            region[r, j] = p
        else:
            newcomers = p
    return agency, balance, newcomers, region
