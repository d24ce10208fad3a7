"""Independent exact solvers, and random books that are hard in known ways."""

from dataclasses import fields
from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from matching import Problem, Split

TOPS = (1, 3, 10, 100, 10**4, 10**6)


def values(problem: Problem) -> np.ndarray[Any, Any]:
    """Value of every pair, shape (N, K)."""
    s = problem.segment
    worth = problem.balance[:, None] * problem.value_rate[s] + problem.value_base[s]
    return worth if problem.case_value is None else worth + problem.case_value


def min_cost_flow_value(problem: Problem) -> int | None:
    """Best value by OR-tools' min-cost flow, None if nothing is feasible.

    Cases flow to agencies and on to a sink; a seat below the minimum pays a bonus so large
    that an unfilled one shows in the total.
    """
    n, k = problem.n_cases, problem.n_agencies
    worth, kept, sink = values(problem), n + k, n + k + 1
    bonus = 4 * (n + 1) * (int(np.abs(worth).max(initial=1)) + 1)
    if problem.retain is not None:
        bonus += 4 * (n + 1) * int(problem.balance.max(initial=0)) * abs(problem.retain)
    if bonus * (n + 1) > 2**60:
        raise OverflowError("too wide for the independent solver")
    flow = min_cost_flow.SimpleMinCostFlow()
    for i in range(n):
        flow.set_node_supply(i, 1)
        for j in np.flatnonzero(~problem.forbidden[problem.segment[i]]).tolist():
            flow.add_arc_with_capacity_and_unit_cost(i, n + j, 1, -int(worth[i, j]))
        if problem.retain is not None:
            cost = -int(problem.balance[i]) * problem.retain
            flow.add_arc_with_capacity_and_unit_cost(i, kept, 1, cost)
    for j in range(k):
        least = int(problem.minimum[j])
        flow.add_arc_with_capacity_and_unit_cost(n + j, sink, least, -bonus)
        spare = int(problem.capacity[j]) - least
        flow.add_arc_with_capacity_and_unit_cost(n + j, sink, spare, 0)
    flow.add_arc_with_capacity_and_unit_cost(kept, sink, n, 0)
    flow.set_node_supply(sink, -n)
    if flow.solve() != flow.OPTIMAL:
        return None
    least = int(problem.minimum.sum())
    value = -int(flow.optimal_cost()) - bonus * least
    # With a required seat empty at least one whole bonus is missing.
    return None if value < -bonus // 2 else value


def awkward_problem(seed: int, most_cases: int = 60) -> Problem:
    """A random book with ties, closed pairs, empty agencies, tight or absent slack."""
    g = np.random.default_rng(seed)
    k, n = int(g.choice([1, 2, 3, 5, 8])), int(g.integers(0, most_cases))
    s = int(g.integers(1, 9))
    top = int(g.choice([1, 2, 4, 20, 10**3, 10**6]))
    rate = g.integers(0, g.choice(TOPS), (s, k), endpoint=True)
    if g.random() < 0.3:
        rate -= rate.max() // 2
    if g.random() < 0.2 and k > 1:
        rate[:, 0] = rate[:, 1]
    forbidden = g.random((s, k)) < (g.choice([0.1, 0.3, 0.6]) if g.random() < 0.6 else 0.0)
    total = float(g.choice([0.7, 1.0, 1.1, 1.5, 3.0]))
    share = g.dirichlet(np.full(k, float(g.choice([0.3, 1, 5]))))
    capacity = np.floor(share * total * n + g.random(k)).astype(np.int64)
    if g.random() < 0.3:
        capacity[g.integers(0, k)] = 0
    if total == 1.0:
        capacity[0] += max(0, n - int(capacity.sum()))
    minimum = np.zeros(k, dtype=np.int64)
    if g.random() < 0.4:
        minimum = np.floor(capacity * g.random(k) * (g.random(k) < 0.5)).astype(np.int64)
    base = g.integers(-50, 50, (s, k)) * int(g.integers(0, 2)) * int(top)
    retain = int(g.choice([0, 0, 1, -1])) if g.random() < 0.4 else None
    return Problem(
        g.integers(1, top, n, endpoint=True),
        g.integers(0, s, n),
        rate,
        capacity=capacity,
        minimum=minimum,
        forbidden=forbidden,
        retain=retain,
        value_base=base,
    )


def arbitrary_problem(seed: int, most_cases: int = 60) -> Problem:
    """The same with a value of its own for every pair: equal, coarse, alike or wide ones."""
    problem, g = awkward_problem(seed, most_cases), np.random.default_rng([seed, 1])
    n, k = problem.n_cases, problem.n_agencies
    top = int(g.choice([0, 1, 2, 5, 10**3, 10**7]))
    own = g.integers(-top, top, (n, k), endpoint=True)
    if g.random() < 0.2 and k > 1:
        own[:, 0] = own[:, 1]
    if g.random() < 0.2 and n:
        own = own[g.integers(0, n, n) // 4]
    if g.random() < 0.4:
        rate, base = np.zeros_like(problem.value_rate), np.zeros_like(problem.value_base)
        return changed(problem, value_rate=rate, value_base=base, case_value=own)
    return changed(problem, case_value=own)


def changed(problem: Problem, **changes: Any) -> Problem:
    """The same problem but for some of its arguments."""
    given = {field.name: getattr(problem, field.name) for field in fields(problem)}
    return Problem(**{**given, **changes})


def check_prices(split: Split) -> None:
    """The interval of every price is what one seat more or fewer is worth."""
    for j, (low, high) in enumerate(zip(*split.prices, strict=True)):
        assert low is None or low <= split.price[j]
        assert high is None or high >= split.price[j]
        check_capacity(split.problem, split.value, j, low, high)
        check_minimum(split.problem, split.value, j, low, high)


def resolved(problem: Problem, name: str, agency: int, step: int) -> int | None:
    bounds = getattr(problem, name).copy()
    bounds[agency] += step
    return min_cost_flow_value(changed(problem, **{name: bounds}))


def check_capacity(
    problem: Problem, best: int, j: int, low: int | None, high: int | None
) -> None:
    more = resolved(problem, "capacity", j, 1)
    assert more is not None
    assert more - best == max(low or 0, 0)
    if problem.capacity[j] > problem.minimum[j]:
        fewer = resolved(problem, "capacity", j, -1)
        assert fewer == (None if high is None else best - max(high, 0))


def check_minimum(
    problem: Problem, best: int, j: int, low: int | None, high: int | None
) -> None:
    if problem.minimum[j] == 0:
        return
    fewer = resolved(problem, "minimum", j, -1)
    assert fewer == best + max(-(high if high is not None else 0), 0)
    if problem.capacity[j] > problem.minimum[j]:
        more = resolved(problem, "minimum", j, 1)
        assert more == (None if low is None else best - max(-low, 0))
