"""Tapes in any dress: the same cases, whatever encoding, notation or unit they wear."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import portfolios
from marketplace.portfolios import Report
from marketplace.portfolios.validating import judged
from tests.portfolios.tapes import HEADERS, as_csv, good_row, resident_id, with_cell

TODAY = date(2025, 7, 1)
DAYS = {"": {"import_defaults": {"balance_as_of": "2025-06-30", "currency": "CNY"}}}
ENCODINGS = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "gb18030": "gb18030", "gbk": "gb18030",
    "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
}  # fmt: skip
NOTATIONS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d %b %Y",
             "%Y-%m-%d 00:00:00")  # fmt: skip
UNITS = {"(元)": 1, "（万元）": 10_000, "(分)": Decimal("0.01"), "（千元）": 1000}


def report(content: bytes, *, place: str = "CN", name: str = "tape.csv", **said: Any) -> Report:
    profile = portfolios.read_profile(said.pop("profile", DAYS))
    return portfolios.report_on(
        name, content, jurisdiction=place, profile=profile, today=TODAY, **said
    )


def kinds(found: Report) -> list[tuple[int, str | None, str]]:
    return [(one["row"], one["column"], one["kind"]) for one in found.as_json()["defects"]]


def fields(found: Report, table: int = 0) -> dict[str, Any]:
    columns = found.as_json()["tables"][table]["columns"]
    return {one["header"]: (one["field"], one["unit_multiplier"]) for one in columns}


def sheets(*pages: tuple[str, Sequence[Sequence[Any]]], **options: Any) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    for name, rows in pages:
        page = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                page.write(i, j, cell)
    book.close()
    return stream.getvalue()


# The same values from any file

CASES = st.lists(
    st.tuples(
        st.integers(1, 10**9), st.integers(0, 10**8), st.integers(0, 10**7),
        st.integers(1, 3000),
    ),
    min_size=4,
    max_size=12,
)  # fmt: skip


def cases_of(found: Report) -> pl.DataFrame:
    """The valid rows of a tape that was reported on."""
    pieces = judged(found.layout, found.mapping, found.terms)
    return pl.concat([piece.cases for piece in pieces])


def number(minor: int, unit: Any, comma: str) -> str:
    """Minor units as written in a unit; `comma` is the decimal mark."""
    text = f"{Decimal(minor) / 100 / unit:f}"
    return text if comma == "." else text.replace(".", ",")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cases=CASES,
    encoding=st.sampled_from(sorted(ENCODINGS)),
    delimiter=st.sampled_from(",;\t|"),
    notation=st.sampled_from(NOTATIONS),
    unit=st.sampled_from(sorted(UNITS)),
    mark=st.sampled_from(".,"),
    titles=st.sampled_from([(), (["委外清单"], []), (["基准日：2025-06-30"],)]),
)
def test_written_in_any_way_the_same_values_are_read(
    app: Flask, cases: list[tuple[int, int, int, int]], encoding: str, delimiter: str,
    notation: str, unit: str, mark: str, titles: Sequence[Sequence[str]],
) -> None:  # fmt: skip
    headers = [header.replace("(元)", unit) for header in HEADERS]
    as_of, scale, rows = date(2025, 6, 30), UNITS[unit], []
    # One amount that says which mark is the decimal one.
    cases = [(123_456_7, 1, 1, 9), *cases]
    for n, (principal, interest, fees, dpd) in enumerate(cases):
        overdue = as_of - timedelta(days=dpd)
        minors = (500_000, principal, interest, fees, principal + interest + fees)
        rows.append([
            f"C{n:06d}", "王小明", resident_id(n), f"138{n:08d}", "信用卡",
            *(number(minor, scale, mark) for minor in minors), overdue.strftime(notation),
            f"{dpd}天", "", "说明；\n第二行",
        ])  # fmt: skip
    content = as_csv(
        rows, headers=headers, encoding=encoding, delimiter=delimiter, titles=titles
    )
    found = report(content)
    assert found.as_json()["encoding"] == ENCODINGS[encoding]
    assert found.as_json()["delimiter"] == delimiter
    assert found.as_json()["tables"][0]["header_row"] == len(titles) + 1
    read = (
        cases_of(found)
        .select("principal_minor", "interest_minor", "fees_minor", "dpd", "overdue_on")
        .rows()
    )
    assert kinds(found) == []
    assert read == [(p, i, f, d, as_of - timedelta(days=d)) for p, i, f, d in cases]


def test_traditional_characters_in_big5(app: Flask) -> None:
    headers = ["案件編號", "客戶姓名", "身份證號碼", "手機號碼", "剩餘本金(萬元)", "利息",
               "違約金", "欠款總額(萬元)", "逾期天數", "備註"]  # fmt: skip
    rows = [
        [f"C{n}", "陳怡君", resident_id(n), f"138{n:08d}", "1.5", "0", "0", "1.5", "30", "無"]
        for n in range(4)
    ]
    found = report(as_csv(rows, headers=headers, encoding="big5"))
    assert found.as_json()["encoding"] == "big5"
    assert fields(found)["剩餘本金(萬元)"] == ("principal", "10000")
    assert found.checked.counts["principal_minor"] == 4 * 1_500_000
    assert kinds(found) == []


def test_western_accents_are_not_taken_for_chinese(app: Flask) -> None:
    headers = ["Loan Identifier", "Counterparty Name", "Date of Birth", "Phone Number",
               "Principal Balance (€)", "Interest", "Fees", "Total Balance", "DPD"]  # fmt: skip
    rows = [
        [f"L{n}", "Inês Müller-Sørensen", "1980-01-02", f"+49 1511 234567{n}", "1.234,50", "0",
         "0,50", "1.235,00", "40"]
        for n in range(5)
    ]  # fmt: skip
    found = report(
        as_csv(rows, headers=headers, encoding="cp1252", delimiter=";"), place="EU",
        profile={"": {"import_defaults": {"balance_as_of": "2025-06-30"}}},
    )  # fmt: skip
    assert found.as_json()["encoding"] == "cp1252"
    assert found.checked.counts["principal_minor"] == 5 * 123_450
    assert kinds(found) == []


@pytest.mark.parametrize(
    ("cells", "minor"),
    [
        (["1.234,56", "99,00"], [123_456, 9_900]),
        (["1,234.56", "99.00"], [123_456, 9_900]),
        (["1.234", "5,50"], [123_400, 550]),
        (["1,234", "5.50"], [123_400, 550]),
        (["1 234,56", "1.234.567"], [123_456, 123_456_700]),
    ],
)
def test_the_column_says_which_mark_is_decimal(
    app: Flask, cells: list[str], minor: list[int]
) -> None:
    rows = [with_cell(good_row(n), "剩余本金(元)", cell) for n, cell in enumerate(cells)]
    found = report(as_csv(rows, delimiter=";"))
    assert cases_of(found)["principal_minor"].to_list() == minor


def test_an_amount_against_its_columns_notation_is_refused_not_guessed(app: Flask) -> None:
    cells = ["1.234,56", "99,00", "7,25", "12.34"]
    rows = [with_cell(good_row(n), "剩余本金(元)", cell) for n, cell in enumerate(cells)]
    assert (5, "剩余本金(元)", "bad_amount") in kinds(report(as_csv(rows, delimiter=";")))


# Workbooks

PLAIN = ("案件编号", "客户姓名", "身份证号码", "手机号", "剩余本金", "利息", "罚息", "欠款总额",
         "首次逾期日", "逾期天数")  # fmt: skip


def plain_row(n: int, *, principal: float = 100) -> list[Any]:
    return [f"C{n:06d}", "王小明", resident_id(n), f"138{n:08d}", principal, 1, 2,
            principal + 3, "2024-06-30", 365]  # fmt: skip


def test_merged_headings_titles_totals_notes_and_a_repeated_heading(app: Flask) -> None:
    upper = ["案件编号", "债务人信息", "", "", "欠款信息（单位：万元）", "", "", "",
             "首次逾期日", "逾期天数"]  # fmt: skip
    lower = ["", *PLAIN[1:8], "", ""]
    rows = [
        ["示范银行委外清单"], [], upper, lower, plain_row(1), [""], upper, lower, plain_row(2),
        ["合计", "", "", "", 200, 2, 4, 206], ["制表：运营部"],
    ]  # fmt: skip
    found = report(
        sheets(("清单", rows)), name="a.xlsx",
        profile={"清单": DAYS[""]},
    )  # fmt: skip
    table = found.as_json()["tables"][0]
    assert (table["header_row"], table["first_data_row"]) == (4, 5)
    assert [(one["row"], one["why"]) for one in table["skipped_rows"]] == [
        (6, "blank"), (7, "repeated_header"), (8, "repeated_header"), (10, "totals"),
        (11, "note"),
    ]  # fmt: skip
    assert fields(found)["剩余本金"] == ("principal", "10000")
    assert found.checked.counts["principal_minor"] == 2 * 100_000_000
    assert kinds(found) == []


def test_words_of_the_first_row_that_are_headings_elsewhere(app: Flask) -> None:
    headers = [*HEADERS[:12], "担保方式", "停催标识"]
    rows = [[*good_row(n)[:12], "抵押", "死亡"] for n in range(3)]
    found = report(as_csv(rows, headers=headers))
    assert found.as_json()["tables"][0]["header_row"] == 1
    assert [kind for _row, _column, kind in kinds(found)] == ["hold_deceased"] * 3


def test_sheets_with_headings_units_and_columns_of_their_own(app: Flask) -> None:
    other = ["借据号", "借款人", "证件号码", "联系电话", "剩余本金", "欠息", "滞纳金", "总欠款",
             "违约天数"]  # fmt: skip
    first = [list(PLAIN), plain_row(1)]
    second = [["单位：万元"], other, [*plain_row(2)[:8], 365]]
    found = report(
        sheets(("一", first), ("二", second)), name="a.xlsx",
        profile={"一": DAYS[""], "二": DAYS[""]},
    )  # fmt: skip
    assert fields(found)["剩余本金"] == ("principal", "1")
    assert fields(found, 1)["剩余本金"] == ("principal", "10000")
    assert found.checked.counts["principal_minor"] == 10_000 + 100_000_000
    # The second sheet has no first overdue date: derived without a word.
    assert kinds(found) == []


def test_sheets_may_have_defaults_and_value_tables_of_their_own(app: Flask) -> None:
    headers = [*PLAIN, "产品类型", "停催"]
    rows = [[*plain_row(1), "甲", "是"]], [[*plain_row(2), "甲", "否"]]
    said = {
        "一": {"import_defaults": {"balance_as_of": "2025-06-30"},
              "enum_values": {"产品类型": {"甲": "auto"}},
              "flag_values": {"停催": {"是": "dispute", "否": None}}},
        "二": {"import_defaults": {"balance_as_of": "2025-07-30"},
              "enum_values": {"产品类型": {"乙": "auto"}}},
    }  # fmt: skip
    found = report(
        sheets(("一", [headers, *rows[0]]), ("二", [headers, *rows[1]])), name="a.xlsx",
        profile=said,
    )  # fmt: skip
    assert sorted(kinds(found)) == sorted([
        (2, "停催", "hold_dispute"), (2, "产品类型", "unknown_enum"),
        (2, "逾期天数", "dpd_mismatch"),
    ])  # fmt: skip
    assert cases_of(found)["product"].to_list() == ["auto", "other"]


def test_dates_of_a_1904_workbook(app: Flask) -> None:
    serial = (date(2024, 6, 30) - date(1904, 1, 1)).days
    row = [serial if cell == "2024-06-30" else cell for cell in plain_row(1)]
    found = report(
        sheets(("明细", [PLAIN, row]), default_date_format="yyyy-mm-dd"), name="a.xlsx",
        profile={"明细": DAYS[""]},
    )  # fmt: skip
    assert (2, "首次逾期日", "future_required_date") not in kinds(found)
    found = report(
        sheets(("明细", [PLAIN, row]), date_1904=True), name="a.xlsx",
        profile={"明细": DAYS[""]},
    )  # fmt: skip
    assert found.as_json()["date_system"] == 1904
    assert kinds(found) == []


# Cover sheets


def cover(rows: Sequence[Sequence[Any]]) -> Report:
    pages = ("封面", rows), ("甲", [PLAIN, plain_row(1), plain_row(2)])
    return report(sheets(*pages), name="a.xlsx", profile={"甲": DAYS[""]})


@pytest.mark.parametrize(
    ("rows", "cells", "unit"),
    [
        ([["交接单"], ["明细表", "案件笔数", "本金合计(元)"], ["甲", 2, 200], ["总计", 2, 200]],
         ("B3", "C3"), "1"),
        ([["表", "户数", "利息", "未偿本金（万元）"], ["甲", 2, 1, 0.02]],
         ("B2", "D2"), "10000"),
        ([["委托方", "某行"], ["总笔数：", 2], ["本金总额（元）", "200.00"]],
         ("B2", "B3"), "1"),
        ([["Sheet", "Number of accounts", "Total principal"], ["甲", 2, "200.00"]],
         ("B2", "C2"), "1"),
    ],
)  # fmt: skip
def test_the_cover_is_read(app: Flask, rows: Any, cells: tuple[str, str], unit: str) -> None:
    found = cover(rows).as_json()
    (total,) = found["control_totals"]
    assert (total["rows_cell"], total["principal_cell"]) == cells
    assert total["cover_unit_multiplier"] == unit
    assert (total["rows_declared"], total["principal_declared_minor"]) == (2, 20_000)
    assert total["matches"] is True
    assert found["file_level_defects"] == []


@pytest.mark.parametrize("declared", [[3, 200], [2, 200.01]])
def test_a_cover_that_differs_is_a_defect_of_the_file(app: Flask, declared: list[Any]) -> None:
    found = cover([["表", "笔数", "本金(元)"], ["甲", *declared]]).as_json()
    assert found["control_totals"][0]["matches"] is False
    assert found["file_level_defects"] == [
        {"kind": "control_total_mismatch", "sheet": "甲", "severity": "file"}
    ]


# What the values say


def test_values_tell_what_headings_do_not(app: Flask) -> None:
    headers = ["案件编号", "客户姓名", "某号", "号码", "剩余未还本金", "拖欠利息", "其他(元)",
               "债权", "首次逾期日", "当前逾期天数"]  # fmt: skip
    rows = [
        [*plain_row(n, principal=100 + n)[:6], n, 101 + 2 * n, "2024-06-30", 365]
        for n in range(1, 9)
    ]
    found = fields(report(as_csv(rows, headers=headers)))
    assert {header: field for header, (field, _unit) in found.items()} == {
        "案件编号": "lender_case_no", "客户姓名": "debtor_name", "某号": "id_no",
        "号码": "mobile", "剩余未还本金": "principal", "拖欠利息": "interest",
        "其他(元)": "penalty_fees",
        "债权": "placed_balance", "首次逾期日": "first_overdue_date", "当前逾期天数": "dpd",
    }  # fmt: skip


def test_a_column_that_only_resembles_is_left_alone(app: Flask) -> None:
    rows = [[*good_row(n), f"139{n:08d}", "7.5"] for n in range(8)]
    found = fields(report(as_csv(rows, headers=[*HEADERS, "经办人电话", "核销余额"])))
    assert found["经办人电话"][0] is None
    assert found["核销余额"][0] is None


def test_bankruptcy_is_a_mark_or_a_status_by_its_values(app: Flask) -> None:
    rows = [good_row(n) for n in range(4)]
    marks = [with_cell(row, "停催标识", mark) for row, mark in zip(rows, "YNNN", strict=True)]
    headers = ["Bankruptcy" if header == "停催标识" else header for header in HEADERS]
    assert fields(report(as_csv(marks, headers=headers)))["Bankruptcy"][0] == "hold_flags[]"
    words = [
        with_cell(row, "停催标识", word)
        for row, word in zip(rows, ("none", "lawsuit", "none", "bankruptcy"), strict=True)
    ]
    found = report(as_csv(words, headers=headers))
    assert fields(found)["Bankruptcy"][0] == "litigation_status"


# Kinds

US = ("Account ID", "Consumer Name", "DOB", "Cell", "State", "Zip", "Original Creditor",
      "Principal", "Interest", "Fees", "Current Balance", "DPD")  # fmt: skip


def us_row(n: int, state: str, zip_: str) -> list[str]:
    return [f"A{n}", "Ann Smith", "4/6/81", f"(404) 555-01{n:02d}", state, zip_, "Bank NA",
            "$1,000.00", "0", "0", "$1,000.00", "40"]  # fmt: skip


def test_a_zip_code_that_lost_its_zero(app: Flask) -> None:
    rows = [us_row(1, "NJ", "7030"), us_row(2, "TX", "7030"), us_row(3, "GA", "30729")]
    found = report(
        as_csv(rows, headers=US), place="US",
        profile={"": {"import_defaults": {"balance_as_of": "2025-06-30"}}},
    )  # fmt: skip
    assert kinds(found) == [(2, "Zip", "zip_leading_zero"), (3, "Zip", "zip_leading_zero")]
    assert cases_of(found)["region"].to_list() == ["NJ", "TX", "GA"]


@pytest.mark.parametrize(
    ("header", "cell", "kind"),
    [
        ("剩余本金(元)", "1.2万", "unit_in_cell"),
        ("剩余本金(元)", " - ", "amount_dash_zero"),
        ("剩余本金(元)", "#REF!", "bad_amount"),
        ("剩余本金(元)", "None", "bad_amount"),
        ("剩余本金(元)", "N/A", "missing_amount"),
        ("剩余本金(元)", "(5.00)", "negative_amount"),
        ("首次逾期日", "2024-02-30", "bad_date"),
        ("首次逾期日", "2024-01-01 abc", "bad_date"),
        ("首次逾期日", "01/31/2024", "bad_date"),
        ("首次逾期日", "", "overdue_date_derived"),
        ("逾期天数", "", "dpd_derived"),
        ("逾期天数", "12.5", "bad_dpd"),
        ("逾期天数", "7301", "dpd_out_of_range"),
        ("备注", "=1+1", "formula_in_text"),
        ("产品类型", "怪", "unknown_enum"),
        ("客户姓名", "王**", "name_invalid"),
        ("手机号", "13800000001/12", "phone_part_invalid"),
    ],
)
def test_one_bad_cell(app: Flask, header: str, cell: str, kind: str) -> None:
    rows = [good_row(1), with_cell(good_row(2), header, cell)]
    assert (3, header, kind) in kinds(report(as_csv(rows)))


def test_currencies_of_the_world_are_known(app: Flask) -> None:
    headers = [*HEADERS, "币种"]
    words = ("SEK", "人民币", "XXA")
    rows = [[*good_row(n), word] for n, word in enumerate(words)]
    assert kinds(report(as_csv(rows, headers=headers))) == [(4, "币种", "bad_currency")]


def test_a_late_balance_date_spoils_the_rules_that_use_it(app: Flask) -> None:
    headers = [*HEADERS, "数据日期", "委案日期"]
    rows = [[*good_row(1), "2025-08-30", "2025-07-12"]]
    assert kinds(report(as_csv(rows, headers=headers))) == [
        (2, "数据日期", "future_required_date")
    ]
