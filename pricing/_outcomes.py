"""Cash that came in, checked."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pricing._tape import numbers
from pricing._timing import KNOWN_MONTHS

Array = NDArray[np.float64]


def read_outcomes(outcomes: pd.DataFrame, n: int, horizon: int) -> Array:
    """Cash of each case over the horizon, shape (n,).

    Raises
    ------
    ValueError
        If the columns for the horizon are not there, or an entry is missing, infinite or
        negative. The message names column and row.
    """
    if not isinstance(outcomes, pd.DataFrame):
        raise ValueError(f"outcomes must be a DataFrame; got {type(outcomes).__name__}")
    if len(outcomes) != n:
        raise ValueError(f"outcomes must have a row per case, {n}; got {len(outcomes)}")
    if horizon == KNOWN_MONTHS and "cash_12m" in outcomes.columns:
        return _cash(outcomes, "cash_12m")
    months = [f"cash_m{k}" for k in range(1, horizon + 1)]
    absent = [name for name in months if name not in outcomes.columns]
    if absent:
        raise ValueError(f"outcomes must have a column {absent[0]!r} for {horizon} months")
    total = np.zeros(n)
    for name in months:
        total += _cash(outcomes, name)
    return total


def read_lots(lots: ArrayLike, n: int) -> tuple[NDArray[np.int64], list[Any]]:
    """Position of each case's lot in order of time, shape (n,), and the labels in order.

    Raises
    ------
    ValueError
        If a label is missing, the length is wrong, or the labels cannot be sorted.
    """
    labels = pd.Series(np.asarray(lots)).reset_index(drop=True)
    if len(labels) != n:
        raise ValueError(f"lots must have shape ({n},); got ({len(labels)},)")
    if labels.isna().any():
        raise ValueError(f"lots must not be missing; row {int(labels.isna().argmax())}")
    try:
        code, names = pd.factorize(labels, sort=True)
    except TypeError as error:
        raise ValueError("lots must be labels that sort in order of time") from error
    return code.astype(np.int64), list(names)


def _cash(outcomes: pd.DataFrame, name: str) -> Array:
    value = numbers(outcomes[name], name)
    bad = ~(np.isfinite(value) & (value >= 0))
    if bad.any():
        row = outcomes.index[int(bad.argmax())]
        raise ValueError(f"{name} must be finite and not negative; row {row}")
    return value
