"""Months close in order, by two people, with the books in order, and stay closed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from marketplace import ledger
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.ledger import MonthClosed
from tests import factories
from tests.conftest import NOON, as_user
from tests.ledger.conftest import post_fee
from tests.refusing import refused

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def close(month: date, pia: User, paul: User) -> None:
    with as_user(pia):
        ledger.propose_close(month, by=pia, now=NOON)
    with as_user(paul):
        ledger.close_period(month, by=paul, now=NOON)


@pytest.fixture
def closed(pia: User, paul: User) -> date:
    post_fee("january", on=JANUARY)
    close(JANUARY, pia, paul)
    return JANUARY


def test_nothing_is_posted_into_a_closed_month(closed: date, pia: User, paul: User) -> None:
    with refused("2026-01 is closed", kind=MonthClosed):
        post_fee("late", on=JANUARY + timedelta(days=30))
    assert post_fee("correction", on=FEBRUARY).effective_on == FEBRUARY
    assert post_fee("january", on=JANUARY).effective_on == JANUARY  # posted before: replayed


def test_a_reversal_of_a_closed_month_is_posted_in_the_open_one(
    closed: date, pia: User, paul: User
) -> None:
    posted = ledger.journals()[0]
    made = ledger.reverse(
        posted.id, reason="wrong", effective_on=NOON.date(), made_by_id=pia.id,
        approved_by=paul, now=NOON,
    )  # fmt: skip
    assert "of 2026-01-01" in made.words
    january = {row.net_minor for row in ledger.balances(as_of=JANUARY)}
    assert january == {300, -300}


def test_who_proposes_does_not_close(pia: User, paul: User) -> None:
    post_fee(on=JANUARY)
    ledger.propose_close(JANUARY, by=pia, now=NOON)
    with refused("somebody else must confirm"):
        ledger.close_period(JANUARY, by=pia, now=NOON)
    with refused("proposed already"):
        ledger.propose_close(JANUARY, by=paul, now=NOON)
    post_fee("still open", on=JANUARY)
    ledger.close_period(JANUARY, by=paul, now=NOON)
    with refused("closed already"):
        ledger.close_period(JANUARY, by=paul, now=NOON)
    assert len(factories.events("period.closed")) == 1


def test_what_was_not_proposed_is_not_found(paul: User) -> None:
    with pytest.raises(NotFound):
        ledger.close_period(JANUARY, by=paul, now=NOON)


def test_a_month_that_is_not_over_stays_open(pia: User) -> None:
    with refused("2026-03 is not over yet"):
        ledger.propose_close(MARCH, by=pia, now=NOON)


def test_months_close_in_order(pia: User, paul: User) -> None:
    post_fee("january", on=JANUARY)
    post_fee("february", on=FEBRUARY)
    with refused("2026-01 is still open"):
        ledger.propose_close(FEBRUARY, by=pia, now=NOON)
    close(JANUARY, pia, paul)
    close(FEBRUARY, pia, paul)
    assert [month.name for month in ledger.months() if month.closed_at] == [
        "2026-02",
        "2026-01",
    ]


def test_an_open_incident_keeps_a_month_open(pia: User, paul: User) -> None:
    post_fee(on=JANUARY)
    ledger.propose_close(JANUARY, by=pia, now=NOON)
    incident = ledger.open_incident("statement", "ST-1", {"difference_minor": 1}, now=NOON)
    with refused("An incident is open"):
        ledger.close_period(JANUARY, by=paul, now=NOON)
    ledger.close_incident(incident.id, note="Rounding of a test", by=paul, now=NOON)
    ledger.close_period(JANUARY, by=paul, now=NOON)


def test_a_broken_chain_keeps_a_month_open(pia: User, paul: User) -> None:
    post_fee(on=JANUARY)
    ledger.propose_close(JANUARY, by=pia, now=NOON)
    db.session.execute(text("INSERT INTO journal_links SELECT 1, id, 'x' FROM journals"))
    with refused("chain of journals is broken"):
        ledger.close_period(JANUARY, by=paul, now=NOON)


def test_the_closing_keeps_the_head_of_the_chain(pia: User, paul: User) -> None:
    post_fee(on=JANUARY)
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    ledger.propose_close(JANUARY, by=pia, now=NOON)
    period = ledger.close_period(JANUARY, by=paul, now=NOON)
    head = ledger.verify_chain()
    assert (period.head_sequence, period.head_hash) == (1, head.hash)
    assert period.closed_at > NOON  # by the database's clock, not by the caller's
