"""The job that reads a delivery of balances and takes it over, or has it wait for a person."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from marketplace.accounts import Organisation
from marketplace.core.db import db
from marketplace.core.installation import files
from marketplace.feeds import missing
from marketplace.feeds.judging import (
    add_issues,
    apply,
    is_newest,
    judge_delivery,
    keep_issues,
    must_wait,
)
from marketplace.feeds.models import Feed, FeedDelivery, Semantics
from marketplace.portfolios import (
    Balances,
    market_of,
    read_balances,
    read_layout,
    update_balances,
)


def take_in(delivery_id: int, *, now: datetime) -> None:
    """Judge a delivery of balances and, if nothing speaks against it, take it over; once."""
    judge_delivery(delivery_id, _judge, now=now)


def _judge(feed: Feed, delivery: FeedDelivery, now: datetime) -> list[str]:
    """Why it must wait."""
    lender = db.session.get_one(Organisation, feed.lender_id)
    layout = read_layout(delivery.filename, files().get(delivery.file_key))
    today = delivery.received_at.astimezone(ZoneInfo(feed.time_zone)).date()
    balances = read_balances(
        layout, feed.mapping, market=market_of(lender.jurisdiction), currency=feed.currency,
        as_of=layout.as_of or today,
    )  # fmt: skip
    delivery.as_of = balances.as_of
    delivery.counts = balances.counts | {"differences": balances.differences}
    keep_issues(delivery, balances.issues)
    reasons = [f"control_{name}" for name in balances.differences]
    if not balances.rows.height:
        reasons = ["no_sound_row"]
    elif feed.semantics is Semantics.SNAPSHOT and _mostly_absent(feed, balances):
        reasons.append("mostly_absent")
    if must_wait(delivery, reasons):
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
    add_issues(delivery, doubted)
    counts: dict[str, Any] = {f"cases_{verdict}": n for verdict, n in done.counts.items()}
    # Days that lie ahead are not believed, so they do not make a delivery new either.
    as_of = min(balances.as_of or today, today)
    newest = is_newest(feed, as_of) or as_of == feed.latest_as_of
    if feed.semantics is Semantics.SNAPSHOT and newest:
        counts |= missing.note_absent(feed, balances, as_of, now)
    apply(feed, delivery, as_of, counts, now)
