"""What a learner sees of a case."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._tape import check_tape

NOT_FEATURES = frozenset(["case_id", "lot", "currency"])
"""Columns that name a case rather than describe it."""

_OUTCOME = re.compile(r"cash_(12m|m\d+)$")
_OF_BALANCE = ("principal", "interest", "fees", "loan_amount", "last_payment_amount")
_KNOWN = (
    *_OF_BALANCE, "dpd", "contract_age_days", "months_since_last_payment", "prior_agency",
    "legal_action", "score",
)  # fmt: skip
MOST_CATEGORIES = 60


@dataclass(frozen=True)
class Features:
    """Which columns of a tape are read, and how.

    Amounts that belong to the balance enter twice: as they are, and as shares of it.
    Categories that were not among the commonest in training are read as missing.
    """

    numeric: tuple[str, ...]
    categories: dict[str, tuple[str, ...]]
    ranges: dict[str, tuple[float, float]]
    """Least and greatest value in training, by numeric column, and `balance`."""

    @classmethod
    def of(cls, cases: pd.DataFrame) -> "Features":
        """Take every column that may be a feature.

        Raises
        ------
        ValueError
            If the tape is unsound, holds a protected attribute or an outcome, or a column
            that must hold numbers does not.
        """
        balance, _ = check_tape(cases)
        numeric, categories = [], {}
        ranges = {"balance": _range(balance)}
        for column in map(str, cases.columns):
            if _OUTCOME.match(column):
                raise ValueError(f"cases has the column {column!r}, an outcome, not a feature")
            if column == "balance" or column in NOT_FEATURES or cases[column].isna().all():
                continue
            if column in _KNOWN or is_number(cases[column]):
                numeric.append(column)
                ranges[column] = _range(read_number(cases, column))
            else:
                common = cases[column].dropna().astype(str).value_counts()
                # Ties by name, so that the order of the rows does not matter.
                names = common.sort_index().sort_values(ascending=False, kind="stable").index
                categories[column] = tuple(map(str, names[:MOST_CATEGORIES]))
        return cls(tuple(numeric), categories, ranges)

    @property
    def names(self) -> tuple[str, ...]:
        """Column of `cases` behind each column of the matrix."""
        shares = [name for name in self.numeric if name in _OF_BALANCE]
        return ("balance", *self.numeric, *shares, *self.categories)

    @property
    def categorical(self) -> list[int]:
        """Positions of the categorical columns."""
        first = len(self.names) - len(self.categories)
        return list(range(first, len(self.names)))

    def matrix(self, cases: pd.DataFrame) -> NDArray[np.float64]:
        """Read a tape as numbers, shape (n, features); NaN where missing."""
        balance = cases["balance"].to_numpy(dtype=float)
        read = {name: read_number(cases, name) for name in self.numeric}
        columns = [np.log(balance), *read.values()]
        columns += [read[name] / balance for name in self.numeric if name in _OF_BALANCE]
        for name, known in self.categories.items():
            code = np.full(len(cases), np.nan)
            if name in cases.columns:
                words = cases[name].astype("object").map(_text)
                held = pd.Categorical(words.where(words.isin(known)), list(known))
                code = np.where(held.codes < 0, np.nan, held.codes.astype(float))
            columns.append(code)
        return np.column_stack(columns)

    def warnings(self, cases: pd.DataFrame) -> list[str]:
        """What in a tape lies outside that which was trained on."""
        result = []
        for name in (*self.numeric, *self.categories):
            if name not in cases.columns or (len(cases) and cases[name].isna().all()):
                result.append(f"missing-feature: {name} was learned from and is missing")
        for name, (low, high) in self.ranges.items():
            if name not in cases.columns or not len(cases):
                continue
            value = read_number(cases, name)
            outside = float(np.mean((value < low) | (value > high)))
            if outside > FEW_OUTSIDE:
                result.append(
                    f"out-of-support: {name} of {outside:.0%} of the cases lies outside "
                    f"{low:g} to {high:g}, all that was learned from"
                )
        return result


FEW_OUTSIDE = 0.01


def is_number(column: "pd.Series[Any]") -> bool:
    """Whether a column holds numbers (booleans count as such)."""
    return pd.api.types.is_numeric_dtype(column.dtype)


def read_number(cases: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """One column as floats; NaN where it or an entry is missing."""
    if name not in cases.columns:
        return np.full(len(cases), np.nan)
    try:
        value = cases[name].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers: {error}") from error
    bad = np.isinf(value)
    if bad.any():
        row = cases.index[int(bad.argmax())]
        raise ValueError(f"{name} must be finite (or missing); row {row}")
    return value


def _text(value: Any) -> str | None:
    return None if value is None or value is pd.NA or value != value else str(value)


def _range(value: NDArray[np.float64]) -> tuple[float, float]:
    known = value[~np.isnan(value)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
