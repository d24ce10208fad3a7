"""What every debtor is worth with every agency, computed some rows at a time."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching._options import Options
from matching._problem import RETAINED, Problem
from matching._units import Units, units_of

PAIRS = 2**18
"""Pairs computed together: what fits the processor's cache."""

NEVER = -(2**60 + 2**54)
"""Value of a closed pair: any real value less this is at least 2**60."""

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Valued(Protocol):
    """Cases with the value of every pair: `Rows`, or others made of them."""

    columns: Options
    n_columns: int
    size: int

    def worth(self, case: Ints | slice) -> Ints:
        """Value of every pair of these cases, `NEVER` where it is closed."""


class Rows:
    """Values of pairs of a debtor and a column, in exact integers.

    Parameters
    ----------
    problem : Problem
    columns : Options
    """

    def __init__(self, problem: Problem, columns: Options) -> None:
        self.problem, self.columns = problem, columns
        self.units: Units = units_of(problem)
        self.size = self.units.size
        self.n_columns = columns.n_columns
        self._based = bool(columns.base.any())
        self._all_open = bool(columns.allowed.all())
        self._own = np.flatnonzero(columns.name != RETAINED)

    def values(self, unit: Ints | slice) -> tuple[Ints, Flags]:
        """Value and openness of every pair of these debtors, shape (len, M)."""
        if self.units.alone:
            return self.of_cases(unit if self.problem.group is None else self._first(unit))
        chosen = np.arange(self.size)[unit] if isinstance(unit, slice) else unit
        begin, stop = self.units.begin[chosen], self.units.begin[chosen + 1]
        size = stop - begin
        start = np.cumsum(size) - size
        place = np.repeat(begin - start, size) + np.arange(int(size.sum()))
        worth, open_ = self.of_cases(self.units.order[place])
        return np.add.reduceat(worth, start, axis=0), np.logical_and.reduceat(open_, start)

    def _first(self, unit: Ints | slice) -> Ints:
        first: Ints = self.units.order[self.units.begin[:-1][unit]]
        return first

    def of_cases(self, case: Ints | slice) -> tuple[Ints, Flags]:
        """Value and openness of every pair of these cases, whoever owes them."""
        problem, columns = self.problem, self.columns
        segment = problem.segment[case]
        worth = columns.rate[segment]
        worth *= problem.balance[case][:, None]
        if self._based:
            worth += columns.base[segment]
        if problem.case_value is not None:
            own = self._own
            if own.size == problem.n_agencies and not (np.diff(columns.name[own]) != 1).any():
                worth[:, : own.size] += problem.case_value[case]
            else:
                worth[:, own] += problem.case_value[case][:, columns.name[own]]
        return worth, columns.allowed[segment]

    def worth(self, case: Ints | slice) -> Ints:
        """Value of every pair of these cases, `NEVER` where it is closed."""
        worth, open_ = self.of_cases(case)
        if not self._all_open:
            worth[~open_] = NEVER
        return worth

    def chunks(self) -> Iterator[tuple[slice, Ints, Flags]]:
        """All rows, in order, a few at a time."""
        step = max(1, PAIRS // self.n_columns)
        for start in range(0, self.size, step):
            part = slice(start, min(start + step, self.size))
            yield part, *self.values(part)

    def total(self, choice: Ints) -> int:
        """What a split of the debtors is worth."""
        total = 0
        for part, worth, _ in self.chunks():
            chosen = choice[part]
            total += int(worth[np.arange(chosen.size), chosen].sum(dtype=object))
        return total

    def by_unit(self, amount: Ints) -> Ints:
        """Sum of an amount per case over each debtor's cases, shape (G, ...)."""
        if self.units.alone and self.problem.group is None:
            return amount
        return np.add.reduceat(amount[self.units.order], self.units.begin[:-1], axis=0)

    def spread(self, choice: Ints) -> Ints:
        """From a choice per debtor to one per case, shape (N,)."""
        result = np.empty(self.problem.n_cases, dtype=np.int64)
        result[self.units.order] = np.repeat(choice, np.diff(self.units.begin))
        return result
