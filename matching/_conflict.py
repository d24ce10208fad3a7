"""Why a book cannot be placed: the smallest set of constraints that clash."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from matching._feasibility import Term, clash, words
from matching._problem import Problem


@dataclass(frozen=True)
class Conflict:
    """Constraints that cannot all hold; drop any one member and they can.

    With `kind` "capacity" the `cases` of these segments exceed the `capacity` of all agencies
    licensed for any of them. With `kind` "minimum" the `minimum` lots of these agencies exceed
    the `cases` of all segments open to any of them. Shares count as the cases they come to.
    With `kind` "terms" the constraints in `terms`, by name and indices, clash; `words` says
    the same.
    """

    kind: Literal["capacity", "minimum", "terms"]
    segments: tuple[int, ...] = ()
    agencies: tuple[int, ...] = ()
    cases: int = 0
    capacity: int = 0
    minimum: int = 0
    terms: tuple[Term, ...] = ()
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "terms":
            return "; ".join(self.words)
        who = f"agencies {list(self.agencies)}"
        what = f"segments {list(self.segments)}"
        if self.kind == "capacity":
            return f"{what}: {self.cases} cases, capacity {self.capacity} of licensed {who}"
        return f"{who}: minimum lots {self.minimum}, only {self.cases} cases in {what}"


class Infeasible(ValueError):
    """The constraints cannot all hold; `conflict` says which ones clash."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(f"the book cannot be placed: {conflict}")
        self.conflict = conflict


def conflict(problem: Problem) -> Conflict | None:
    r"""Find the smallest set of constraints that clash.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    Conflict or None
        None if the book can be placed.

    Notes
    -----
    Cases can be placed within capacities if and only if no set of segments holds more cases
    than its licensed agencies can take; minimums can be met if and only if no set of agencies
    demands more than the segments open to it hold; and if both can be had, they can be had
    together [1]_. A maximum flow from segments to agencies decides, and its minimum cut names
    a violating set, which is then thinned until no member can be spared. Where only the
    further constraints clash, an integer program decides, and constraints are given up one
    after another as long as the rest still clash. On large books with balances or debtors it
    is a relaxation that decides: a conflict is real, but not every one is found.

    References
    ----------
    .. [1] N. Mendelsohn and A. Dulmage, "Some generalizations of the problem of distinct
       representatives", Canadian J. Mathematics 10, 1958, pp. 230-241.

    Examples
    --------
    >>> from matching import Problem, conflict
    >>> book = Problem([1, 1, 1], [0, 1, 1], [[1, 1], [1, 1]], capacity=[9, 1],
    ...                forbidden=[[False, False], [True, False]])
    >>> print(conflict(book))
    segments [1]: 2 cases, capacity 1 of licensed agencies [1]
    """
    n = problem.n_cases
    cases = problem.tally.cases
    licensed = ~problem.forbidden
    capacity = np.minimum(problem.most, n)
    if problem.retain is None:
        segments = _crowded(cases, capacity, licensed)
        if segments.size:
            agencies = np.flatnonzero(licensed[segments].any(axis=0))
            return _found("capacity", problem, segments, agencies)
    agencies = _crowded(np.minimum(problem.least, n + 1), cases, licensed.T)
    if agencies.size:
        reach = licensed[:, agencies].any(axis=1) & (cases > 0)
        return _found("minimum", problem, np.flatnonzero(reach), agencies)
    if n == 0:
        return in_terms(problem, (("min_agencies",),) if problem.min_agencies else ())
    return in_terms(problem, clash(problem)) if _further(problem) else None


def in_terms(problem: Problem, terms: tuple[Term, ...]) -> Conflict | None:
    """The conflict of these constraints, None if there are none."""
    if not terms:
        return None
    return Conflict("terms", terms=terms, words=tuple(words(problem, t) for t in terms))


def _further(problem: Problem) -> bool:
    """Whether anything is asked that capacities, minimum lots and licences do not say."""
    given = (problem.balance_capacity, problem.group, problem.region_capacity)
    numbers = (problem.min_agencies, problem.newcomer_least)
    return any(array is not None for array in given) or any(numbers)


def _found(
    kind: Literal["capacity", "minimum"],
    problem: Problem,
    segments: NDArray[np.int64],
    agencies: NDArray[np.int64],
) -> Conflict:
    return Conflict(
        kind=kind,
        segments=tuple(segments.tolist()),
        agencies=tuple(agencies.tolist()),
        cases=int(problem.tally.cases[segments].sum()),
        capacity=sum(problem.most[agencies].tolist()),
        minimum=sum(problem.least[agencies].tolist()),
    )


def _crowded(
    demand: NDArray[np.int64], supply: NDArray[np.int64], link: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Smallest set of rows whose demand exceeds the supply linked to it; empty if none."""
    cut = _Cut(demand, supply, link)
    rows = cut.violating(np.flatnonzero(demand > 0))
    # Whole patterns first: a book has thousands of segments, but few sets of licences.
    for shared in np.unique(cut.pattern[rows]).tolist():
        fewer = cut.violating(rows[cut.pattern[rows] != shared])
        rows = fewer if fewer.size else rows
    for row in sorted(rows.tolist(), key=lambda r: (int(demand[r]), r)):
        if row in rows:
            fewer = cut.violating(rows[rows != row])
            rows = fewer if fewer.size else rows
    return rows


class _Cut:
    """Maximum flow from rows to columns; rows with the same links stand and fall together."""

    def __init__(
        self, demand: NDArray[np.int64], supply: NDArray[np.int64], link: NDArray[np.bool_]
    ) -> None:
        packed = np.packbits(link, axis=1)
        _, first, pattern = np.unique(packed, axis=0, return_index=True, return_inverse=True)
        self.pattern: NDArray[np.int64] = pattern.ravel()
        self._demand, self._supply = demand, supply
        self._row, self._column = np.nonzero(link[first])
        self._size = first.size

    def violating(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows on the source's side of the minimum cut; empty if all demand can flow."""
        r, c = self._size, self._supply.size
        wanted = np.zeros(r, dtype=np.int64)
        np.add.at(wanted, self.pattern[rows], self._demand[rows])
        # No flow is larger than the book, which 32 bits hold; a demand may be.
        wanted = np.minimum(wanted, np.iinfo(np.int32).max)
        source, sink = r + c, r + c + 1
        tail = np.concatenate([np.full(r, source), self._row, r + np.arange(c)])
        head = np.concatenate([np.arange(r), r + self._column, np.full(c, sink)])
        room = np.concatenate([wanted, wanted[self._row], self._supply]).astype(np.int32)
        graph = csr_array((room, (tail, head)), shape=(r + c + 2, r + c + 2))
        result = maximum_flow(graph, source, sink)
        if result.flow_value == wanted.sum():
            return rows[:0]
        residual = csr_array(graph - result.flow)
        residual.eliminate_zeros()
        reached = breadth_first_order(residual, source, return_predecessors=False)
        return rows[np.isin(self.pattern[rows], reached[reached < r])]
