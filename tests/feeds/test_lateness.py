"""Who is late is told once, and two due days without a balance stop contact."""

from datetime import UTC, datetime, time, timedelta

from flask import Flask
from sqlalchemy import select

from marketplace import casework, feeds, notifications
from marketplace.accounts import User
from marketplace.casework import Channel
from marketplace.compliance import BALANCE_RULE
from marketplace.core.db import db
from marketplace.feeds import Feed, FeedAlarm
from marketplace.portfolios import Case, PortfolioStatus
from tests import factories
from tests.conftest import NOON, as_user, client_of, rows_of
from tests.feeds.conftest import bring, case, open_feed, owing, terms
from tests.refusing import refused

DAY = timedelta(days=1)
TUESDAY = datetime(2026, 3, 3, 1, tzinfo=UTC)
"""Nine in the morning in Shanghai: the first moment due after NOON on Monday."""

GRACE = timedelta(minutes=60)
MINUTE = timedelta(minutes=1)


def alarms() -> list[tuple[datetime, bool]]:
    rows = db.session.execute(
        select(FeedAlarm.due_at, FeedAlarm.closed_at).order_by(FeedAlarm.due_at)
    )
    return [(row.due_at, row.closed_at is not None) for row in rows]


def rules(on: Case, who: User, now: datetime) -> list[str]:
    with as_user(who):
        return [
            b.rule_id for b in casework.may_contact(on, Channel.CALL, by=who, now=now).blocks
        ]


def test_a_missed_moment_raises_one_alarm(feed: Feed, clara: User, vera: User) -> None:
    feeds.watch_feeds(now=TUESDAY + GRACE - MINUTE)
    assert alarms() == []
    for minutes in (0, 1, 2):
        feeds.watch_feeds(now=TUESDAY + GRACE + minutes * MINUTE)
    assert alarms() == [(TUESDAY, False)]
    assert len(factories.events("feed.late")) == 1
    factories.drain(TUESDAY + 2 * GRACE)
    for person in (clara, vera):
        with as_user(person):
            told = [one.action for one in notifications.latest(person)]
        assert told == ["feed.late"], person.name


def test_each_missed_moment_has_its_own_alarm_and_a_delivery_closes_them(
    feed: Feed, clara: User
) -> None:
    late = TUESDAY + 2 * DAY + GRACE + MINUTE
    feeds.watch_feeds(now=late)
    assert [due for due, _closed in alarms()] == [TUESDAY + n * DAY for n in range(3)]
    bring(feed, [owing(1, 900, as_of="2026-03-04")], by=clara, now=late)
    assert all(closed for _due, closed in alarms())
    feeds.watch_feeds(now=late + GRACE)
    assert len(alarms()) == 3
    standing = feeds.punctuality(feed, late)
    assert (standing.missing_since_at, standing.late_days) == (None, 0)
    assert standing.next_due_at == TUESDAY + 3 * DAY


def test_a_file_before_the_hour_answers_for_that_hour_only(feed: Feed, clara: User) -> None:
    early = TUESDAY - GRACE
    bring(feed, [owing(1, 900)], by=clara, now=early)
    bring(feed, [owing(1, 890, as_of="2026-03-03")], by=clara, now=early + MINUTE)
    feeds.watch_feeds(now=TUESDAY + GRACE)
    assert alarms() == []
    feeds.watch_feeds(now=TUESDAY + DAY + GRACE)
    assert [due for due, _closed in alarms()] == [TUESDAY + DAY]


def test_old_balances_answer_for_nothing(feed: Feed, clara: User) -> None:
    bring(feed, [owing(1, 900)], by=clara, now=TUESDAY - GRACE)
    # A second file of the same day, a day later: nothing in it is new.
    bring(feed, [owing(1, 880)], by=clara, now=TUESDAY + DAY)
    feeds.watch_feeds(now=TUESDAY + DAY + GRACE)
    assert [due for due, _closed in alarms()] == [TUESDAY + DAY]


def test_a_delivery_that_waits_answers_for_nothing(snapshot: Feed, clara: User) -> None:
    waiting = bring(snapshot, [owing(1, 900)], by=clara, now=TUESDAY)
    assert waiting.status == "waiting"
    feeds.watch_feeds(now=TUESDAY + GRACE)
    assert alarms() == [(TUESDAY, False)]


def test_weekends_and_holidays_are_not_late(clara: User, aline: User) -> None:
    friday = datetime(2026, 2, 13, 4, tzinfo=UTC)
    feed = open_feed(clara, aline, now=friday)
    # Saturday the 14th is worked; then the new year closes until the 24th.
    feeds.watch_feeds(now=datetime(2026, 2, 23, 12, tzinfo=UTC))
    assert [due.day for due, _closed in alarms()] == [14]
    standing = feeds.punctuality(feed, datetime(2026, 2, 23, 12, tzinfo=UTC))
    assert (standing.late_days, standing.locked) == (1, False)


def test_two_missed_days_stop_contact_until_a_balance_comes(
    clara: User, aline: User, amy: User, colin: User
) -> None:
    book = factories.portfolio(clara, 1, status=PortfolioStatus.PLACED)
    factories.placement(clara, amy, of=book)
    feed = open_feed(clara, aline)
    on = case(1)
    locks = TUESDAY + DAY + GRACE
    assert rules(on, colin, locks - MINUTE) == []
    assert rules(on, colin, locks) == [BALANCE_RULE]
    with as_user(colin):
        request = casework.begin_contact(on.id, Channel.CALL, by=colin, now=locks)
    assert request.contact is None
    bring(feed, [owing(1, 900, as_of="2026-03-04")], by=clara, now=locks)
    assert rules(case(1), colin, locks + MINUTE) == []


def test_another_portfolio_and_another_lender_are_not_stopped(
    clara: User, aline: User, bea: User
) -> None:
    book = factories.portfolio(clara, 1)
    factories.portfolio(clara, 1, first=7, name="Other")
    factories.portfolio(bea, 1, first=8)
    open_feed(clara, aline, portfolio_id=book.id)
    later = TUESDAY + 9 * DAY
    assert rules(case(1), clara, later) == [BALANCE_RULE]
    assert rules(case(7), clara, later) == []
    assert rules(case(8), bea, later) == []


def test_a_pause_is_on_record_and_ends_the_lock(feed: Feed, clara: User, aline: User) -> None:
    later = TUESDAY + 9 * DAY
    assert rules(case(1), clara, later) == [BALANCE_RULE]
    with refused("Say why"):
        feeds.pause(feed.id, reason=" ", by=clara, now=later)
    feeds.pause(feed.id, reason="moving to another system", by=clara, now=later)
    assert rules(case(1), clara, later) == []
    feeds.watch_feeds(now=later)
    assert rows_of("feed_alarms") == 0
    with refused("somebody else"):
        feeds.approve(feed.id, by=clara, now=later)
    feeds.approve(feed.id, by=aline, now=later)
    assert rules(case(1), clara, later + 9 * DAY) == [BALANCE_RULE]


def test_a_feed_needs_two_people_and_terms_it_can_live_by(clara: User, aline: User) -> None:
    for wrong, words in (
        ({"name": " "}, "needs a name"),
        ({"weekdays": ()}, "at least one day"),
        ({"time_zone": "Shanghai"}, "no time zone"),
        ({"grace_minutes": 2000}, "time of grace"),
        ({"currency": "XXX"}, "XXX"),
    ):
        with refused(words):
            feeds.draw_up(terms(**wrong), by=clara, now=NOON)
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    with refused("somebody else"):
        feeds.approve(feed.id, by=clara, now=NOON)
    with refused("There is a feed named"):
        feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.watch_feeds(now=TUESDAY + 9 * DAY)
    assert rows_of("feed_alarms") == 0
    feeds.approve(feed.id, by=aline, now=NOON)
    with refused("open already"):
        feeds.approve(feed.id, by=aline, now=NOON)


def test_a_change_moves_the_lock_and_stays_in_the_trail(feed: Feed, clara: User) -> None:
    before = feed.locks_at
    assert before is not None
    with refused("was changed after"):
        feeds.change(feed.id, terms(), feed.version - 1, by=clara, now=NOON)
    feeds.change(feed.id, terms(due_time=time(18)), feed.version, by=clara, now=NOON)
    # Monday evening is due now, so that Tuesday evening is the second.
    assert feed.locks_at == before - timedelta(hours=15)
    told = factories.events("feed.changed")[0].details["changed"]
    assert told == {"due_time": ["09:00", "18:00"]}


def test_the_agency_is_told_why_it_may_not_call(
    app: Flask, clara: User, aline: User, amy: User, colin: User
) -> None:
    book = factories.portfolio(clara, 1, status=PortfolioStatus.PLACED)
    factories.placement(clara, amy, of=book)
    open_feed(clara, aline)
    code = case(1).code
    english = client_of(app, colin, "en").get(f"/agency/queue/{code}").text
    assert "older than two feed days" in english
    chinese = client_of(app, colin, "zh").get(f"/agency/queue/{code}").text
    assert "两个应到日" in chinese
