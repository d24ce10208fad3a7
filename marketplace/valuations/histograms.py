"""The file of a lender who shares no cases: how many, and how much, in each group.

One row a group: `dimension, group, cases, balance`; the dimension `total` is the whole book.
Or one row a cell of a joint table: `cases, balance`, and a column for each dimension.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import polars as pl
from python_calamine import CalamineWorkbook

from marketplace.core.errors import Refusal
from marketplace.core.words import Words, _

DIMENSIONS = {
    "balance": True, "dpd": True, "score": True, "principal": True, "loan_amount": True,
    "months_since_last_payment": True, "last_payment_amount": True, "contract_age_days": True,
    "product": False, "region": False, "legal_action": False, "prior_agency": False,
}  # fmt: skip
"""What a book may be divided by; True where the group is a number, the middle of its band."""

MOST_ROWS = 20_000
TOTAL = "total"
_AMOUNTS = ("cases", "balance")


@dataclass(frozen=True)
class Distribution:
    """A book as totals and either single histograms or one joint table; in minor units."""

    count: int
    balance_minor: int
    marginals: dict[str, list[list[Any]]] | None
    """By dimension: [group, balance in minor units] pairs."""

    joint: list[dict[str, Any]] | None

    def as_json(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "balance_minor": self.balance_minor,
            "marginals": self.marginals,
            "joint": self.joint,
        }


def tables_of(source: Mapping[str, Any]) -> dict[str, Any]:
    """A kept distribution as `pricing` takes it."""
    totals = {"count": source["count"], "balance": source["balance_minor"]}
    if source["joint"] is not None:
        return {"joint": pd.DataFrame(source["joint"]), "totals": totals}
    histograms = {
        name: {group: amount for group, amount in pairs}  # noqa: C416
        for name, pairs in source["marginals"].items()
    }
    return {"marginals": histograms, "totals": totals}


def read_distribution(filename: str, content: bytes, *, digits: int) -> Distribution:
    """Read the file. `digits` is how many minor digits the currency has."""
    table = _table(filename, content)
    if table.height == 0:
        raise _bad(_("The file holds no rows."))
    if table.height > MOST_ROWS:
        raise _bad(_("The file holds more than %(most)s rows.", most=MOST_ROWS))
    missing = [name for name in _AMOUNTS if name not in table.columns]
    if missing:
        raise _bad(_("The file has no column “%(name)s”.", name=missing[0]))
    amounts = {name: _amounts(table[name]) for name in _AMOUNTS}
    minor = [round(amount * 10**digits) for amount in amounts["balance"]]
    counts = [_whole(amount, row) for row, amount in enumerate(amounts["cases"], 2)]
    if "dimension" in table.columns:
        return _marginals(table, counts, minor)
    return _joint(table, counts, minor)


def _marginals(table: pl.DataFrame, counts: list[int], minor: list[int]) -> Distribution:
    if "group" not in table.columns:
        raise _bad(_("The file has no column “%(name)s”.", name="group"))
    found: dict[str, list[list[Any]]] = {}
    totals: list[tuple[int, int]] = []
    names, groups = _texts(table["dimension"]), _texts(table["group"])
    for row, (name, group, count, balance) in enumerate(
        zip(names, groups, counts, minor, strict=True), 2
    ):
        if name == TOTAL:
            totals.append((count, balance))
            continue
        key = _group(name, group, row)
        pairs = found.setdefault(name, [])
        if any(key == before for before, _amount in pairs):
            raise _bad(
                _("Row %(row)s: the group “%(group)s” of “%(name)s” occurs twice.",
                  row=row, group=group, name=name)
            )  # fmt: skip
        pairs.append([key, balance])
    if len(totals) != 1:
        raise _bad(_("The file needs exactly one row “total” with the cases and the balance."))
    count, balance = totals[0]
    _check_whole(count, balance)
    if not found:
        raise _bad(_("The file has a total but no groups."))
    for name, pairs in found.items():
        _check_sum(name, sum(amount for _key, amount in pairs), balance)
    return Distribution(count, balance, found, None)


def _joint(table: pl.DataFrame, counts: list[int], minor: list[int]) -> Distribution:
    names = [column for column in table.columns if column not in _AMOUNTS]
    if not names:
        raise _bad(_("The file divides the book by nothing: add a column such as “dpd”."))
    texts = {name: _texts(table[name]) for name in names}
    cells = [
        {name: _group(name, texts[name][row - 2], row) for name in names}
        | {"count": count, "balance": balance}
        for row, (count, balance) in enumerate(zip(counts, minor, strict=True), 2)
        if count or balance
    ]
    count, balance = sum(counts), sum(minor)
    _check_whole(count, balance)
    return Distribution(count, balance, None, cells)


def _table(filename: str, content: bytes) -> pl.DataFrame:
    """Every cell as text, headers in lower case, rows without anything left out."""
    try:
        if filename.lower().endswith((".xlsx", ".xlsm")):
            table = _first_sheet(content)
        else:
            text = content.decode("utf-8-sig").encode()
            table = pl.read_csv(text, infer_schema=False, truncate_ragged_lines=True)
    except Exception as error:
        raise _bad(_("The file cannot be read as CSV in UTF-8 or as XLSX.")) from error
    table = table.rename({column: column.strip().lower() for column in table.columns})
    kept = pl.any_horizontal(pl.all().is_not_null() & (pl.all().cast(pl.String) != ""))
    return table.cast(pl.String).filter(kept)


def _first_sheet(content: bytes) -> pl.DataFrame:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    headers, *rows = ([_as_text(cell) for cell in row] for row in sheet.to_python())
    return pl.DataFrame(rows, schema=dict.fromkeys(headers, pl.String), orient="row")


def _as_text(cell: object) -> str:
    """A number as somebody would type it: 270, not 270.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _group(name: str, group: str, row: int) -> str | float:
    if name not in DIMENSIONS:
        raise Refusal(
            _("Row %(row)s: a book cannot be divided by “%(name)s”.", row=row, name=name),
            next_step=_("Use one of: %(names)s.", names=", ".join(DIMENSIONS)),
        )
    if not group:
        raise _bad(_("Row %(row)s: the group of “%(name)s” is empty.", row=row, name=name))
    return _number(group, row) if DIMENSIONS[name] else group


def _texts(column: pl.Series) -> list[str]:
    return [(value or "").strip() for value in column.to_list()]


def _amounts(column: pl.Series) -> list[float]:
    return [_number(text, row) for row, text in enumerate(_texts(column), 2)]


def _number(written: str, row: int) -> float:
    try:
        number = float(written.replace(",", ""))
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e15:
        raise _bad(
            _("Row %(row)s: “%(value)s” is not a number that is possible here.",
              row=row, value=written)
        )  # fmt: skip
    return number


def _whole(number: float, row: int) -> int:
    if number != int(number):
        raise _bad(_("Row %(row)s: the number of cases must be whole.", row=row))
    return int(number)


def _check_whole(count: int, balance: int) -> None:
    if count <= 0 or balance <= 0:
        raise _bad(_("The whole book must have cases and a balance."))


def _check_sum(name: str, total: int, balance: int) -> None:
    if abs(total - balance) > balance // 1000:
        raise _bad(_("The groups of “%(name)s” do not add up to the total balance.", name=name))


def _bad(reason: Words) -> Refusal:
    return Refusal(
        reason,
        next_step=_("Correct the file and upload it again; the template shows the form."),
    )
