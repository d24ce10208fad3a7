"""What a verifier recomputes: constraints, the lot, value and bound; no solver, no engine."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._problem import Problem

PAIRS = 2**20
"""Pairs of a case and an agency that are looked at together."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Stated:
    """The prices a certificate states, all in units of value over `scale`."""

    scale: int
    agency: list[int]
    region: list[list[int]]
    newcomers: int
    balance: list[int]


def limits(problem: Problem) -> list[tuple[int, int]]:
    """Most and fewest cases of each agency, shares rounded so that they hold."""
    n, found = problem.n_cases, []
    for j, capacity in enumerate(problem.capacity.tolist()):
        high, low = int(problem.max_share[j]), int(problem.min_share[j])
        most = min(capacity, n * high // 10_000) if high < 10_000 else capacity
        found.append((most, max(int(problem.minimum[j]), -(-n * low // 10_000))))
    return found


@dataclass(frozen=True)
class Sums:
    """What the cases of a book, or of a part of it, come to under a split."""

    cases: Ints
    """Shape (K,)."""

    owed: list[int]
    """Balance with each agency, where that is bounded."""

    inside: Ints
    """Shape (R, K): cases of each region."""

    barred: tuple[tuple[int, int], ...]
    """The first case that is with an agency that must not have it, and the agency."""

    value: int
    best: int
    """Sum over debtors of the most that their cases can be worth less prices, over scale."""

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.cases + other.cases,
            [a + b for a, b in zip(self.owed, other.owed, strict=True)],
            self.inside + other.inside,
            (self.barred + other.barred)[:1],
            self.value + other.value,
            self.best + other.best,
        )


def sums(part: Problem, agency: Ints, stated: "Stated", drawn: Ints, first: int = 0) -> Sums:
    """Sum up the cases of a problem whose own are numbered from `first`."""
    k, placed = part.capacity.size, agency >= 0
    segment, whose = part.segment[placed], agency[placed]
    wrong = part.forbidden[segment, whose]
    barred: tuple[tuple[int, int], ...] = ()
    if wrong.any():
        case = int(np.flatnonzero(placed)[wrong.argmax()])
        barred = ((first + case, int(agency[case])),)
    owed, regions = [], 0
    if part.balance_capacity is not None:
        owed = [total(part.balance[agency == j]) for j in range(k)]
    where = np.zeros(0, dtype=np.int64)
    if part.region is not None and part.region_capacity is not None:
        regions = len(part.region_capacity)
        where = part.region[segment] * k + whose
    return Sums(
        np.bincount(whose, minlength=k),
        owed,
        np.bincount(where, minlength=regions * k).reshape(regions, k),
        barred,
        worth(part, agency),
        _most(part, stated, drawn),
    )


def broken(problem: Problem, found: Sums) -> list[str]:
    """Constraints on sums that a split does not obey, in words."""
    words, n, count = [], problem.n_cases, found.cases.tolist()
    for j, (cases, (most, least)) in enumerate(zip(count, limits(problem), strict=True)):
        if cases > most:
            words.append(f"agency {j} has {cases} cases, capacity {most}")
        if cases < least:
            words.append(f"agency {j} has {cases} cases, minimum {least}")
    for case, j in found.barred:
        words.append(f"case {case} is with agency {j}, which is forbidden")
    active = sum(cases > 0 for cases in count)
    if active < problem.min_agencies:
        words.append(f"{active} agencies have cases, at least {problem.min_agencies} must")
    new = sum(c for c, is_new in zip(count, problem.newcomer.tolist(), strict=True) if is_new)
    least = -(-n * problem.newcomer_share // 10_000)
    if new < least:
        words.append(f"newcomers have {new} cases, minimum {least}")
    return words + _broken_rooms(problem, found)


def _broken_rooms(problem: Problem, found: Sums) -> list[str]:
    words = []
    if problem.balance_capacity is not None:
        for j, most in enumerate(problem.balance_capacity.tolist()):
            if found.owed[j] > most:
                words.append(f"agency {j} has a balance of {found.owed[j]}, capacity {most}")
    if problem.region_capacity is not None:
        for r, j in np.argwhere(found.inside > problem.region_capacity).tolist():
            words.append(
                f"agency {j} has {found.inside[r, j]} cases of region {r}, "
                f"capacity {problem.region_capacity[r, j]}"
            )
    return words


def torn(problem: Problem, agency: Ints) -> list[str]:
    """The first debtor whose cases are with several agencies, in words."""
    if problem.group is None:
        return []
    order = np.argsort(problem.group, kind="stable")
    debtor, who = problem.group[order], agency[order]
    apart = (debtor[1:] == debtor[:-1]) & (who[1:] != who[:-1])
    return [f"group {debtor[1:][apart][0]} is with several agencies"] if apart.any() else []


def lot(problem: Problem, seed: int, attempt: int) -> Ints:
    """The agency that the lot of exploration gives each case, -1 where it is not drawn."""
    drawn = np.full(problem.balance.size, -1, dtype=np.int64)
    if not problem.exploration:
        return drawn
    keys = np.arange(drawn.size) if problem.group is None else problem.group
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    units = np.split(order, cuts) if order.size else []
    rng = np.random.default_rng([seed, attempt])
    chosen = rng.permutation(len(units))[: len(units) * problem.exploration // 10_000]
    seats = [most for most, _ in limits(problem)]
    owed = None if problem.balance_capacity is None else problem.balance_capacity.tolist()
    rooms = None if problem.region_capacity is None else problem.region_capacity.copy()
    for unit in chosen.tolist():
        cases = units[unit]
        inside = np.zeros(0 if rooms is None else rooms.shape[0], dtype=np.int64)
        if problem.region is not None:
            np.add.at(inside, problem.region[problem.segment[cases]], 1)
        balance = int(problem.balance[cases].sum())
        open_ = [
            j
            for j in np.flatnonzero(~problem.forbidden[problem.segment[cases]].any(axis=0))
            if seats[j] >= cases.size
            and (owed is None or owed[j] >= balance)
            and (rooms is None or (rooms[:, j] >= inside).all())
        ]
        if open_:
            j = int(open_[int(rng.integers(len(open_)))])
            drawn[cases] = j
            seats[j] -= cases.size
            if owed is not None:
                owed[j] -= balance
            if rooms is not None:
                rooms[:, j] -= inside
    return drawn


def worth(problem: Problem, agency: Ints) -> int:
    """Exact total value of a split."""
    amount = 0
    for start in range(0, agency.size, PAIRS):
        part = slice(start, start + PAIRS)
        a, s, b = agency[part], problem.segment[part], problem.balance[part]
        placed = b * problem.value_rate[s, a] + problem.value_base[s, a]
        if problem.case_value is not None:
            placed += problem.case_value[part][np.arange(a.size), a]
        amount += total(np.where(a >= 0, placed, b * (problem.retain or 0)))
    return amount


def bound(problem: Problem, stated: Stated, found: Sums) -> int:
    """What no split can exceed, whatever the prices stated."""
    return (_seats(problem, stated) + found.best) // stated.scale


def _most(problem: Problem, stated: Stated, drawn: Ints) -> int:
    size, amount = problem.balance.size, 0
    order, begin = np.arange(size), np.arange(size)
    if problem.group is not None:
        order = np.argsort(problem.group, kind="stable")
        fresh = np.diff(problem.group[order], prepend=0) != 0
        fresh[:1] = True
        begin = np.flatnonzero(fresh)
    step = max(1, PAIRS // problem.capacity.size)
    rules = _Rules(problem, stated, drawn, int(np.diff(begin, append=size).max(initial=1)))
    first = 0
    while first < begin.size:
        last = max(first + 1, int(np.searchsorted(begin, begin[first] + step, "right")) - 1)
        last = min(last, begin.size)
        stop = size if last == begin.size else int(begin[last])
        amount += rules.best(order[begin[first] : stop], begin[first:last] - begin[first])
        first = last
    return amount


def _seats(problem: Problem, stated: Stated) -> int:
    """What the bounds are worth at these prices."""
    amount, idle, active = 0, [], 0
    for price, (most, least) in zip(stated.agency, limits(problem), strict=True):
        amount += price * (most if price > 0 else least)
        if most > 0 and (price >= 0 or least > 0):
            active += 1
        elif most > 0:
            idle.append(price)
    # Of the agencies that would rather have none, so many must take a case, the cheapest.
    amount += sum(sorted(idle, reverse=True)[: max(0, problem.min_agencies - active)])
    n, price = problem.n_cases, stated.newcomers
    amount += price * (n if price > 0 else -(-n * problem.newcomer_share // 10_000))
    if problem.balance_capacity is not None:
        for price, most in zip(stated.balance, problem.balance_capacity.tolist(), strict=True):
            amount += max(price, 0) * most
    if problem.region_capacity is not None:
        for row, most in zip(stated.region, problem.region_capacity.tolist(), strict=True):
            amount += sum(max(p, 0) * cap for p, cap in zip(row, most, strict=True))
    return amount


class _Rules:
    """What one case adds to the bound, and the debtor whose cases stand together."""

    def __init__(self, problem: Problem, stated: Stated, drawn: Ints, largest: int) -> None:
        self.problem, self.stated, self.drawn = problem, stated, drawn
        regions = [abs(p) for row in stated.region for p in row]
        highest = max(map(abs, stated.balance), default=0)
        owed = int(problem.balance.max(initial=0))
        widest = max(map(abs, stated.agency)) + max(regions, default=0) + abs(stated.newcomers)
        value = owed * _largest(problem.value_rate) + _largest(problem.value_base)
        if problem.case_value is not None:
            value += _largest(problem.case_value)
        value = max(value, owed * abs(problem.retain or 0))
        widest = (widest + highest * owed + stated.scale * value) * largest + 1
        self.never = -4 * widest
        # 64 bits unless a price is extreme: Python integers then.
        self.dtype = np.dtype(np.int64 if 8 * widest < 2**63 else object)
        pays = np.array(stated.agency, dtype=self.dtype)
        self.pays = pays + problem.newcomer.astype(self.dtype) * stated.newcomers
        self.there = np.array(stated.region, dtype=self.dtype)
        self.rate = problem.value_rate.astype(self.dtype) * stated.scale
        if stated.balance:
            self.rate = self.rate - np.array(stated.balance, dtype=self.dtype)
        self.base = problem.value_base.astype(self.dtype) * stated.scale - self.pays
        if problem.region is not None:
            self.base = self.base - self.there[problem.region]

    def best(self, cases: Ints, begin: Ints) -> int:
        """Sum over debtors of the most that their cases can be worth less prices."""
        problem, scale = self.problem, self.stated.scale
        s, b = problem.segment[cases], problem.balance[cases].astype(self.dtype)
        net = b[:, None] * self.rate[s] + self.base[s]
        if problem.case_value is not None:
            net = net + problem.case_value[cases].astype(self.dtype) * scale
        barred, kept = problem.forbidden[s], b * scale * (problem.retain or 0)
        lot = self.drawn[cases]
        if begin.size < cases.size:
            net = np.add.reduceat(net, begin, axis=0)
            barred = np.logical_or.reduceat(barred, begin, axis=0)
            kept, lot = np.add.reduceat(kept, begin), lot[begin]
        others = np.arange(net.shape[1]) != lot[:, None]
        net[barred | (others & (lot >= 0)[:, None])] = self.never
        highest = net.max(axis=1)
        if problem.retain is not None:
            highest = np.where(lot >= 0, highest, np.maximum(highest, kept))
        return total(highest)


def _largest(array: Ints) -> int:
    return max(int(array.max(initial=0)), -int(array.min(initial=0)))


def total(amounts: NDArray[Any]) -> int:
    """Exact sum: two halves of 32 bits, so that no sum comes near 2**63."""
    return (int((amounts >> 32).sum()) << 32) + int((amounts & 0xFFFFFFFF).sum())
