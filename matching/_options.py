"""What a case may become: one of the agencies, or kept in-house when that is open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching._problem import RETAINED, Problem


@dataclass(frozen=True)
class Options:
    """The agencies, with keeping in-house as one more column when it is open."""

    rate: NDArray[np.int64]
    """Shape (S, M): M is K, or K + 1 when cases may be retained."""

    base: NDArray[np.int64]
    """Shape (S, M)."""

    allowed: NDArray[np.bool_]
    """Shape (S, M)."""

    capacity: NDArray[np.int64]
    """Shape (M,): in cases, never above N."""

    minimum: NDArray[np.int64]
    """Shape (M,)."""

    n_agencies: int
    """K: column K, if there is one, stands for keeping a case in-house."""

    def agency(self, option: NDArray[np.int64]) -> NDArray[np.int64]:
        """Name the options as agencies: the extra column becomes `RETAINED`."""
        return np.where(option == self.n_agencies, RETAINED, option)

    def values(
        self, owed: NDArray[np.object_], cases: NDArray[np.int64], segment: NDArray[np.int64]
    ) -> NDArray[np.object_]:
        """Exact worth of groups of cases, shape (G, M), as Python integers.

        `owed` is the balance of each group, `cases` its size and `segment` its segment.
        """
        rate = self.rate.astype(object)[segment]
        base = self.base.astype(object)[segment]
        worth: NDArray[np.object_] = owed[:, None] * rate + cases.astype(object)[:, None] * base
        return worth


def options(problem: Problem) -> Options:
    """Lay out the columns among which every case must choose."""
    rate, base = problem.value_rate, problem.value_base
    allowed = ~problem.forbidden
    capacity = np.minimum(problem.capacity, problem.n_cases)
    minimum = problem.minimum
    if problem.retain is not None:
        column = np.ones((problem.n_segments, 1), dtype=np.int64)
        rate = np.hstack([rate, problem.retain * column])
        base = np.hstack([base, 0 * column])
        allowed = np.hstack([allowed, column.astype(bool)])
        capacity = np.append(capacity, problem.n_cases)
        minimum = np.append(minimum, 0)
    return Options(rate, base, allowed, capacity, minimum, problem.n_agencies)


def dual_bound(
    worth: NDArray[np.object_],
    size: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    price: NDArray[np.object_],
    columns: Options,
) -> int:
    r"""Upper bound of the value of any split of these groups, from any integer prices.

    Notes
    -----
    For groups *g* of size :math:`n_g` and prices :math:`p_j` (0 for keeping in-house),

    .. math::
        \sum_j \left(p_j^+ c_j - p_j^- m_j\right) + \sum_g \max_j (v_{gj} - n_g p_j),

    with capacity :math:`c_j` and minimum :math:`m_j`: weak duality.
    """
    k = columns.n_agencies
    full = np.zeros(columns.rate.shape[1], dtype=object)
    full[:k] = price
    net = worth - size.astype(object)[:, None] * full
    # An option that is not open must never be the largest.
    lowest = net.min() - 1 if net.size else 0
    best = np.where(allowed, net, lowest).max(axis=1) if net.size else np.empty(0, object)
    seats = sum(
        int(p) * int(columns.capacity[j] if p > 0 else columns.minimum[j])
        for j, p in enumerate(price)
    )
    return seats + sum(int(value) for value in best)
