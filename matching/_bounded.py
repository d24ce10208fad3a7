"""Bounds on balances, and debtors kept together: near the best, with a proven bound."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching._core import Priced, Search
from matching._kernel import ENTRIES, Kernel
from matching._options import Options, options
from matching._problem import Problem
from matching._repair import Repair
from matching._routing import Unplaceable
from matching._rows import Rows
from matching._softened import Sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL = 4_000
"""Pairs up to which the integer program takes all debtors at once: it is then exact."""
CLOSE, CLOSEST = 6_000, 300
"""Debtors of the linear and of the integer program."""
PER_BOUND = 25
"""Debtors of the integer program for each bound, where only cases are bounded."""
TIMES = 2
"""Linear programs, each around the prices of the one before."""
FINEST = 2**20


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
            choice, prices = self._split(sums)
            count = np.bincount(choice, minlength=self.columns.n_columns)
            lacking = self.problem.min_agencies - int((count[self.columns.name >= 0] > 0).sum())
            if lacking <= 0:
                return self._near(choice, prices)
            active += self._idle(choice, prices[-1], lacking)
            low = self.sums.low.copy()
            low[active] = np.maximum(low[active], 1)
            sums = replace(self.sums, low=low)

    def _split(self, sums: Sums) -> tuple[Ints, list[Floats]]:
        scaled = _scaled(sums, self.unit)
        search = Search(self.rows, scaled, self.weight / self.unit)
        found = search.prices()
        prices = [found.price]
        repair = Repair(self.rows, sums, self.weight.astype(np.int64), search)
        candidates: list[Ints] = []
        first, much = found.choice, 4.0 * sums.kind.size
        for _ in range(TIMES):
            close = self._solved(search, found, CLOSE)
            if close is None:
                break
            prices.append(close.price)
            missed = float(repair.missed(repair.usage(close.choice)).sum())
            if missed > much:
                break
            found, much = close, missed + 1
        candidates += self._closest(search, found)
        if self.rows.size * self.rows.n_columns <= ALL:
            kernel = self._kernel(search, found, np.arange(self.rows.size), self.rows.n_columns)
            whole = kernel.whole(self.problem.min_agencies, self.problem.n_agencies)
            if whole is not None and not repair.missed(repair.usage(whole)).any():
                return whole, self._unscaled(prices)
        candidates.append(first)
        best = repair.best(candidates, found)
        if best is None:
            raise Unplaceable("no split was found that meets every bound")
        return best, self._unscaled(prices)

    def _unscaled(self, prices: list[Floats]) -> list[Floats]:
        return [price / self.unit[self.sums.kind] for price in prices]

    def _closest(self, search: Search, close: Priced) -> list[Ints]:
        """The linear program's choice, with and without the integer program's."""
        most = max(CLOSEST, PER_BOUND * self.sums.kind.size) if self.alone else CLOSEST
        unit = search.closest(close, min(most, self.rows.size))
        whole = self._kernel(search, close, unit, ENTRIES).whole() if unit.size else None
        if whole is None:
            return [close.choice]
        choice = close.choice.copy()
        choice[unit] = whole
        return [choice, close.choice]

    def _solved(self, search: Search, found: Priced, most: int) -> Priced | None:
        """How debtors stand after the linear program of those that are close."""
        unit = search.closest(found, min(most, self.rows.size))
        relaxed = self._kernel(search, found, unit, ENTRIES).relaxed() if unit.size else None
        if relaxed is None:
            return None
        column, price, doubt = relaxed
        stand = search.stand(price, found.choice)
        choice, margin = stand.choice, stand.margin
        choice[unit] = column
        margin[unit[doubt > 1e-6]] = 0.0
        return Priced(price, choice, margin)

    def _kernel(self, search: Search, found: Priced, unit: Ints, entries: int) -> Kernel:
        sums, worth = search.sums, search.worth(unit)
        net = worth - search.weight[unit] @ sums.paid(found.price, search.weight.shape[1])
        kept = np.argsort(-net, axis=1, kind="stable")[:, :entries]
        here = np.arange(unit.size)
        top = worth[here, kept[:, 0]]
        row, at = np.nonzero(np.isfinite(np.take_along_axis(net, kept, axis=1)))
        column = kept[row, at]
        outside = found.choice.copy()
        left = np.ones(self.rows.size, dtype=bool)
        left[unit] = False
        fixed = np.stack(
            [np.bincount(outside[left], w, worth.shape[1]) for w in search.weight[left].T]
        ).astype(float)
        used = sums.usage(fixed)
        return Kernel(
            sums,
            search.weight[unit],
            row,
            column,
            worth[row, column] - top[row],
            sums.low - used,
            sums.high - used,
        )

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

    def _near(self, choice: Ints, prices: list[Floats]) -> Near:
        scale = self._scale()
        value = self._value(choice)
        ways = []
        for price in prices:
            whole = self._priced(price, scale)
            ways.append((self._bound(whole, scale), whole))
        most, price_of = min(ways, key=lambda way: way[0])
        return Near(choice, price_of, scale, value, most)

    def _scale(self) -> int:
        widest = 1
        for _, worth, open_ in self.rows.chunks():
            widest = max(widest, int(np.abs(worth[open_]).max(initial=0)))
        return max(1, min(FINEST, 2**58 // widest >> 1))

    def _priced(self, price: Floats, scale: int) -> Ints:
        whole = np.rint(np.clip(price * scale, -(2.0**60), 2.0**60)).astype(np.int64)
        whole = np.where((whole > 0) & ~np.isfinite(self.sums.high), 0, whole)
        return np.where((whole < 0) & (self.sums.low <= 0), 0, whole)

    def _value(self, choice: Ints) -> int:
        total = 0
        for part, worth, _ in self.rows.chunks():
            chosen = choice[part]
            total += int(worth[np.arange(chosen.size), chosen].sum(dtype=object))
        return total

    def _bound(self, price: Ints, scale: int) -> int:
        """The dual value in exact integers, rounded down to whole units."""
        sums, total = self.sums, 0
        for p, low, high in zip(price.tolist(), sums.low, sums.high, strict=True):
            if p:
                total += p * int(high if p > 0 else low)
        kinds, weight = self.weight.shape[1], self.weight.astype(np.int64)
        paid = np.zeros((kinds, self.columns.n_columns), dtype=object)
        np.add.at(paid, sums.kind, price.astype(object)[:, None] * (sums.members > 0))
        widest = sum(
            int(weight[:, w].max(initial=0)) * max(map(abs, paid[w])) for w in range(kinds)
        )
        fits = np.dtype(np.int64 if widest < 2**60 else object)
        paid, never = paid.astype(fits), -4 * max(widest, 2**59)
        for part, worth, open_ in self.rows.chunks():
            net = worth.astype(fits) * scale - weight[part].astype(fits) @ paid
            net[~open_] = never
            best = net.max(axis=1)
            total += (int((best >> 32).sum()) << 32) + int((best & 0xFFFFFFFF).sum())
        return (total + self._activation(price)) // scale

    def _activation(self, price: Ints) -> int:
        """What it costs at these prices that enough agencies have a case."""
        k = self.problem.n_agencies
        own, low, high = price[:k], self.sums.low[:k], self.sums.high[:k]
        idle = np.sort(own[(own < 0) & (low <= 0) & (high > 0)])[::-1]
        lacking = self.problem.min_agencies - int(
            ((high > 0) & ~((own < 0) & (low <= 0))).sum()
        )
        return int(idle[: max(0, lacking)].sum())


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
