"""Who holds which runs of cases, and the least loss of moving one case elsewhere."""

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np

from matching._book import Book
from matching._oracle import Oracle, Runs
from matching._routing import Ints, Whole

CLOSED = 2**60
"""Stands for a move that no case can make; larger than any sum of real moves."""

CLOSED_WIDE = 2**140
"""The same where sums of real moves might come near 2**60: Python integers are used then."""


def closing(largest: float, options: int) -> tuple[int, np.dtype[Any]]:
    """What stands for a closed move, and the integers for sums, for values of this size."""
    if largest * 8.0 * (options + 2) < CLOSED:
        return CLOSED, np.dtype(np.int64)
    return CLOSED_WIDE, np.dtype(object)


@dataclass(frozen=True)
class Held:
    """Runs of cases that have the same option, shape (R,) each."""

    option: Ints
    segment: Ints
    first: Ints
    stop: Ints
    smallest: Ints
    largest: Ints

    @property
    def cases(self) -> Ints:
        """Length of each run."""
        return self.stop - self.first

    def part(self, at: Ints | slice) -> "Held":
        """Some of them."""
        return Held(*(getattr(self, field.name)[at] for field in fields(self)))


class Exchange:
    r"""A split, seen as what moves between options cost.

    Attributes
    ----------
    loss : ndarray of int, shape (M, M)
        Least loss of moving one case from the row's option to the column's, `closed` if none
        can move.
    case : ndarray of int64, shape (M, M)
        Position in the book of the case that would move.
    used : ndarray of int64, shape (M,)
        Cases of each option.

    Notes
    -----
    Moving a case of balance *b* from *j* to *k* loses
    :math:`b (r_{sj} - r_{sk}) + a_{sj} - a_{sk}`, which is linear in *b*: over a run it is
    least at one of the two ends. A million cases are thus a few thousand numbers, and the
    split is best exactly when the graph of these moves has no negative cycle.
    """

    def __init__(self, oracle: Oracle, runs: Runs) -> None:
        self.oracle = oracle
        self.columns = oracle.columns
        m = oracle.n_options
        self.closed, self.dtype = closing(_largest(oracle), m)
        filled = np.flatnonzero(runs.cases > 0)
        filled = filled[np.argsort(runs.option[filled], kind="stable")]
        first, stop = runs.first[filled], runs.stop[filled]
        ends = np.split(self.oracle.book.balances(np.concatenate([first, stop - 1])), 2)
        held = np.stack([runs.segment[filled], first, stop, *ends])
        cuts = np.searchsorted(runs.option[filled], np.arange(m + 1))
        self._held = [held[:, a:b] for a, b in pairwise(cuts)]
        self.used = np.array([int((h[2] - h[1]).sum()) for h in self._held], dtype=np.int64)
        self.loss: Whole = np.full((m, m), self.closed, dtype=self.dtype)
        self.case: Ints = np.full((m, m), -1, dtype=np.int64)
        for option in range(m):
            self.refresh(option)

    def refresh(self, giver: int) -> None:
        """Find the cheapest moves out of one option anew, after its runs have changed."""
        row, first, stop, smallest, largest = self._held[giver]
        self.loss[giver] = self.closed
        if not row.size:
            return
        oracle, everyone = self.oracle, np.arange(self.loss.shape[0])
        slope = oracle.rate[row, giver][:, None] - oracle.rate[row]
        upward = slope >= 0
        loss = np.where(upward, smallest[:, None], largest[:, None]) * slope
        loss += oracle.base[row, giver][:, None] - oracle.base[row]
        loss[~oracle.allowed[row]] = CLOSED
        least = loss.argmin(axis=0)
        found = loss[least, everyone]
        open_ = (found < CLOSED) & (everyone != giver)
        self.loss[giver, open_] = found[open_].astype(self.dtype)
        self.case[giver] = np.where(upward[least, everyone], first[least], stop[least] - 1)

    def ready(self, giver: int, taker: int) -> int:
        """How many cases can make this move at this loss each, at least."""
        start, stop = self._alike(giver, int(self.case[giver, taker]))
        return stop - start

    def pick(self, giver: int, taker: int, amount: int) -> tuple[int, int]:
        """Positions, from and to before, of so many of the cases that are `ready`."""
        case = int(self.case[giver, taker])
        start, _ = self._alike(giver, case)
        start = case if case == start else case + 1 - amount
        return start, start + amount

    def move(self, giver: int, taker: int, picked: tuple[int, int]) -> None:
        """Give the cases picked to another option; `refresh` both afterwards."""
        start, stop = picked
        at = self._run_with(giver, start)
        held = self._held[giver]
        row, first, end, smallest, largest = (int(x) for x in held[:, at])
        near = np.array([max(start - 1, first), start, min(stop, end - 1)])
        before, balance, after = self.oracle.book.balances(near).tolist()
        parts = [(row, first, start, smallest, before), (row, stop, end, after, largest)]
        rest = [part for part in parts if part[1] < part[2]]
        left = np.array(rest, dtype=np.int64).reshape(-1, held.shape[0]).T
        self._held[giver] = np.hstack([held[:, :at], left, held[:, at + 1 :]])
        self._join(taker, (row, start, stop, balance, balance))
        self.used[giver] -= stop - start
        self.used[taker] += stop - start

    def _alike(self, giver: int, case: int) -> tuple[int, int]:
        """Places of the cases equal to this one at its end of the run: from, to before."""
        at = self._run_with(giver, case)
        row, first, stop, *_ = (int(x) for x in self._held[giver][:, at])
        start, end = self.oracle.book.equals(row, case)
        return (case, min(stop, end)) if case == first else (max(first, start), case + 1)

    def _join(self, taker: int, run: tuple[int, ...]) -> None:
        held = self._held[taker]
        row, start, stop, smallest, largest = run
        before = (held[2] == start) & (held[0] == row)
        after = (held[1] == stop) & (held[0] == row)
        if before.any():
            start, smallest = (int(x) for x in held[[1, 3], before.argmax()])
        if after.any():
            stop, largest = (int(x) for x in held[[2, 4], after.argmax()])
        joined = np.array([[row], [start], [stop], [smallest], [largest]], dtype=np.int64)
        self._held[taker] = np.hstack([held[:, ~(before | after)], joined])

    def _run_with(self, giver: int, case: int) -> int:
        _, first, stop, *_ = self._held[giver]
        return int(np.flatnonzero((first <= case) & (case < stop))[0])

    def runs(self) -> Held:
        """Every run, in the order of the book."""
        option = np.repeat(np.arange(len(self._held)), [h.shape[1] for h in self._held])
        held = Held(option, *np.hstack(self._held))
        return held.part(np.argsort(held.first))

    def column(self) -> Any:
        """The option of every case, in the order of the problem."""
        runs, none = self.runs(), np.zeros(0, dtype=np.int64)
        return self.oracle.book.spread(runs.option, runs.cases, none, none)

    def value(self) -> int:
        """Exact total value of the split."""
        runs = self.runs()
        owed = self.oracle.book.owed_exactly(runs.first, runs.stop)
        rate = self.oracle.rate[runs.segment, runs.option].astype(object)
        base = self.oracle.base[runs.segment, runs.option].astype(object)
        return int((owed * rate + runs.cases.astype(object) * base).sum())


def runs_of(book: Book, option: Ints) -> Runs:
    """Describe a given split, shape (N,) in the order of the book, as runs."""
    fresh = np.diff(option, prepend=-1) != 0
    fresh[book.start] = True
    first = np.flatnonzero(fresh)
    row = np.searchsorted(book.start, first, "right") - 1
    return given(row, option[first], first, np.append(first[1:], option.size))


def given(row: Ints, option: Ints, first: Ints, stop: Ints) -> Runs:
    """Runs of a given split, of which no turns are known."""
    unknown = np.full(row.size, np.nan), np.full(row.size, -1, dtype=np.int64)
    return Runs(row, option, first, stop, *unknown)


def _largest(oracle: Oracle) -> float:
    worth = np.abs(oracle.rate.astype(float)) * oracle.book.largest[:, None]
    return float((worth + np.abs(oracle.base)).max(where=oracle.allowed, initial=0.0))
