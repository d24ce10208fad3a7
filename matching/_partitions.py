"""Cases in partitions of Dask, read and counted where they are.

Dask is imported where it is needed, so that all else runs without it.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._inputs import whole
from matching._tally import Tally, tally

SAMPLED = 1024
"""Cases drawn from every partition to find out how the book is ordered."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """Cases, ascending by segment, balance and index, at each of which a stretch begins."""

    segment: Ints
    balance: Ints
    number: Ints

    def after(self, segment: Ints, balance: Ints, number: Ints | None = None) -> Ints:
        """How many edges these cases come after; without indices, the last of their equals."""
        count = np.zeros(segment.size, dtype=np.int64)
        for s, b, i in zip(self.segment, self.balance, self.number, strict=True):
            beyond = (balance > b) | (
                (balance == b) & (True if number is None else number >= i)
            )
            count += (segment > s) | ((segment == s) & beyond)
        return count


@dataclass(frozen=True)
class _Look:
    """What is found in one partition: its sums, and cases drawn from it by lot."""

    size: int
    tally: Tally
    drawn: Ints
    """Shape (3, n): segment, balance and place in the partition."""


class Partitions:
    """Balances and segments as two columns of a Dask dataframe; checked, not kept.

    Parameters
    ----------
    balance, segment : dask.dataframe.Series
    n_segments : int

    Raises
    ------
    ValueError
        If these are not columns of as many and as long partitions; or if a partition is
        refused, which the message then names, counted from 0.
    """

    def __init__(self, balance: Any, segment: Any, n_segments: int) -> None:
        for name, series in (("balance", balance), ("segment", segment)):
            if not is_lazy(series) or not hasattr(series, "npartitions"):
                raise ValueError(
                    "balance and segment must both be columns of a Dask dataframe, or both "
                    f"be in memory; {name} is a {type(series).__name__}"
                )
        if balance.npartitions != segment.npartitions:
            raise ValueError(
                f"balance has {balance.npartitions} partitions, segment {segment.npartitions}"
            )
        self._balance = balance
        self._pairs = list(zip(balance.to_delayed(), segment.to_delayed(), strict=True))
        looks = self._looks(n_segments)
        self.sizes = np.array([look.size for look in looks], dtype=np.int64)
        self.first: Ints = np.cumsum(self.sizes) - self.sizes
        none = np.zeros(n_segments, dtype=np.int64)
        self.tally: Tally = reduce(add, [look.tally for look in looks], Tally(none, none, 0))
        self._drawn = [look.drawn for look in looks]

    def _looks(self, n_segments: int) -> list[_Look]:
        looks = []
        for number, look in enumerate(self.each(_looked, n_segments)):
            if isinstance(look, ValueError):
                raise ValueError(f"partition {number}: {look}")
            looks.append(look)
        return looks

    def tasks(
        self,
        task: Callable[..., Any],
        *rest: Any,
        of: int = 1,
        own: Sequence[tuple[Any, ...]] = (),
    ) -> list[Any]:
        """`task(number, balance, segment, *rest, *own)` of every partition, still to be done.

        Parameters
        ----------
        task : callable
        *rest
            What all are given.
        of : int
            Number of things that come of each.
        own : sequence of tuple
            What each is given besides.
        """
        lazily = import_module("dask").delayed(task, nout=of)
        given = own or [()] * len(self._pairs)
        each = zip(self._pairs, given, strict=True)
        return [lazily(i, *pair, *rest, *mine) for i, (pair, mine) in enumerate(each)]

    def each(self, task: Callable[..., Any], *rest: Any, **more: Any) -> list[Any]:
        """Results of these `tasks`, in the order of the partitions."""
        return computed(self.tasks(task, *rest, **more))

    def edges(self, stretches: int) -> Edges:
        """Where to cut the order of the book so that its stretches are about as long."""
        drawn = [
            np.vstack([place[:2], place[2] + first])
            for place, first in zip(self._drawn, self.first, strict=True)
        ]
        weight = np.concatenate(
            [
                np.full(place.shape[1], size / max(1, place.shape[1]))
                for place, size in zip(drawn, self.sizes, strict=True)
            ]
        )
        segment, balance, number = np.hstack(drawn)
        order = np.lexsort((number, balance, segment))
        before = np.cumsum(weight[order])
        share = np.arange(1, stretches) / stretches
        at = order[np.searchsorted(before, share * before[-1]).clip(max=order.size - 1)]
        return Edges(segment[at], balance[at], number[at])

    def series(self, name: str, parts: list[Any]) -> Any:
        """A column of integers beside the balances, from the values of each partition.

        It is begun, and stays where it is found.
        """
        frames: Any = import_module("dask.dataframe")
        lazily = import_module("dask").delayed(_beside)
        rows = [
            lazily(balance, values, name)
            for (balance, _), values in zip(self._pairs, parts, strict=True)
        ]
        like = import_module("dask.dataframe.dispatch").make_meta(self._balance)
        meta = _beside(like, np.zeros(0, dtype=np.int64), name)
        return frames.from_delayed(kept(rows), meta=meta, divisions=self._balance.divisions)


def is_lazy(value: Any) -> bool:
    """Whether this is held by Dask."""
    return type(value).__module__.partition(".")[0] in {"dask", "dask_expr"}


def computed(tasks: Iterable[Any]) -> list[Any]:
    """Results of tasks, by the cluster of the current client if there is one."""
    return list(import_module("dask").compute(*tasks))


def kept(tasks: Iterable[Any]) -> list[Any]:
    """The same tasks, begun, their results to stay where they are found."""
    return list(import_module("dask").persist(*tasks))


def shared(value: Any) -> Any:
    """Something large that tasks are to be given: sent to the cluster once."""
    distributed = sys.modules.get("distributed")
    if distributed is not None:
        try:
            return distributed.default_client().scatter(value, hash=False)
        except ValueError:
            pass
    return import_module("dask").delayed(value, traverse=False)


def in_memory(values: Any) -> NDArray[Any]:
    """All values of a column, in order; an array as it is."""
    return values.compute().to_numpy(np.int64) if is_lazy(values) else np.asarray(values)


def refuse_lazy(what: str, *columns: Any) -> None:
    """Refuse what looks up single cases, where Dask holds these columns."""
    if any(map(is_lazy, columns)):
        raise ValueError(
            f"{what} is not offered on cases held by Dask: split them in memory (`.compute()`)"
        )


def cases_of(balance: Any, segment: Any) -> tuple[Ints, Ints]:
    """Balances and segments of one partition.

    Raises
    ------
    ValueError
        If they are not integers, or not as many.
    """
    owed = whole("balance", balance.to_numpy(), (None,))
    return owed, whole("segment", segment.to_numpy(), owed.shape)


def _looked(number: int, balance: Any, segment: Any, n_segments: int) -> _Look | ValueError:
    """A refusal is returned, so that the first partition is named, not the fastest."""
    try:
        owed, where = cases_of(balance, segment)
        sums = tally(where, owed, n_segments)
    except ValueError as error:
        return error
    rng = np.random.default_rng(number)
    place = rng.choice(owed.size, min(SAMPLED, owed.size), replace=False)
    return _Look(owed.size, sums, np.stack([where[place], owed[place], place]))


def _beside(balance: Any, values: Ints, name: str) -> Any:
    pandas: Any = import_module("pandas")
    return pandas.Series(values, index=balance.index, name=name)
