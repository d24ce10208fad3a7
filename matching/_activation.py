"""At least so many agencies with a case: which ones, by branch and bound."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count as numbers
from typing import Protocol, TypeVar

import numpy as np

from matching._options import Options
from matching._routing import Moves, Unplaceable

MOST_BRANCHES = 256
"""Re-solves after which the best split found is taken, with the gap that is left."""


class Solved(Protocol):
    """A best split under some columns, as `solve` finds it."""

    @property
    def exchange(self) -> Moves: ...
    @property
    def columns(self) -> Options: ...
    @property
    def price(self) -> tuple[int, ...]: ...
    @property
    def value(self) -> int: ...
    @property
    def cases(self) -> list[int]: ...


S = TypeVar("S", bound=Solved)


def enough(first: S, least: int, solve: Callable[[Options], S]) -> tuple[S, bool]:
    r"""Best split found in which at least so many agencies have a case, and if it is the best.

    Parameters
    ----------
    first : Solved
        The best split without this constraint.
    least : int
    solve : callable
        Best split under other columns.

    Raises
    ------
    Unplaceable
        If no split was found.

    Notes
    -----
    A branch forces some agencies to have a case and bars others. With *q* agencies lacking,
    it is worth no more than its split less the *q* smallest losses of moving one case to an
    agency that has none, at the split's own prices; forcing these *q* gives a split that
    obeys. Where the two meet, or the bound falls below the best split known, it is done.
    """
    order, branches = numbers(), 0
    best: S | None = None
    heap = [(-first.value, next(order), first)]
    while heap and branches < MOST_BRANCHES:
        _, _, node = heappop(heap)
        if best is not None and node.value <= best.value:
            heap.clear()
            break
        loss, lacking = losses(node), least - active(node)
        cheapest = sorted(loss, key=lambda j: (loss[j], j))[:lacking]
        reach = node.value - sum(loss[j] for j in cheapest)
        if len(cheapest) < lacking or (best is not None and reach <= best.value):
            continue
        for child in _children(node, cheapest, solve):
            branches += 1
            if active(child) < least:
                heappush(heap, (-child.value, next(order), child))
            elif best is None or child.value > best.value:
                best = child
    if best is None:
        raise Unplaceable("no split was found with so many agencies")
    return best, not heap


def active(solved: Solved) -> int:
    """Number of agencies that have a case."""
    return sum(cases > 0 for cases in solved.cases)


def _children(node: S, cheapest: list[int], solve: Callable[[Options], S]) -> Iterator[S]:
    """All of the cheapest forced at once, as a guess; then the first of them, or never it."""
    branches = [node.columns.at_least_one(cheapest[:1]), node.columns.without(cheapest[0])]
    if len(cheapest) > 1:
        branches.insert(0, node.columns.at_least_one(cheapest))
    for columns in branches:
        with suppress(Unplaceable):
            yield solve(columns)


def losses(solved: Solved) -> dict[int, int]:
    """Least loss, at its prices, of moving one case to each agency that has none.

    Agencies that no case can move to are left out.
    """
    exchange, columns = solved.exchange, solved.columns
    price = np.array(solved.price, dtype=object)
    pays = columns.paid(price)
    surplus = exchange.loss.astype(object) - pays[:, None]
    found = {}
    for j, cases in enumerate(solved.cases):
        mine, own = np.flatnonzero(columns.name == j), price[columns.agency[j]]
        if cases or columns.high[columns.agency[j]] <= 0:
            continue
        open_ = (exchange.loss[:, mine] < exchange.closed // 2) & (exchange.used > 0)[:, None]
        if exchange.used[mine].any():
            # It had some before ties were settled: they are as content with it.
            found[j] = -int(own)
        elif open_.any():
            found[j] = int((surplus[:, mine] + pays[mine] - own)[open_].min())
    return found
