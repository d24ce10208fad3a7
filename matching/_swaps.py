"""Exchanges of debtors between agencies: what is missed is mended, then the value improved."""

import numpy as np
from numpy.typing import NDArray

from matching._board import Board
from matching._rows import Rows
from matching._softened import Sums

POOL = 30_000
"""Debtors that may be exchanged: those that lose least by it."""
LEAST = 300
"""Of every column, though, at least so many."""
FEW, PAIRED = 48, 24
"""Debtors looked at in one direction between two columns, one by one and by twos."""
SHARES = (0.003, 0.01, 0.03, 0.1, 0.3)
"""Shares of the prices at which room is filled before it is at all of them."""
CYCLES, COLUMNS = 16, 1_200
"""How often that is done; and so often divided by the columns, but half as often at least."""
MOST_CYCLES, NEAR, VERY_NEAR = 64, 3e-6, 2e-8
"""It goes on while the gap is more than this share of the value, and ends early below that."""
AGAIN = 3
"""At how many of the shares, the last ones, it begins after the first time."""
UNEVEN = 0.7
"""How far these shares differ between bounds, in logarithms, so that no two runs are alike."""
ROUNDS, RISE = 40, 3.0
"""How often, and how steeply, the fines for what is still missed rise."""
MOST_STEPS = 6_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Swaps:
    r"""Steps from one split to a better one.

    Parameters
    ----------
    rows : Rows
    sums : Sums
    weight : ndarray, shape (G, W)
    price : ndarray, shape (C,)
        Good prices: they say what room left unused costs.

    Notes
    -----
    The value of a split is a constant, less what debtors lose to their best column at these
    prices, less price times room for every bound. A step moves one debtor, or exchanges two;
    the step that gains most is taken until none gains. A bound that is missed is fined, and
    the fine rises until it is met. In sums of money the differences of a few hundred debtors
    on either side are many and close, so that rooms are filled almost to the last unit.
    """

    def __init__(self, rows: Rows, sums: Sums, weight: Floats, price: Floats) -> None:
        self._rows, self._sums, self._weight, self._price = rows, sums, weight, price
        self._paid = sums.paid(price, weight.shape[1])

    def improved(self, choice: Ints) -> Ints | None:
        """A split at least as good that meets every bound; None if none was found."""
        unit = self._pool(choice)
        worth, open_ = self._rows.values(unit)
        net = np.where(open_, worth - self._weight[unit] @ self._paid, -np.inf)
        usage = self._sums.of(choice, self._weight)
        board = Board(self._sums, self._price, net, self._weight[unit], usage, choice[unit])
        rng = np.random.default_rng(0)
        best, least = None, np.inf
        cycles = max(CYCLES // 2, min(CYCLES, COLUMNS // self._rows.n_columns))
        value = abs(self._rows.total(choice))
        for cycle in range(MOST_CYCLES):
            if least <= value * (VERY_NEAR if cycle < cycles else NEAR):
                break
            uneven = np.exp(rng.normal(0, UNEVEN * (cycle > 0), self._price.size))
            shares = SHARES[-1 - cycle % AGAIN :] if cycle else SHARES
            if self._cycle(board, shares, uneven) and board.cost() < least:
                best, least = board.column.copy(), board.cost()
            elif best is not None:
                board.arrange(best)
        if best is None:
            return None
        better = choice.copy()
        better[unit] = best
        return better

    def _cycle(self, board: Board, shares: tuple[float, ...], uneven: Floats) -> bool:
        """Let go of what is dear, and fill the rooms again; whether every bound is met."""
        unit = np.maximum(self._weight.mean(axis=0), 1e-9)[self._sums.kind]
        fine = np.maximum(2 * np.abs(self._price), 0.1 * board.typical / unit)
        for share in shares:
            slope = np.minimum(share * uneven, 1.0)
            board.climb(slope, fine * slope, PAIRED, MOST_STEPS, paired=True)
        even = np.ones(fine.size)
        for _ in range(ROUNDS):
            board.climb(even, fine, FEW, MOST_STEPS)
            missed = board.missed
            if not missed.any():
                board.climb(even, fine * 1e6, PAIRED, MOST_STEPS, paired=True)
                return True
            fine = np.where(missed, fine * RISE, fine)
        return False

    def _pool(self, choice: Ints) -> Ints:
        """Those that lose least in their second best column, some of every column."""
        size = self._rows.size
        if size <= POOL:
            return np.arange(size)
        loss = np.empty(size)
        for part, worth, open_ in self._rows.chunks():
            net = np.where(open_, worth - self._weight[part] @ self._paid, -np.inf)
            here = np.arange(len(net))
            own = net[here, choice[part]].copy()
            net[here, choice[part]] = -np.inf
            loss[part] = own - net.max(axis=1)
        order = np.argsort(loss, kind="stable")
        held = order[np.argsort(choice[order], kind="stable")]
        count = np.bincount(choice, minlength=self._rows.n_columns)
        rank = np.arange(size) - np.repeat(np.cumsum(count) - count, count)
        chosen = np.zeros(size, dtype=bool)
        chosen[held[rank < LEAST]] = True
        chosen[order[:POOL]] = True
        return np.flatnonzero(chosen & np.isfinite(loss))
