"""Who is late: due moments that nothing answers for, and when contact stops because of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, text, update

from marketplace import audit
from marketplace.accounts import Kind, Organisation
from marketplace.core.calendars import public_holidays
from marketplace.core.db import db, insert_once
from marketplace.feeds.due import DueTimes, due_times
from marketplace.feeds.models import Feed, FeedAlarm, FeedStatus
from marketplace.portfolios import market_of

MISSED_TO_LOCK = 2
"""Feed days without a balance after which nobody may be contacted about the debt."""


@dataclass(frozen=True)
class Punctuality:
    """How a feed stands. `late_days` are its own, since the first file that is missing."""

    next_due_at: datetime | None
    missing_since_at: datetime | None
    late_days: int
    locked: bool


def due_of(feed: Feed) -> DueTimes:
    """A feed's due moments: its own days over the public calendar of the lender's country."""
    public = None
    if feed.public_holidays:
        lender = db.session.get_one(Organisation, feed.lender_id)
        public = public_holidays(market_of(lender.jurisdiction))
    return due_times(
        frozenset(feed.weekdays), feed.due_time, feed.time_zone, public,
        frozenset(feed.days_off), frozenset(feed.days_on),
    )  # fmt: skip


def plan(feed: Feed) -> None:
    """Say when contact stops unless a delivery comes before."""
    feed.locks_at = None
    if feed.status is FeedStatus.ACTIVE and feed.covered_to_at is not None:
        missed = islice(due_of(feed).after(feed.covered_to_at), MISSED_TO_LOCK)
        moments = list(missed)
        if len(moments) == MISSED_TO_LOCK:
            feed.locks_at = moments[-1] + timedelta(minutes=feed.grace_minutes)


def cover(feed: Feed, *, received_at: datetime, now: datetime) -> None:
    """A newer balance came: it answers for what was missing, else for the next due moment."""
    covered = feed.covered_to_at or received_at
    due = due_of(feed)
    missed = due.between(covered, received_at)
    if missed:
        feed.covered_to_at = missed[-1]
    elif covered <= received_at:
        feed.covered_to_at = next(due.after(received_at), covered)
    plan(feed)
    db.session.execute(
        update(FeedAlarm)
        .where(
            FeedAlarm.feed_id == feed.id,
            FeedAlarm.due_at <= feed.covered_to_at,
            FeedAlarm.closed_at.is_(None),
        )
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )


def watch_feeds(*, now: datetime) -> None:
    """A job, each minute: one alarm for every due moment that has passed unanswered."""
    for feed in db.session.scalars(
        select(Feed).where(Feed.status == FeedStatus.ACTIVE).order_by(Feed.id)
    ):
        grace = timedelta(minutes=feed.grace_minutes)
        for due in due_of(feed).between(feed.covered_to_at or now, now - grace):
            _raise_alarm(feed, due, now)


def _raise_alarm(feed: Feed, due: datetime, now: datetime) -> None:
    new = insert_once(
        FeedAlarm, lender_id=feed.lender_id, feed_id=feed.id, due_at=due, opened_at=now
    )
    if new:
        platform = db.session.scalars(
            select(Organisation.id).where(Organisation.kind == Kind.PLATFORM)
        )
        audit.record(
            "feed.late", feed, by=None, now=now, parties=[feed.lender_id, *platform],
            code=feed.code, due_at=due,
        )  # fmt: skip


def punctuality(feed: Feed, now: datetime) -> Punctuality:
    """How a feed stands now, from its calendar and what was delivered."""
    if feed.status is not FeedStatus.ACTIVE or feed.covered_to_at is None:
        return Punctuality(None, None, 0, locked=False)
    due = due_of(feed)
    missing = due.between(feed.covered_to_at, now - timedelta(minutes=feed.grace_minutes))
    return Punctuality(
        next_due_at=next(due.after(max(now, feed.covered_to_at)), None),
        missing_since_at=missing[0] if missing else None,
        late_days=due.working_days(missing[0], now) if missing else 0,
        locked=feed.locks_at is not None and feed.locks_at <= now,
    )


def is_locked(lender_id: int, portfolio_id: int, now: datetime) -> bool:
    """Whether the balances of a portfolio are too old for anybody to be contacted about them.

    Derived at the moment it is asked, and for whoever asks: an agency sees no feed.
    """
    found = db.session.scalar(
        text("SELECT app.feed_locks(:lender, :portfolio, :at)"),
        {"lender": lender_id, "portfolio": portfolio_id, "at": now},
    )
    return bool(found)
