"""Days in the order that a profile names: read in it, refused in others, as before without."""

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from marketplace.core.errors import Refusal
from marketplace.reconciliation import Month, read_ledger, read_month
from tests.reconciliation.test_reading import FILES, PROFILE
from tests.refusing import refused

SECOND = date(2026, 3, 2)


def month(folder: Path, files: dict[str, str], **orders: str) -> Month:
    """The folder with some files in other words, and what the profile says of their days."""
    for name, content in (FILES | files).items():
        (folder / name).write_text(content, "utf-8")
    profile = json.loads(json.dumps(PROFILE))
    given = {
        "l1": profile["lenders"]["L1"], "l2": profile["lenders"]["L2"],
        "claims": profile["agencies"]["A1"],
    }  # fmt: skip
    keys = {"l1": "ledger_dates", "l2": "bank_dates", "claims": "dates"}
    for file, order in orders.items():
        given[file][keys[file]] = order
    (folder / "profiles.json").write_text(json.dumps(profile), "utf-8")
    return read_month(folder)


def written(day: str) -> dict[str, str]:
    """Ledger, bank statement and claims with their days written like this."""
    return {
        "l1.csv": f"ref,no,on,fen,ccy,kind,orig\nR1,ZX1234567890,{day},1230,CNY,PAY,\n",
        "b2.csv": f"起息日,借方金额,贷方金额,摘要\n{day},,1000.50,XD1234567891\n",
        "claims.csv": f"id,lender,case,on,amount,ref\nC1,L1,CA000001,{day},12.30,\n",
    }


def days(found: Month) -> set[date]:
    return {
        next(line.value_on for line in found.ledger if line.lender == "L1"),
        next(entry.value_on for entry in found.bank if entry.lender == "L2"),
        next(claim.value_on for claim in found.claims),
    }


@pytest.mark.parametrize(
    ("order", "day"),
    [
        ("dmy", "02/03/2026"), ("dmy", "2.3.2026"), ("dmy", "02-03-26"), ("dmy", "02032026"),
        ("mdy", "03/02/2026"), ("mdy", "3/2/26"), ("mdy", "03022026"),
        ("ymd", "2026-03-02"), ("ymd", "26/3/2"), ("ymd", "2026年3月2日"), ("ymd", "20260302"),
    ],
)  # fmt: skip
def test_days_are_read_in_the_order_of_the_profile(
    tmp_path: Path, order: str, day: str
) -> None:
    found = month(tmp_path, written(day), l1=order, l2=order, claims=order)
    assert days(found) == {SECOND}


def test_the_same_day_is_another_one_in_another_order(tmp_path: Path) -> None:
    found = month(tmp_path, written("02/03/2026"), l1="mdy", l2="mdy", claims="mdy")
    assert days(found) == {date(2026, 2, 3)}


@pytest.mark.parametrize(
    ("order", "day"),
    [
        ("dmy", "03/25/2026"), ("mdy", "25/03/2026"), ("dmy", "2026-03-02"),
        ("mdy", "20260302"), ("dmy", "232026"), ("ymd", "25/03/2026"), ("dmy", "31/02/2026"),
        ("dmy", "02/03/1899"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("file", "name"), [("l1", "l1.csv"), ("l2", "b2.csv"),
                                            ("claims", "claims.csv")])  # fmt: skip
def test_a_day_in_another_order_is_refused_with_its_line(
    tmp_path: Path, order: str, day: str, file: str, name: str
) -> None:
    only = {name: written(day)[name]}
    with pytest.raises(Refusal) as caught:
        month(tmp_path, only, **{file: order})
    said = str(caught.value.reason)
    assert said.startswith(f"{name}:2")
    assert f"“{day}” is not a day between 1990 and 2100 written" in said


@pytest.mark.parametrize("name", ["l1.csv", "b2.csv", "claims.csv"])
def test_without_a_word_of_it_only_years_come_first(tmp_path: Path, name: str) -> None:
    assert days(month(tmp_path, written("2026/03/02"))) == {SECOND}
    with refused(f"{name}:2"):
        month(tmp_path, {name: written("02/03/2026")[name]})


def test_a_cell_that_is_a_day_is_in_no_order() -> None:
    """A workbook of days as cells, one with an hour, and one day as text."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "d/m/yy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["no", "on", "fen"])
    for row, day in enumerate((datetime(2026, 3, 2), datetime(2026, 3, 2, 23, 59)), 1):  # noqa: DTZ001
        sheet.write_string(row, 0, "X1")
        sheet.write_datetime(row, 1, day)
        sheet.write_number(row, 2, 100)
    sheet.write_row(3, 0, ["X1", "03/02/2026", "100"])
    book.close()
    given: dict[str, Any] = {
        "ledger_style": "ref", "ledger_amount_unit": "minor",
        "ledger_columns": {"no": "lender_case_no", "on": "value_date", "fen": "amount"},
    }  # fmt: skip
    lines = read_ledger("l.xlsx", stream.getvalue(), "L", given | {"ledger_dates": "mdy"})
    assert {line.value_on for line in lines} == {SECOND}
    with refused("l.xlsx:4: “03/02/2026” is not a date"):
        list(read_ledger("l.xlsx", stream.getvalue(), "L", given))
