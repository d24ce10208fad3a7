"""Feeds and their deliveries, for screens."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts import Organisation
from marketplace.core.calendars import public_holidays
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.feeds.lateness import Punctuality, punctuality
from marketplace.feeds.missing import TIMES_TO_ESCALATE
from marketplace.feeds.models import (
    DeliveryStatus,
    Feed,
    FeedAbsence,
    FeedAlarm,
    FeedDelivery,
    FeedIssue,
    FeedKey,
)
from marketplace.portfolios import Case, market_of


@dataclass(frozen=True)
class FeedLine:
    """A feed, how punctual it is, and how many of its deliveries wait for a person."""

    feed: Feed
    punctuality: Punctuality
    waiting: int
    last_applied_at: datetime | None


@dataclass(frozen=True)
class AbsenceLine:
    id: int
    case_code: str
    lender_case_no: str
    balance_minor: int
    currency: str
    since_on: date
    times: int
    note: str


@dataclass(frozen=True)
class IssueLine:
    sheet: str
    row: int
    column: str
    kind: str
    rejects: bool
    value_masked: str


@dataclass(frozen=True)
class IssuePage:
    lines: list[IssueLine]
    total: int
    by_kind: dict[str, int]


def feed_lines(lender_id: int, *, now: datetime) -> list[FeedLine]:
    """A lender's feeds by name."""
    counted = (
        select(
            FeedDelivery.feed_id,
            func.count().filter(FeedDelivery.status == DeliveryStatus.WAITING).label("waiting"),
            func.max(FeedDelivery.applied_at).label("applied_at"),
        )
        .where(FeedDelivery.lender_id == lender_id)
        .group_by(FeedDelivery.feed_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Feed, counted.c.waiting, counted.c.applied_at)
        .outerjoin(counted, counted.c.feed_id == Feed.id)
        .where(Feed.lender_id == lender_id)
        .order_by(Feed.name)
    ).all()
    return [
        FeedLine(feed, punctuality(feed, now), waiting or 0, applied_at)
        for feed, waiting, applied_at in rows
    ]


def owned_feed(code: str, *, lender_id: int) -> Feed:
    feed = db.session.scalar(select(Feed).where(Feed.code == code, Feed.lender_id == lender_id))
    if feed is None:
        raise NotFound
    return feed


def owned_delivery(code: str, *, lender_id: int) -> tuple[Feed, FeedDelivery]:
    row = db.session.execute(
        select(Feed, FeedDelivery)
        .join(FeedDelivery, FeedDelivery.feed_id == Feed.id)
        .where(FeedDelivery.code == code, FeedDelivery.lender_id == lender_id)
    ).first()
    if row is None:
        raise NotFound
    return row.Feed, row.FeedDelivery


def deliveries_of(feed: Feed, *, limit: int = 60) -> list[FeedDelivery]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(FeedDelivery)
            .where(FeedDelivery.feed_id == feed.id)
            .order_by(FeedDelivery.id.desc())
            .limit(limit)
        )
    )


def delivery_codes(ids: set[int]) -> dict[int, str]:
    """What the deliveries with these ids are called."""
    rows = db.session.execute(
        select(FeedDelivery.id, FeedDelivery.code).where(FeedDelivery.id.in_(ids))
    )
    return {row.id: row.code for row in rows}


def keys_of(feed: Feed) -> list[FeedKey]:
    query = select(FeedKey).where(FeedKey.feed_id == feed.id).order_by(FeedKey.id.desc())
    return list(db.session.scalars(query))


def alarms_of(feed: Feed, *, limit: int = 20) -> list[FeedAlarm]:
    return list(
        db.session.scalars(
            select(FeedAlarm)
            .where(FeedAlarm.feed_id == feed.id)
            .order_by(FeedAlarm.due_at.desc())
            .limit(limit)
        )
    )


def absences_of(feed: Feed, *, limit: int = 200) -> tuple[int, list[AbsenceLine]]:
    """How many cases are absent, and those somebody must look at: absent twice, the longest
    first, what was looked into last."""
    open_ones = (FeedAbsence.feed_id == feed.id) & FeedAbsence.ended_on.is_(None)
    total = db.session.scalar(select(func.count()).select_from(FeedAbsence).where(open_ones))
    rows = db.session.execute(
        select(
            FeedAbsence.id, Case.code, Case.lender_case_no, Case.balance_minor, Case.currency,
            FeedAbsence.since_on, FeedAbsence.times, FeedAbsence.note,
        )
        .join(Case, Case.id == FeedAbsence.case_id)
        .where(open_ones, FeedAbsence.times >= TIMES_TO_ESCALATE)
        .order_by(FeedAbsence.note != "", FeedAbsence.since_on, FeedAbsence.id)
        .limit(limit)
    )  # fmt: skip
    return int(total or 0), [AbsenceLine(*row) for row in rows]


def absent_since(case_id: int) -> date | None:
    """The day since when a snapshot does not hold the case, while it does not."""
    return db.session.scalar(
        select(func.min(FeedAbsence.since_on)).where(
            FeedAbsence.case_id == case_id, FeedAbsence.ended_on.is_(None)
        )
    )


def issues_of(
    delivery: FeedDelivery, page: int = 1, size: int = 50, kind: str | None = None
) -> IssuePage:
    """What of a delivery was not taken as it stands, in the order of the file."""
    mine = FeedIssue.delivery_id == delivery.id
    counted = db.session.execute(
        select(FeedIssue.kind, func.count())
        .where(mine)
        .group_by(FeedIssue.kind)
        .order_by(FeedIssue.kind)
    )
    by_kind: dict[str, int] = {name: int(n) for name, n in counted}
    query: Any = select(
        FeedIssue.sheet, FeedIssue.row, FeedIssue.column, FeedIssue.kind, FeedIssue.rejects,
        FeedIssue.value_masked,
    ).where(mine)  # fmt: skip
    if kind:
        query = query.where(FeedIssue.kind == kind)
    rows = db.session.execute(
        query.order_by(FeedIssue.id).limit(size).offset((max(page, 1) - 1) * size)
    )
    total = by_kind.get(kind, 0) if kind else sum(by_kind.values())
    return IssuePage([IssueLine(*row) for row in rows], total, by_kind)


def holidays_known_to(lender_id: int) -> date | None:
    """The last day for which the public calendar of the lender's country is published."""
    lender = db.session.get_one(Organisation, lender_id)
    return public_holidays(market_of(lender.jurisdiction)).known_to
