"""What each agency adds to a split, by re-solves: seconds for all, and beside one split.

    python benchmarks/marginal.py [CASESxAGENCIES ...]

Seconds are those of the processor, one thread. Some agencies, drawn by lot, are checked: the
book is split from nothing without them.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from dataclasses import fields
from time import process_time

import numpy as np
from _bench import peak_megabytes, table
from _book import book

import matching
from matching import Infeasible, Problem, Split

SIZES = ("100000x200", "1000000x200")
LIMIT_SECONDS = 60
CHECKED = 3


def without(problem: Problem, agency: int) -> Problem:
    given = {field.name: getattr(problem, field.name) for field in fields(problem)}
    capacity = problem.capacity.copy()
    capacity[agency] = 0
    return Problem(**{**given, "capacity": capacity})


def check(split: Split, values: tuple[int | None, ...]) -> None:
    for j in np.random.default_rng(1).choice(len(values), CHECKED, replace=False).tolist():
        try:
            alone = split.value - matching.assign(without(split.problem, j)).value
        except Infeasible:
            alone = None
        if alone != values[j]:
            raise SystemExit(f"agency {j} adds {alone}, not {values[j]}")


def measured(size: str) -> tuple[str, ...]:
    cases, agencies = (int(float(part)) for part in size.split("x"))
    problem = book(cases, agencies)
    started = process_time()
    split = matching.assign(problem)
    once = process_time() - started
    started = process_time()
    values = matching.marginal_values(split)
    took = process_time() - started
    check(split, values)
    each = took / agencies
    return size, f"{once:.2f}", f"{took:.1f}", f"{each:.3f}", f"{each / once:.2f}"


def main() -> None:
    head = ("cases x agencies", "one split, s", "all agencies, s", "each, s", "each / split")
    rows = [head, *(measured(size) for size in sys.argv[1:] or SIZES)]
    limit = f"at most {LIMIT_SECONDS} s wanted for {SIZES[-1]}"
    table(f"What each agency adds; {limit}; peak {peak_megabytes():,.0f} MiB", rows)


if __name__ == "__main__":
    main()
