"""Splitting a book in which every pair has a value of its own: seconds, memory, and proof.

    python benchmarks/arbitrary.py [CASESxAGENCIES ...]

The limit is one dense pass at the prices found: reading the value of every pair once and
taking the best, what any method that looks at all pairs must do at least. Memory is what is
needed above the book itself, which holds 8 bytes for every pair.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import tracemalloc
from time import perf_counter

import numpy as np
from _bench import table

import matching
from matching import Problem

SIZES = ("100000x20", "1000000x20", "1000000x200")


def book(cases: int, agencies: int, top: int) -> Problem:
    """Values drawn evenly from 0 to `top`, capacities uneven and a tenth above the need."""
    g = np.random.default_rng(1)
    share = g.dirichlet(np.full(agencies, 4.0))
    return Problem(
        np.rint(np.exp(g.normal(13.5, 1.1, cases))).astype(np.int64),
        np.zeros(cases, dtype=np.int64),
        np.zeros((1, agencies), dtype=np.int64),
        capacity=np.ceil(share * 1.1 * cases).astype(np.int64),
        case_value=g.integers(0, top, (cases, agencies), endpoint=True),
    )


def dense_pass(value: np.ndarray, price: tuple[int, ...]) -> None:
    """Take the best agency of every case at these prices, pair by pair."""
    pays = np.array(price, dtype=np.int64)
    step = max(1, 2**17 // len(price))
    for start in range(0, len(value), step):
        (value[start : start + step] - pays).argmax(axis=1)


def measure(size: str, top: int) -> list[tuple[str, ...]]:
    cases, agencies = (int(float(part)) for part in size.split("x"))
    problem = book(cases, agencies, top)
    started = perf_counter()
    split = matching.assign(problem)
    ours = perf_counter() - started
    if split.gap:
        raise SystemExit(f"{size}: the split is not proven best")
    started = perf_counter()
    dense_pass(np.asarray(problem.case_value), split.price)
    limit = perf_counter() - started
    tracemalloc.start()
    again = matching.assign(problem)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    if (again.agency != split.agency).any():
        raise SystemExit(f"{size}: the same book was split otherwise")
    values = f"0 to {top:,}"
    row = (size, values, "ours", f"{ours:.2f}", f"{ours / limit:.1f} x dense pass")
    return [
        (*row, f"{peak:.0f}", f"gap {split.gap}"),
        (size, values, "one dense pass", f"{limit:.2f}", "", "", ""),
    ]


def main() -> None:
    rows = [
        ("cases x agencies", "values", "method", "seconds", "ratio", "MiB above input", "proof")
    ]
    for size in sys.argv[1:] or SIZES:
        for top in (10**9, 3):
            rows += measure(size, top)
    table("Splitting a book of arbitrary values", rows)


if __name__ == "__main__":
    main()
