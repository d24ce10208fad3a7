"""A book by the groups of its columns."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DPD_BANDS = (0, 90, 180, 365, 730, 1_095, 1_825)

MOST_VALUES = 12
"""A column of numbers that has more values than this is cut in bands."""

BANDS = 5
"""Bands a column of numbers is cut in, each of about as many cases."""

LABELS = frozenset(["lot"])
"""Columns whose numbers are names: never cut in bands."""


def names_of(by: str | Sequence[str], known: Collection[str]) -> list[str]:
    """Columns to group by.

    Raises
    ------
    ValueError
        If there is none, or one that is not a column of the cases.
    """
    names = [by] if isinstance(by, str) else list(by)
    if not names:
        raise ValueError("by must name a column of the cases")
    for name in names:
        if name not in known or str(name).startswith("_"):
            raise ValueError(f"by names {name!r}, which is not a column of the cases")
    return names


def keys_of(columns: pd.DataFrame) -> "list[pd.Series[Any]]":
    """What to group by: each column as it is, or in bands."""
    return [_key(columns[name], str(name)) for name in columns.columns]


def table_of(keys: "list[pd.Series[Any]]", amounts: pd.DataFrame) -> pd.DataFrame:
    """Sum `_cases _balance _gross _net` by group; the index is named by the columns."""
    table = amounts.groupby(keys, dropna=False, observed=True).sum()
    table.columns = pd.Index(["cases", "balance", "gross", "mean"])
    return table.assign(rate=table["gross"] / table["balance"])


def _key(column: "pd.Series[Any]", name: str) -> "pd.Series[Any]":
    if name == "dpd":
        return _dpd_bands(column)
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    if not numeric or name in LABELS or column.nunique() <= MOST_VALUES:
        return column
    value = column.to_numpy(dtype=float, na_value=np.nan)
    at = np.arange(BANDS + 1) / BANDS
    edges = np.unique(np.nanquantile(value, at, method="inverted_cdf"))
    last = len(edges) - 2
    code = np.clip(np.searchsorted(edges, value, side="right") - 1, 0, last)
    code = np.where(np.isnan(value), -1, code)
    return pd.Series(
        pd.Categorical.from_codes(code.tolist(), pd.Index(_labels(edges)), ordered=True),
        index=column.index,
        name=name,
    )


def _labels(edges: NDArray[np.float64]) -> list[str]:
    """Name of each band; the last holds its upper end, the others do not."""
    for digits in range(4, 18):
        names = [f"{low:.{digits}g} to {high:.{digits}g}" for low, high in pairwise(edges)]
        if len(set(names)) == len(names):
            break
    return names


def _dpd_bands(dpd: "pd.Series[float]") -> "pd.Series[str]":
    edges = [*DPD_BANDS, np.inf]
    names = [f"{a}-{b - 1}" for a, b in pairwise(DPD_BANDS)]
    days = pd.to_numeric(dpd).astype(float)
    return pd.cut(days, edges, right=False, labels=[*names, f"{DPD_BANDS[-1]}+"])
