"""What each line of a statement's papers says: one fact to a column, and they add up."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pypdf
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from marketplace import casework, placements, settlement
from marketplace.accounts import User
from marketplace.casework import Appropriation, PaymentMethod, PaymentRow
from marketplace.core.db import db
from marketplace.placements import FrameworkContract
from marketplace.portfolios import Case, Portfolio
from marketplace.settlement import RateBasis, Statement
from tests import factories
from tests.conftest import NOON, as_user, client_of
from tests.factories import TODAY
from tests.settlement.tiered import tiered_cases

LATER = NOON + timedelta(days=40)


@pytest.fixture
def cases(clara: User, amy: User) -> list[Case]:
    return tiered_cases(clara, amy)


@pytest.fixture
def statement(cases: list[Case], fang: User, aline: User, pia: User) -> Statement:
    """A payment taken back at once, one that earns nothing, one over two tiers with parts."""
    rows = [
        PaymentRow(cases[0].lender_case_no, TODAY, 5_000, "=1+1"),
        PaymentRow(
            cases[1].lender_case_no, TODAY, 300, "0012", method=PaymentMethod.SET_OFF
        ),
        PaymentRow(
            cases[2].lender_case_no, TODAY, 80_001, "R3",
            applied=Appropriation(1, 10_000, 0, 70_000),
        ),
    ]  # fmt: skip
    casework.record_payments(rows, by=fang, now=LATER)
    back = PaymentRow(cases[0].lender_case_no, TODAY, -5_000, "BACK", reverses="=1+1")
    casework.record_payments([back], by=fang, now=LATER)
    waiting = casework.unverified_payments(fang.organisation_id)
    casework.verify_payments(waiting, by=aline, now=LATER)
    return factories.statement(pia)


@pytest.fixture(params=["en", "zh-CN"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context(headers={"Accept-Language": request.param}):
        yield request.param


def tables(statement: Statement) -> list[list[list[str]]]:
    """The parts of the CSV, which an empty row parts."""
    content = settlement.statement_csv(statement, now=NOON, audit_head="1 ab")
    parts: list[list[list[str]]] = [[]]
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        if row:
            parts[-1].append(row)
        else:
            parts.append([])
    return parts


def lines_of(statement: Statement) -> list[dict[str, str]]:
    headers, *rows = tables(statement)[3]
    return [dict(zip(headers, row, strict=True)) for row in rows]


def minor(figure: str) -> int:
    return int(Decimal(figure).scaleb(2))


def test_the_columns_add_up_to_the_totals_to_the_last_unit(statement: Statement) -> None:
    lines = lines_of(statement)

    def total(column: str) -> int:
        return sum(minor(line[column]) for line in lines)

    s = statement
    assert total("Commission") == s.commission_minor
    assert total("Conduct and quality") == s.quality_minor
    assert total("Held back") == -s.holdback_minor
    assert total("VAT on commission") == s.commission_tax_minor
    assert total("Due to the agency") == s.due_minor
    assert total("Platform fee") == s.fee_minor
    assert total("VAT on the fee") == s.fee_tax_minor
    assert total("Due to the platform") == s.fee_due_minor
    assert total("Amount") == s.gross_minor + 300
    assert [line["Kind of line"] for line in lines].count("Not paid for") == 1


def test_the_sums_by_kind_add_up_to_the_control_total(statement: Statement) -> None:
    headers, *kinds = tables(statement)[1]
    *shown, control = kinds
    assert [row[0] for row in shown] == ["Payment", "Reversal", "Not paid for"]
    assert [int(row[1]) for row in kinds] == [3, 1, 1, 5]
    for column in range(2, len(headers)):
        assert sum(minor(row[column]) for row in shown) == minor(control[column])
    told = dict(zip(headers, control, strict=True))
    assert minor(told["Net"]) == statement.earned_minor
    assert minor(told["VAT on commission"]) == statement.commission_tax_minor


def test_a_line_says_where_its_rate_comes_from(statement: Statement) -> None:
    back, two = (
        next(one for one in lines_of(statement) if one["Lender’s reference"] == name)
        for name in ("BACK", "R3")
    )
    assert (two["Placement round"], two["Days past due when placed"]) == ("1", "365")
    assert (two["Award"], two["Cell of the award"]) == ("AU-TEST", "s")
    assert (two["Rate bid"], two["Rate"], two["Tier"]) == ("22.5%", "25%", "1")
    assert two["Factor of conduct"] == "95.5%"
    assert two["Rate that is paid"] == "23.875%"
    assert (two["Score of conduct"], two["Month of the score"]) == ("85%", "2026-03")
    assert (two["Source of the score"], two["Appeal"]) == ("Sample of 40 calls", "none")
    assert two["Tax code"].strip() == "3040802990000000000"
    assert (two["VAT rate"], two["Rate of the platform fee"]) == ("6%", "3%")
    assert (two["Exchange rate"], two["Source of the exchange rate"]) == ("1", "no exchange")
    assert back["Statement of the original line"] == statement.code
    assert back["Takes back"].startswith("PY-")


def test_what_a_payment_was_set_against_stands_once_or_is_said_to_be_unknown(
    statement: Statement,
) -> None:
    parts = ("Of it costs", "Of it interest", "Of it fees", "Of it principal")
    told = [
        (line["Lender’s reference"], line["What it was set against"], *(line[p] for p in parts))
        for line in lines_of(statement)
    ]
    unknown = "not told by the lender’s ledger"
    assert sorted(told) == [
        ("'=1+1", unknown, "", "", "", ""),
        ("0012", unknown, "", "", "", ""),
        ("BACK", unknown, "", "", "", ""),
        ("R3", "on the first line of the payment", "", "", "", ""),
        ("R3", "told", "0.01", "100.00", "0.00", "700.00"),
    ]


def test_the_workbook_keeps_numbers_as_numbers_and_names_as_text(statement: Statement) -> None:
    content = settlement.statement_workbook(statement, now=NOON, audit_head="1 ab")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Lines")
    headers, *rows = sheet.to_python()
    lines = [dict(zip(headers, row, strict=True)) for row in rows]
    for line in lines:
        for name in (
            "Payment",
            "Lender’s reference",
            "Tax code",
            "Value date",
            "Cell of the award",
        ):
            assert isinstance(line[name], str), name
        for name in ("Amount", "Held back", "Net", "Due to the agency", "Rate bid"):
            assert isinstance(line[name], float), name
    assert {line["Lender’s reference"] for line in lines} == {"'=1+1", "0012", "R3", "BACK"}
    assert sum(round(line["Net"] * 100) for line in lines) == statement.earned_minor


def test_headers_are_one_to_a_column_in_both_languages(
    statement: Statement, language: str
) -> None:
    for headers, *rows in tables(statement)[1:]:
        assert len({*headers}) == len(headers)
        assert all(headers)
        assert {len(row) for row in rows} == {len(headers)}
    lines = tables(statement)[3]
    assert ("Payment" in lines[0]) is (language == "en")
    assert len(lines[0]) >= 45


def test_the_head_names_award_rates_and_what_is_carried(statement: Statement) -> None:
    said = dict(row for row in tables(statement)[0] if len(row) == 2)
    assert said["Awards (placements)"].startswith("AU-TEST (PL-")
    assert said["Rate tables, fingerprint"] == settlement.fingerprint(statement.rates)
    assert said["Opening carry-forward"] == said["Closing carry-forward"] == "0.00"
    assert said["Score of conduct"] == (
        "85% of 2026-03, scored on 2026-03-02; source: Sample of 40 calls"
    )
    rates = [row[-3:] for row in tables(statement)[2][1:]]
    assert rates == [
        ["all cash", "22.5%", "VAT on top"],
        ["up to 500.01", "25%", "VAT on top"],
        ["the rest", "18.01%", "VAT on top"],
    ]


def test_the_pdf_carries_all_of_it(statement: Statement, language: str) -> None:
    content = settlement.statement_pdf(statement, now=NOON, audit_head="1 ab")
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    said = "".join(page.extract_text() for page in reader.pages)
    for row in settlement.line_rows(statement):
        for piece in (row.payment, row.case_code, row.reference, row.award, row.placement):
            assert piece in said, piece
        for amount in (row.net_minor, row.tax_minor, row.fee_minor, row.fee_tax_minor):
            assert f"{Decimal(amount).scaleb(-2):,.2f}" in said
    for piece in (
        "25% × (70% + 30% × 85%) = 23.875%", settlement.fingerprint(statement.rates),
        "700.00", "3040802990000000000", "22.5%", "18.01%",
    ):  # fmt: skip
        assert piece in said, piece


def test_a_reference_wider_than_its_column_is_broken_and_not_cut(
    cases: list[Case], aline: User, pia: User
) -> None:
    reference = "20260302" * 6
    factories.payment(cases[0], reference=reference, verified_by=aline)
    content = settlement.statement_pdf(factories.statement(pia), now=NOON, audit_head="")
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert reference not in said
    assert reference in said.replace("\n", "")


def test_cash_after_the_recall_says_by_how_many_days(
    app: Flask, clara: User, amy: User, fred: User, aline: User, pia: User, language: str
) -> None:
    factories.papers(clara, amy, tail_days=30)
    placed = factories.placement(clara, amy)
    case = factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))[0]
    placements.recall(placed.id, reason="over", by=clara, now=NOON)
    for days, reference in ((0, "in time"), (30, "after")):
        factories.payment(
            case, reference=reference, value_on=TODAY + timedelta(days=days), verified_by=aline
        )
    made = factories.statement(pia, end=TODAY + timedelta(days=60))
    told = [one.after_recall_days for one in settlement.line_rows(made)]
    assert told == [None, 30]
    column, words = {
        "en": ("Days after the recall", "30 days after the recall"),
        "zh": ("退案后天数", "退案后第 30 天"),
    }[language[:2]]
    assert [line[column] for line in lines_of(made)] == ["", "30"]
    content = settlement.statement_pdf(made, now=NOON, audit_head="1 ab")
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert words in said.replace("\n", " ")
    page = client_of(app, fred, language[:2]).get(f"/agency/statements/{made.code}").text
    assert page.count(f"<dt>{column}</dt><dd>30</dd>") == 1
    assert page.count(f"<dt>{column}</dt>") == 1


def test_a_cell_of_an_award_is_named_in_the_readers_words(
    cases: list[Case], aline: User, pia: User, language: str
) -> None:
    db.session.execute(db.text("UPDATE placement_cases SET segment = 'credit_card|M4'"))
    factories.payment(cases[0], verified_by=aline)
    (line,) = tables(factories.statement(pia))[3][1:]
    assert ("Credit card · M4" if language == "en" else "信用卡 · M4") in line


def test_a_version_set_aside_keeps_all_that_its_lines_said(
    statement: Statement, pia: User, fred: User
) -> None:
    before = settlement.line_rows(statement)
    csv_before = lines_of(statement)
    settlement.cancel(statement.id, reason="anew", by=pia, now=NOON)
    db.session.expire(statement)
    with as_user(fred):
        assert settlement.line_rows(statement) == before
        assert lines_of(statement) == csv_before


def test_a_true_up_names_the_statement_of_the_line_it_makes_up_for(
    statement: Statement, clara: User, amy: User, aline: User, fred: User, fang: User,
    pia: User, paul: User,
) -> None:  # fmt: skip
    for by in (fred, fang):
        settlement.confirm(statement.id, by=by, now=NOON)
    settlement.approve(statement.id, by=paul, now=NOON)
    contract = db.session.scalars(db.select(FrameworkContract)).one()
    terms = settlement.propose_terms(
        contract.id, valid_from=factories.LAST_YEAR, basis=RateBasis.PAYMENT,
        scale=[{"tiers": [[None, 3_000]]}], by=clara, now=NOON,
    )  # fmt: skip
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    end = TODAY + timedelta(days=30)
    factories.payment(
        factories.any_case(), 20_003, reference="NEXT", value_on=end, verified_by=aline,
        now=LATER,
    )  # fmt: skip
    second = factories.statement(pia, start=end, end=end + timedelta(days=30))
    (line,) = (one for one in lines_of(second) if one["Kind of line"] == "True-up")
    assert line["Statement of the original line"] == statement.code
    assert (line["What it was set against"], line["Platform fee"]) == ("", "0.00")
    assert settlement.statement_pdf(second, now=NOON, audit_head="")


def test_the_page_answers_why_this_number(
    app: Flask, statement: Statement, fred: User, fang: User, pia: User
) -> None:
    code, mark = statement.code, settlement.fingerprint(statement.rates)
    for who, door in ((fred, "agency"), (fang, "lender"), (pia, "finance")):
        page = client_of(app, who).get(f"/{door}/statements/{code}").text
        for piece in (
            "25% × (70% + 30% × 85%) = 23.875%", mark, "Control total", "Of it principal",
            "not told by the lender’s ledger", "Days past due when placed",
        ):  # fmt: skip
            assert piece in page, (door, piece)
    assert "控制总数" in client_of(app, fang, "zh").get(f"/lender/statements/{code}").text
