"""Splits with debtors kept together or balances bounded: seconds, and the proven gap.

    python benchmarks/bounds.py [groups|balances|segments] [CASESxAGENCIES]

The book is that of `matching.py`. "segments" bounds balances and nothing else.
"""

import sys
from dataclasses import fields
from time import perf_counter
from typing import Any

import numpy as np
from _bench import table
from _book import book

import matching
from matching import Problem


def bounded(problem: Problem, kind: str, seed: int = 7) -> Problem:
    """The same book with further bounds, of one kind."""
    g, k, n = np.random.default_rng(seed), problem.n_agencies, problem.n_cases
    given: dict[str, Any] = {f.name: getattr(problem, f.name) for f in fields(problem)}
    if kind == "groups":
        return Problem(**{**given, "group": g.integers(0, int(n / 1.6), n)})
    if kind == "segments":
        share = g.dirichlet(np.full(k, 5.0)) * 1.02
        most = np.ceil(share * problem.balance.sum()).astype(np.int64)
        return Problem(**{**given, "capacity": [n] * k, "balance_capacity": most})
    free = matching.assign(problem).agency
    owed = np.bincount(free[free >= 0], problem.balance[free >= 0], k)
    most = np.ceil(np.where(g.random(k) < 0.5, owed * 0.9, owed * 1.2)).astype(np.int64)
    return Problem(**{**given, "balance_capacity": most})


def main() -> None:
    kind, size = (*sys.argv[1:], *("groups", "100000x20")[len(sys.argv) - 1 :])
    cases, agencies = (int(part) for part in size.split("x"))
    problem = bounded(book(cases, agencies), kind)
    started = perf_counter()
    split = matching.assign(problem)
    took = perf_counter() - started
    proven = "verified" if matching.verify(problem, split.certificate) else "REJECTED"
    row = (size, kind, f"{took:.1f}", f"{split.gap / split.bound:.1e}", proven)
    table("Bounds on sums", [("cases x agencies", "bounds", "seconds", "gap", ""), row])


if __name__ == "__main__":
    main()
