"""Who holds which cases of arbitrary value, and the least loss of moving one elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._exchange import CLOSED, closing
from matching._routing import Ints, Whole
from matching._rows import PAIRS, Valued
from matching._tally import total
from matching._ties import Tied, tied_of

MASKED = -(2**61)
"""Below any value less prices, `NEVER` included."""

CONTESTED = 256
"""Cases of an option that become contested at once; twice as many the next time."""


@dataclass(frozen=True)
class Stand:
    """How the cases are to be split at first."""

    paid: Ints
    """Shape (M,): what a case pays in each column."""

    column: Ints | None = None
    """Shape (N,): the column of each case; None if each takes the best at these prices."""

    near: int | None = None
    """Cases whose choice beats their second by no more than this are contested; None: all."""

    most: int = 0
    """Cases that are contested at first, unless all are."""


class Contest:
    r"""A split of cases of arbitrary value, seen as what moves between options cost.

    Attributes
    ----------
    loss : ndarray of int, shape (M, M)
        Least loss of moving one case from the row's option to the column's, `closed` if none
        can move.
    used : ndarray of int64, shape (M,)
        Cases of each option.

    Notes
    -----
    Moving case *i* from *j* to *k* loses :math:`v_{ij} - v_{ik}`. The values of the contested
    cases, those that are likely to move, are at hand. Of all others only the least loss of
    each pair of options is kept, their floor, which is known after one pass over all pairs.
    A move at a floor makes the nearest cases behind it contested first. So every loss is
    exact whichever cases are contested; only speed depends on that.
    """

    def __init__(self, rows: Valued, stand: Stand, largest: float) -> None:
        self._rows = rows
        self.columns = rows.columns
        m, n = rows.n_columns, rows.size
        self.closed, self.dtype = closing(largest, m)
        self.loss: Whole = np.full((m, m), self.closed, dtype=self.dtype)
        self._column = np.empty(n, dtype=np.int64)
        self._floor = np.full((m, m), CLOSED, dtype=np.int64)
        self._value = 0
        self._pulled = np.full(m, CONTESTED)
        self._spread(stand)
        self.used = np.bincount(self._column, minlength=m)
        held = self._column[self._case]
        self._mine = [np.flatnonzero(held == option) for option in range(m)]
        for option in range(m):
            self.refresh(option)

    def _spread(self, stand: Stand) -> None:
        """Give every case its column; keep the contested, and the floors of all others."""
        n, step = self._column.size, max(1, PAIRS // self.loss.shape[0])
        cases: list[Ints] = [np.zeros(0, dtype=np.int64)]
        values: list[Ints] = [np.zeros((0, self.loss.shape[0]), dtype=np.int64)]
        for start in range(0, n, step):
            worth = self._rows.worth(slice(start, start + step))
            here = np.arange(len(worth))
            net = worth - stand.paid
            chosen = net.argmax(axis=1) if stand.column is None else stand.column[start + here]
            self._column[start + here] = chosen
            self._value += total(worth[here, chosen])
            near = here
            if stand.near is not None:
                top = net[here, chosen]
                net[here, chosen] = MASKED
                near = np.flatnonzero(top - net.max(axis=1) <= stand.near)
                near = near[: max(0, stand.most - sum(map(len, cases)))]
                np.subtract(worth[here, chosen][:, None], worth, out=net)
                net[near] = CLOSED
                self._lower(chosen, net)
            cases.append(start + near)
            values.append(worth[near])
        self._case, self._worth = np.concatenate(cases), np.concatenate(values)

    def _lower(self, giver: Ints, loss: Ints) -> None:
        """Lower the floors to the losses of these cases."""
        order = np.argsort(giver, kind="stable")
        first = np.flatnonzero(np.diff(giver[order], prepend=-1))
        least = np.minimum.reduceat(loss[order], first, axis=0)
        whose = giver[order][first]
        self._floor[whose] = np.minimum(self._floor[whose], least)

    def refresh(self, giver: int) -> None:
        """Find the least losses of one option anew, after its cases have changed."""
        least = self._floor[giver]
        mine = self._mine[giver]
        if mine.size:
            worth = self._worth[mine]
            least = np.minimum(least, (worth[:, giver][:, None] - worth).min(axis=0))
        open_ = least < CLOSED
        open_[giver] = False
        self.loss[giver] = self.closed
        self.loss[giver, open_] = least[open_].astype(self.dtype)

    def ready(self, giver: int, taker: int) -> int:
        """How many cases can make this move at this loss each, at least."""
        if self._floor[giver, taker] <= self.loss[giver, taker]:
            self._contest(giver, taker)
        return int(self._equal(giver, taker).size)

    def pick(self, giver: int, taker: int, amount: int) -> Ints:
        """So many of the cases that are `ready`, as places among the contested."""
        return self._equal(giver, taker)[:amount]

    def move(self, giver: int, taker: int, picked: Ints) -> None:
        """Give the cases picked to another option; `refresh` both afterwards."""
        self._value -= int(self.loss[giver, taker]) * picked.size
        self._mine[giver] = np.setdiff1d(self._mine[giver], picked, assume_unique=True)
        self._mine[taker] = np.concatenate([self._mine[taker], picked])
        self._column[self._case[picked]] = taker
        self.used[giver] -= picked.size
        self.used[taker] += picked.size

    def _equal(self, giver: int, taker: int) -> Ints:
        mine = self._mine[giver]
        loss = self._worth[mine, giver] - self._worth[mine, taker]
        equal: Ints = mine[loss == self.loss[giver, taker]]
        return equal

    def _others(self, giver: int) -> Ints:
        """The cases of an option that are not contested."""
        mask = self._column == giver
        mask[self._case] = False
        return np.flatnonzero(mask)

    def _losses(self, case: Ints, giver: int) -> Iterator[tuple[Ints, Ints]]:
        """What these cases of an option lose elsewhere, some at a time."""
        step = max(1, PAIRS // self.loss.shape[0])
        for start in range(0, case.size, step):
            part = case[start : start + step]
            worth = self._rows.worth(part)
            yield part, worth[:, giver][:, None] - worth

    def _contest(self, giver: int, taker: int) -> None:
        """Make the cases nearest to this move contested."""
        case = self._others(giver)
        toll = np.concatenate([loss[:, taker] for _, loss in self._losses(case, giver)])
        order = np.argsort(toll, kind="stable")
        near, rest = np.split(case[order], [self._pulled[giver]])
        self._pulled[giver] *= 2
        self._mine[giver] = np.append(self._mine[giver], self._case.size + np.arange(near.size))
        self._case = np.concatenate([self._case, near])
        self._worth = np.concatenate([self._worth, self._rows.worth(near)])
        self._floor[giver] = CLOSED
        for part, loss in self._losses(rest, giver):
            self._lower(np.full(part.size, giver), loss)

    def column(self) -> Ints:
        """The option of every case, shape (N,), in the order of the problem."""
        return self._column.copy()

    def value(self) -> int:
        """Exact total value of the split."""
        return self._value

    def tied(self, price: NDArray[Any]) -> Tied:
        """The cases that are content with several columns at these prices of the nodes."""
        pays = self.columns.paid(price.astype(object))
        # Real losses are within 2**54: where the difference is wider, no case is content.
        rise = np.clip(pays[:, None] - pays, -(2**58), 2**58).astype(np.int64)
        found = [(np.zeros(0, dtype=np.int64), np.zeros((0, pays.size), dtype=bool))]
        held = np.zeros(pays.size, dtype=np.int64)
        for giver, mine in enumerate(self._mine):
            others = np.zeros(0, dtype=np.int64)
            if (np.delete(self._floor[giver] - rise[giver], giver) == 0).any():
                others = self._others(giver)
            for case in (self._case[mine], others):
                for part, loss in self._losses(case, giver):
                    tight = loss == rise[giver]
                    several = tight.sum(axis=1) > 1
                    found.append((part[several], tight[several]))
                    held[giver] += int(several.sum())
        case, tight = (np.concatenate(part) for part in zip(*found, strict=True))
        return tied_of(case, np.arange(case.size), tight, held)
