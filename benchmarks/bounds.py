"""Splits with debtors kept together or balances bounded: seconds, and the proven gap.

    python benchmarks/bounds.py [KIND] [CASESxAGENCIES] [SEED ...]

The book is that of `matching.py`, with one more bound by kind: "groups" keeps debtors' cases
together; "balances" bounds balances and cases; "segments" bounds balances and nothing else, so
that whole segments tie; "few:SEGMENTS:SLACK" is the same with few segments, the rooms together
so much larger than the book (3:0.002, say). Every seed is a book.
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
        most = _rooms(problem.balance, k, 0.02, g)
        return Problem(**{**given, "capacity": [n] * k, "balance_capacity": most})
    free = matching.assign(problem).agency
    owed = np.bincount(free[free >= 0], problem.balance[free >= 0], k)
    most = np.ceil(np.where(g.random(k) < 0.5, owed * 0.9, owed * 1.2)).astype(np.int64)
    return Problem(**{**given, "balance_capacity": most})


def few(problem: Problem, segments: int, slack: float, seed: int = 7) -> Problem:
    """The same balances in few segments, all agencies licensed, all cases to be placed."""
    g, k, n = np.random.default_rng(seed), problem.n_agencies, problem.n_cases
    return Problem(
        problem.balance,
        g.integers(0, segments, n),
        g.integers(50_000, 400_000, (segments, k)),
        capacity=[n] * k,
        balance_capacity=_rooms(problem.balance, k, slack, g),
    )


def _rooms(
    balance: np.ndarray[Any, Any], k: int, slack: float, g: np.random.Generator
) -> np.ndarray[Any, Any]:
    share = g.dirichlet(np.full(k, 5.0)) * (1 + slack)
    rooms: np.ndarray[Any, Any] = np.ceil(share * balance.sum()).astype(np.int64)
    return rooms


def made(kind: str, size: str, seed: int) -> Problem:
    """The book of this kind, size and seed."""
    cases, agencies = (int(part) for part in size.split("x"))
    problem = book(cases, agencies, seed)
    if kind.startswith("few"):
        _, segments, slack = kind.split(":")
        return few(problem, int(segments), float(slack), seed + 6)
    return bounded(problem, kind, seed + 6)


def measured(kind: str, size: str, seed: int) -> tuple[str, ...]:
    """One row of the table."""
    problem = made(kind, size, seed)
    started = perf_counter()
    split = matching.assign(problem)
    took = perf_counter() - started
    proven = "verified" if matching.verify(problem, split.certificate) else "REJECTED"
    return size, kind, str(seed), f"{took:.1f}", f"{split.gap / split.bound:.1e}", proven


def main() -> None:
    kind, size = (*sys.argv[1:3], *("groups", "100000x20")[len(sys.argv[1:3]) :])
    seeds = [int(seed) for seed in sys.argv[3:]] or [1]
    head = ("cases x agencies", "bounds", "seed", "seconds", "gap", "")
    table("Bounds on sums", [head, *(measured(kind, size, seed) for seed in seeds)])


if __name__ == "__main__":
    main()
