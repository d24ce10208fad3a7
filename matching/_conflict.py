"""Why a book cannot be placed: the smallest set of constraints that clash."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from matching._problem import Problem


@dataclass(frozen=True)
class Conflict:
    """Constraints that cannot all hold; drop any one member and they can.

    With `kind` "capacity" the `cases` of these segments exceed the `capacity` of all agencies
    licensed for any of them. With `kind` "minimum" the `minimum` lots of these agencies exceed
    the `cases` of all segments open to any of them.
    """

    kind: Literal["capacity", "minimum"]
    segments: tuple[int, ...]
    agencies: tuple[int, ...]
    cases: int
    capacity: int
    minimum: int

    def __str__(self) -> str:
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
    a violating set, which is then thinned until no member can be spared.

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
    cases = np.bincount(problem.segment, minlength=problem.n_segments)
    licensed = ~problem.forbidden
    capacity = np.minimum(problem.capacity, n)
    if problem.retain is None:
        segments = _crowded(cases, capacity, licensed)
        if segments.size:
            agencies = np.flatnonzero(licensed[segments].any(axis=0))
            return _found("capacity", problem, segments, agencies)
    agencies = _crowded(np.minimum(problem.minimum, n + 1), cases, licensed.T)
    if agencies.size:
        reach = licensed[:, agencies].any(axis=1) & (cases > 0)
        return _found("minimum", problem, np.flatnonzero(reach), agencies)
    return None


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
        cases=int(np.isin(problem.segment, segments).sum()),
        capacity=sum(problem.capacity[agencies].tolist()),
        minimum=sum(problem.minimum[agencies].tolist()),
    )


def _crowded(
    demand: NDArray[np.int64], supply: NDArray[np.int64], link: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Smallest set of rows whose demand exceeds the supply linked to it; empty if none."""
    rows = _violating(np.flatnonzero(demand > 0), demand, supply, link)
    for row in sorted(rows.tolist(), key=lambda r: (int(demand[r]), r)):
        if row in rows:
            fewer = _violating(rows[rows != row], demand, supply, link)
            rows = fewer if fewer.size else rows
    return rows


def _violating(
    rows: NDArray[np.int64],
    demand: NDArray[np.int64],
    supply: NDArray[np.int64],
    link: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Rows on the source's side of the minimum cut; empty if all demand can flow."""
    r, c = rows.size, supply.size
    source, sink = r + c, r + c + 1
    row, column = np.nonzero(link[rows])
    tail = np.concatenate([np.full(r, source), row, r + np.arange(c)])
    head = np.concatenate([np.arange(r), r + column, np.full(c, sink)])
    room = np.concatenate([demand[rows], demand[rows][row], supply]).astype(np.int32)
    graph = csr_array((room, (tail, head)), shape=(r + c + 2, r + c + 2))
    result = maximum_flow(graph, source, sink)
    if result.flow_value == demand[rows].sum():
        return rows[:0]
    residual = csr_array(graph - result.flow)
    residual.eliminate_zeros()
    reached = breadth_first_order(residual, source, return_predecessors=False)
    return rows[np.sort(reached[reached < r])]
