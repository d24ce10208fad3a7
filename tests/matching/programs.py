"""Books with every constraint, and their exact integer programs for OR-tools' CP-SAT."""

from collections.abc import Collection
from itertools import pairwise
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from matching import Problem
from tests.matching.references import TOPS, values

Terms = Collection[tuple[Any, ...]]


class Program:
    """Choose an agency for every case, or -1; all constraints, or those in `terms`."""

    def __init__(self, problem: Problem, terms: Terms | None = None) -> None:
        self.problem, self.terms = problem, terms
        self.model = cp_model.CpModel()
        n, k = problem.n_cases, problem.n_agencies
        self.x = {
            (i, j): self.model.new_bool_var(f"{i},{j}")
            for i in range(n)
            for j in range(k)
            if not problem.forbidden[problem.segment[i], j]
        }
        for i in range(n):
            chosen = sum(self.x[i, j] for j in range(k) if (i, j) in self.x)
            must = problem.retain is None and self.wanted("segment", int(problem.segment[i]))
            self.model.add(chosen == 1 if must else chosen <= 1)
        self._bounds()
        self._groups()

    def wanted(self, *term: Any) -> bool:
        return self.terms is None or term in self.terms

    def total(self, cases: Any, agencies: Any, weight: Any = None) -> Any:
        pairs = [(i, j) for i in cases for j in agencies if (i, j) in self.x]
        return sum(self.x[i, j] * (1 if weight is None else int(weight[i])) for i, j in pairs)

    def _bounds(self) -> None:
        p, everyone = self.problem, range(self.problem.n_cases)
        add = self.model.add
        for j in range(p.n_agencies):
            cases = self.total(everyone, [j])
            if self.wanted("capacity", j):
                add(cases <= int(p.most[j]))
            if self.wanted("minimum", j):
                add(cases >= int(p.least[j]))
            if p.balance_capacity is not None and self.wanted("balance_capacity", j):
                add(self.total(everyone, [j], p.balance) <= int(p.balance_capacity[j]))
        if p.region is not None and p.region_capacity is not None:
            for (r, j), most in np.ndenumerate(p.region_capacity):
                inside = np.flatnonzero(p.region[p.segment] == r).tolist()
                if self.wanted("region_capacity", r, j):
                    add(self.total(inside, [j]) <= int(most))
        if self.wanted("newcomer_share"):
            least = -(-p.n_cases * p.newcomer_share // 10_000)
            add(self.total(everyone, np.flatnonzero(p.newcomer).tolist()) >= least)
        if p.min_agencies and self.wanted("min_agencies"):
            active = [self.model.new_bool_var(f"a{j}") for j in range(p.n_agencies)]
            for j, switch in enumerate(active):
                add(self.total(everyone, [j]) >= switch)
            add(sum(active) >= p.min_agencies)

    def _groups(self) -> None:
        p = self.problem
        if p.group is None or not self.wanted("group"):
            return
        for number in np.unique(p.group).tolist():
            cases = np.flatnonzero(p.group == number).tolist()
            for first, second in pairwise(cases):
                for j in range(p.n_agencies):
                    a, b = self.x.get((first, j), 0), self.x.get((second, j), 0)
                    self.model.add(a == b)

    def solve(self, pinned: Any = None) -> int | None:
        """Best value, None if nothing is feasible; `pinned` cases go where it says."""
        p, worth = self.problem, values(self.problem)
        for i, j in enumerate([] if pinned is None else pinned):
            if j >= 0:
                self.model.add(self.x[i, int(j)] == 1)
        kept = [int(b) * (p.retain or 0) for b in p.balance]
        gain = sum(x * (int(worth[i, j]) - kept[i]) for (i, j), x in self.x.items())
        if self.x:
            self.model.maximize(gain)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(self.model)
        assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status == cp_model.INFEASIBLE:
            return None
        return sum(kept) + sum(
            int(worth[i, j]) - kept[i] for (i, j), x in self.x.items() if solver.value(x)
        )


def termed(seed: int, terms: Collection[str], most_cases: int = 14) -> Problem:
    """A random small book, awkward in known ways, with some of these further terms."""
    g = np.random.default_rng(seed)
    k, n, s = int(g.integers(1, 6)), int(g.integers(0, most_cases + 1)), int(g.integers(1, 6))
    top = int(g.choice([1, 2, 4, 20, 10**3, 10**6]))
    rate = g.integers(0, g.choice(TOPS), (s, k), endpoint=True)
    rate -= int(rate.max() // 2) if g.random() < 0.3 else 0
    if k > 1 and g.random() < 0.2:
        rate[:, 0] = rate[:, 1]
    slack = float(g.choice([0.8, 1.0, 1.2, 2.0, 4.0]))
    capacity = np.ceil(g.dirichlet(np.full(k, 3.0)) * slack * n).astype(np.int64)
    if g.random() < 0.2:
        capacity[g.integers(k)] = 0
    minimum = np.minimum(capacity, g.integers(0, 3, k) * int(g.random() < 0.2))
    balance = g.integers(0, top, n, endpoint=True)
    given: dict[str, Any] = {}
    if "region" in terms:
        r = int(g.integers(1, 4))
        given["region"] = g.integers(0, r, s)
        room = g.integers(0, max(2, n // 2), (r, k))
        given["region_capacity"] = np.where(g.random((r, k)) < 0.5, room, n)
    if "newcomer" in terms:
        given["newcomer"] = g.random(k) < 0.5
        if given["newcomer"].any():
            given["newcomer_share"] = int(g.choice([0, 1_000, 3_000, 6_000]))
    if "min_agencies" in terms:
        given["min_agencies"] = int(g.integers(0, k + 1))
    if "group" in terms:
        given["group"] = (
            g.integers(0, max(1, n // 2), n) if g.random() < 0.8 else np.zeros(n, int)
        )
    if "balance" in terms:
        share = g.dirichlet(np.full(k, 2.0)) * float(g.choice([0.9, 1.1, 1.5, 3.0]))
        given["balance_capacity"] = np.ceil(share * int(balance.sum())).astype(np.int64)
    if "case_value" in terms:
        given["case_value"] = g.integers(-top, top, (n, k), endpoint=True)
    if "exploration" in terms:
        given["exploration"] = int(g.choice([0, 1_000, 2_500]))
    if "share" in terms:
        high = np.where(g.random(k) < 0.5, g.integers(2_000, 10_001, k), 10_000)
        most = np.minimum(capacity, n * high // 10_000)
        half = most * 5_000 // max(n, 1)
        given["min_share"] = np.where(g.random(k) < 0.3, np.minimum(half, high), 0)
        given["max_share"], minimum = high, np.minimum(minimum, most)
    return Problem(
        balance,
        g.integers(0, s, n),
        rate,
        capacity=capacity,
        minimum=minimum,
        forbidden=g.random((s, k)) < float(g.choice([0.0, 0.2, 0.4])),
        retain=int(g.choice([0, 1, -1])) if g.random() < 0.4 else None,
        value_base=g.integers(-9, 9, (s, k)) * int(g.integers(0, 2)),
        **given,
    )
