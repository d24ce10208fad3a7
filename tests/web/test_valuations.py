"""The pages of a valuation, its papers, the registry, and the coverage open to everybody."""

import io

import pytest
from flask import Flask
from python_calamine import load_workbook

from marketplace import valuations
from marketplace.accounts import User
from marketplace.core.db import acting
from marketplace.portfolios import Portfolio
from marketplace.valuations import Valuation
from marketplace.valuations.registry import begin
from tests import factories
from tests.conftest import NOON, SYSTEM, TestBrowser, as_user, client_of
from tests.valuations.test_histograms import SINGLE
from tests.valuations.test_registry import registered

TERMS = {"cost": "3", "discount": "8", "commission": "25"}


@pytest.fixture
def book(clara: User) -> Portfolio:
    return factories.portfolio(clara, 20)


@pytest.fixture
def valued(book: Portfolio, clara: User) -> Valuation:
    with as_user(clara):
        asked = valuations.request_valuation(
            book.id, cost_bps=300, discount_bps=800, commission_bps=2500, by=clara, now=NOON
        )
    factories.drain()
    return asked


def test_a_value_is_asked_for_and_read(app: Flask, book: Portfolio, clara: User) -> None:
    code, name = book.code, book.name
    client = client_of(app, clara)
    answer = client.post(f"/lender/portfolios/{code}/value", data=TERMS)
    assert answer.status_code == 303
    waiting = client.get(answer.headers["Location"])
    assert "data-poll" in waiting.text
    factories.drain()
    page = client.get(answer.headers["Location"]).text
    for piece in ("P10", "P50", "P90", 'id="fan"', 'id="waterfall"', 'id="drivers"', "tilemap"):
        assert piece in page
    assert client.get("/lender/valuations/").text.count(name) >= 1


def test_both_papers_hold_the_figures(app: Flask, valued: Valuation, clara: User) -> None:
    code, ends = valued.code, (valued.mean_minor, valued.p10_minor, valued.p90_minor)
    client = client_of(app, clara)
    paper = client.get(f"/lender/valuations/{code}.pdf")
    assert paper.data.startswith(b"%PDF-")
    content = client.get(f"/lender/valuations/{code}.xlsx").data
    sheets = load_workbook(io.BytesIO(content))
    named = {name: sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names}
    assert len(named) == 6
    cells = [cell for rows in named.values() for row in rows for cell in row]
    for minor in ends:
        assert minor / 100 in cells


def test_papers_of_an_unfinished_value_are_refused(
    app: Flask, book: Portfolio, clara: User
) -> None:
    with as_user(clara):
        asked = valuations.request_valuation(
            book.id, cost_bps=0, discount_bps=0, commission_bps=0, by=clara, now=NOON
        )
    code, client = asked.code, client_of(app, clara)
    for kind in ("pdf", "xlsx"):
        answer = client.get(f"/lender/valuations/{code}.{kind}")
        assert answer.status_code == 409
        assert "no figures" in answer.text


def test_a_book_without_cases_goes_up_and_comes_back(app: Flask, clara: User) -> None:
    client = client_of(app, clara)
    assert client.get("/lender/valuations/distribution").status_code == 200
    form = TERMS | {"name": "Private", "currency": "CNY"}
    file = (io.BytesIO(SINGLE.encode()), "b.csv")
    answer = client.post("/lender/valuations/distribution", data=form | {"file": file})
    assert answer.status_code == 303
    factories.drain()
    page = client.get(answer.headers["Location"]).text
    assert "Private" in page
    assert 'id="fan"' in page
    bad = (io.BytesIO(b"a,b\n1,2\n"), "b.csv")
    answer = client.post("/lender/valuations/distribution", data=form | {"file": bad})
    assert answer.status_code == 422
    assert 'value="Private"' in answer.text, "what was typed stays"


def test_the_template_can_be_uploaded_as_it_is(app: Flask, clara: User) -> None:
    content = client_of(app, clara).get("/lender/valuations/distribution-template.xlsx").data
    found = valuations.read_distribution("t.xlsx", content, digits=2)
    assert found.count == 1200
    assert set(found.marginals) == {"dpd", "product", "balance"}


def test_the_registry_takes_two_people(
    app: Flask, clara: User, vera: User, viktor: User
) -> None:
    code, published = registered().code, begin("CN", now=NOON).code
    first, second = client_of(app, vera), client_of(app, viktor)
    assert code in first.get("/staff/models/").text
    first.post(f"/staff/models/{code}/nominate", data={"reason": "lower error"})
    assert "lower error" in second.get(f"/staff/models/{code}").text
    own = first.post(f"/staff/models/{code}/activate")
    assert own.status_code == 409
    second.post(f"/staff/models/{code}/activate")
    with acting(SYSTEM):
        assert valuations.active_version("CN").code == code
    first.post(f"/staff/models/{published}/nominate", data={"reason": "back"})
    first.post(f"/staff/models/{published}/withdraw")
    with acting(SYSTEM):
        assert valuations.active_version("CN").code == code


def test_coverage_is_open_to_everybody(app: Flask, clara: User) -> None:
    factories.db.session.add(
        valuations.CoverageFigure(market="CN", months=12, given=50, held=41, as_of=NOON)
    )
    for client in (TestBrowser(app), client_of(app, clara)):
        page = client.get("/coverage")
        assert page.status_code == 200
        assert "82" in page.text
