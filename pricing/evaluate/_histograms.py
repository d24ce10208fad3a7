"""What a lender who shows histograms only would show, and what a spreadsheet makes of it."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._baselines import BandTable
from pricing._features import NOT_FEATURES, is_number, read_number

Array = NDArray[np.float64]

MOST = 12
FIRST = (
    "balance", "dpd", "product", "region", "principal", "interest", "fees", "loan_amount",
    "contract_age_days", "months_since_last_payment", "last_payment_amount", "prior_agency",
)  # fmt: skip
"""Columns shown where they are there, before any other."""

BINS = 8
MOST_VALUES = 40
"""A number of so few values is shown by value, as a code is."""


def columns_of(cases: pd.DataFrame) -> tuple[str, ...]:
    """The at most twelve columns to show."""
    others = [name for name in cases.columns if name not in (*FIRST, *NOT_FEATURES)]
    known = [name for name in (*FIRST, *others) if name in cases.columns]
    return tuple(known[:MOST])


def histograms_of(
    past: pd.DataFrame, lot: pd.DataFrame, columns: tuple[str, ...]
) -> dict[str, dict[Any, float]]:
    """Balance of a lot in each bin of each column; the edges are eighths of past cases."""
    result = {}
    for name in columns:
        keys = lot[name].astype(object).to_numpy()
        if is_number(past[name]) and past[name].nunique() > MOST_VALUES:
            at = np.arange(1, BINS) / BINS
            edges = np.unique(np.nanquantile(read_number(past, name), at))
            bins = pd.cut(read_number(lot, name), [-np.inf, *edges, np.inf])
            keys = np.array(bins, dtype=object)
        owed = lot["balance"].groupby(keys, dropna=False).sum()
        result[name] = {None if key != key else key: float(owed[key]) for key in owed.index}
    return result


def by_table(table: BandTable, lot: pd.DataFrame) -> float:
    """Cash expected by a band table, its two columns taken as independent."""
    balance = lot["balance"].to_numpy(dtype=float)
    rows, columns = table.shares(lot)
    rate = (table.p * table.c).reshape(len(rows), len(columns))
    return float(balance.sum() * rows @ rate @ columns)
