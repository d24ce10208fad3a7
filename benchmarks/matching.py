"""The split against its own limit and its peers: seconds, memory, and the same value.

    python benchmarks/matching.py [CASESxAGENCIES ...] [--plot FILE]

The limit is one dense pass: reading the value of every pair once and taking the best, what
any method that looks at all pairs must do at least. Each peer runs where it can, every
measurement in a process of its own, of one thread: seconds are those of the processor, so that
others on the machine disturb them little. "ties" before a size asks for a book of few different
balances and rates whose capacity is used up to the last seat.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from _bench import table
from _book import book, tied
from _memory import above, forget
from _peers import PEERS, ours

import matching
from matching import Problem

SIZES = [f"{n}x{k}" for n in (1_000, 10_000, 100_000, 1_000_000) for k in (20, 100, 200)]
LARGEST = ["10000000x20", "10000000x100", "10000000x200", "ties400000x300"]
OURS, DENSE = "ours", "one dense pass"
LOOKS: dict[str, dict[str, Any]] = {
    OURS: {"color": "black", "linewidth": 2.5},
    DENSE: {"color": "grey", "linestyle": "--"},
}


@dataclass(frozen=True)
class Run:
    """One method on one book."""

    size: str
    method: str
    seconds: float
    memory: float
    value: int | None = None

    @property
    def cases(self) -> int:
        return int(self.size.removeprefix("ties").split("x")[0])

    @property
    def agencies(self) -> int:
        return int(self.size.split("x")[1])


def problem_of(size: str) -> Problem:
    cases, agencies = (int(float(part)) for part in size.removeprefix("ties").split("x"))
    return (tied if size.startswith("ties") else book)(cases, agencies)


def dense_pass(problem: Problem, price: np.ndarray) -> None:
    """Take the best agency of every case at these prices, pair by pair."""
    base = problem.value_base - price
    step = max(1, 2**17 // problem.n_agencies)
    for start in range(0, problem.n_cases, step):
        s, b = problem.segment[start : start + step], problem.balance[start : start + step]
        (problem.value_rate[s] * b[:, None] + base[s]).argmax(axis=1)


def run(size: str, method: str) -> Run | None:
    """Measure a method; None where the book is too large for it."""
    problem = problem_of(size)
    if method in PEERS and not PEERS[method].runs(problem):
        return None
    solve = ours if method == OURS else PEERS[method].solve if method in PEERS else _dense
    times, value, start = 3 if method in (OURS, DENSE) else 1, 0, forget()
    seconds = []
    for _ in range(times):
        started = process_time()
        value = solve(problem)
        seconds.append(process_time() - started)
    memory = above(start)
    if method == OURS and not matching.verify(problem, matching.assign(problem).certificate):
        raise SystemExit(f"{size}: the certificate does not hold")
    return Run(size, method, min(seconds), memory, None if method == DENSE else value)


def _dense(problem: Problem) -> int:
    # Any prices will do: the work does not depend on them.
    dense_pass(problem, np.zeros(problem.n_agencies, dtype=np.int64))
    return 0


def measured(sizes: list[str]) -> list[Run]:
    """Every method on every size, each in a fresh process."""
    found = []
    methods = [OURS, DENSE, *(name for name, peer in PEERS.items() if find_spec(peer.module))]
    for size in sizes:
        for method in methods:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                result = pool.submit(run, size, method).result()
            if result is not None:
                found.append(result)
                print(f"{size} {method}: {result.seconds:.3f} s", file=sys.stderr)
    return found


def rows(runs: list[Run]) -> list[tuple[str, ...]]:
    lines = [("cases x agencies", "method", "seconds", "ratio", "MiB above input", "value")]
    own = {each.size: each for each in runs if each.method == OURS}
    limit = {each.size: each for each in runs if each.method == DENSE}
    for each in runs:
        mine = own[each.size]
        ratio = f"{each.seconds / mine.seconds:.1f} x ours"
        said = "" if each.value is None else _said(each, mine)
        if each is mine:
            ratio, said = f"{each.seconds / limit[each.size].seconds:.2f} x dense pass", "gap 0"
        memory = f"{each.memory:.0f}"
        lines.append((each.size, each.method, f"{each.seconds:.3f}", ratio, memory, said))
    return lines


def _said(each: Run, mine: Run) -> str:
    short = (mine.value or 0) - (each.value or 0)
    return "equal value" if short == 0 else f"short by {short / (mine.value or 1):.1e}"


def plot(runs: list[Run], file: Path) -> None:
    """Seconds by cases, both logarithmic, one picture for each number of agencies."""
    from matplotlib import pyplot as plt  # noqa: PLC0415 - a development dependency

    plt.rcParams["svg.hashsalt"] = "matching"
    plain = [each for each in runs if not each.size.startswith("ties")]
    columns = sorted({each.agencies for each in plain})
    figure, axes = plt.subplots(
        1, len(columns), sharey=True, figsize=(4 * len(columns), 4.6), layout="constrained"
    )
    lines = {}
    for axis, agencies in zip(np.atleast_1d(axes), columns, strict=True):
        for i, method in enumerate(dict.fromkeys(each.method for each in plain)):
            chosen = [e for e in plain if (e.agencies, e.method) == (agencies, method)]
            points = [(each.cases, each.seconds) for each in chosen]
            if points:
                look = LOOKS.get(method, {"color": f"C{i}"})
                (lines[method],) = axis.loglog(*zip(*points, strict=True), marker="o", **look)
        axis.set(title=f"{agencies} agencies", xlabel="cases")
        axis.grid(visible=True, alpha=0.3)
    np.atleast_1d(axes)[0].set_ylabel("seconds, one thread")
    figure.legend(
        lines.values(), lines, loc="outside lower center", ncols=len(lines), frameon=False
    )
    figure.suptitle("Splitting a book exactly")
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", default=SIZES + LARGEST)
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args(sys.argv[1:])
    runs = measured(asked.sizes)
    table("Splitting a book", rows(runs))
    if asked.plot:
        plot(runs, asked.plot)


if __name__ == "__main__":
    main()
