"""The slice of cases that is placed by lot, so that rates can be learned."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._problem import BPS, Problem
from matching._units import units_of

Ints = NDArray[np.int64]


def drawn(problem: Problem, seed: int, attempt: int) -> Ints:
    """Agency of each case that is drawn, -1 of all others, shape (N,).

    The debtors are drawn uniformly from the generator of (seed, attempt); each in its turn
    goes to one of the agencies that are open to it and have room left, uniformly; where none
    has, the debtor is not drawn after all.
    """
    agency = np.full(problem.n_cases, -1, dtype=np.int64)
    units = units_of(problem)
    rng = np.random.default_rng([seed, attempt])
    rooms = _Rooms(problem)
    for unit in rng.permutation(units.size)[: units.size * problem.exploration // BPS]:
        cases = units.cases(int(unit))
        open_ = rooms.open(cases)
        if open_.size:
            agency[cases] = open_[int(rng.integers(open_.size))]
            rooms.fill(cases, int(agency[cases[0]]))
    return agency


class _Rooms:
    """What is left of the upper bounds, one row per bound, one column per agency."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        rows = [problem.most]
        if problem.balance_capacity is not None:
            rows.append(problem.balance_capacity)
        if problem.region_capacity is not None:
            rows += list(problem.region_capacity)
        self._left = np.array(rows, dtype=np.int64)

    def _taken(self, cases: Ints) -> Ints:
        problem = self._problem
        taken = [cases.size]
        if problem.balance_capacity is not None:
            taken.append(int(problem.balance[cases].sum()))
        if problem.region is not None and problem.region_capacity is not None:
            inside = problem.region[problem.segment[cases]]
            taken += np.bincount(inside, minlength=len(problem.region_capacity)).tolist()
        return np.array(taken, dtype=np.int64)

    def open(self, cases: Ints) -> Ints:
        barred = self._problem.forbidden[self._problem.segment[cases]].any(axis=0)
        room = (self._left >= self._taken(cases)[:, None]).all(axis=0)
        return np.flatnonzero(room & ~barred)

    def fill(self, cases: Ints, agency: int) -> None:
        self._left[:, agency] -= self._taken(cases)


def pinned(problem: Problem, agency: Ints) -> tuple[Problem, NDArray[np.bool_]]:
    """The problem in which drawn cases are open to their agency alone.

    They make up segments of their own, which the second result marks, shape (S,): these must
    not be kept in-house.
    """
    s, k = problem.n_segments, problem.n_agencies
    pair = np.where(agency >= 0, problem.segment * k + agency, -1)
    keys, place = np.unique(pair[agency >= 0], return_inverse=True)
    segment = problem.segment.copy()
    segment[agency >= 0] = s + place
    rows, only = keys // k, keys % k
    forbidden = np.vstack([problem.forbidden, np.arange(k) != only[:, None]])
    given: dict[str, Any] = {f.name: getattr(problem, f.name) for f in fields(problem)}
    given |= {"segment": segment, "forbidden": forbidden, "exploration": 0}
    for name in ("value_rate", "value_base"):
        given[name] = np.vstack([given[name], given[name][rows]])
    if problem.region is not None:
        given["region"] = np.append(problem.region, problem.region[rows])
    return Problem(**given), np.arange(s + keys.size) >= s
