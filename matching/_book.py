"""The cases in the order of segment and balance, and what may be asked of that order."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._problem import Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WIDEST = 62
"""Bits of a sum of balances; larger sums are kept in two parts."""


@dataclass(frozen=True)
class Extents:
    """The segments that have cases in a stretch of the order, ascending; shape (F,) each."""

    segment: Ints
    cases: Ints
    smallest: Ints
    largest: Ints


class Ordered:
    """Cases in order, all of a book or a stretch of it.

    Parameters
    ----------
    segment, balance : ndarray of int64, shape (n,)
    shift : int
        Bits by which balances are shortened so that the sum over the book fits 64 bits.
    number : ndarray of int64, shape (n,), optional
        Index of each case in its problem; by default cases are numbered as they come.
    """

    def __init__(
        self, segment: Ints, balance: Ints, shift: int, number: Ints | None = None
    ) -> None:
        self._step = int(balance.max(initial=0)) + 2
        self._levels: Ints | None = None
        rank = balance
        self._last = int(segment.max(initial=0))
        if self._step * (self._last + 2) >= 2**63:
            # Too wide for one integer per case: balances are named by their rank instead.
            self._levels, rank = np.unique(balance, return_inverse=True)
            self._step = self._levels.size + 2
        key = segment * self._step
        key += rank
        order = np.argsort(key)
        self._key = key[order]
        self.number = order if number is None else number[order]
        self.balance = balance[order]
        self._shift = shift
        self._sums = _running(self.balance >> shift)
        self._rest = _running(self.balance & (2**shift - 1)) if shift else None

    @property
    def size(self) -> int:
        """Number of cases."""
        return int(self.balance.size)

    def extents(self) -> Extents:
        """The segments, with their numbers of cases and the ends of their balances."""
        segment = self._key // self._step
        fresh = np.ones(self.size, dtype=bool)
        np.not_equal(segment[1:], segment[:-1], out=fresh[1:])
        start = np.flatnonzero(fresh)
        stop = np.append(start[1:], self.size)[: start.size]
        ends = self.balance[start], self.balance[stop - 1]
        return Extents(segment[start], stop - start, *ends)

    def rank(self, segment: Ints, level: Ints) -> Ints:
        """Cases that come before, or are of the segment and owe at most so much."""
        if self._levels is not None:
            level = np.searchsorted(self._levels, level, "right") - 1
        level = np.clip(level, -1, self._step - 2)
        # What comes after all segments here must not overflow.
        segment = np.minimum(segment, self._last + 1)
        return np.searchsorted(self._key, segment * self._step + level, "right")

    def equals(self, place: int) -> tuple[int, int]:
        """Places, from and to before, of the cases equal to this one."""
        key = self._key[place]
        start = int(np.searchsorted(self._key, key, "left"))
        return start, int(np.searchsorted(self._key, key, "right"))

    def sums(self, place: Ints) -> tuple[Ints, Ints]:
        """Balances before these places: multiples of 2 to the shift, and the rest."""
        rest = np.zeros_like(place) if self._rest is None else self._rest[place]
        return self._sums[place], rest

    def numbers(self, first: Ints, stop: Ints) -> Ints:
        """Indices of the cases in these ranges, one range after another."""
        size = stop - first
        place = np.repeat(first - np.cumsum(size) + size, size) + np.arange(size.sum())
        found: Ints = self.number[place]
        return found


class Book(ABC):
    """A book in order, empty segments left out. Places count from 0 to N.

    Parameters
    ----------
    problem : Problem
        At least one case.
    extents : list of Extents
        Of the stretches of the order, one after another; a segment may go on in the next.
    """

    def __init__(self, problem: Problem, extents: list[Extents]) -> None:
        self.n_cases = problem.n_cases
        segment = np.concatenate([each.segment for each in extents])
        self.segment, at = np.unique(segment, return_index=True)
        last = np.append(at[1:], segment.size) - 1
        cases = np.add.reduceat(np.concatenate([each.cases for each in extents]), at)
        self.stop = np.cumsum(cases)
        self.start: Ints = self.stop - cases
        self.smallest = np.concatenate([each.smallest for each in extents])[at].astype(float)
        self.largest = np.concatenate([each.largest for each in extents])[last].astype(float)
        self._shift = shift_of(problem)

    @abstractmethod
    def _rank(self, segment: Ints, level: Ints) -> Ints: ...

    @abstractmethod
    def _sums(self, place: Ints) -> tuple[Ints, Ints]: ...

    @abstractmethod
    def balances(self, place: Ints) -> Ints:
        """Balances of the cases at these places."""

    @abstractmethod
    def equals(self, row: int, place: int) -> tuple[int, int]:
        """Places, from and to before, of the cases equal to this one of segment row `row`."""

    @abstractmethod
    def numbers(self, first: Ints, stop: Ints) -> Ints:
        """Indices in the problem of the cases in these ranges, one range after another."""

    @abstractmethod
    def spread(self, option: Ints, size: Ints, case: Ints, drawn: Ints) -> Any:
        """The option of every case, in the order of the problem.

        Ranges of these sizes, one after another, have one option each; but the cases with the
        ascending indices `case` have those that were `drawn` for them.
        """

    def rank(self, row: Ints, balance: Ints | Floats) -> Ints:
        """Place after the last case of segment row `row` that owes at most `balance`."""
        if balance.dtype.kind == "f":
            balance = np.clip(np.floor(balance), -1, self.largest[row])
        return self._rank(self.segment[row], balance.astype(np.int64))

    def owed(self, first: Ints, stop: Ints) -> Floats:
        """Total balance of ranges, to the precision of floating point."""
        before, _ = self._sums(np.concatenate([first, stop]))
        owed: Floats = (before[first.size :] - before[: first.size]).astype(float)
        return owed * 2.0**self._shift

    def owed_exactly(self, first: Ints, stop: Ints) -> NDArray[np.object_]:
        """Total balance of ranges, as Python integers."""
        before = self._sums(np.concatenate([first, stop]))
        sums, rest = (part[first.size :] - part[: first.size] for part in before)
        whole: NDArray[np.object_] = sums.astype(object) * 2**self._shift + rest.astype(object)
        return whole


class OwnBook(Book):
    """A book in the memory of this process."""

    def __init__(self, problem: Problem) -> None:
        self._cases = Ordered(problem.segment, problem.balance, shift_of(problem))
        super().__init__(problem, [self._cases.extents()])

    def _rank(self, segment: Ints, level: Ints) -> Ints:
        return self._cases.rank(segment, level)

    def _sums(self, place: Ints) -> tuple[Ints, Ints]:
        return self._cases.sums(place)

    def balances(self, place: Ints) -> Ints:
        """Balances of the cases at these places."""
        return self._cases.balance[place]

    def equals(self, row: int, place: int) -> tuple[int, int]:
        """Places, from and to before, of the cases equal to this one."""
        return self._cases.equals(place)

    def numbers(self, first: Ints, stop: Ints) -> Ints:
        """Indices in the problem of the cases in these ranges, one range after another."""
        return self._cases.numbers(first, stop)

    def spread(self, option: Ints, size: Ints, case: Ints, drawn: Ints) -> Ints:
        """The option of every case, in the order of the problem."""
        column = np.empty(self.n_cases, dtype=np.int64)
        column[self._cases.number] = np.repeat(option, size)
        column[case] = drawn
        return column


def shift_of(problem: Problem) -> int:
    """Bits by which balances are shortened so that their sum fits 64 bits."""
    return max(0, problem.tally.owed.bit_length() - WIDEST)


def _running(amounts: Ints) -> Ints:
    sums = np.zeros(amounts.size + 1, dtype=np.int64)
    np.cumsum(amounts, out=sums[1:])
    return sums
