"""A statement on paper and as a workbook, read back by other programs."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, timedelta

import pypdf
import pypdfium2
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Portfolio
from marketplace.settlement import Statement
from tests import factories
from tests.conftest import NOON, as_user


@pytest.fixture
def statement(clara: User, amy: User, fang: User, aline: User, pia: User) -> Statement:
    factories.entity(clara, name="江南银行股份有限公司")
    factories.entity(amy, name="安恒资产管理有限公司")
    placed = factories.placement(clara, amy, rate_bps=2250)
    cases = factories.cases_of(db.session.get(Portfolio, placed.portfolio_id))
    for i, case in enumerate(cases):
        factories.payment(
            case, 1_234_567 * (i + 1), reference=f"R{i}",
            value_on=factories.TODAY + timedelta(days=i), verified_by=aline,
        )  # fmt: skip
    return factories.statement(pia)


@pytest.fixture
def in_chinese(app: Flask) -> Iterator[None]:
    """A reader whose browser asks for Chinese."""
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        yield


@pytest.fixture
def pdf(statement: Statement, in_chinese: None) -> bytes:
    return settlement.statement_pdf(statement, now=NOON, audit_head="ab12")


def read(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_pdf_can_be_read_in_chinese(statement: Statement, pdf: bytes) -> None:
    said = read(pdf)
    for expected in (
        f"结佣单 {statement.code}", "江南银行股份有限公司", "安恒资产管理有限公司",
        "委托方", "74,074.02", "16,666.65", "22.5%", "ab12",
    ):  # fmt: skip
        assert expected in said


def test_every_payment_is_on_the_pdf(statement: Statement, pdf: bytes) -> None:
    said = read(pdf)
    rows = settlement.line_rows(statement)
    assert len(rows) == 3
    for row in rows:
        assert row.payment in said
        assert row.case_code in said


def test_a_page_is_rendered_with_ink_on_it(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        image = page.render(scale=1).to_pil().convert("L")
        page.close()
    finally:
        document.close()
    dark = sum(image.histogram()[:128])
    assert 0.005 < dark / (image.width * image.height) < 0.5


def test_the_workbook_holds_the_same_figures(statement: Statement) -> None:
    content = settlement.statement_workbook(statement, now=NOON, audit_head="ab12")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["About", "Totals", "By kind of line", "Rates", "Lines"]
    about = dict(book.get_sheet_by_name("About").to_python())
    assert about["Lender"].startswith("江南银行股份有限公司")
    totals = dict(book.get_sheet_by_name("Totals").to_python()[1:])
    assert totals["Commission"] == statement.commission_minor / 100
    headers, *lines = book.get_sheet_by_name("Lines").to_python()
    told = [dict(zip(headers, line, strict=True)) for line in lines]
    rows = settlement.line_rows(statement)
    assert [line["Payment"] for line in told] == [row.payment for row in rows]
    assert sum(round(line["Commission"] * 100) for line in told) == statement.commission_minor
    assert {line["Rate"] for line in told} == {line["Rate bid"] for line in told} == {0.225}
    assert [(line["Lender’s reference"], line["Posted on"]) for line in told] == [
        (row.reference, row.posted_on.isoformat()) for row in rows
    ]
    assert {line["Way of paying"] for line in told} == {"Paid by the debtor"}
    assert {line["Takes back"] for line in told} == {""}


def test_a_reversal_names_the_payment_it_takes_back(
    clara: User, amy: User, fang: User, aline: User, pia: User
) -> None:
    placed = factories.placement(clara, amy)
    case = factories.cases_of(db.session.get(Portfolio, placed.portfolio_id))[0]
    first = factories.payment(case, 10_000, reference="R0", verified_by=aline)
    factories.payment(case, -10_000, reference="BACK", reverses="R0", verified_by=aline)
    statement = factories.statement(pia)
    told = {row.reference: row for row in settlement.line_rows(statement)}
    assert (told["R0"].takes_back, told["BACK"].takes_back) == (None, first.code)
    text = settlement.statement_csv(statement, now=NOON, audit_head="").decode("utf-8-sig")
    assert f"takes back {first.code}" in text


def test_papers_name_who_prepared_and_approved_and_until_when_lines_are_disputed(
    statement: Statement, fred: User, fang: User, pia: User, paul: User
) -> None:
    db.session.refresh(statement)
    until = statement.disputes_end_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

    def said() -> dict[str, str]:
        text = settlement.statement_csv(statement, now=NOON, audit_head="").decode("utf-8-sig")
        return {row[0]: row[1] for row in csv.reader(io.StringIO(text)) if len(row) > 1}

    assert said()["Approved by"] == "–"
    settlement.confirm(statement.id, by=fred, now=NOON)
    settlement.confirm(statement.id, by=fang, now=NOON)
    settlement.approve(statement.id, by=paul, now=NOON)
    with as_user(fred):  # who has no right to the rows of the platform's people
        head = said()
    assert (head["Prepared by"], head["Approved by"]) == (pia.code, paul.code)
    assert head["Lines can be disputed until"] == until
