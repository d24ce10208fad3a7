"""A book known only by its distribution: a joint table, or one histogram per column."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._tape import numbers, refuse_protected

Histogram: TypeAlias = "Mapping[Any, float] | pd.Series[float]"

TOLERANCE = 0.005
"""Relative difference allowed between a table and its stated totals: rounding."""


def checked_totals(totals: Mapping[str, float]) -> tuple[float, float]:
    """Number of cases and total balance, both positive."""
    amounts = []
    for name in ("count", "balance"):
        value = totals.get(name)
        if value is None or not np.isfinite(value) or value <= 0:
            raise ValueError(f"totals must state a positive {name}; got {value!r}")
        amounts.append(float(value))
    return amounts[0], amounts[1]


def checked_cells(joint: pd.DataFrame, count: float, balance: float) -> pd.DataFrame:
    """The cells that hold cases, checked against the totals."""
    if not isinstance(joint, pd.DataFrame):
        raise ValueError(f"joint must be a DataFrame; got {type(joint).__name__}")
    refuse_protected(joint.columns, "joint")
    stated = {"count": count, "balance": balance}
    for name, total in stated.items():
        if name not in joint.columns:
            raise ValueError(f"joint must have a column {name!r}")
        amount = numbers(joint[name], name)
        if not (np.isfinite(amount) & (amount >= 0)).all():
            raise ValueError(f"{name} in joint must be finite and not negative")
        if abs(amount.sum() - total) > TOLERANCE * total:
            raise ValueError(f"{name} in joint sums to {amount.sum():g}, totals say {total:g}")
    if ((joint["count"] > 0) != (joint["balance"] > 0)).any():
        raise ValueError("joint must have balance where it has a count, and nowhere else")
    return joint[joint["count"] > 0].reset_index(drop=True)


def checked_marginals(
    marginals: Mapping[str, Histogram],
) -> dict[str, tuple[list[Any], NDArray[np.float64]]]:
    """Bins and shares (summing to 1) of each histogram."""
    refuse_protected(marginals, "marginals")
    result = {}
    for name, histogram in marginals.items():
        bins = [key for key, _ in histogram.items()]
        amount = np.array([value for _, value in histogram.items()], dtype=float)
        if not (np.isfinite(amount) & (amount >= 0)).all() or not amount.sum() > 0:
            raise ValueError(f"marginals[{name!r}] must hold amounts, some of them positive")
        result[name] = (bins, amount / amount.sum())
    return result


def cells_by_age(
    histograms: dict[str, tuple[list[Any], NDArray[np.float64]]], count: float, balance: float
) -> pd.DataFrame:
    """One row per age bin; balance and age are taken as independent."""
    bins, share = histograms.get("dpd", ([np.nan], np.ones(1)))
    try:
        dpd = np.array(bins, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError("marginals['dpd'] must be keyed by numbers of days") from error
    held = share > 0
    cells = {"count": count * share, "balance": balance * share, "dpd": dpd}
    return pd.DataFrame(cells)[held].reset_index(drop=True)


def mean_square(
    histograms: dict[str, tuple[list[Any], NDArray[np.float64]]], count: float, balance: float
) -> float:
    """Mean squared balance of a case over its squared mean: 2 unless a histogram tells."""
    if "balance" not in histograms:
        return 2.0
    bins, share = histograms["balance"]
    size = np.array(bins, dtype=float)
    mean = float(size @ share)
    if not (size > 0).all() or not mean > 0:
        raise ValueError("marginals['balance'] must be keyed by positive balances")
    return float(size**2 @ share) / mean**2
