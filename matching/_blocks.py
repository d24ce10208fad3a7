"""The split of a large book: blocks of like cases through a transport problem."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matching._options import Options
from matching._problem import Problem

MOST_BLOCKS = 4_000
MOST_PAIRS = 120_000
"""Blocks times options: what the transport problem solves in seconds."""


@dataclass(frozen=True)
class Blocks:
    """Cases in an order in which each block, of one segment, is a run."""

    order: NDArray[np.int64]
    """Shape (N,): case numbers."""

    size: NDArray[np.int64]
    """Shape (B,): cases of each block."""

    segment: NDArray[np.int64]
    """Shape (B,)."""

    owed: NDArray[np.object_]
    """Shape (B,): balance of each block, Python integers."""


def fitting_size(segment: NDArray[np.int64], n_options: int, wanted: int) -> int:
    """Smallest block size, not below `wanted`, that leaves a solvable number of blocks."""
    cases = np.bincount(segment)
    most = max(min(MOST_BLOCKS, MOST_PAIRS // n_options), 2 * int((cases > 0).sum()))
    low, high = wanted, max(wanted, int(cases.max(initial=1)))
    while low < high:
        middle = (low + high) // 2
        if int((-(-cases // middle)).sum()) <= most:
            high = middle
        else:
            low = middle + 1
    return low


def cut(problem: Problem, size: int, rng: np.random.Generator) -> Blocks:
    """Cut each segment, in order of balance and then by lot, into blocks of `size` cases."""
    order = np.lexsort((rng.permutation(problem.n_cases), problem.balance, problem.segment))
    segment = problem.segment[order]
    fresh = np.diff(segment, prepend=-1) != 0
    first = np.flatnonzero(fresh)
    place = np.arange(segment.size) - np.repeat(first, np.diff(np.append(first, segment.size)))
    start = np.flatnonzero(place % size == 0)
    return runs(problem, order, np.diff(np.append(start, segment.size)))


def runs(problem: Problem, order: NDArray[np.int64], size: NDArray[np.int64]) -> Blocks:
    """Describe the runs of `order` that have these sizes, all positive."""
    start = np.cumsum(size) - size
    owed = problem.balance[order]
    # Two halves of 31 bits, so that no sum of a block can overflow.
    high = np.add.reduceat(owed >> 31, start).astype(object)
    low = np.add.reduceat(owed & (2**31 - 1), start).astype(object)
    return Blocks(order, size, problem.segment[order[start]], high * 2**31 + low)


def transport(
    blocks: Blocks, columns: Options
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Best numbers of cases from each block to each option, and a price per option.

    Returns
    -------
    block, option, cases : ndarray of int64, shape (P,)
        The pairs used and how many cases each carries.
    price : ndarray of int, shape (M,)
        Dual prices rounded to integers.

    Notes
    -----
    A transport problem in cases with the mean value of a block per case: its vertices are
    whole numbers, and at most as many blocks as options are divided.
    """
    allowed = columns.allowed[blocks.segment]
    block, option = np.nonzero(allowed)
    mean = columns.values(blocks.owed, blocks.size, blocks.segment) / blocks.size[:, None]
    worth = mean.astype(float)[block, option]
    scale = max(float(np.abs(worth).max(initial=0.0)), 1.0)
    n, m = allowed.shape
    pair = np.arange(block.size)
    ones = np.ones(block.size)
    taken = csr_array((ones, (option, pair)), shape=(m, block.size))
    solve: Any = linprog  # the stubs know no sparse constraints
    solution = solve(
        -worth / scale,
        A_ub=vstack([taken, -taken], format="csr"),
        b_ub=np.concatenate([columns.capacity, -columns.minimum]),
        A_eq=csr_array((ones, (block, pair)), shape=(n, block.size)),
        b_eq=blocks.size,
        method="highs-ds",
    )
    if solution.status != 0:
        raise ArithmeticError(f"the transport problem was not solved: {solution.message}")
    cases = np.rint(solution.x).astype(np.int64)
    _check_whole(blocks, columns, block, option, cases)
    dual = -solution.ineqlin.marginals * scale
    price = np.array([round(value) for value in dual[:m] - dual[m:]], dtype=object)
    used = cases > 0
    return block[used], option[used], cases[used], price


def divide(
    problem: Problem,
    blocks: Blocks,
    columns: Options,
    flow: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> tuple[Blocks, NDArray[np.int64]]:
    """Cut the blocks that go to several options, the larger balances to the higher rate.

    Returns the final blocks, and the option of each.
    """
    block, option, cases = flow
    rate = columns.rate[blocks.segment[block], option]
    by_rate = np.lexsort((option, rate, block))
    return runs(problem, blocks.order, cases[by_rate]), option[by_rate]


def _check_whole(
    blocks: Blocks,
    columns: Options,
    block: NDArray[np.int64],
    option: NDArray[np.int64],
    cases: NDArray[np.int64],
) -> None:
    placed = np.bincount(block, weights=cases, minlength=blocks.size.size)
    used = np.bincount(option, weights=cases, minlength=columns.capacity.size)
    within = (used <= columns.capacity) & (used >= columns.minimum)
    if not ((placed == blocks.size).all() and within.all()):
        raise ArithmeticError("the transport problem has no solution in whole cases")
