"""Judging a delivery once: it is taken over, or waits for a person with the reasons."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import delete
from sqlalchemy.exc import DataError, IntegrityError

from marketplace import audit
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.told import Told
from marketplace.core.vault import Unreadable
from marketplace.feeds.lateness import cover
from marketplace.feeds.models import (
    DeliveryStatus,
    Feed,
    FeedDelivery,
    FeedIssue,
    FeedStatus,
)
from marketplace.feeds.receiving import NEVER_ACCEPTED, let_go
from marketplace.portfolios import copy_in, headings_of

ISSUE = ("sheet", "row", "column", "kind", "rejects", "value")

Judge = Callable[[Feed, FeedDelivery, datetime], list[str]]
"""Takes a delivery over and returns nothing, or returns why it must wait."""


def judge_delivery(delivery_id: int, judge: Judge, *, now: datetime) -> None:
    """Judge a delivery and, if nothing speaks against it, take it over; once."""
    delivery = db.session.get(
        FeedDelivery, delivery_id, with_for_update=True, populate_existing=True
    )
    if delivery is None:
        raise NotFound
    if delivery.status is not DeliveryStatus.RECEIVED:
        return
    # One delivery of a feed at a time: the older must not overtake the newer.
    feed = db.session.get_one(
        Feed, delivery.feed_id, with_for_update=True, populate_existing=True
    )
    reasons = _reasons_of_columns(feed, delivery)
    try:
        with db.session.begin_nested():
            reasons = reasons or judge(feed, delivery, now)
            db.session.flush()
    except Refusal as refusal:
        _start_over(delivery)
        delivery.failure, reasons = Told.why(refusal), ["unreadable"]
    except (DataError, IntegrityError, Unreadable, NotFound, pl.exceptions.PolarsError):
        _start_over(delivery)
        reasons = ["unreadable"]
    if reasons:
        _wait(delivery, feed, reasons, now)


def _start_over(delivery: FeedDelivery) -> None:
    db.session.refresh(delivery)


def _reasons_of_columns(feed: Feed, delivery: FeedDelivery) -> list[str]:
    if feed.status is not FeedStatus.ACTIVE:
        return ["feed_closed"]
    if feed.headers_sha256 is None:
        return ["columns_unknown"]
    known = feed.headers_sha256 == headings_of(delivery.layout)
    return [] if known else ["columns_changed"]


def must_wait(delivery: FeedDelivery, reasons: list[str]) -> bool:
    """What speaks for a person's decision counts only until that was made."""
    return bool(set(reasons) & NEVER_ACCEPTED or (reasons and delivery.accepted_by_id is None))


def is_newest(feed: Feed, as_of: date) -> bool:
    return feed.latest_as_of is None or as_of > feed.latest_as_of


def apply(
    feed: Feed, delivery: FeedDelivery, as_of: date, counts: dict[str, Any], now: datetime
) -> None:
    """Note that a delivery was taken over, and which due moment it answers for."""
    if is_newest(feed, as_of):
        feed.latest_as_of = as_of
        cover(feed, received_at=delivery.received_at, now=now)
    delivery.status, delivery.applied_at = DeliveryStatus.APPLIED, now
    delivery.counts = delivery.counts | counts
    let_go(delivery)
    audit.record(
        "delivery.applied", delivery, by=None, now=now, parties=[feed.lender_id],
        feed=feed.code, as_of=as_of, **counts,
    )  # fmt: skip


def _wait(delivery: FeedDelivery, feed: Feed, reasons: list[str], now: datetime) -> None:
    delivery.status, delivery.reasons = DeliveryStatus.WAITING, reasons
    audit.record(
        "delivery.waiting", delivery, by=None, now=now, parties=[feed.lender_id],
        code=delivery.code, feed=feed.code, reasons=reasons,
    )  # fmt: skip


def keep_issues(delivery: FeedDelivery, issues: pl.DataFrame) -> None:
    db.session.execute(delete(FeedIssue).where(FeedIssue.delivery_id == delivery.id))
    add_issues(delivery, issues)


def add_issues(delivery: FeedDelivery, issues: pl.DataFrame) -> None:
    copy_in(
        "feed_issue_rows",
        'sheet text, row bigint, "column" text, kind text, rejects boolean, value text',
        issues.select(ISSUE),
        'INSERT INTO feed_issues (lender_id, delivery_id, sheet, row, "column", kind, rejects,'
        ' value_masked) SELECT :lender, :delivery, sheet, row, "column", kind, rejects, value'
        " FROM feed_issue_rows",
        {"lender": delivery.lender_id, "delivery": delivery.id},
    )
