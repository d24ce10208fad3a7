"""What a case may become: one of the agencies, or kept in-house when that is open."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching._problem import RETAINED, Problem


@dataclass(frozen=True)
class Options:
    """The agencies in some order, with keeping in-house as a last column when it is open."""

    rate: NDArray[np.int64]
    """Shape (S, M): M is K, or K + 1 when cases may be retained."""

    base: NDArray[np.int64]
    """Shape (S, M)."""

    allowed: NDArray[np.bool_]
    """Shape (S, M)."""

    capacity: NDArray[np.int64]
    """Shape (M,): in cases, at most N + 1."""

    minimum: NDArray[np.int64]
    """Shape (M,): keeping in-house, which is never bound, has -1, and N + 1 above."""

    name: NDArray[np.int64]
    """Shape (M,): the agency that each column stands for, or `RETAINED`."""

    n_agencies: int
    """K: the first columns are the agencies."""

    def without(self, column: int) -> "Options":
        """Bar one agency altogether: no capacity, no minimum, no licence."""
        keep = np.arange(self.capacity.size) != column
        return replace(
            self,
            allowed=self.allowed & keep,
            capacity=self.capacity * keep,
            minimum=self.minimum * keep,
        )


def options(problem: Problem, order: NDArray[np.int64] | None = None) -> Options:
    """Lay out the columns among which every case must choose, agencies in this order."""
    names = np.arange(problem.n_agencies) if order is None else order
    rate, base = problem.value_rate[:, names], problem.value_base[:, names]
    allowed = ~problem.forbidden[:, names]
    capacity = np.minimum(problem.most[names], problem.n_cases + 1)
    minimum = problem.least[names]
    if problem.retain is not None:
        column = np.ones((problem.n_segments, 1), dtype=np.int64)
        rate = np.hstack([rate, problem.retain * column])
        base = np.hstack([base, 0 * column])
        allowed = np.hstack([allowed, column.astype(bool)])
        capacity = np.append(capacity, problem.n_cases + 1)
        minimum = np.append(minimum, -1)
        names = np.append(names, RETAINED)
    return Options(rate, base, allowed, capacity, minimum, names, problem.n_agencies)
