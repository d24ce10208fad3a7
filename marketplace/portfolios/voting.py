"""What the values of a column say it is, where its heading alone does not.

A column that no heading names is taken for a field if its heading ends with one of the field's
names, or the field has a check that chance does not pass, and nearly all its values pass. Of
fees no value can tell: the sum of the row does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import polars as pl

from marketplace.portfolios import cleaning
from marketplace.portfolios.vocabulary import AMOUNTS, MONEY, REQUIRED_DATES
from marketplace.portfolios.wording import ELSE, ending_field

JUDGED = 500
NEARLY_ALL = 0.95
MOST = 0.90
_DATES = frozenset((*REQUIRED_DATES, "first_overdue_date", "last_payment_date", "birth_date"))
_PARTS = ("principal", "interest", "penalty_fees")


@dataclass(frozen=True, eq=False)
class Column:
    """A column as the vote sees it: its heading, its first filled cells, its unit."""

    header: str
    cells: pl.Series
    scale: int


def vote(columns: Sequence[Column], named: Mapping[int, str], market: str) -> dict[int, str]:
    """Fields for columns that have none: what the headings hint at and the values confirm."""
    won = _by_hint(columns, named, market, placed=False)
    won |= _by_sum(columns, {**named, **won})
    # Many a balance is not the one placed: the sum has the first word.
    return {**won, **_by_hint(columns, {**named, **won}, market, placed=True)}


def _by_hint(
    columns: Sequence[Column], named: Mapping[int, str], market: str, *, placed: bool
) -> dict[int, str]:
    won: dict[int, str] = {}
    for at, column in enumerate(columns):
        if not column.header or at in named:
            continue
        taken = {*named.values(), *won.values()}
        field = ending_field(column.header)
        wanted = (field == "placed_balance") == placed
        if not wanted or field in taken or not _passes(field, column.cells, market):
            field = "" if placed else _by_check(column.cells, market, taken)
        if field:
            won[at] = field
    return won


def means_status(header: str, cells: pl.Series) -> bool:
    """Whether a column that is mostly a mark (Bankruptcy: Y, CH7) holds a status instead."""
    text = _clean(cells).drop_nulls().str.to_lowercase()
    marks = text.str.contains(r"^(y|n|yes|no|0|1|true|false|是|否|ch ?\d+|chapter ?\d+)$")
    return header in ELSE and text.len() > 0 and marks.mean() == 0 and text.n_unique() > 1


def _passes(field: str, cells: pl.Series, market: str) -> bool:
    """Whether nearly all values are what the field holds; fields without a check never pass."""
    text = _clean(cells).drop_nulls()
    if not text.len():
        return False
    share, needed = _share(field, text, market), MOST if field == "mobile" else NEARLY_ALL
    return share is not None and share >= needed


def _share(field: str, text: pl.Series, market: str) -> float | None:
    cell = pl.col("cell")
    if field == "id_no":
        return _mean(text, cell.str.contains(r"^[A-Za-z0-9-]{6,24}$")) if market != "CN" else (
            _mean(text, cleaning.resident_checksum_fits(cell.str.to_uppercase()))
        )  # fmt: skip
    if field == "mobile":
        parts = cleaning.bare_phones(cleaning.phone_parts(cell), market)
        return _mean(text, parts.list.first().str.contains(cleaning.MOBILE[market]))
    if field == "debtor_name":
        return _mean(text, cell.str.contains(cleaning.NAME))
    if field in _DATES:
        return _mean(text, _day(cell, market).is_not_null())
    if field in MONEY and field != "penalty_fees":
        return _mean(text, _amount(text, 100).is_not_null())
    if field == "dpd":
        return _mean(text, cleaning.whole_number(cell).is_between(0, 7300))
    return None


def _by_check(cells: pl.Series, market: str, taken: set[str]) -> str:
    """A field whose check chance does not pass, whatever the heading says."""
    for field in ("id_no", "mobile"):
        if market == "CN" and field not in taken and _passes(field, cells, market):
            return field
    return ""


def _by_sum(columns: Sequence[Column], named: Mapping[int, str]) -> dict[int, str]:
    """The column that completes principal + interest + fees = balance in nearly every row."""
    amounts = {
        at: _minor(columns[at])
        for at in range(len(columns))
        if columns[at].header and (at not in named or named[at] in AMOUNTS)
    }
    amounts = {at: minor for at, minor in amounts.items() if _numeric(columns[at], minor)}
    parts = [amounts[at] for at, field in named.items() if field in _PARTS and at in amounts]
    totals = [amounts[at] for at, field in named.items()
              if field == "placed_balance" and at in amounts]  # fmt: skip
    free = {at: minor for at, minor in amounts.items() if at not in named}
    if not parts or not any(field == "principal" for field in named.values()):
        return {}
    summed = _sum(parts)
    if not totals:
        return _total(free, summed) if len(parts) > 1 else {}
    missing = totals[0] - summed
    if _equal(missing, missing * 0):
        return {}
    lacking = next((name for name in ("interest", "penalty_fees")
                    if name not in named.values()), "penalty_fees")  # fmt: skip
    return _completing(
        free, missing, "penalty_fees" if "interest" in named.values() else lacking
    )


def _total(free: Mapping[int, pl.Series], summed: pl.Series) -> dict[int, str]:
    """The balance, alone or together with the fees that it contains."""
    for at, minor in free.items():
        for other, fees in free.items():
            charged = at != other and float(cast("float", (fees > 0).mean() or 0)) > 0.5
            if charged and _equal(minor - fees, summed):
                return {at: "placed_balance", other: "penalty_fees"}
    alone = [at for at, minor in free.items() if _equal(minor, summed)]
    return {alone[0]: "placed_balance"} if alone else {}


def _completing(
    free: Mapping[int, pl.Series], missing: pl.Series, field: str
) -> dict[int, str]:
    for at, minor in free.items():
        if _equal(minor, missing):
            return {at: field}
    for at, minor in free.items():
        for other, more in free.items():
            if at < other and _equal(minor + more, missing):
                return {at: field, other: "penalty_fees"}
    return {}


def _equal(left: pl.Series, right: pl.Series) -> bool:
    """Equal to a cent in nearly all rows in which both are known, and known in most rows."""
    both = pl.DataFrame({"l": left, "r": right}).drop_nulls()
    if both.height < 3 or both.height < 0.5 * left.len():
        return False
    return bool(((both["l"] - both["r"]).abs() <= 1).mean() >= NEARLY_ALL)  # type: ignore[operator]


def _sum(parts: Sequence[pl.Series]) -> pl.Series:
    total = parts[0].fill_null(0)
    for part in parts[1:]:
        total = total + part.fill_null(0)
    return total


def _numeric(column: Column, minor: pl.Series) -> bool:
    filled = _clean(column.cells).drop_nulls().len()
    return filled > 0 and minor.drop_nulls().len() >= NEARLY_ALL * filled


def _minor(column: Column) -> pl.Series:
    text = _clean(column.cells)
    return text.to_frame("cell").select(x=_amount(text, column.scale))["x"]


def _amount(text: pl.Series, scale: int) -> pl.Expr:
    comma = cleaning.comma_votes(text) > 0
    return cleaning.amount(pl.col("cell"), pl.lit(scale, dtype=pl.Int64), comma=comma)


def _day(cell: pl.Expr, market: str) -> pl.Expr:
    latest = pl.lit(date(2099, 12, 31))
    order = "mdy" if market == "US" else "ymd"
    return cleaning.day(cell, date_system=1900, order=pl.lit(order), latest=latest)


def _clean(cells: pl.Series) -> pl.Series:
    return cells.to_frame("cell").select(cleaning.coded(pl.col("cell")))["cell"]


def _mean(text: pl.Series, fits: pl.Expr) -> float:
    share = text.to_frame("cell").select(x=fits.fill_null(value=False).mean())["x"][0]
    return float(share or 0)
