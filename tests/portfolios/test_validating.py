"""Every defect of every row at once, where the person finds it, and no personal value."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Tape, TapeIssue
from tests.portfolios.conftest import refused
from tests.portfolios.tapes import HEADERS, as_csv, as_xlsx, good_row, resident_id, with_cell

Check = Callable[..., Tape]


def issues(tape: Tape) -> list[tuple[int, str, str]]:
    page = portfolios.tape_issues(tape, size=500)
    return [(line.row, line.column, line.kind) for line in page.lines]


def bent(header: str, value: str) -> list[str]:
    return with_cell(good_row(1), header, value)


@pytest.mark.parametrize(
    ("header", "value", "kinds"),
    [
        ("案件编号", "", ["missing_case_no"]),
        ("案件编号", "1.23E+17", ["id_destroyed"]),
        ("客户姓名", "", ["missing_name"]),
        ("客户姓名", "=1+1", ["formula_in_name"]),
        ("客户姓名", "王**", ["name_invalid"]),
        ("客户姓名", "王", ["name_invalid"]),
        ("客户姓名", "买买提·艾力", []),
        ("身份证号码", "", ["missing_id"]),
        ("身份证号码", "4.40103E+17", ["id_destroyed"]),
        ("身份证号码", "440103198506170000", ["id_destroyed"]),
        ("身份证号码", "440103850617001", ["id_bad_length"]),
        ("身份证号码", resident_id(5, region="990103"), ["id_bad_region"]),
        ("身份证号码", resident_id(5, birth="19850230"), ["id_bad_birth"]),
        ("身份证号码", resident_id(5)[:17] + "5", ["id_bad_checksum"]),
        ("身份证号码", resident_id(5, birth="20100101"), ["hold_minor"]),
        ("手机号", "", ["missing_mobile"]),
        ("手机号", "020-83331234", ["mobile_invalid"]),
        ("手机号", "+86 138-0013-8000", []),
        ("手机号", "13800138000；123", ["phone_part_invalid"]),
        ("手机号", "138\u200b00138000", ["invisible_chars"]),
        ("手机号", "１３800138000", ["fullwidth_chars"]),
        ("剩余本金(元)", "", ["missing_amount"]),
        ("剩余本金(元)", "abc", ["bad_amount"]),
        ("剩余本金(元)", "1,00,1.00", ["bad_amount"]),
        ("剩余本金(元)", "(1,001.00)", ["negative_amount"]),
        ("剩余本金(元)", "￥1,001.00", []),
        ("剩余本金(元)", "0.1001万", ["unit_in_cell"]),
        ("罚息(元)", "4.547473508864641e-13", ["not_footing"]),
        ("罚息(元)", "4.5e-3", ["bad_amount"]),
        ("罚息(元)", " - ", ["amount_dash_zero", "not_footing"]),
        ("欠款总额(元)", "0", ["zero_amount"]),
        ("欠款总额(元)", "1012.02", ["not_footing"]),
        ("欠款总额(元)", "1012.01", []),
        ("首次逾期日", "2024-02-30", ["bad_date"]),
        ("首次逾期日", "2025-07-01", ["future_required_date"]),
        ("首次逾期日", "45473", []),
        ("首次逾期日", "20240630", []),
        ("首次逾期日", "2024年6月30日", []),
        ("首次逾期日", "", ["overdue_date_derived"]),
        ("逾期天数", "", ["dpd_derived"]),
        ("逾期天数", "12.5", ["bad_dpd"]),
        ("逾期天数", "7301", ["dpd_out_of_range"]),
        ("逾期天数", "300天", ["dpd_mismatch"]),
        ("停催标识", "停催", ["hold_stop_contact"]),
        ("停催标识", "死亡", ["hold_deceased"]),
        ("停催标识", "待定", ["hold_stop_contact", "unknown_enum"]),
        ("产品类型", "怪产品", ["unknown_enum"]),
        ("备注", "=cmd()", ["formula_in_text"]),
    ],
)
def test_each_kind(checked: Check, header: str, value: str, kinds: list[str]) -> None:
    tape = checked(as_csv([good_row(7), bent(header, value)]))
    named = [(3, "欠款总额(元)" if k == "not_footing" else header, k) for k in kinds]
    assert sorted(issues(tape)) == sorted(named)
    wrong = any(portfolios.rejects(kind) for kind in kinds)
    assert tape.counts["rows_valid"] == (1 if wrong else 2)


def test_all_errors_at_once_with_the_rows_a_person_sees(checked: Check) -> None:
    bad = with_cell(with_cell(good_row(3), "客户姓名", ""), "剩余本金(元)", "x")
    rows = [
        good_row(1),
        bad,
        [],
        list(HEADERS),
        good_row(1),
        with_cell(good_row(9), "案件编号", "C000003"),
    ]
    total = ["合计", *[""] * 5, "9999.00", *[""] * 7]
    tape = checked(
        as_csv([*rows, total, ["制表：运营部"]], encoding="gb18030", titles=[["清单"], []])
    )
    assert sorted(issues(tape)) == sorted(
        [
            (5, "剩余本金(元)", "bad_amount"),
            (5, "客户姓名", "missing_name"),
            (8, "", "duplicate_row"),
            (9, "案件编号", "duplicate_case_no"),
        ]
    )
    counts = tape.counts
    assert counts["rows_total"] == counts["rows_valid"] + counts["rows_rejected"] == 4
    assert [s[1:] for s in counts["skipped"]] == [
        [6, "blank"], [7, "repeated_header"], [10, "totals"], [11, "note"],
    ]  # fmt: skip


def test_values_in_the_list_of_issues_are_masked(checked: Check) -> None:
    secret = resident_id(5)[:17] + "5"
    checked(as_csv([bent("身份证号码", secret), with_cell(good_row(2), "客户姓名", "张**三")]))
    shown = db.session.scalars(db.select(TapeIssue.value_masked)).all()
    assert shown
    assert not any(secret in value or "三" in value for value in shown)


def test_a_row_with_more_cells_than_headings_is_rejected(checked: Check) -> None:
    tape = checked(as_csv([good_row(1), [*good_row(2), "1", "2"]]))
    assert issues(tape) == [(3, "", "extra_cells")]


def test_missing_columns_are_named(checked: Check) -> None:
    keep = [0, 1, 4, 6]
    rows = [[good_row(1)[i] for i in keep]]
    with refused("Mobile, Identity number, Placed balance, Days past due"):
        checked(as_csv(rows, headers=[HEADERS[i] for i in keep]))


def test_a_workbook_gives_the_same_result(checked: Check) -> None:
    row = good_row(1)
    tape = checked(as_xlsx([[*row[:6], 1001, 10.5, 0.5, 1012, *row[10:]]]), name="t.xlsx")
    assert issues(tape) == []
    assert tape.counts["principal_minor"] == 100_100
    assert tape.counts["balance_minor"] == 101_200


def test_protected_attributes_are_no_features(checked: Check, clara: User) -> None:
    content = as_csv([[*good_row(1), "40"]], headers=[*HEADERS, "年龄"])
    with refused("says who a person is"):
        mapping = _mapping_with(content, "年龄", "feature:年龄")
        checked(content, mapping=mapping)


def _mapping_with(
    content: bytes, header: str, field: str
) -> dict[str, portfolios.ColumnTarget]:
    layout = portfolios.read_layout("a.csv", content)
    headers = layout.tables[0].headers
    found = portfolios.suggest_mapping(headers, [[] for _ in headers])
    chosen = {one.header: portfolios.ColumnTarget(one.field, one.unit) for one in found}
    return chosen | {header: portfolios.ColumnTarget(field)}


def test_features_keep_every_digit(app: Flask, checked: Check, clara: User) -> None:
    content = as_csv([[*good_row(1), "0.1234567890123"]], headers=[*HEADERS, "ratio"])
    tape = checked(content, mapping=_mapping_with(content, "ratio", "feature:ratio"))
    portfolios.commit_tape_now(tape.id, by=clara, now=tape.uploaded_at)
    stored = db.session.scalar(db.text("SELECT features->>'ratio' FROM cases"))
    assert stored == "0.1234567890123"
