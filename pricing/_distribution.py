"""A book known only by its distribution: a joint table, or one histogram per column."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pricing._bins import TOLERANCE, Bins
from pricing._tape import numbers, refuse_protected

JOINT_DISPERSION = 2.0
"""Assumed mean square of the balances within a cell, over their squared mean."""


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
    for name, total in {"count": count, "balance": balance}.items():
        if name not in joint.columns:
            raise ValueError(f"joint must have a column {name!r}")
        amount = numbers(joint[name], name)
        bad = ~(np.isfinite(amount) & (amount >= 0))
        if bad.any():
            row = joint.index[int(bad.argmax())]
            raise ValueError(f"{name} in joint must be finite and not negative; row {row}")
        if abs(amount.sum() - total) > TOLERANCE * total:
            raise ValueError(f"{name} in joint sums to {amount.sum():g}, totals say {total:g}")
    apart = ((joint["count"] > 0) != (joint["balance"] > 0)).to_numpy()
    if apart.any():
        row = joint.index[int(apart.argmax())]
        raise ValueError(
            f"joint must have balance where it has a count, and nowhere else; row {row}"
        )
    return joint[joint["count"] > 0].reset_index(drop=True)


def cells_by_age(histograms: Mapping[str, Bins], count: float, balance: float) -> pd.DataFrame:
    """One row per age bin; balance and age are taken as independent."""
    if "dpd" not in histograms:
        return pd.DataFrame({"count": [count], "balance": [balance], "dpd": [np.nan]})
    bins = histograms["dpd"]
    if not bins.numeric:
        raise ValueError("marginals['dpd'] must be keyed by numbers of days")
    share, held = bins.share, bins.share > 0
    cells = {"count": count * share, "balance": balance * share, "dpd": bins.middle}
    return pd.DataFrame(cells)[held].reset_index(drop=True)


def mean_square(histograms: Mapping[str, Bins]) -> float:
    """Mean squared balance of a case over its squared mean: 2 unless a histogram tells."""
    if "balance" not in histograms:
        return JOINT_DISPERSION
    bins = histograms["balance"]
    if not bins.numeric or not (bins.middle > 0).all():
        raise ValueError("marginals['balance'] must be keyed by positive balances")
    cases = bins.share / bins.middle if bins.of_balances else bins.share
    cases = cases / cases.sum()
    return float(bins.middle**2 @ cases) / float(bins.middle @ cases) ** 2
