"""The same split by other programs; what each needs from a problem, and how large it may be."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import csr_array, vstack

import matching
from matching import Problem


def worth_of(problem: Problem) -> np.ndarray:
    """Value of every pair, the last column being in-house at 0; -1 where a pair is closed."""
    worth = problem.balance[:, None] * problem.value_rate[problem.segment]
    worth[problem.forbidden[problem.segment]] = -1
    return np.hstack([worth, np.zeros((problem.n_cases, 1), dtype=np.int64)])


def pairs(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Open pairs and their values."""
    worth = worth_of(problem)
    case, option = np.nonzero(worth >= 0)
    return case, option, worth[case, option]


def ours(problem: Problem) -> int:
    split = matching.assign(problem)
    if split.gap:
        raise ArithmeticError("the split is not proven best")
    return split.value


def flow(problem: Problem) -> int:
    """OR-tools' network simplex."""
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - a development dependency

    n, k = problem.n_cases, problem.n_agencies
    case, option, worth = pairs(problem)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost
    # Its costs times its nodes must fit 64 bits; what is too wide is given to it rounded.
    coarse = 1 + int(worth.max()) * 2 * n // 2**60
    arcs(case, n + option, np.ones(case.size, dtype=np.int64), -(worth // coarse))
    ends = np.append(problem.capacity, n)
    arcs(n + np.arange(k + 1), np.full(k + 1, n + k + 1), ends, np.zeros(k + 1, dtype=np.int64))
    solver.set_nodes_supplies(np.arange(n), np.ones(n, dtype=np.int64))
    solver.set_node_supply(n + k + 1, -n)
    if solver.solve() != solver.OPTIMAL:
        raise ArithmeticError("OR-tools found no solution")
    taken = solver.flows(np.arange(case.size)) > 0
    return int(worth[taken].sum())


def highs(problem: Problem) -> int:
    """The transport program by HiGHS' dual simplex."""
    n, k = problem.n_cases, problem.n_agencies
    case, option, worth = pairs(problem)
    pair, ones = np.arange(case.size), np.ones(case.size)
    taken = csr_array((ones, (option, pair)), shape=(k + 1, case.size))
    placed = csr_array((ones, (case, pair)), shape=(n, case.size))
    solution = linprog(
        -worth / 1e8,
        A_ub=vstack([taken], format="csr"),
        b_ub=np.append(problem.capacity, n),
        A_eq=placed,
        b_eq=np.ones(n),
        method="highs-ds",
    )
    return int(worth[np.rint(solution.x) > 0].sum())


def emd(problem: Problem) -> int:
    """POT's network simplex on the dense matrix, free seats going to a case worth nothing."""
    import ot  # noqa: PLC0415 - a development dependency

    worth = worth_of(problem)
    barred = worth < 0
    ends = np.append(problem.capacity, problem.n_cases).astype(float)
    spare = ends.sum() - problem.n_cases
    cost = np.vstack([np.where(barred, float(worth.max()) * 10, -worth), np.zeros(ends.size)])
    supply = np.append(np.ones(problem.n_cases), spare)
    plan = ot.emd(supply, ends, cost - cost.min(), numItermax=10**9)[:-1]
    case, option = np.nonzero(plan > 0.5)
    return int(worth[case, option].sum())


def _seats(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Values case by seat, a seat of its own in-house for every case; and the closed ones."""
    seat = np.repeat(np.arange(problem.n_agencies), problem.capacity)
    own = np.where(np.eye(problem.n_cases, dtype=bool), 0, -1)
    worth = np.hstack([worth_of(problem)[:, seat], own])
    return worth, worth < 0


def seats(problem: Problem) -> int:
    """SciPy's assignment on one column per seat."""
    worth, closed = _seats(problem)
    score = np.where(closed, -np.inf, worth)
    rows, columns = linear_sum_assignment(score, maximize=True)
    return int(worth[rows, columns].sum())


def lapjv(problem: Problem) -> int:
    """lap's Jonker-Volgenant on one column per seat, closed pairs priced instead of barred."""
    import lap  # noqa: PLC0415 - a development dependency

    worth, closed = _seats(problem)
    cost = np.where(closed, float(worth.max()) * problem.n_cases, -worth.astype(float))
    _, column, _ = lap.lapjv(cost, extend_cost=True)
    return int(worth[np.arange(problem.n_cases), column].sum())


@dataclass(frozen=True)
class Peer:
    """A way to split, what must be installed for it, and up to which size it is run."""

    solve: Callable[[Problem], int]
    module: str
    most: int
    """Pairs of cases and agencies, or of cases and seats."""

    seated: bool = False

    def runs(self, problem: Problem) -> bool:
        size = problem.n_cases * problem.n_agencies
        if self.seated:
            size = problem.n_cases * int(problem.capacity.sum() + problem.n_cases)
        return size <= self.most


PEERS = {
    "OR-tools flow": Peer(flow, "ortools", 20_000_000),
    "POT emd": Peer(emd, "ot", 10_000_000),
    "HiGHS": Peer(highs, "scipy", 200_000),
    "SciPy LSA": Peer(seats, "scipy", 20_000_000, seated=True),
    "lap": Peer(lapjv, "lap", 20_000_000, seated=True),
}
