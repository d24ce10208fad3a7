"""Whether a portfolio is ready for the market, on the page and on paper."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import load_workbook

from marketplace import reports, valuations
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Portfolio
from tests import factories
from tests.conftest import NOON, as_user, client_of

TODAY = NOON.date()


@pytest.fixture
def book(clara: User) -> Portfolio:
    made = factories.portfolio(clara, 12)
    cases = factories.cases_of(made)
    for case in cases[:6]:
        case.score, case.loan_minor = 620, 150_000
    cases[0].hold_flags = ["deceased"]
    cases[1].interest_minor = 77
    db.session.flush()
    return made


def value(book: Portfolio, by: User) -> None:
    with as_user(by):
        valuations.request_valuation(
            book.id, cost_bps=300, discount_bps=800, commission_bps=2500, by=by, now=NOON
        )
    factories.drain()


def words(found: reports.Readiness) -> list[str]:
    return [str(point.words) for point in found.points]


def test_what_is_in_the_way_is_told(book: Portfolio, clara: User) -> None:
    with as_user(clara):
        found = reports.readiness_of(book, TODAY)
    assert found.verdict == "warn"
    assert "11 of 12 cases can be listed." in words(found)
    assert "It has not been valued: what is missing has no price yet." in words(found)
    assert any(line.endswith(": 1 cases.") for line in words(found))
    for case in factories.cases_of(book):
        case.hold_flags = ["deceased"]
    with as_user(clara):
        db.session.flush()
        assert reports.readiness_of(book, TODAY).verdict == "bad"


def test_gaps_are_priced_by_the_last_valuation(book: Portfolio, clara: User) -> None:
    value(book, clara)
    with as_user(clara):
        found = reports.readiness_of(book, TODAY)
    gaps = {gap.field: gap for gap in found.gaps}
    assert (gaps["score"].missing, gaps["loan_minor"].missing) == (6, 6)
    assert gaps["last_payment_on"].filled_minor is None
    # The published prior knows age alone: nothing else has a price yet.
    assert gaps["score"].filled_minor == 0
    assert "No gap changes the value." in words(found)


def test_old_balances_and_old_values_are_told(book: Portfolio, clara: User) -> None:
    value(book, clara)
    with as_user(clara):
        found = reports.readiness_of(book, TODAY + timedelta(days=60))
    assert any("bring newer ones" in line for line in words(found))
    assert any("value it again" in line for line in words(found))


def test_the_page_shows_it_all(app: Flask, book: Portfolio, clara: User) -> None:
    value(book, clara)
    url = f"/lender/portfolios/{book.code}"
    client = client_of(app, clara)
    assert f"{url}/quality/" in client.get(url).text
    text = client.get(f"{url}/quality/").text
    assert "11 of 12 cases can be listed." in text
    assert "The parts do not add up to the balance" in text
    assert "50.0%" in text
    lines = client.get(f"{url}/quality/problems.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "The parts do not add up" in lines[1]


def test_the_paper_says_the_same(app: Flask, book: Portfolio, clara: User) -> None:
    value(book, clara)
    code = book.code
    client = client_of(app, clara)
    paper = client.get(f"/lender/portfolios/{code}/quality/readiness.pdf").data
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    for said in (code, "11 of 12 cases can be listed.", "If no case had it"):
        assert said in text
    client.post("/account/preferences/language", data={"locale": "zh"})
    paper = client.get(f"/lender/portfolios/{code}/quality/readiness.pdf").data
    pages = pypdfium2.PdfDocument(paper)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "12 件案件中有 11 件可以挂牌" in text
    assert "缺失字段的价格影响" in text


def test_a_portfolio_without_cases_has_a_page(app: Flask, clara: User) -> None:
    url = f"/lender/portfolios/{factories.portfolio(clara, 0, name='Empty').code}/quality"
    client = client_of(app, clara)
    text = client.get(f"{url}/").text
    assert "This portfolio has no cases." in text
    assert "Not ready" in text
    assert client.get(f"{url}/readiness.pdf").status_code == 200


def test_the_strata_come_as_a_workbook(app: Flask, book: Portfolio, clara: User) -> None:
    url = f"/lender/portfolios/{book.code}/strats.xlsx"
    client = client_of(app, clara)
    made = load_workbook(io.BytesIO(client.get(url).data))
    for name in ("Strata", "Histograms", "Provinces"):
        _head, *rows = made.get_sheet_by_name(name).to_python()
        by_dimension: dict[str, list[float]] = {}
        for dimension, _group, cases, balance, _share in rows:
            sums = by_dimension.setdefault(str(dimension), [0, 0])
            sums[0], sums[1] = sums[0] + float(cases), sums[1] + float(balance)
        assert all(sums == [12, 12_000.0] for sums in by_dimension.values())
    assert len(made.get_sheet_by_name("Strata").to_python()) > 4
