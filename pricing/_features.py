"""What a learner sees of a case."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._tape import check_tape, numbers

if TYPE_CHECKING:
    from pricing._facts import Facts

NOT_FEATURES = frozenset(["case_id", "lot", "currency"])
"""Columns that name a case rather than describe it."""

_OUTCOME = re.compile(r"cash_(12m|m\d+)$")
_OF_BALANCE = ("principal", "interest", "fees", "loan_amount", "last_payment_amount")
_KNOWN = (
    *_OF_BALANCE, "dpd", "contract_age_days", "months_since_last_payment", "prior_agency",
    "legal_action", "score", "collateral_value", "time_to_sale_months",
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
            columns.append(_coded(cases, name, known))
        return np.column_stack(columns)

    def strange(self, cases: pd.DataFrame) -> dict[str, int]:
        """Rows that lack a feature, or lie outside of what was trained on.

        By 'unknown NAME' and 'outside NAME'.
        """
        found = {}
        for name in (*self.numeric, *self.categories):
            gone = name not in cases.columns
            found[f"unknown {name}"] = (
                len(cases) if gone else int(cases[name].isna().to_numpy().sum())
            )
        for name, (low, high) in self.ranges.items():
            if name in cases.columns:
                value = read_number(cases, name)
                found[f"outside {name}"] = int(((value < low) | (value > high)).sum())
        for name, known in self.categories.items():
            # Where all common names are known, the rare ones are strange too.
            if name in cases.columns and len(known) < MOST_CATEGORIES:
                unread = np.isnan(_coded(cases, name, known)) & cases[name].notna().to_numpy()
                found[f"outside {name}"] = int(unread.sum())
        return {name: count for name, count in found.items() if count}

    def warnings(self, facts: "Facts") -> list[str]:
        """What in a tape lies outside that which was trained on."""
        result = []
        for name in (*self.numeric, *self.categories):
            if facts.counts[f"unknown {name}"] == facts.rows:
                result.append(f"missing-feature: {name} was learned from and is missing")
        for name in (*self.ranges, *self.categories):
            outside = facts.counts[f"outside {name}"] / max(facts.rows, 1)
            if outside <= FEW_OUTSIDE:
                continue
            if name in self.ranges:
                low, high = self.ranges[name]
                words = f"lies outside {low:g} to {high:g}, all that was learned from"
            else:
                words = "is none of those that were learned from"
            result.append(f"out-of-support: {name} of {outside:.0%} of the cases {words}")
        return result


FEW_OUTSIDE = 0.01


def is_number(column: "pd.Series[Any]") -> bool:
    """Whether a column holds numbers (booleans count as such).

    Raises
    ------
    ValueError
        If it holds both numbers and words; the message names a row.
    """
    if column.dtype != object:
        return pd.api.types.is_numeric_dtype(column.dtype)
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in {"mixed", "mixed-integer"}:
        numbers(column, f"{column.name} holds numbers and words:", booleans=True)
        return True
    return kind in _NUMBERS


_NUMBERS = frozenset(["integer", "floating", "decimal", "boolean", "mixed-integer-float"])


def read_number(cases: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """One column as floats; NaN where it or an entry is missing."""
    if name not in cases.columns:
        return np.full(len(cases), np.nan)
    value = numbers(cases[name], name, booleans=True)
    bad = np.isinf(value)
    if bad.any():
        row = cases.index[int(bad.argmax())]
        raise ValueError(f"{name} must be finite (or missing); row {row}")
    return value


def _coded(cases: pd.DataFrame, name: str, known: tuple[str, ...]) -> NDArray[np.float64]:
    """Position of each entry among the known names, shape (n,); NaN where not among them."""
    if name not in cases.columns:
        return np.full(len(cases), np.nan)
    code, entries = pd.factorize(cases[name])
    place = {word: float(at) for at, word in enumerate(known)}
    table = np.array([*(place.get(str(entry), np.nan) for entry in entries), np.nan])
    return table[code]


def _range(value: NDArray[np.float64]) -> tuple[float, float]:
    known = value[~np.isnan(value)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
