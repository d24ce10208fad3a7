"""Values that tell equals apart: a random integer for every pair, alike on every machine."""

import numpy as np
from numpy.typing import NDArray

from matching._options import Options
from matching._routing import Ints
from matching._rows import NEVER, Rows
from matching._ties import LOTS, Tied

MOST_BITS = 20
GOLDEN, FIRST, SECOND = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)


def lots(case: Ints, m: int, below: int, seed: int) -> Ints:
    """Lots of these cases with each of `m` columns, from 0 to before `below`, a power of 2.

    Every pair has a lot of its own, by the generator SplitMix64 [1]_ in 64-bit integers.

    References
    ----------
    .. [1] G. Steele, D. Lea and C. Flood, "Fast splittable pseudorandom number generators",
       OOPSLA 2014.
    """
    key = np.random.default_rng(seed).integers(2**63, dtype=np.uint64)
    place = case[:, None] * m + np.arange(m)
    x: NDArray[np.uint64] = place.astype(np.uint64)
    x += key
    x *= GOLDEN
    x ^= x >> np.uint64(30)
    x *= FIRST
    x ^= x >> np.uint64(27)
    x *= SECOND
    x ^= x >> np.uint64(31)
    x >>= np.uint64(64 - (below.bit_length() - 1))
    return x.astype(np.int64)


class Parted(Rows):
    r"""The same cases with values so changed that few are equal.

    Parameters
    ----------
    rows : Rows
    bits : int

    Notes
    -----
    With *M* columns the value becomes :math:`v (M + 2) 2^b` plus a lot below :math:`2^b`. No
    cycle of moves has more than *M* of them, so that one which gains in the old values gains
    at least :math:`(M + 2) 2^b` in the first part of the new ones and loses less than
    :math:`M 2^b` in the second: the best split of the new values is a best split of the old.
    """

    def __init__(self, rows: Rows, bits: int) -> None:
        super().__init__(rows.problem, rows.columns)
        self._below = 2**bits
        self.times = (self.n_columns + 2) * self._below

    def worth(self, case: Ints | slice) -> Ints:
        """Value of every pair of these cases, `NEVER` where it is closed."""
        worth = super().worth(case)
        closed = worth == NEVER
        place = np.arange(self.size)[case] if isinstance(case, slice) else case
        worth *= self.times
        worth += lots(place, self.n_columns, self._below, 0)
        worth[closed] = NEVER
        return worth


def parted(rows: Rows, largest: float) -> Parted | None:
    """Rows of which few pairs are equal; None if they would be too wide."""
    m = rows.n_columns + 2
    bits = int(np.log2(2.0**56 / (m * m * max(largest, 1.0))))
    return Parted(rows, min(bits, MOST_BITS)) if bits > 0 else None


class Content:
    """The cases that are content with several columns, each pair worth a lot.

    The best split of these lots is unique. The columns bound what is left of the flow that
    the prices ask for, see `bounds_left`.
    """

    def __init__(self, columns: Options, tied: Tied, seed: int) -> None:
        self.columns = columns
        self.n_columns, self.size = columns.n_columns, tied.case.size
        self._tied, self._seed = tied, seed

    def worth(self, case: Ints | slice) -> Ints:
        """Lot of every pair of these cases, `NEVER` where the case is not content."""
        worth = lots(self._tied.case[case], self.n_columns, LOTS, self._seed)
        worth[~self._tied.tight[self._tied.kind[case]]] = NEVER
        return worth
