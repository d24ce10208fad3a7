"""The list of statements by pages, and the page of one whose lines fill several."""

import csv
import io

from flask import Flask
from sqlalchemy import text

from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.settlement import Statement
from tests import factories
from tests.conftest import TestBrowser, client_of
from tests.factories import someone


def many(statements: int) -> None:
    """As many more drafts of other periods, like one that is there."""
    clara, amy = someone("clara"), someone("amy")
    factories.placement(clara, amy, rate_bps=2500)
    factories.payment(factories.any_case(), verified_by=someone("aline"))
    made = factories.statement(someone("pia"))
    columns = [
        column.key
        for column in Statement.__table__.columns
        if not column.computed and column.key not in {"id", "period_start", "period_end"}
    ]
    kept = ", ".join(columns)
    db.session.execute(
        text(
            f"INSERT INTO statements ({kept}, period_start, period_end)"
            f" SELECT {kept}, period_start - n::integer, period_end - n::integer"
            "   FROM statements, generate_series(1, :n) n WHERE id = :id"
        ),
        {"n": statements, "id": made.id},
    )
    db.session.commit()


def listed(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))


def codes_on(client: TestBrowser, door: str, query: str = "") -> int:
    page = client.get(f"/{door}/statements/{query}")
    assert page.status_code == 200
    return page.text.count('<td class="id">')


def test_every_side_pages_through_all_its_statements(
    app: Flask, fang: User, fred: User, pia: User, bea: User
) -> None:
    many(520)
    for who, door in ((fang, "lender"), (fred, "agency"), (pia, "finance")):
        client = client_of(app, who)
        assert codes_on(client, door) == 50
        assert "1 to 50 of 521" in client.get(f"/{door}/statements/").text
        assert codes_on(client, door, "?page=11") == 21
        everything = listed(client.get(f"/{door}/statements/exports/list").text)
        assert len({row["Statement"] for row in everything}) == 521
        assert everything[0]["Commission"] == "25.00"
    assert codes_on(client_of(app, bea), "lender") == 0
    assert listed(client_of(app, bea).get("/lender/statements/exports/list").text) == []


def test_the_state_survives_paging_and_goes_into_the_file(app: Flask, pia: User) -> None:
    many(60)
    client = client_of(app, pia)
    page = client.get("/finance/statements/?status=draft").text
    assert "status=draft&amp;page=2" in page
    assert "/finance/statements/exports/list?status=draft" in page
    assert codes_on(client, "finance", "?status=draft&page=2") == 11
    nothing = client.get("/finance/statements/?status=paid").text
    assert "No statement is in this state." in nothing
    assert listed(client.get("/finance/statements/exports/list?status=paid").text) == []
    assert codes_on(client, "finance", "?status=unheard-of") == 50
