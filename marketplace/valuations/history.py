"""What the platform has seen: cases as they were placed, and their cash month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from marketplace.core.bulk import read_rows

MONTHS = 12
YEAR_DAYS = 365
CASH = [f"cash_m{month}" for month in range(1, MONTHS + 1)]
Schema = dict[str, type[pl.DataType]]

CASE: Schema = {
    "case_id": pl.Int64, "balance": pl.Float64, "principal": pl.Float64,
    "interest": pl.Float64, "fees": pl.Float64, "product": pl.String, "dpd": pl.Float64,
    "region": pl.String, "loan_amount": pl.Float64, "months_since_last_payment": pl.Float64,
    "placement_round": pl.Float64, "legal_action": pl.Float64, "score": pl.Float64,
    "currency": pl.String,
}  # fmt: skip
"""What is known of a case, under the names `pricing` knows; amounts in minor units."""

# Of a case `c`, after its id and what it is worth on the day its balance was taken.
FEATURES_SQL = """c.principal_minor, c.interest_minor, c.fees_minor, c.product, c.dpd,
  nullif(c.region, ''),
  c.loan_minor, (c.balance_as_of - c.last_payment_on) / 30.4375, c.placement_round,
  (c.litigation <> 'none')::int, c.score, c.currency"""

# Counted from the first day anybody worked the case. A reversal undoes the month it reverses.
# No table made here is joined to another: without statistics of them that could take forever.
_PLACED = """
WITH first AS (
  SELECT DISTINCT ON (pc.case_id) pc.case_id, pl.starts_on, pc.placed_balance_minor,
         pl.portfolio_id
    FROM placement_cases pc JOIN placements pl ON pl.id = pc.placement_id
    JOIN organisations l ON l.id = pl.lender_id
   WHERE pl.status NOT IN ('offered', 'declined') AND {which}
   ORDER BY pc.case_id, pl.starts_on, pl.id),
cash AS (
  SELECT f.*, p.amount_minor,
         floor((coalesce(o.value_on, p.value_on) - f.starts_on) * 12 / 365.0)::int AS month
    FROM first f LEFT JOIN payments p ON p.case_id = f.case_id AND p.verified_by_id IS NOT NULL
    LEFT JOIN payments o ON o.id = p.reversal_of_id)
"""


@dataclass(frozen=True)
class History:
    """Cases whose year is over, in order of time; amounts in minor units."""

    cases: pd.DataFrame
    outcomes: pd.DataFrame
    lots: "pd.Series[Any]"
    window: tuple[date, date]


def history(places: Sequence[str], *, currency: str, now: datetime) -> History | None:
    """Every case of lenders in `places` that was placed a year ago or longer, if any."""
    placed = _PLACED.format(
        which="pl.starts_on <= %(seasoned)s AND pl.currency = %(currency)s"
        " AND l.jurisdiction = ANY(%(places)s)"
    )
    months = ", ".join(
        f"greatest(coalesce(sum(amount_minor) FILTER (WHERE month = {k}), 0), 0) AS {name}"
        for k, name in enumerate(CASH)
    )
    table = read_rows(
        f"{placed}, seen AS (SELECT case_id, starts_on, placed_balance_minor, portfolio_id,"  # noqa: S608
        f" {months} FROM cash GROUP BY 1, 2, 3, 4)"
        f" SELECT c.id, s.placed_balance_minor, {FEATURES_SQL}, s.portfolio_id, s.starts_on,"
        f" {', '.join(f's.{name}' for name in CASH)}"
        " FROM seen s JOIN cases c ON c.id = s.case_id"
        " ORDER BY min(s.starts_on) OVER (PARTITION BY s.portfolio_id), s.portfolio_id, c.id",
        {
            "seasoned": now.date() - timedelta(days=YEAR_DAYS),
            "currency": currency,
            "places": list(places),
        },
        CASE | {"lot": pl.Int64, "starts_on": pl.Date} | dict.fromkeys(CASH, pl.Float64),
    )
    if table.is_empty():
        return None
    return History(
        as_tape(table.drop("lot", "starts_on", *CASH)),
        pd.DataFrame({name: table[name].to_numpy() for name in CASH}),
        pd.Series(table["lot"].to_numpy()),
        (_day(table["starts_on"].min()), _day(table["starts_on"].max())),
    )


@dataclass(frozen=True)
class Placed:
    """The cases of one portfolio that are out to work, and its cash by month since it began."""

    cases: pd.DataFrame
    cash: list[int]
    """Of each whole month so far, at most twelve."""

    started_on: date


def placed(portfolio_id: int, *, now: datetime) -> Placed | None:
    """What has come of a portfolio so far, or None while nobody works it.

    Only cases that began in the first month count, so that all of them share one clock.
    """
    together = "f.starts_on < (SELECT min(starts_on) FROM first) + 30"
    first = _PLACED.format(which="pl.portfolio_id = %(portfolio)s")
    values = {"portfolio": portfolio_id}
    table = read_rows(
        f"{first} SELECT c.id, f.placed_balance_minor, {FEATURES_SQL}, f.starts_on"  # noqa: S608
        f" FROM first f JOIN cases c ON c.id = f.case_id WHERE {together} ORDER BY c.id",
        values,
        CASE | {"starts_on": pl.Date},
    )
    if table.is_empty():
        return None
    months = (now.date() - _day(table["starts_on"].max())).days * MONTHS // YEAR_DAYS
    cash = read_rows(
        f"{first} SELECT month, sum(amount_minor) FROM cash f WHERE month >= 0 AND {together}"  # noqa: S608
        " GROUP BY month",
        values,
        {"month": pl.Int64, "amount": pl.Int64},
    )
    by_month = dict(cash.iter_rows())
    return Placed(
        as_tape(table.drop("starts_on")),
        [max(by_month.get(month, 0), 0) for month in range(min(months, MONTHS))],
        _day(table["starts_on"].min()),
    )


def as_tape(table: pl.DataFrame) -> pd.DataFrame:
    """A table of cases as `pricing` takes it, without the columns that nobody filled in."""
    known = [column for column in table.columns if table[column].null_count() < table.height]
    return pd.DataFrame({column: _array(table[column]) for column in known})


def _array(column: pl.Series) -> Any:
    if column.dtype != pl.String:
        return column.to_numpy()
    # A few words said a million times: kept once each.
    words = column.drop_nulls().unique().sort()
    codes = column.cast(pl.Enum(words)).to_physical().cast(pl.Int64).fill_null(-1)
    known: list[str] = words.to_list()
    return pd.Categorical.from_codes(np.asarray(codes, dtype=np.int64), pd.Index(known))


def _day(value: Any) -> date:
    assert isinstance(value, date)  # noqa: S101
    return value
