"""Checks on a tape of cases before anything is computed from it."""

from decimal import Decimal
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

PROTECTED = frozenset(
    [
        "gender",
        "sex",
        "female",
        "male",
        "is_female",
        "is_male",
        "age",
        "birth_date",
        "birthdate",
        "date_of_birth",
        "dob",
        "birth_year",
        "birthday",
        "ethnicity",
        "ethnic_group",
        "ethnic",
        "race",
        "nationality",
        "citizenship",
        "religion",
        "faith",
        "marital_status",
        "married",
        "pregnancy",
        "pregnant",
        "disability",
        "health",
        "sexual_orientation",
        "political_opinion",
        "party_membership",
        "trade_union",
        "genetic",
        "hukou",
        "性别",
        "年龄",
        "出生日期",
        "生日",
        "民族",
        "种族",
        "宗教",
        "宗教信仰",
        "国籍",
        "婚姻状况",
        "婚姻",
        "残疾",
        "健康状况",
        "政治面貌",
        "户籍",
        "age_group",
        "age_band",
        "age_range",
        "age_years",
        "year_of_birth",
        "birth",
        "id_number",
        "national_id",
        "marital",
        "skin_colour",
        "skin_color",
        "sexuality",
        "politics",
        "出生年份",
        "出生年月",
        "年龄段",
        "年龄区间",
        "身份证号",
        "身份证号码",
        "婚否",
        "是否已婚",
        "信仰",
        "籍贯",
        "是否女性",
        "是否男性",
        "怀孕",
        "健康",
        "户口",
        "户口类型",
    ]
)
"""Attributes of a person that never enter a valuation."""

_OWNERS = (
    "debtor_", "borrower_", "customer_", "client_", "holder_", "person_", "cardholder_",
    "user_",
    "债务人", "借款人", "客户", "持卡人", "用户", "本人",
)  # fmt: skip


def check_tape(cases: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Check a tape and return its balances and days past due, each (n,).

    Days past due are NaN where they are not known.

    Raises
    ------
    ValueError
        If a column is protected or named twice, a balance is missing or not positive, a
        `dpd` is negative, a case id is missing or repeated, or there are several currencies.
    """
    if not isinstance(cases, pd.DataFrame):
        kind = f"{type(cases).__module__}.{type(cases).__name__}"
        raise ValueError(f"cases must be a DataFrame of pandas; got {kind}")
    refuse_protected(cases.columns, "cases")
    if "balance" not in cases.columns:
        raise ValueError("cases must have a column 'balance'")
    _check_identity(cases)
    balance = numbers(cases["balance"], "balance")
    bad = ~(np.isfinite(balance) & (balance > 0))
    if bad.any():
        raise ValueError(f"balance must be positive and finite; row {first_row(cases, bad)}")
    return balance, days_past_due(cases)


def days_past_due(cases: pd.DataFrame) -> NDArray[np.float64]:
    """Read the column `dpd`, shape (n,); NaN where it is missing."""
    if "dpd" not in cases.columns:
        return np.full(len(cases), np.nan)
    dpd = numbers(cases["dpd"], "dpd")
    bad = np.isinf(dpd) | (dpd < 0)
    if bad.any():
        raise ValueError(f"dpd must be finite and not negative; row {first_row(cases, bad)}")
    return dpd


def is_protected(column: str) -> bool:
    """Whether a column names a protected attribute.

    Examples
    --------
    >>> is_protected("Debtor gender"), is_protected("dpd")
    (True, False)
    """
    name = column.strip().lower().replace(" ", "_").replace("-", "_")
    for owner in _OWNERS:
        name = name.removeprefix(owner)
    name = name.strip("_").removeprefix("的")
    return name in PROTECTED


def refuse_protected(columns: Any, argument: str) -> None:
    """Raise ValueError if a column names a protected attribute."""
    for column in columns:
        if is_protected(str(column)):
            raise ValueError(
                f"{argument} has the column {column!r}, a protected attribute: nobody is "
                "valued by who they are. Remove it; fairness is compared afterwards"
            )


def numbers(column: "pd.Series[Any]", name: str, *, booleans: bool = False) -> Array:
    """Read a column as floats; anything missing becomes NaN.

    Raises
    ------
    ValueError
        If an entry is not a number; words are refused even where they look like one. The
        message names the row.
    """
    if pd.api.types.is_bool_dtype(column.dtype) and not booleans:
        raise ValueError(f"{name} must hold numbers; got booleans")
    if not pd.api.types.is_numeric_dtype(column.dtype):
        wrong = column.notna().to_numpy() & ~_numeric(column, booleans)
        if wrong.any():
            entry = column.iloc[int(wrong.argmax())]
            row = first_row(column, wrong)
            raise ValueError(f"{name} must hold numbers; got {entry!r}; row {row}")
    return column.to_numpy(dtype=float, na_value=np.nan)


def _numeric(column: "pd.Series[Any]", booleans: bool) -> NDArray[np.bool_]:
    if column.dtype != object:
        return np.zeros(len(column), dtype=bool)
    kinds = (Number, Decimal, np.bool_) if booleans else (Number, Decimal)
    return np.array(
        [
            isinstance(entry, kinds) and (booleans or not isinstance(entry, bool))
            for entry in column
        ],
        dtype=bool,
    )


def _check_identity(cases: pd.DataFrame) -> None:
    if not cases.columns.is_unique:
        twice = cases.columns[cases.columns.duplicated()][0]
        raise ValueError(f"cases has the column {twice!r} twice")
    if "case_id" in cases.columns:
        absent = cases["case_id"].isna().to_numpy()
        if absent.any():
            raise ValueError(f"case_id must not be missing; row {first_row(cases, absent)}")
        again = cases["case_id"].duplicated().to_numpy()
        if again.any():
            repeated = cases["case_id"].iloc[int(again.argmax())]
            raise ValueError(
                f"case_id {repeated!r} occurs twice; row {first_row(cases, again)}"
            )
    if "currency" in cases.columns:
        currencies = sorted(map(str, cases["currency"].dropna().unique()))
        if len(currencies) > 1:
            raise ValueError(f"currency must be the same for all cases; got {currencies}")


def first_row(cases: "pd.DataFrame | pd.Series[Any]", bad: NDArray[np.bool_]) -> Any:
    """Label of the first row that is bad."""
    return cases.index[int(bad.argmax())]
