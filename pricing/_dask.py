"""Books larger than memory: Dask dataframes, read partition by partition.

Dask is imported where it is needed, so that all else runs without it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AT_ONCE = 16
"""Partitions asked for together."""


def is_lazy(cases: Any) -> bool:
    """Whether this is a Dask dataframe."""
    return type(cases).__module__.partition(".")[0] in {"dask", "dask_expr"}


def each(cases: Any, task: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
    """Run `task(number, partition, *arguments)` on every partition, in order of the partitions.

    On the cluster of the current client, if there is one. Only a few results are held there
    at once.

    Raises
    ------
    ValueError
        If a partition is refused; the message names it, counted from 0.
    """
    dask: Any = import_module("dask")
    partitions = cases.to_delayed()
    shared = [dask.delayed(argument, traverse=False) for argument in arguments]
    guarded = dask.delayed(_guarded)
    for start in range(0, len(partitions), AT_ONCE):
        numbered = enumerate(partitions[start : start + AT_ONCE], start=start)
        yield from dask.compute(*(guarded(task, part, i, *shared) for i, part in numbered))


def _guarded(task: Callable[..., Any], part: pd.DataFrame, number: int, *rest: Any) -> Any:
    try:
        return task(number, part, *rest)
    except ValueError as error:
        raise ValueError(f"partition {number}: {error}") from error


@dataclass(frozen=True, eq=False)
class Lazy:
    """Columns of a book that are read only when asked for."""

    frame: Any
    sizes: NDArray[np.int64]
    """Shape (partitions,): rows of each."""

    @property
    def names(self) -> list[str]:
        """Columns."""
        return list(self.frame.columns)

    def columns(self, names: list[str]) -> pd.DataFrame:
        """Some columns of all rows, in order."""
        parts: list[pd.DataFrame] = list(each(self.frame[names], _as_it_is))
        return pd.concat(parts, ignore_index=True)

    def take(self, at: NDArray[np.int64]) -> pd.DataFrame:
        """All columns of some rows, (k,) by position, in that order."""
        ends = np.cumsum(self.sizes)
        owner = np.searchsorted(ends, at, side="right")
        wanted = [at[owner == i] - (ends[i] - self.sizes[i]) for i in range(len(ends))]
        parts: list[pd.DataFrame] = list(each(self.frame, _rows, wanted))
        order = np.argsort(np.argsort(owner, kind="stable"), kind="stable")
        found = pd.concat(parts, ignore_index=True)
        return found.iloc[order].reset_index(drop=True)


def _as_it_is(_number: int, part: pd.DataFrame) -> pd.DataFrame:
    return part


def _rows(number: int, part: pd.DataFrame, wanted: list[NDArray[np.int64]]) -> pd.DataFrame:
    return part.iloc[wanted[number]]
