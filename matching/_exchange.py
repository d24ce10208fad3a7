"""Who holds which runs of cases, and the least loss of moving one case elsewhere."""

from itertools import pairwise
from typing import Any

import numpy as np

from matching._oracle import Book, Oracle, Runs
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
        held = np.stack([runs.segment[filled], runs.first[filled], runs.stop[filled]])
        cuts = np.searchsorted(runs.option[filled], np.arange(m + 1))
        self._held = [held[:, a:b] for a, b in pairwise(cuts)]
        self.used = np.array([int((h[2] - h[1]).sum()) for h in self._held], dtype=np.int64)
        self.loss: Whole = np.full((m, m), self.closed, dtype=self.dtype)
        self.case: Ints = np.full((m, m), -1, dtype=np.int64)
        for option in range(m):
            self.refresh(option)

    def refresh(self, giver: int) -> None:
        """Find the cheapest moves out of one option anew, after its runs have changed."""
        row, first, stop = self._held[giver]
        self.loss[giver] = self.closed
        if not row.size:
            return
        oracle, everyone = self.oracle, np.arange(self.loss.shape[0])
        slope = oracle.rate[row, giver][:, None] - oracle.rate[row]
        balance = oracle.book.balance
        upward = slope >= 0
        loss = np.where(upward, balance[first][:, None], balance[stop - 1][:, None]) * slope
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
        row, first, end = (int(x) for x in held[:, at])
        rest = [(row, a, b) for a, b in ((first, start), (stop, end)) if a < b]
        left = np.array(rest, dtype=np.int64).reshape(-1, 3).T
        self._held[giver] = np.hstack([held[:, :at], left, held[:, at + 1 :]])
        self._join(taker, row, start, stop)
        self.used[giver] -= stop - start
        self.used[taker] += stop - start

    def _alike(self, giver: int, case: int) -> tuple[int, int]:
        """Positions of the cases equal to this one at its end of the run: from, to before."""
        at = self._run_with(giver, case)
        _, first, stop = (int(x) for x in self._held[giver][:, at])
        key = self.oracle.book.key
        if case == first:
            return case, min(stop, int(np.searchsorted(key, key[case], "right")))
        return max(first, int(np.searchsorted(key, key[case], "left"))), case + 1

    def _join(self, taker: int, row: int, start: int, stop: int) -> None:
        held = self._held[taker]
        before = (held[2] == start) & (held[0] == row)
        after = (held[1] == stop) & (held[0] == row)
        start = int(held[1, before][0]) if before.any() else start
        stop = int(held[2, after][0]) if after.any() else stop
        joined = np.array([[row], [start], [stop]], dtype=np.int64)
        self._held[taker] = np.hstack([held[:, ~(before | after)], joined])

    def _run_with(self, giver: int, case: int) -> int:
        _, first, stop = self._held[giver]
        return int(np.flatnonzero((first <= case) & (case < stop))[0])

    def runs(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Option, segment row, first and stop of every run, in the order of the book."""
        option = np.repeat(np.arange(len(self._held)), [h.shape[1] for h in self._held])
        row, first, stop = np.hstack(self._held)
        order = np.argsort(first)
        return option[order], row[order], first[order], stop[order]

    def column(self) -> Ints:
        """The option of every case, shape (N,), in the order of the problem."""
        option, _, first, stop = self.runs()
        column = np.empty(self.oracle.book.n_cases, dtype=np.int64)
        column[self.oracle.book.order] = np.repeat(option, stop - first)
        return column

    def value(self) -> int:
        """Exact total value of the split."""
        option, row, first, stop = self.runs()
        owed = self.oracle.book.owed_exactly(first, stop)
        rate = self.oracle.rate[row, option].astype(object)
        base = self.oracle.base[row, option].astype(object)
        return int((owed * rate + (stop - first).astype(object) * base).sum())


def runs_of(book: Book, option: Ints) -> Runs:
    """Describe a given split, shape (N,) in the order of the book, as runs."""
    fresh = np.diff(option, prepend=-1) != 0
    fresh[book.start] = True
    first = np.flatnonzero(fresh)
    stop = np.append(first[1:], option.size)
    row = np.searchsorted(book.start, first, "right") - 1
    nowhere = np.full(first.size, -1, dtype=np.int64)
    return Runs(row, option[first], first, stop, np.full(first.size, np.nan), nowhere)


def _largest(oracle: Oracle) -> float:
    worth = np.abs(oracle.rate.astype(float)) * oracle.book.largest[:, None]
    return float((worth + np.abs(oracle.base)).max(where=oracle.allowed, initial=0.0))
