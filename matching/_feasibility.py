"""Whether constraints on sums, debtors and numbers of agencies can hold together at all."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from matching._problem import Problem
from matching._units import Units, units_of

Ints = NDArray[np.int64]
Term = tuple[str | int, ...]
"""A constraint by name and indices: ("segment", s), ("capacity", j), ("minimum", j),
("balance_capacity", j), ("region_capacity", r, j), ("newcomer_share",), ("min_agencies",),
("group",) or ("exploration",). The term of a segment says that its cases must be placed."""

MOST_PAIRS = 20_000
"""Pairs of debtor and agency up to which debtors are told apart."""


def terms_of(problem: Problem) -> list[Term]:
    """All constraints that may clash but licences, in the order in which they are given up.

    A limit as high as the whole book never does.
    """
    n, owed, cases = problem.n_cases, problem.tally.owed, problem.tally.cases
    found: list[Term] = []
    if problem.retain is None:
        found += [("segment", int(s)) for s in np.flatnonzero(cases)]
    if problem.group is not None:
        found.append(("group",))
    if problem.region_capacity is not None:
        found += [
            ("region_capacity", int(r), int(j))
            for r, j in np.argwhere(problem.region_capacity < n)
        ]
    if problem.balance_capacity is not None:
        tight = np.flatnonzero(problem.balance_capacity < owed)
        found += [("balance_capacity", int(j)) for j in tight]
    if problem.min_agencies:
        found.append(("min_agencies",))
    if problem.newcomer_least:
        found.append(("newcomer_share",))
    found += [("minimum", int(j)) for j in np.flatnonzero(problem.least)]
    found += [("capacity", int(j)) for j in np.flatnonzero(problem.most < n)]
    return found


def clash(problem: Problem) -> tuple[Term, ...]:
    """A set of constraints that cannot all hold, of which none can be spared; or none.

    Constraints are given up in blocks of falling size, then one by one, as long as the rest
    still clash. On large books with balances or debtors a relaxation decides, in which counts
    and balances may be shared out apart: what it refuses cannot be placed.
    """
    kept = terms_of(problem)
    model = _Model(problem)
    if model.holds(kept):
        return ()
    size = len(kept)
    while size:
        size = 1 if size == 1 else size // 2
        place = 0
        while place < len(kept):
            fewer = kept[:place] + kept[place + size :]
            if model.holds(fewer):
                place += size
            else:
                kept = fewer
        if size == 1:
            break
    return tuple(kept)


def words(problem: Problem, term: Term) -> str:
    """One constraint in words."""
    name, index = str(term[0]), [int(i) for i in term[1:]]
    j = index[-1] if index else 0
    say: dict[str, Callable[[], str]] = {
        "segment": lambda: f"{problem.tally.cases[j]} cases in segment {j}",
        "capacity": lambda: f"agency {j}: at most {problem.most[j]} cases",
        "minimum": lambda: f"agency {j}: at least {problem.least[j]} cases",
        "balance_capacity": lambda: f"agency {j}: balance at most {_at(problem, name, index)}",
        "region_capacity": lambda: (
            f"agency {j}: at most {_at(problem, name, index)} cases in region {index[0]}"
        ),
        "newcomer_share": lambda: f"newcomers: at least {problem.newcomer_least} cases",
        "min_agencies": lambda: f"at least {problem.min_agencies} agencies with a case",
        "group": lambda: "one agency for all cases of a debtor",
        "exploration": lambda: f"exploration of {problem.exploration} basis points",
    }
    return say[name]()


def _at(problem: Problem, name: str, index: list[int]) -> int:
    return int(getattr(problem, name)[tuple(index)])


class _Model:
    """Sums over pairs of class and agency, as rows of an integer program."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.told_apart = problem.group is not None or problem.balance_capacity is not None
        self.relaxed = False
        if self.told_apart:
            n, self.debtors = problem.n_cases, units_of(problem)
            self.single = Units(np.arange(n), np.arange(n + 1))
            self.relaxed = self.debtors.size * problem.n_agencies > MOST_PAIRS

    def holds(self, terms: Iterable[Term]) -> bool:
        """Whether these constraints, and the licences, can hold together."""
        wanted = set(terms)
        if self.told_apart:
            units = self.debtors if ("group",) in wanted else self.single
            classes = _Classes.of_units(self.problem, units, wanted)
        else:
            classes = _Classes.of_segments(self.problem, wanted)
        if not self.told_apart or self.relaxed:
            classes.merge()
        rows = _Rows(self.problem, classes, wanted, apart=self.relaxed)
        if rows.size == 0:
            return rows.nothing_suffices()
        whole = self.told_apart and not self.relaxed
        result = milp(
            np.zeros(rows.size),
            integrality=np.r_[
                np.full(rows.size - rows.switches, whole), np.ones(rows.switches)
            ],
            bounds=Bounds(0, rows.upper),
            constraints=rows.constraints(),
        )
        if result.status not in (0, 2):
            raise ArithmeticError(f"feasibility could not be decided: {result.message}")
        return bool(result.status == 0)


class _Classes:
    """Debtors by licences, regions and whether they must be placed."""

    def __init__(
        self, cases: Ints, owed: NDArray[Any], open_: NDArray[np.bool_], must: NDArray[np.bool_]
    ) -> None:
        self.cases, self.owed = cases, owed
        self.open, self.must = open_, must
        self.times = np.ones(len(cases), dtype=np.int64)

    @classmethod
    def of_segments(cls, problem: Problem, wanted: set[Term]) -> "_Classes":
        """All cases of a segment together, for `merge`: balances do not count."""
        s = problem.n_segments
        cases = np.zeros((s, _regions(problem)), dtype=np.int64)
        where = 0 if problem.region is None else problem.region
        cases[np.arange(s), where] = problem.tally.cases
        return cls(cases, np.zeros(s), ~problem.forbidden, _placed(problem, wanted))

    @classmethod
    def of_units(cls, problem: Problem, units: Units, wanted: set[Term]) -> "_Classes":
        """Debtor by debtor, or case by case."""
        segment, begin = problem.segment[units.order], units.begin[:-1]
        where = np.zeros_like(segment) if problem.region is None else problem.region[segment]
        owner = np.repeat(np.arange(units.size), np.diff(units.begin))
        cases = np.zeros((units.size, _regions(problem)), dtype=np.int64)
        np.add.at(cases, (owner, where), 1)
        return cls(
            cases,
            np.add.reduceat(problem.balance[units.order], begin),
            ~np.logical_or.reduceat(problem.forbidden[segment], begin, axis=0),
            np.logical_or.reduceat(_placed(problem, wanted)[segment], begin),
        )

    def merge(self) -> None:
        """Let the cases of debtors with the same licences go apart, region by region."""
        regions = self.cases.shape[1]
        key = np.hstack([self.open, self.must[:, None]])
        kinds, kind = np.unique(key, axis=0, return_inverse=True)
        kind = kind.ravel()
        cases = np.zeros((len(kinds), regions), dtype=np.int64)
        np.add.at(cases, kind, self.cases)
        owed = np.zeros(len(kinds))
        np.add.at(owed, kind, self.owed.astype(float))
        row, region = np.nonzero(cases)
        self.times = cases[row, region]
        self.cases = np.eye(regions, dtype=np.int64)[region]
        # The balance of a class is not told apart by region: it counts once, with the first.
        first = np.diff(row, prepend=-1) != 0
        self.owed = np.where(first, owed[row], 0.0)
        self.open, self.must = kinds[row, :-1].astype(bool), kinds[row, -1].astype(bool)


def _regions(problem: Problem) -> int:
    return 1 if problem.region_capacity is None else len(problem.region_capacity)


def _placed(problem: Problem, wanted: set[Term]) -> NDArray[np.bool_]:
    """The segments whose cases must be placed."""
    placed = np.zeros(problem.n_segments, dtype=bool)
    placed[[int(term[1]) for term in wanted if term[0] == "segment"]] = True
    return placed


class _Rows:
    """The rows of the program: variables are pairs, then (relaxed) balances, then switches."""

    def __init__(
        self, problem: Problem, classes: _Classes, wanted: set[Term], *, apart: bool
    ) -> None:
        self.problem, self.classes = problem, classes
        self.row, self.column = np.nonzero(classes.open)
        self.pairs = self.row.size
        self.apart = apart and problem.balance_capacity is not None
        self.switches = problem.n_agencies if ("min_agencies",) in wanted else 0
        self.size = self.pairs * (1 + self.apart) + self.switches
        self.upper = np.concatenate(
            [
                classes.times[self.row],
                np.full(self.pairs * self.apart, np.inf),
                np.ones(self.switches),
            ]
        )
        self._entries: list[tuple[Ints, Ints, NDArray[Any]]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._place()
        for term in sorted(wanted, key=str):
            self._add(str(term[0]), [int(i) for i in term[1:]])

    def constraints(self) -> LinearConstraint:
        row, at, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        matrix = csr_array((value, (row, at)), shape=(len(self._low), self.size))
        return LinearConstraint(matrix, self._low, self._high)

    def nothing_suffices(self) -> bool:
        """Whether all sums may be 0."""
        return max(self._low, default=0.0) <= 0 <= min(self._high, default=0.0)

    def _sum(self, weight: NDArray[Any], low: float, high: float, offset: int = 0) -> None:
        at = np.flatnonzero(weight)
        row = np.full(at.size, len(self._low))
        self._entries.append((row, at + offset, weight[at].astype(float)))
        self._low.append(low)
        self._high.append(high)

    def _place(self) -> None:
        classes = self.classes
        amounts = [(classes.times.astype(float), 0)]
        if self.apart:
            amounts.append((classes.owed, self.pairs))
        for amount, offset in amounts:
            at = np.arange(self.pairs) + offset
            self._entries.append((self.row + len(self._low), at, np.ones(self.pairs)))
            self._low += np.where(classes.must, amount, 0.0).tolist()
            self._high += amount.tolist()

    def _add(self, name: str, index: list[int]) -> None:
        problem, classes = self.problem, self.classes
        j = index[-1] if index else 0
        cases = classes.cases.sum(axis=1)[self.row]
        mine = self.column == j
        if name == "capacity":
            self._sum(cases * mine, -np.inf, float(problem.most[j]))
        elif name == "minimum":
            self._sum(cases * mine, float(problem.least[j]), np.inf)
        elif name == "region_capacity":
            inside = classes.cases[self.row, index[0]] * mine
            self._sum(inside, -np.inf, _at(problem, name, index))
        elif name == "newcomer_share":
            self._sum(cases * problem.newcomer[self.column], problem.newcomer_least, np.inf)
        elif name == "balance_capacity":
            self._balance(mine, _at(problem, name, index))
        elif name == "min_agencies":
            self._activate(cases)

    def _balance(self, mine: NDArray[np.bool_], most: int) -> None:
        scale = max(1.0, float(self.classes.owed.max(initial=1)))
        if self.apart:
            self._sum(mine / scale, -np.inf, most / scale, self.pairs)
        else:
            self._sum(self.classes.owed[self.row] * mine / scale, -np.inf, most / scale)

    def _activate(self, cases: Ints) -> None:
        first = self.size - self.switches
        for j in range(self.switches):
            weight = np.zeros(self.size)
            weight[: self.pairs] = cases * (self.column == j)
            weight[first + j] = -1
            self._sum(weight, 0.0, np.inf)
        self._sum(np.ones(self.switches), float(self.problem.min_agencies), np.inf, first)
