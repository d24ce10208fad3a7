"""A linear and an integer program over the few debtors whose choice is close."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from matching._softened import Sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NODES = 400
"""Branches of the integer program; a number of them, not a time, so that runs are alike."""


@dataclass(frozen=True)
class Kernel:
    """The pairs of some debtors, or cells of debtors, that are worth looking at.

    `bounds` are what is left of the sums' bounds when all other debtors keep their choice.
    """

    sums: Sums
    weight: Floats
    """Shape (n, W)."""

    row: Ints
    column: Ints
    worth: Floats
    """Shape (P,): value of each pair kept, less what its debtor can get at least."""

    low: Floats
    high: Floats

    @property
    def size(self) -> int:
        """Number of debtors."""
        return int(self.weight.shape[0])

    def _matrix(self) -> csr_array:
        sums = self.sums
        constraint, at = np.nonzero(sums.members[:, self.column])
        value = self.weight[self.row[at], sums.kind[constraint]]
        return csr_array((value, (constraint, at)), shape=(sums.kind.size, self.row.size))

    def _placed(self) -> csr_array:
        pair = np.arange(self.row.size)
        return csr_array((np.ones(pair.size), (self.row, pair)), shape=(self.size, pair.size))

    def relaxed(self, price: Floats, reach: float) -> tuple[Floats, Floats] | None:
        """Solve with fractions allowed: the share of each pair, and prices.

        Prices stay within `reach` of those given: beyond, debtors that are not
        looked at would choose anew. A bound may be missed, or kept too well, at the price
        where the reach ends.
        """
        matrix, c, p = self._matrix(), self.sums.kind.size, self.row.size
        unit = max(float(np.abs(self.worth).mean()), 1e-12)
        upper, lower = np.isfinite(self.high), np.isfinite(self.low) & (self.sums.low > 0)
        eye = csr_array(np.eye(c))
        over, under = eye[upper], eye[lower]
        # A sum counts for more or less than it is: two columns for each bound.
        rows = vstack(
            [
                _beside(matrix[upper], _beside(-over, over)),
                _beside(-matrix[lower], _beside(under, -under)),
            ],
            format="csr",
        )
        # Prices have the sign of a bound that there is.
        above = np.where(upper, price + reach, np.minimum(price + reach, 0.0)) / unit
        below = np.where(lower, price - reach, np.maximum(price - reach, 0.0)) / unit
        solution = linprog(
            np.concatenate([-self.worth / unit, above, -below]),
            A_ub=rows,
            b_ub=np.concatenate([self.high[upper], -self.low[lower]]),
            A_eq=_beside(self._placed(), csr_array((self.size, 2 * c))),
            b_eq=np.ones(self.size),
            method="highs",
        )
        if solution.status != 0:
            return None
        share = np.asarray(solution.x)[:p]
        after = np.zeros(c)
        dual = -solution.ineqlin.marginals * unit
        after[upper] += dual[: int(upper.sum())]
        after[lower] -= dual[int(upper.sum()) :]
        return share, after

    def whole(self, active: int = 0, agencies: int = 0) -> Ints | None:
        """Solve in whole debtors, as far as the branches go: the column of each, or None.

        At least `active` of the first `agencies` columns must be chosen by some debtor.
        """
        # HiGHS stops a millionth short of the best: a millionth of little, then.
        unit = max(float(np.abs(self.worth).mean()) / 1e3, 1e-12)
        scale = self.weight.mean(axis=0)[self.sums.kind]
        scale = np.where(scale > 0, scale, 1.0)
        matrix = csr_array(self._matrix() / scale[:, None])
        pair = self.row.size
        switches = agencies if active else 0
        used = csr_array(
            (np.ones(pair), (self.column, np.arange(pair))),
            shape=(self.sums.members.shape[1], pair),
        )[:switches]
        none = csr_array((self.size, switches))
        rows = [
            LinearConstraint(_beside(self._placed(), none), 1, 1),
            LinearConstraint(
                _beside(matrix, csr_array((matrix.shape[0], switches))),
                self.low / scale,
                self.high / scale,
            ),
        ]
        if switches:
            rows += [
                LinearConstraint(_beside(used, -csr_array(np.eye(switches))), 0, np.inf),
                LinearConstraint(np.r_[np.zeros(pair), np.ones(switches)][None], active),
            ]
        result = milp(
            np.r_[-self.worth / unit, np.zeros(switches)],
            integrality=np.ones(pair + switches, dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=rows,
            options={"node_limit": NODES, "mip_rel_gap": 1e-12},
        )
        if result.x is None:
            return None
        chosen = np.full(self.size, -1)
        taken = result.x[:pair] > 0.5
        chosen[self.row[taken]] = self.column[taken]
        return None if (chosen < 0).any() else chosen


def _beside(left: Any, right: Any) -> Any:
    return csr_array(vstack([left.T, right.T]).T)
