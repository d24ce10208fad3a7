"""The job that reads a delivery and takes it over, or has it wait for a person with reasons."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import delete
from sqlalchemy.exc import DataError, IntegrityError

from marketplace import audit
from marketplace.accounts import Organisation
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.vault import Unreadable
from marketplace.feeds import missing
from marketplace.feeds.lateness import cover
from marketplace.feeds.models import (
    DeliveryStatus,
    Feed,
    FeedDelivery,
    FeedIssue,
    FeedStatus,
    Semantics,
)
from marketplace.feeds.receiving import NEVER_ACCEPTED, let_go
from marketplace.portfolios import (
    Balances,
    copy_in,
    headings_of,
    in_english,
    market_of,
    read_balances,
    read_layout,
    update_balances,
)


def take_in(delivery_id: int, *, now: datetime) -> None:
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
            reasons = reasons or _judge(feed, delivery, now)
            db.session.flush()
    except Refusal as refusal:
        _start_over(delivery)
        delivery.note, reasons = in_english(refusal), ["unreadable"]
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


def _judge(feed: Feed, delivery: FeedDelivery, now: datetime) -> list[str]:
    """Why it must wait; what speaks for a person's decision counts only once it was made."""
    lender = db.session.get_one(Organisation, feed.lender_id)
    layout = read_layout(delivery.filename, files().get(delivery.file_key))
    today = delivery.received_at.astimezone(ZoneInfo(feed.time_zone)).date()
    balances = read_balances(
        layout, feed.mapping, market=market_of(lender.jurisdiction), currency=feed.currency,
        as_of=layout.as_of or today,
    )  # fmt: skip
    delivery.as_of = balances.as_of
    delivery.counts = balances.counts | {"differences": balances.differences}
    _keep_issues(delivery, balances.issues)
    reasons = [f"control_{name}" for name in balances.differences]
    if not balances.rows.height:
        reasons = ["no_sound_row"]
    elif feed.semantics is Semantics.SNAPSHOT and _mostly_absent(feed, balances):
        reasons.append("mostly_absent")
    if set(reasons) & NEVER_ACCEPTED or (reasons and delivery.accepted_by_id is None):
        return reasons
    _apply(feed, delivery, balances, today, now)
    return []


def _mostly_absent(feed: Feed, balances: Balances) -> bool:
    """A file cut short would have a person look at every second case."""
    expected = missing.expected(feed, balances)
    return bool(expected.total) and 2 * expected.absent > expected.total


def _apply(
    feed: Feed, delivery: FeedDelivery, balances: Balances, today: date, now: datetime
) -> None:
    done = update_balances(
        balances, lender_id=feed.lender_id, portfolio_id=feed.portfolio_id,
        delivery_id=delivery.id, sha256=delivery.sha256, today=today, now=now,
    )  # fmt: skip
    doubted = done.doubted.with_columns(
        pl.lit("").alias("column"), pl.lit(value=True).alias("rejects"),
        pl.col("value").fill_null(""), pl.col("sheet").fill_null(""),
    )  # fmt: skip
    _add_issues(delivery, doubted.select(_ISSUE))
    counts: dict[str, Any] = {f"cases_{verdict}": n for verdict, n in done.counts.items()}
    # Days that lie ahead are not believed, so they do not make a delivery new either.
    as_of = min(balances.as_of or today, today)
    newest = feed.latest_as_of is None or as_of > feed.latest_as_of
    if feed.semantics is Semantics.SNAPSHOT and (newest or as_of == feed.latest_as_of):
        counts |= missing.note_absent(feed, balances, as_of, now)
    if newest:
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


_ISSUE = ("sheet", "row", "column", "kind", "rejects", "value")


def _keep_issues(delivery: FeedDelivery, issues: pl.DataFrame) -> None:
    db.session.execute(delete(FeedIssue).where(FeedIssue.delivery_id == delivery.id))
    _add_issues(delivery, issues.select(_ISSUE))


def _add_issues(delivery: FeedDelivery, issues: pl.DataFrame) -> None:
    copy_in(
        "feed_issue_rows",
        'sheet text, row bigint, "column" text, kind text, rejects boolean, value text',
        issues,
        'INSERT INTO feed_issues (lender_id, delivery_id, sheet, row, "column", kind, rejects,'
        ' value_masked) SELECT :lender, :delivery, sheet, row, "column", kind, rejects, value'
        " FROM feed_issue_rows",
        {"lender": delivery.lender_id, "delivery": delivery.id},
    )
