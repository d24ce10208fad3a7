"""The screens of feeds: set up, opened by another, delivered by hand, decided, looked into."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import feeds
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.feeds import Feed, FeedDelivery
from tests import factories
from tests.conftest import NOON, SYSTEM, TestBrowser, client_of
from tests.feeds.conftest import balances, bring, case, owing

FORM = {
    "name": "Core banking", "contents": "balances", "semantics": "snapshot", "currency": "CNY",
    "portfolio": "",
    "weekday": ["0", "1", "2"], "due_time": "18:30", "time_zone": "Asia/Shanghai",
    "grace_minutes": "30", "public_holidays": "on", "days_off": "2026-12-31 2027-01-04",
    "days_on": "",
}  # fmt: skip


def only(kind: type) -> object:
    with acting(SYSTEM):
        return db.session.scalars(select(kind).order_by(kind.id.desc())).first()


def deliver(client: TestBrowser, code: str, content: bytes) -> str:
    answer = client.post(
        f"/lender/feeds/{code}/deliveries", data={"file": (io.BytesIO(content), "b.csv")}
    )
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_feed_from_nothing_to_its_first_balance(app: Flask, clara: User, aline: User) -> None:
    factories.portfolio(clara, 2)
    manager, approver = client_of(app, clara), client_of(app, aline)
    assert "No system sends balances yet" in manager.get("/lender/feeds/").text
    made = manager.post("/lender/feeds/", data=FORM)
    assert made.status_code == 303
    page = manager.get(made.headers["Location"]).text
    assert "an approver, who did not draw it up, opens it" in page
    assert "18:30 Asia/Shanghai" in page
    code = only(Feed).code
    assert manager.post(f"/lender/feeds/{code}/approve").status_code == 403
    assert approver.post(f"/lender/feeds/{code}/approve").status_code == 303
    where = deliver(manager, code, balances([owing(1, 700), owing(2, 900)]))
    factories.drain()
    assert "Waits for a person" in manager.get(f"/lender/feeds/{code}").text
    page = manager.get(where).text
    assert "Nobody has said yet what the columns are." in page
    delivery = only(FeedDelivery)
    chosen = {f"field-{i}": one["field"] for i, one in enumerate(delivery.layout["suggestion"])}
    chosen |= {f"unit-{i}": "major" for i in range(7)}
    assert manager.post(f"{where}/columns", data=chosen | {"field-0": ""}).status_code == 422
    assert manager.post(f"{where}/columns", data=chosen).status_code == 303
    factories.drain()
    page = manager.get(where).text
    assert "Every row was taken as it stands." in page
    with acting(SYSTEM):
        assert case(1).balance_minor == 70_000
        number = case(1).code
    assert "feed, " in manager.get(f"/lender/cases/{number}").text
    again = manager.post(
        f"/lender/feeds/{code}/deliveries",
        data={"file": (io.BytesIO(balances([owing(1, 700), owing(2, 900)])), "b.csv")},
    )
    assert again.headers["Location"] == where


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("weekday", [], "at least one day"),
        ("contents", "", "balances or payments"),
        ("semantics", "", "everything or only what is new"),
        ("due_time", "half past", "must be written as 09:00"),
        ("days_off", "31.12.2026", "write each day as 2026-03-31"),
        ("time_zone", "<b>", "no time zone &lt;b&gt;"),
    ],
)
def test_what_was_typed_stays_beside_the_words(
    app: Flask, clara: User, field: str, value: object, words: str
) -> None:
    answer = client_of(app, clara).post("/lender/feeds/", data=FORM | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Core banking"' in answer.text


def test_a_change_is_kept_and_a_stale_form_is_not(app: Flask, feed: Feed, clara: User) -> None:
    code, version = feed.code, {"version": str(feed.version)}
    client = client_of(app, clara)
    assert 'value="09:00"' in client.get(f"/lender/feeds/{code}/edit").text
    assert client.post(f"/lender/feeds/{code}/edit", data=FORM | version).status_code == 303
    assert client.post(f"/lender/feeds/{code}/edit", data=FORM | version).status_code == 422


def test_a_key_is_shown_once(app: Flask, feed: Feed, clara: User) -> None:
    code, client = feed.code, client_of(app, clara)
    answer = client.post(f"/lender/feeds/{code}/keys")
    secret = re.search(r"rcf_[\w-]{43}", answer.text)
    assert secret
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get(f"/lender/feeds/{code}").text
    assert secret.group() not in page
    assert f"…{secret.group()[-4:]}" in page


def test_an_approver_accepts_and_a_manager_discards(
    app: Flask, snapshot: Feed, clara: User, aline: User
) -> None:
    first = bring(snapshot, [owing(1, 900)], by=clara)
    second = bring(snapshot, [owing(1, 800)], by=clara)
    manager, approver = client_of(app, clara), client_of(app, aline)
    one, two = (f"/lender/deliveries/{d.code}" for d in (first, second))
    assert "More than half of the cases are missing" in manager.get(one).text
    assert manager.post(f"{one}/accept", data={"reason": "x"}).status_code == 403
    assert approver.post(f"{one}/accept", data={"reason": "two sold"}).status_code == 303
    assert manager.post(f"{two}/discard", data={"reason": "cut short"}).status_code == 303
    factories.drain()
    with acting(SYSTEM):
        assert case(1).balance_minor == 90_000
    assert "Discarded" in manager.get(two).text


def test_a_missing_case_is_said_on_its_page_and_looked_into(
    app: Flask, snapshot: Feed, clara: User
) -> None:
    for day in (3, 4):
        rows = [owing(n, 900, as_of=f"2026-03-0{day}") for n in (1, 2)]
        bring(snapshot, rows, by=clara, now=NOON.replace(day=day))
    number, code = case(3).code, snapshot.code
    absence = feeds.absences_of(snapshot)[1][0].id
    client = client_of(app, clara)
    assert "does not mean that it is paid" in client.get(f"/lender/cases/{number}").text
    assert "C000003" in client.get(f"/lender/feeds/{code}").text
    noted = client.post(f"/lender/feeds/{code}/absences/{absence}", data={"note": "sold"})
    assert noted.status_code == 303
    assert "sold" in client.get(f"/lender/feeds/{code}").text


def test_a_debt_that_is_paid_can_be_owed_after_all(
    app: Flask, feed: Feed, clara: User, cora: User
) -> None:
    bring(feed, [owing(1, 0)], by=clara)
    number = case(1).code
    compliance = client_of(app, cora)
    assert "The debt is owed after all" in compliance.get(f"/lender/cases/{number}").text
    assert client_of(app, clara).post(f"/lender/cases/{number}/reopen").status_code == 403
    said = compliance.post(f"/lender/cases/{number}/reopen", data={"reason": "bounced"})
    assert said.status_code == 303
    with acting(SYSTEM):
        assert case(1).hold_flags == []


def test_the_overview_says_what_is_late(app: Flask, feed: Feed, clara: User) -> None:
    """The feed was opened long before the clock of this request."""
    code, client = feed.code, client_of(app, clara)
    for path in ("/lender/", "/lender/feeds/", f"/lender/feeds/{code}"):
        assert re.search(r"Late by \d+ working days", client.get(path).text), path
