"""What is placed as a whole: a case, or all cases of one debtor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching._problem import Problem

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Units:
    """Debtors in the order of their group's number; without groups, the cases as they are."""

    order: Ints
    """Shape (N,): the cases, debtor by debtor."""

    begin: Ints
    """Shape (G + 1,): where each debtor begins in `order`, and N."""

    @property
    def size(self) -> int:
        """Number of debtors, G."""
        return int(self.begin.size) - 1

    @property
    def alone(self) -> bool:
        """Whether every debtor has one case."""
        return self.size == self.order.size

    def cases(self, unit: int) -> Ints:
        """The cases of one debtor."""
        return self.order[self.begin[unit] : self.begin[unit + 1]]


def units_of(problem: Problem) -> Units:
    """Find the debtors of a book."""
    n = problem.n_cases
    if problem.group is None:
        return Units(np.arange(n), np.arange(n + 1))
    order = np.argsort(problem.group, kind="stable")
    fresh = np.flatnonzero(np.diff(problem.group[order]) != 0) + 1
    begin = np.concatenate([np.zeros(min(n, 1), dtype=np.int64), fresh, [n]])
    return Units(order, begin)


def alone(problem: Problem) -> bool:
    """Whether every debtor has one case."""
    return problem.group is None or units_of(problem).alone
