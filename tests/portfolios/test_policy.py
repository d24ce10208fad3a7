"""The finer points of what is rejected, warned of, skipped and cleaned."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from flask import Flask

from marketplace.portfolios.wording import Unit, field_of, stated_unit, unit_of
from tests.portfolios.tapes import HEADERS, as_csv, good_row, with_cell
from tests.portfolios.test_any_tape import (
    DAYS,
    PLAIN,
    US,
    cases_of,
    fields,
    kinds,
    plain_row,
    report,
    sheets,
    us_row,
)

# Amounts


@pytest.mark.parametrize("code", ["CHF", "PLN", "SEK", "usd", "US$", "₽"])
def test_signs_and_codes_of_any_currency_are_dropped(app: Flask, code: str) -> None:
    row = with_cell(good_row(1), "剩余本金(元)", f"{code} 1,001.00")
    found = report(as_csv([row, with_cell(good_row(2), "利息(元)", f"10.50 {code}")]))
    assert kinds(found) == []
    assert cases_of(found)["principal_minor"].to_list() == [100_100, 100_200]


# Skipped rows


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({0: "制表：运营部", 6: "审核：风控部"}, "note"),
        ({6: "审核：风控部"}, "note"),
        ({6: "2003.00"}, "totals"),
        ({6: "#REF!", 7: "21.00", 9: "#REF!"}, "totals"),
        ({5: "1.234,00"}, "totals"),
        ({3: "G r a n d Total", 6: "x"}, "totals"),
    ],
)
def test_words_below_the_heading_of_an_amount_are_no_amount(
    app: Flask, cells: dict[int, str], why: str
) -> None:
    odd = [cells.get(at, "") for at in range(len(HEADERS))]
    found = report(as_csv([good_row(1), good_row(2), odd]))
    assert found.as_json()["tables"][0]["skipped_rows"] == [{"row": 4, "why": why}]


# Names


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("A.", False), ("王", False), ("- 王明", False), ("王明,", False), ("王某", True),
        ("阿依古丽·买买提", True), ("D'Amico, Ana", True), ("Robert Smith Jr.", True),
        ("Maximiliano Alejandro Fernández", True), ("A" * 30, True), ("A" * 31, False),
        ("王_明", False), ("王明2", False), ("王**", False),
    ],
)  # fmt: skip
def test_a_name_is_two_to_thirty_letters(app: Flask, name: str, good: bool) -> None:
    found = kinds(report(as_csv([with_cell(good_row(1), "客户姓名", name)])))
    assert ([kind for _row, _column, kind in found] == []) is good


# Dates


def test_no_date_is_derived_from_a_balance_date_that_is_none(app: Flask) -> None:
    headers = [*HEADERS, "基准日"]
    row = with_cell(good_row(1), "首次逾期日", "")
    good, bad = [*row, "2025-06-30"], [*good_row(2), "2025-06-31"]
    bad = with_cell(bad, "首次逾期日", "")
    assert kinds(report(as_csv([good, bad], headers=headers))) == [
        (2, "首次逾期日", "overdue_date_derived"), (3, "基准日", "bad_date"),
    ]  # fmt: skip


def test_a_balance_date_after_the_placement_judges_no_other_date(app: Flask) -> None:
    headers = [*HEADERS, "基准日", "委案日期", "放款日期"]
    row = [*good_row(1), "2025-07-15", "2025-07-12", "2025-07-20"]
    assert kinds(report(as_csv([row], headers=headers))) == [
        (2, "基准日", "future_required_date"), (2, "放款日期", "open_after_default"),
    ]  # fmt: skip


def test_a_short_year_is_the_latest_up_to_the_balance_date_of_its_row(app: Flask) -> None:
    headers = [*US[:-1], "Delinquency Date", "As of Date", "Placement Date", "Recall Date"]
    rows = [
        [*us_row(n, "GA", "30729")[:-1], overdue, as_of, "7/12/25", "1/8/26"]
        for n, (overdue, as_of) in enumerate([("6/28/25", "6/30/25"), ("6/28/25", "6/27/25")])
    ]
    found = report(as_csv(rows, headers=headers), place="US", profile={})
    assert kinds(found) == []
    years = [day.year for day in cases_of(found)["overdue_on"]]
    assert years == [2025, 1925]


@pytest.mark.parametrize(
    "cell",
    ["30-Jun-24", "30-JUN-2024", "30 June 2024", "June 30, 2024", "June 30 2024", "30.Jun.2024",
     "2024-Jun-30", "30-Jun-2024 10:20", "20240630120000", "2024/6/30 上午12:00:00", "45473"],
)  # fmt: skip
def test_a_date_as_spreadsheets_and_core_systems_write_it(app: Flask, cell: str) -> None:
    found = report(as_csv([with_cell(good_row(1), "首次逾期日", cell)]))
    assert kinds(found) == []
    assert cases_of(found)["overdue_on"].to_list() == [date(2024, 6, 30)]


@pytest.mark.parametrize("cell", ["0024-06-30", "0001-01-01", "30-Jum-24", "31-Jun-24"])
def test_an_impossible_date_is_none(app: Flask, cell: str) -> None:
    found = report(as_csv([with_cell(good_row(1), "首次逾期日", cell)]))
    assert kinds(found) == [(2, "首次逾期日", "bad_date")]


# Headings and units


@pytest.mark.parametrize(
    ("heading", "field", "unit"),
    [
        ("【客户姓名】", "debtor_name", None),
        ("Principal_元", "principal", Unit.MAJOR),
        ("Total Balance EUR", "placed_balance", Unit.MAJOR),
        ("Accrued Interest in CHF", "interest", Unit.MAJOR),
        ("剩余本金 万元", "principal", Unit.TEN_THOUSAND),
        ("备注(必填)", "remarks", None),
    ],
)
def test_headings_in_any_dress(heading: str, field: str, unit: Unit | None) -> None:
    assert (field_of(heading), unit_of(heading)) == (field, unit)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位（万元）", Unit.TEN_THOUSAND),
        ("单位:万元 基准日:2025-06-30", Unit.TEN_THOUSAND),
        ("金额单位：人民币千元", Unit.THOUSAND),
        ("单位：人民币/万元", Unit.TEN_THOUSAND),
        ("Amounts in EUR thousands", Unit.THOUSAND),
        ("(in thousands)", Unit.THOUSAND),
        ("填报单位：分行营业部", None),
        ("单位：万元人民币", Unit.TEN_THOUSAND),
        ("单位：元基准日2025-06-30", Unit.MAJOR),
        ("委托单位：元通公司", None),
        ("Business unit: Kolkata", None),
    ],
)
def test_a_title_states_a_unit_only_as_a_whole_word(line: str, unit: Unit | None) -> None:
    assert stated_unit(line) == unit


def test_a_title_may_state_the_unit_in_two_cells(app: Flask) -> None:
    rows = [["委托单位：", "分行营业部", "单位：", "万元"], list(PLAIN), plain_row(1)]
    found = report(sheets(("甲", rows)), name="a.xlsx", profile={"甲": DAYS[""]})
    assert fields(found)["剩余本金"] == ("principal", "10000")


def test_the_usual_name_of_a_field_comes_before_others(app: Flask) -> None:
    headers = ["贷款本金", "逾期金额", *HEADERS, "服务费"]
    rows = [["5000", "7", *good_row(n), "3"] for n in range(4)]
    found = fields(report(as_csv(rows, headers=headers)))
    # The first two would be principal and balance, were there no better ones.
    assert [found[name][0] for name in ("贷款本金", "逾期金额", "服务费")] == [None] * 3
    assert found["剩余本金(元)"][0] == "principal"


def test_less_usual_names_are_known_where_they_are_the_only_ones(app: Flask) -> None:
    headers = [
        "案号", "持卡人姓名", "身份证件号码", "移动电话", "未还本金", "拖欠利息", "逾期违约金",
        "催收费用", "欠款合计", "首次逾期日期", "拖欠天数", "是否死亡",
    ]  # fmt: skip
    rows = [[*plain_row(n)[:7], 4, 107, "2024-06-30", 365, "否"] for n in range(1, 5)]
    rows[0][-1] = "是"
    found = report(as_csv(rows, headers=headers))
    assert [field for field, _unit in fields(found).values()] == [
        "lender_case_no", "debtor_name", "id_no", "mobile", "principal", "interest",
        "penalty_fees", "penalty_fees", "placed_balance", "first_overdue_date", "dpd",
        "hold_flags[]",
    ]  # fmt: skip
    assert kinds(found) == [(2, "是否死亡", "hold_deceased")]


def test_a_daily_rate_is_the_rate_where_there_is_no_other(app: Flask) -> None:
    rows = [[*good_row(n), "12", "0.05"] for n in range(3)]
    found = fields(report(as_csv(rows, headers=[*HEADERS, "年化利率", "日罚息"])))
    assert (found["年化利率"][0], found["日罚息"][0]) == ("rate_annual", None)
    rows = [[*good_row(n), "0.05"] for n in range(3)]
    assert fields(report(as_csv(rows, headers=[*HEADERS, "日罚息"])))["日罚息"][0] == (
        "rate_annual"
    )


# What a profile tells


def test_a_table_of_words_tells_what_its_column_is(app: Flask) -> None:
    headers = [*HEADERS, "Bankruptcy", "禁催原因", "受理情况"]
    rows = [[*good_row(n), "Z", "亡", "已结"] for n in range(3)]
    said = DAYS[""] | {
        "flag_values": {"Bankruptcy": {"X": "bankruptcy"}, "禁催原因": {"亡": "deceased"}},
        "enum_values": {"受理情况": {"已结": "终本", "无": "未诉"}},
    }
    found = report(as_csv(rows, headers=headers), profile={"": said})
    columns = fields(found)
    assert [columns[name][0] for name in headers[-3:]] == [
        "hold_flags[]", "hold_flags[]", "litigation_status",
    ]  # fmt: skip
    assert cases_of(found)["litigation"].to_list() == ["enforcement_ended"] * 3


def test_a_table_of_words_makes_no_second_column_of_a_field(app: Flask) -> None:
    rows = [[*good_row(n), "甲"] for n in range(3)]
    said = DAYS[""] | {"enum_values": {"渠道": {"甲": "credit_card"}}}
    found = fields(report(as_csv(rows, headers=[*HEADERS, "渠道"]), profile={"": said}))
    assert found["渠道"][0] is None


@pytest.mark.parametrize("said", [{"null": DAYS[""]}, {"清单": DAYS[""]}, DAYS[""]])
def test_a_text_file_takes_the_only_entry_of_a_profile(app: Flask, said: Any) -> None:
    assert kinds(report(as_csv([good_row(1)]), profile=said)) == []


def test_what_is_said_of_no_sheet_is_said_of_all_that_are_not_named(app: Flask) -> None:
    late = {"import_defaults": {"balance_as_of": "2025-07-30"}}
    pages = ("甲", [PLAIN, plain_row(1)]), ("乙", [PLAIN, plain_row(2)])
    found = report(sheets(*pages), name="a.xlsx", profile={"": DAYS[""], "乙": late})
    assert [(one["sheet"], one["kind"]) for one in found.as_json()["defects"]] == [
        ("乙", "dpd_mismatch")
    ]


# Cover sheets


def promised(*rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    pages = ("封面", rows), ("甲", [PLAIN, plain_row(1), plain_row(2)])
    found = report(sheets(*pages), name="a.xlsx", profile={"甲": DAYS[""]}).as_json()
    return [
        (one["rows_cell"], one["principal_cell"], one["matches"])
        for one in found["control_totals"]
    ]


def test_a_cover_by_product_promises_its_totals(app: Flask) -> None:
    heads, card, loan = ["产品", "笔数", "本金(元)"], ["信用卡", 1, 100], ["消费贷", 1, 100]
    assert promised(heads, card, loan, ["合计", 2, 200]) == [("B4", "C4", True)]
    assert promised(heads, card, loan) == []


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("200.00元", True), ("0.02万元", True), ("0.02 万", True), ("¥200", True),
        ("200,00", True), ("200", False), ("0.03万元", False), ("1.200,50", False),
    ],
)  # fmt: skip
def test_a_unit_beside_a_promise_goes_before_its_heading(
    app: Flask, cell: str, right: bool
) -> None:
    heading = "本金合计(万元)" if "元" in cell or cell == "200" else "本金合计"
    assert promised(["表", "笔数", heading], ["甲", "2笔", cell]) == [("B2", "C2", right)]


def test_a_cover_counts_loans_not_debtors(app: Flask) -> None:
    found = promised(["表", "户数", "资产笔数", "未偿本金总额"], ["甲", 1, 2, 200])
    assert found == [("C2", "D2", True)]


def test_the_table_that_names_the_sheets_counts(app: Flask) -> None:
    found = promised(
        ["产品", "笔数"], ["信用卡", 1], ["消费贷", 1], ["合计", 2], [],
        ["表", "件数", "委案本金"], ["甲", 2, 200], ["联系", "甲"],
    )  # fmt: skip
    assert found == [("B7", "C7", True)]


# Files


def test_a_cell_beside_the_table_of_a_workbook_rejects_no_row(app: Flask) -> None:
    row = [*plain_row(1), "", "核对"]
    found = report(sheets(("甲", [PLAIN, row])), name="a.xlsx", profile={"甲": DAYS[""]})
    assert kinds(found) == []


def test_a_sheet_of_headings_alone_is_a_form(app: Flask) -> None:
    form, filled = [PLAIN, [" "]], [PLAIN, plain_row(1)]
    found = report(sheets(("模板", form), ("甲", filled)), name="a.xlsx", profile=DAYS)
    assert [one["sheet"] for one in found.as_json()["tables"]] == ["甲"]
    assert found.layout.ignored_sheets == ("模板",)
    alone = report(sheets(("模板", form)), name="a.xlsx", profile=DAYS)
    assert alone.checked.counts["rows_total"] == 0


def test_lines_may_end_with_a_carriage_return_alone(app: Flask) -> None:
    content = as_csv([good_row(1), good_row(2)]).replace(b"\r\n", b"\r")
    assert report(content).checked.counts["rows_valid"] == 2


@pytest.mark.parametrize("name", ["João Assunção", "Conceição Simões", "Inês Müller"])
def test_accents_that_stand_together_are_western(app: Flask, name: str) -> None:
    headers = ["Loan Identifier", "Counterparty Name", "Phone Number", "Principal Balance",
               "Total Balance", "DPD"]  # fmt: skip
    row = ["L1", name, "+351 912 345 678", "1.234,50", "1.234,50", "40"]
    content = as_csv([row], headers=headers, encoding="cp1252", delimiter=";")
    assert report(content, place="EU").as_json()["encoding"] == "cp1252"
