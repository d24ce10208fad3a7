"""Whether values are as right for one group of people as for another; looked at afterwards."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from pricing._cases import CaseValues
from pricing._hurdle import MOST_RECOVERED
from pricing._model import Model
from pricing._outcomes import read_outcomes
from pricing._tape import check_tape

__all__ = ["FEWEST", "FairnessReport", "fairness"]

Array = NDArray[np.float64]

FEWEST = 30
"""Cases below which nothing is told of a group."""

MOST_GROUPS = 50

MISSING = "(missing)"


@dataclass(frozen=True)
class FairnessReport:
    """Values by group of a protected attribute."""

    attribute: str

    groups: pd.DataFrame
    """By group: `cases`, `rate` (mean expected recovery), and `rate_low` and `rate_high`, its
    interval. With outcomes also `actual`, `error` (rate less actual, with `error_low` and
    `error_high`), `calibration` (cash over expected cash, both as shares of balance, with
    `calibration_low` and `calibration_high`) and `miss` (mean absolute error of a case)."""

    level: float
    """Of the intervals."""

    suppressed: int
    """Groups of which nothing is told, since they are small."""

    warnings: tuple[str, ...]
    """Groups whose values are off more than chance explains, and what was left out."""


def fairness(
    values: CaseValues | Model,
    cases: pd.DataFrame,
    attribute: "pd.Series[str]",
    outcomes: pd.DataFrame | None = None,
    *,
    level: float = 0.95,
    horizon: int = 12,
) -> FairnessReport:
    r"""Compare values across the groups of an attribute that they were made without.

    Parameters
    ----------
    values : CaseValues or Model
        Values of the cases, or the model to value them by.
    cases : DataFrame, n rows
        As for `Model.value_cases`: without any protected attribute.
    attribute : Series, shape (n,)
        Group of each case, with the index of `cases`; missing entries form a group. Numbers,
        such as years of age, have to be cut into groups first.
    outcomes : DataFrame, n rows, optional
        As for `fit`.
    level : float
        Of the intervals, in (0, 1).
    horizon : int
        Months of `outcomes`; that of the model if one is given.

    Returns
    -------
    FairnessReport
        A group of fewer than 30 cases is left out; if it is the only one, the next smallest is
        left out too, lest it be told from the rest.

    Raises
    ------
    ValueError
        If the index of `attribute` is not that of `cases`, it has more than 50 groups, or an
        argument is not possible.

    Notes
    -----
    The intervals are of means of *n* cases, :math:`\bar x \pm z s / \sqrt n`; that of the
    calibration :math:`k = \sum y / \sum m` is :math:`k \pm z s_{y - k m} / (\sqrt n \bar m)`.
    They take cases as independent: what a lot has in common makes them too narrow, equally for
    all groups of it.

    Examples
    --------
    >>> from pricing import Prior
    >>> book = pd.DataFrame({"balance": np.full(80, 10.0), "dpd": [200, 900] * 40})
    >>> group = pd.Series(["women", "men"] * 40, name="gender")
    >>> report = fairness(Model.from_prior(Prior.default("CN")), book, group)
    >>> report.groups["rate"].round(3).to_dict()
    {'men': 0.04, 'women': 0.076}
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}")
    balance, _ = check_tape(cases)
    if isinstance(values, Model):
        horizon, values = values.horizon, values.value_cases(cases)
    if len(values.mean) != len(cases):
        raise ValueError(f"values must be of {len(cases)} cases; got {len(values.mean)}")
    group = _groups(attribute, cases)
    recovery = None
    if outcomes is not None:
        cash = read_outcomes(outcomes, len(cases), horizon)
        recovery = np.minimum(cash / balance, MOST_RECOVERED)
    size = group.value_counts().sort_index()
    hidden = _small(size)
    told = [name for name in size.index if name not in hidden]
    z = float(ndtri((1 + level) / 2))
    rows = {
        name: _row(
            values.mean[(held := (group == name).to_numpy())],
            None if recovery is None else recovery[held],
            z,
        )
        for name in told
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = str(attribute.name)
    said = _said(table, hidden)
    return FairnessReport(str(attribute.name), table, level, len(hidden), tuple(said))


def _groups(attribute: "pd.Series[str]", cases: pd.DataFrame) -> "pd.Series[str]":
    if not isinstance(attribute, pd.Series):
        raise ValueError(f"attribute must be a Series; got {type(attribute).__name__}")
    if not attribute.index.equals(cases.index):
        raise ValueError("attribute must have the index of cases")
    words = attribute.astype(object).where(attribute.notna().to_numpy(), MISSING).astype(str)
    if words.nunique() > MOST_GROUPS:
        raise ValueError(
            f"attribute has {words.nunique()} groups, more than {MOST_GROUPS}; cut it into "
            "fewer"
        )
    return words


def _small(size: "pd.Series[int]") -> list[str]:
    """Groups of which nothing is told."""
    ranked = size.sort_values(kind="stable")
    small = [str(name) for name in ranked.index[ranked < FEWEST]]
    if len(small) == 1 and len(ranked) > 2:
        small.append(str(ranked.index[1]))
    return small


def _row(mean: Array, recovery: Array | None, z: float) -> dict[str, float]:
    row = {"cases": float(len(mean)), **_interval("rate", mean, z)}
    if recovery is None:
        return row
    row["actual"] = float(recovery.mean())
    row |= _interval("error", mean - recovery, z)
    calibration = float(recovery.sum() / max(mean.sum(), 1e-300))
    wide = z * float((recovery - calibration * mean).std(ddof=1)) / np.sqrt(len(mean))
    wide /= max(float(mean.mean()), 1e-300)
    row["calibration"] = calibration
    row["calibration_low"], row["calibration_high"] = calibration - wide, calibration + wide
    row["miss"] = float(np.abs(mean - recovery).mean())
    return row


def _interval(name: str, value: Array, z: float) -> dict[str, float]:
    centre = float(value.mean())
    wide = z * float(value.std(ddof=1)) / np.sqrt(len(value))
    return {name: centre, f"{name}_low": centre - wide, f"{name}_high": centre + wide}


def _said(table: pd.DataFrame, hidden: list[str]) -> list[str]:
    said = []
    if hidden:
        said.append(
            f"small-groups: {len(hidden)} groups are left out, as one of them has fewer than "
            f"{FEWEST} cases"
        )
    if "calibration" in table.columns:
        for name, row in table.iterrows():
            if not row["calibration_low"] <= 1 <= row["calibration_high"]:
                said.append(
                    f"miscalibrated: cash of {name} was {row['calibration']:.2f} of what was "
                    "expected, more than chance explains"
                )
    return said
