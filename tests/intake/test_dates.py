"""The order of days, as a lender's profile and a feed of payments keep it."""

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import feeds, intake
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.feeds import Feed
from marketplace.intake import Line
from tests import factories
from tests.conftest import NOON, SYSTEM, as_user, client_of
from tests.intake.files import LATER, MONTH, bank, bring, claims, ledger, placed, table
from tests.intake.test_feeding import COLUMNS, HEADINGS, TODAY, deliver, terms
from tests.refusing import refused

pytestmark = pytest.mark.usefixtures("app")
SECOND = date(2026, 3, 2)


def profile(**said: str) -> bytes:
    return json.dumps({"lenders": {"JIANGNAN": said}, "agencies": {}}).encode()


def values() -> list[date]:
    return list(db.session.scalars(select(Line.value_on).order_by(Line.id)))


def test_a_profile_says_the_order_and_it_is_kept_for_the_next_files(fang: User) -> None:
    placed()
    files = [
        ledger(("C000001", "02/03/2026", "1.00", "R1")), bank(("C000001", "03/02/2026", "1.00"))
    ]  # fmt: skip
    with as_user(fang):
        intake.bring_in(
            files, month=MONTH, profile=profile(ledger_dates="dmy", bank_dates="mdy"), by=fang,
            now=LATER,
        )  # fmt: skip
    assert values() == [SECOND, SECOND]
    bring(ledger(("C000001", "2/3/2026", "2.00", "R2"), name="next.csv"))
    assert values()[-1] == SECOND
    with refused("next2.csv:3: "):
        bring(
            ledger(
                ("C000001", "2/3/2026", "2.00", "R3"),
                ("C000001", "3/13/2026", "2.00", "R4"),
                name="next2.csv",
            )
        )
    assert len(values()) == 3, "nothing of the file was kept"


def test_an_agencys_own_profile_says_its_order(clara: User, amy: User) -> None:
    placed()
    said = {"agencies": {"ANHENG": {"dates": "dmy"}}}
    with as_user(amy):
        intake.bring_claims(
            "c.csv", claims(("K1", "C000001", "02/03/2026", "1.00")).content,
            lender_id=clara.organisation_id, month=MONTH,
            profile=json.dumps(said).encode(), by=amy, now=LATER,
        )  # fmt: skip
    assert values() == [SECOND]


@pytest.mark.parametrize("key", ["ledger_dates", "bank_dates"])
def test_an_order_that_there_is_none_of_is_refused(fang: User, key: str) -> None:
    placed()
    with as_user(fang), refused(f"The profile of JIANGNAN says of {key}:"):
        intake.bring_in(
            [ledger(("C000001", "02/03/2026", "1.00", "R1"))], month=MONTH,
            profile=profile(**{key: "day-first"}), by=fang, now=LATER,
        )  # fmt: skip


def test_a_feeds_order_is_confirmed_with_its_columns(clara: User, aline: User) -> None:
    placed()
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.approve(feed.id, by=aline, now=NOON)
    content = table(HEADINGS, [("C000001", "02/03/2026", "1.00", "R1", "")])
    delivery = deliver(feed, content=content)
    with as_user(clara), refused("Days are not written “dym”."):
        feeds.confirm_columns(delivery.id, COLUMNS, dates="dym", by=clara, now=TODAY)
    with as_user(clara):
        feeds.confirm_columns(delivery.id, COLUMNS, dates="dmy", by=clara, now=TODAY)
    factories.drain(TODAY)
    db.session.refresh(delivery)
    assert delivery.status == "applied", str(delivery.failure)
    assert values() == [SECOND]
    other = table(HEADINGS, [("C000001", "03/25/2026", "1.00", "R2", "")])
    bad = deliver(feed, content=other, now=TODAY + timedelta(days=1))
    assert bad.reasons == ["unreadable"]
    assert "payments.csv:2: “03/25/2026” is not a day" in str(bad.failure)


def test_the_page_of_a_delivery_asks_for_the_order(
    app: Flask, clara: User, aline: User
) -> None:
    placed()
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.approve(feed.id, by=aline, now=NOON)
    code = deliver(
        feed, content=table(HEADINGS, [("C000001", "02/03/2026", "1", "R1", "")])
    ).code
    db.session.commit()
    client, address = client_of(app, clara), f"/lender/deliveries/{code}"
    assert "How days are written" in client.get(address).text
    chosen = {f"field-{n}": COLUMNS[name].field for n, name in enumerate(HEADINGS)}
    wrong = client.post(f"{address}/columns", data=chosen | {"dates": "dym"})
    assert (wrong.status_code, "“dym”" in wrong.text) == (422, True)
    answer = client.post(f"{address}/columns", data=chosen | {"dates": "mdy"})
    assert answer.status_code == 303
    with acting(SYSTEM):
        kept = db.session.execute(select(Feed.mapping)).scalar_one()
    assert kept["还款日期"] == {"field": "value_date", "unit": "major", "dates": "mdy"}


def test_without_an_order_a_day_first_is_refused_as_before(fang: User) -> None:
    placed()
    with refused("ledger.csv:2: “02/03/2026” is not a date between 1990 and 2100"):
        bring(ledger(("C000001", "02/03/2026", "1.00", "R1")))
    bring(ledger(("C000001", "2026/3/2", "1.00", "R1"), name="ok.csv"))
    assert values() == [SECOND]
