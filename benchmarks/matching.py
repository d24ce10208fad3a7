"""The split against its own limit and its peers: seconds, memory, and the same value.

    python benchmarks/matching.py [CASESxAGENCIES ...]

The limit is one dense pass: reading the value of every pair once and taking the best, what
any method that looks at all pairs must do at least. Each peer runs where it can.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from time import perf_counter

import numpy as np
from _bench import table
from _book import book
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import csr_array, vstack

import matching
from matching import Problem

SIZES = ("1000x20", "1000x100", "1000x200", "10000x20", "100000x20", "100000x100", "100000x200")
LARGE = ("1000000x20", "1000000x100", "1000000x200")
MOST_PAIRS = {"OR-tools flow": 20_000_000, "HiGHS": 100_000, "SciPy LSA": 20_000_000}
"""Pairs (for LSA: cases times seats) up to which each peer is run."""


def dense_pass(problem: Problem, price: tuple[int, ...]) -> None:
    """Take the best agency of every case at these prices, pair by pair."""
    base = problem.value_base - np.array(price, dtype=np.int64)
    step = max(1, 2**17 // problem.n_agencies)
    for start in range(0, problem.n_cases, step):
        s, b = problem.segment[start : start + step], problem.balance[start : start + step]
        (problem.value_rate[s] * b[:, None] + base[s]).argmax(axis=1)


def pairs(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Open pairs and their values; keeping a case is worth 0, and so is its pair."""
    open_ = np.hstack(
        [~problem.forbidden[problem.segment], np.ones((problem.n_cases, 1), dtype=bool)]
    )
    case, option = np.nonzero(open_)
    rate = np.hstack([problem.value_rate, np.zeros((problem.n_segments, 1), dtype=np.int64)])
    return case, option, problem.balance[case] * rate[problem.segment[case], option]


def flow(problem: Problem) -> int:
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
    n, k = problem.n_cases, problem.n_agencies
    case, option, worth = pairs(problem)
    pair, ones = np.arange(case.size), np.ones(case.size)
    taken = csr_array((ones, (option, pair)), shape=(k + 1, case.size))
    placed = csr_array((ones, (case, pair)), shape=(n, case.size))
    ends = np.append(problem.capacity, n)
    solution = linprog(
        -worth / 1e8,
        A_ub=vstack([taken], format="csr"),
        b_ub=ends,
        A_eq=placed,
        b_eq=np.ones(n),
        method="highs-ds",
    )
    return int(worth[np.rint(solution.x) > 0].sum())


def seats(problem: Problem) -> int:
    seat = np.repeat(np.arange(problem.n_agencies), problem.capacity)
    worth = problem.balance[:, None] * problem.value_rate[problem.segment]
    score = np.where(problem.forbidden[problem.segment], -np.inf, worth)[:, seat]
    kept = np.where(np.eye(problem.n_cases, dtype=bool), 0.0, -np.inf)
    rows, columns = linear_sum_assignment(np.hstack([score, kept]), maximize=True)
    return int(np.hstack([score, kept])[rows, columns].sum())


def work(name: str, problem: Problem) -> int:
    """How large the problem is for a peer."""
    if name == "SciPy LSA":
        return problem.n_cases * int(problem.capacity.sum() + problem.n_cases)
    return problem.n_cases * problem.n_agencies


def timed(action: Callable[[], object]) -> float:
    started = perf_counter()
    action()
    return perf_counter() - started


def best_of(times: int, action: Callable[[], object]) -> float:
    return min(timed(action) for _ in range(times))


def measure(size: str) -> list[tuple[str, ...]]:
    cases, agencies = (int(float(part)) for part in size.split("x"))
    problem = book(cases, agencies)
    split = matching.assign(problem)
    if split.gap or not matching.verify(problem, split.certificate):
        raise SystemExit(f"{size}: the split is not proven best")
    ours = best_of(3, lambda: matching.assign(problem))
    limit = best_of(3, lambda: dense_pass(problem, split.price))
    tracemalloc.start()
    matching.assign(problem)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    own = (
        size,
        "ours",
        f"{ours:.3f}",
        f"{ours / limit:.1f} x dense pass",
        f"{peak:.0f}",
        "gap 0",
    )
    rows = [own, (size, "one dense pass", f"{limit:.3f}", "", "", "")]
    peers = {"OR-tools flow": flow, "HiGHS": highs, "SciPy LSA": seats}
    if find_spec("ortools") is None:
        del peers["OR-tools flow"]
    for name, solve in peers.items():
        if work(name, problem) <= MOST_PAIRS[name]:
            value = 0
            started = perf_counter()
            value = solve(problem)
            took = perf_counter() - started
            same = "equal value" if value == split.value else f"short by {split.value - value}"
            rows.append((size, name, f"{took:.3f}", f"{took / ours:.1f} x ours", "", same))
    return rows


def main() -> None:
    rows = [("cases x agencies", "method", "seconds", "ratio", "MiB above input", "value")]
    for size in sys.argv[1:] or (*SIZES, *LARGE):
        rows += measure(size)
    table("Splitting a book", rows)


if __name__ == "__main__":
    main()
