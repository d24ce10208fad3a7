"""A book whose ordered cases lie in other processes: prices come here, summaries go back."""

from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._book import Book, Extents, Ordered, shift_of
from matching._partitions import Edges, Partitions, cases_of, computed, kept, shared
from matching._problem import Problem

STRETCH = 2**21
"""Cases of one stretch of the order, about."""
STRETCHES = 4
"""A smaller book has so many, if it has as many partitions."""
FEW, BLOCK, BLOCKS = 8, 256, 4096
"""Up to so many places are looked up by blocks of neighbours, which are kept at hand."""
LARGE = 2**20
"""Bytes from which an argument is sent ahead of its task."""

Ints = NDArray[np.int64]
Numbered = tuple[Ints, Ints, Ints]
"""Segment, balance and index of some cases."""


class PartitionedBook(Book):
    """A book in stretches of its order, each of which one process holds.

    Notes
    -----
    The partitions are dealt out once, by ranges of segment and balance, so that a place in
    the order is a place in one stretch. From then on the numbers of this book are those of
    the same book in memory, to the last bit, and so is all that follows from them.
    """

    def __init__(self, problem: Problem, partitions: Partitions) -> None:
        self._partitions, shift = partitions, shift_of(problem)
        long, least = -(-problem.n_cases // STRETCH), min(partitions.sizes.size, STRETCHES)
        self._edges = partitions.edges(max(long, least))
        stretches = self._edges.segment.size + 1
        dealt = partitions.tasks(_dealt, partitions.first, self._edges, of=stretches)
        self._stretches = kept(
            _later(_ordered)([part[i] for part in dealt], shift) for i in range(stretches)
        )
        found = computed(_later(_told)(stretch) for stretch in self._stretches)
        size, sums, rest = (np.array(part) for part in list(zip(*found, strict=True))[1:])
        self._begin: Ints = np.append(0, np.cumsum(size))
        self._sums_before: Ints = np.cumsum(sums) - sums
        self._rest_before: Ints = np.cumsum(rest) - rest
        self._blocks: dict[int, Ints] = {}
        self._equals: dict[tuple[int, int], tuple[int, int]] = {}
        super().__init__(problem, [told[0] for told in found if told[1]])

    def _asked(
        self, at: Ints, ask: Callable[..., Any], *arguments: Ints
    ) -> list[tuple[int, Ints, Any]]:
        """Ask the stretches `at` of their part each: stretch, places of the part, answer."""
        order = np.argsort(at, kind="stable")
        cuts = np.searchsorted(at[order], np.arange(len(self._stretches) + 1))
        whose = [(i, order[a:b]) for i, (a, b) in enumerate(pairwise(cuts.tolist())) if a < b]
        answers = computed(
            _later(ask)(self._stretches[i], *(_sent(each[part]) for each in arguments))
            for i, part in whose
        )
        return [(*each, answer) for each, answer in zip(whose, answers, strict=True)]

    def _home(self, place: Ints) -> Ints:
        """The stretch of each place; the last one for the place after all."""
        return np.searchsorted(self._begin[1:-1], place, "right")

    def _rank(self, segment: Ints, level: Ints) -> Ints:
        found = np.zeros(segment.size, dtype=np.int64)
        at = self._edges.after(segment, level)
        for i, part, rank in self._asked(at, Ordered.rank, segment, level):
            found[part] = rank + self._begin[i]
        return found

    def _sums(self, place: Ints) -> tuple[Ints, Ints]:
        sums, rests = np.zeros_like(place), np.zeros_like(place)
        at = self._home(place)
        for i, part, answer in self._asked(at, Ordered.sums, place - self._begin[at]):
            sums[part] = answer[0] + self._sums_before[i]
            rests[part] = answer[1] + self._rest_before[i]
        return sums, rests

    def balances(self, place: Ints) -> Ints:
        """Balances of the cases at these places."""
        if place.size <= FEW:
            near = [self._block(p // BLOCK)[p % BLOCK] for p in place.tolist()]
            return np.array(near, dtype=np.int64)
        return self._balances(place)

    def _balances(self, place: Ints) -> Ints:
        found, at = np.zeros_like(place), self._home(place)
        for _, part, balance in self._asked(at, _balances, place - self._begin[at]):
            found[part] = balance
        return found

    def _block(self, number: int) -> Ints:
        if number not in self._blocks:
            if len(self._blocks) >= BLOCKS:
                self._blocks.clear()
            stop = min(self.n_cases, (number + 1) * BLOCK)
            self._blocks[number] = self._balances(np.arange(number * BLOCK, stop))
        return self._blocks[number]

    def equals(self, row: int, place: int) -> tuple[int, int]:
        """Places, from and to before, of the cases equal to this one of segment row `row`."""
        start, stop = int(self.start[row]), int(self.stop[row])
        begin = place // BLOCK * BLOCK
        block = self._block(place // BLOCK)
        end = begin + block.size
        low, high = max(start, begin), min(stop, end)
        balance = block[place - begin]
        first, last = (
            low + int(np.searchsorted(block[low - begin : high - begin], balance, side))
            for side in ("left", "right")
        )
        if (first > low or low == start) and (last < high or high == stop):
            return first, last
        return self._far_equals(row, int(balance))

    def _far_equals(self, row: int, balance: int) -> tuple[int, int]:
        if (row, balance) not in self._equals:
            if len(self._equals) >= BLOCKS:
                self._equals.clear()
            ends = self.rank(np.array([row, row]), np.array([balance - 1, balance]))
            self._equals[row, balance] = int(ends[0]), int(ends[1])
        return self._equals[row, balance]

    def numbers(self, first: Ints, stop: Ints) -> Ints:
        """Indices in the problem of the cases in these ranges, one range after another."""
        where = np.cumsum(stop - first) - (stop - first)
        found = np.zeros(int((stop - first).sum()), dtype=np.int64)
        pieces = []
        for i, (begin, end) in enumerate(pairwise(self._begin.tolist())):
            a, b = np.clip(first, begin, end), np.clip(stop, begin, end)
            some = np.flatnonzero(a < b)
            pieces.append(
                (
                    np.full(some.size, i),
                    a[some] - begin,
                    b[some] - begin,
                    where[some] + a[some] - first[some],
                )
            )
        at, a, b, to = (np.concatenate(part) for part in zip(*pieces, strict=True))
        for _, part, number in self._asked(at, Ordered.numbers, a, b):
            size = (b - a)[part]
            place = np.repeat(to[part] - np.cumsum(size) + size, size) + np.arange(size.sum())
            found[place] = number
        return found

    def spread(self, option: Ints, size: Ints, case: Ints, drawn: Ints) -> Any:
        """The option of every case, in partitions as the problem is."""
        partitions = self._partitions
        stop = np.cumsum(size)
        returned = []
        for stretch, (begin, end) in zip(self._stretches, pairwise(self._begin), strict=True):
            here = np.clip(stop, begin, end) - np.clip(stop - size, begin, end)
            some = np.flatnonzero(here)
            returned.append(
                _later(_returned, of=partitions.sizes.size)(
                    stretch, _sent(option[some]), _sent(here[some]), partitions.first
                )
            )
        cuts = np.append(np.searchsorted(case, partitions.first), case.size).tolist()
        parts = []
        for i, (a, b) in enumerate(pairwise(cuts)):
            lot = _sent(case[a:b] - partitions.first[i]), _sent(drawn[a:b])
            pieces = [part[i] for part in returned]
            parts.append(_later(_placed)(int(partitions.sizes[i]), pieces, *lot))
        return partitions.series("agency", parts)


def _later(task: Callable[..., Any], of: int = 1) -> Callable[..., Any]:
    later: Callable[..., Any] = import_module("dask").delayed(task, nout=of)
    return later


def _sent(array: Ints) -> Any:
    return array if array.nbytes < LARGE else shared(array)


def _dealt(
    number: int, balance: Any, segment: Any, first: Ints, edges: Edges
) -> list[Numbered]:
    """The cases of one partition, by stretch."""
    owed, where = cases_of(balance, segment)
    case = np.arange(owed.size) + first[number]
    stretch = edges.after(where, owed, case)
    order = np.argsort(stretch, kind="stable")
    cuts = np.searchsorted(stretch[order], np.arange(edges.segment.size + 2))
    return [
        (where[part], owed[part], case[part])
        for a, b in pairwise(cuts.tolist())
        for part in [order[a:b]]
    ]


def _ordered(pieces: list[Numbered], shift: int) -> Ordered:
    segment, balance, number = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return Ordered(segment, balance, shift, number)


def _told(stretch: Ordered) -> tuple[Extents, int, int, int]:
    """Its segments, its size, and its sums."""
    sums, rest = stretch.sums(np.array([stretch.size]))
    return stretch.extents(), stretch.size, int(sums[0]), int(rest[0])


def _balances(stretch: Ordered, place: Ints) -> Ints:
    return stretch.balance[place]


def _returned(
    stretch: Ordered, option: Ints, size: Ints, first: Ints
) -> list[tuple[Ints, NDArray[np.int32]]]:
    """Where the cases of a stretch are in each partition, and their options."""
    column = np.repeat(option.astype(np.int32), size)
    order = np.argsort(stretch.number)
    number, column = stretch.number[order], column[order]
    cuts = np.append(np.searchsorted(number, first), number.size).tolist()
    return [
        (number[a:b] - begin, column[a:b])
        for (a, b), begin in zip(pairwise(cuts), first.tolist(), strict=True)
    ]


def _placed(
    size: int, pieces: list[tuple[Ints, NDArray[np.int32]]], case: Ints, drawn: Ints
) -> Ints:
    """The options of the cases of one partition; those of ties as drawn."""
    column = np.empty(size, dtype=np.int64)
    for place, option in pieces:
        column[place] = option
    column[case] = drawn
    return column
