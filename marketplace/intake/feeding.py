"""Payments that a feed brings: read whole or not at all, and kept in the months they are of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import LargeBinary, Row, any_, bindparam, exists, select
from sqlalchemy.dialects.postgresql import ARRAY

from marketplace import feeds
from marketplace.accounts import Organisation, User
from marketplace.core.db import db, queue_up
from marketplace.core.errors import Refusal
from marketplace.core.installation import files
from marketplace.core.words import _
from marketplace.feeds import Feed, FeedDelivery, Semantics
from marketplace.intake.bringing import (
    is_closed,
    keep_batch,
    latest_profile,
    refuse_foreign_currency,
    refuse_second_currency,
    require_open,
)
from marketplace.intake.models import Batch, BatchFile, FileKind, Line, Source
from marketplace.intake.profiles import Profile, plain_profile
from marketplace.intake.reading import Brought, ReadLine, read_file

_COMPARED = ("number", "value_on", "amount_minor", "reverses", "method", "parts")
_ISSUES = {
    "sheet": pl.String, "row": pl.Int64, "column": pl.String, "kind": pl.String,
    "rejects": pl.Boolean, "value": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A file's lines beside what is known of them."""

    new: list[ReadLine]
    known: int
    changed: list[ReadLine]
    """Known by their reference, but no longer what was told under it."""

    gone: list[Row[Any]]
    """Told before, and missing from a snapshot of their month."""


def take_in_payments(delivery_id: int, *, now: datetime) -> None:
    """Judge a delivery of payments and, if nothing speaks against it, take it over; once."""
    feeds.judge_delivery(delivery_id, _judge, now=now)


def _judge(feed: Feed, delivery: FeedDelivery, now: datetime) -> list[str]:
    """Why it must wait. What changed or went away is told, and never undone by a file."""
    queue_up("intake", feed.lender_id)
    lender = db.session.get_one(Organisation, feed.lender_id)
    today = delivery.received_at.astimezone(ZoneInfo(feed.time_zone)).date()
    file = Brought(FileKind.LEDGER, delivery.filename, files().get(delivery.file_key))
    kept = _kept_profile(feed)
    lines = read_file(file, lender.short_code, _reading(feed, kept), may_be_empty=True)
    found = _compare(feed, lines, today)
    delivery.as_of = today
    delivery.counts = {
        "rows_total": len(lines), "lines_new": len(found.new), "lines_known": found.known,
        "lines_changed": len(found.changed), "lines_gone": len(found.gone),
    }  # fmt: skip
    feeds.keep_issues(delivery, _issues(found))
    reasons = ["payments_changed"] if found.changed else []
    reasons += ["payments_gone"] if found.gone else []
    if feeds.must_wait(delivery, reasons):
        return reasons
    months = _bring(feed, delivery, file, found.new, kept, today, now)
    counts = delivery.counts | {"months": months}
    feeds.apply(feed, delivery, today, counts, now)
    return []


def _kept_profile(feed: Feed) -> Profile:
    """What is kept of how the lender's files are read: the feed's own columns are not."""
    kept = latest_profile(feed.lender_id, None)
    plain = plain_profile(kept, currency=feed.currency)
    style = _style(feed)
    if kept and plain.lender["ledger_style"] != style:
        raise Refusal(
            _("The lender's months are kept by %(kept)s, this file names the other.",
              kept=_("customer number") if style == "ref" else _("case number")),
            next_step=_("Choose the column with the number that the months are kept by."),
        )  # fmt: skip
    lender = {**plain.lender, "currency": feed.currency, "ledger_style": style}
    return Profile(lender, plain.agencies)


def _style(feed: Feed) -> str:
    chosen = {target["field"] for target in feed.mapping.values()}
    return "ref" if "lender_case_no" in chosen else "debtor"


def _reading(feed: Feed, kept: Profile) -> Profile:
    """How this feed's files are read: by the columns that a person confirmed."""
    columns = {header: target["field"] for header, target in feed.mapping.items()}
    [unit] = [one["unit"] for one in feed.mapping.values() if one["field"] == "amount"]
    [dates] = [
        one.get("dates", "") for one in feed.mapping.values() if one["field"] == "value_date"
    ]
    own = {
        "ledger_columns": columns, "ledger_optional_columns": [], "ledger_amount_unit": unit,
        "ledger_dates": dates,
    }  # fmt: skip
    return Profile({**kept.lender, **own}, kept.agencies)


def _compare(feed: Feed, lines: Sequence[ReadLine], today: date) -> Compared:
    unnamed = next((line for line in lines if not line.reference), None)
    if unnamed is not None:
        raise Refusal(
            _("%(place)s: the reference is empty.", place=unnamed.place),
            next_step=_("Correct the file and send it again; nothing was kept."),
        )
    keys = bindparam("keys", [line.dedupe_key for line in lines], ARRAY(LargeBinary))
    rows = db.session.execute(
        select(Line.dedupe_key, *(getattr(Line, name) for name in _COMPARED)).where(
            Line.lender_id == feed.lender_id, Line.dedupe_key == any_(keys)
        )
    )
    known = {row.dedupe_key: tuple(row)[1:] for row in rows}
    new = [line for line in lines if line.dedupe_key not in known]
    changed = [
        line
        for line in lines
        if line.dedupe_key in known
        and known[line.dedupe_key] != tuple(getattr(line, name) for name in _COMPARED)
    ]
    gone = _gone(feed, lines, today) if feed.semantics is Semantics.SNAPSHOT else []
    return Compared(new, len(lines) - len(new) - len(changed), changed, gone)


def _gone(feed: Feed, lines: Sequence[ReadLine], today: date) -> list[Row[Any]]:
    """What this feed told of the month before, up to today, and the file lacks."""
    newest = max((line.value_on for line in lines), default=today)
    brought = exists().where(
        BatchFile.batch_id == Line.batch_id,
        FeedDelivery.sha256 == BatchFile.sha256,
        FeedDelivery.feed_id == feed.id,
    )
    keys = bindparam("keys", [line.dedupe_key for line in lines], ARRAY(LargeBinary))
    return list(
        db.session.execute(
            select(Line.place, Line.reference)
            .where(
                Line.lender_id == feed.lender_id,
                Line.source == Source.LEDGER,
                Line.value_on.between(newest.replace(day=1), newest),
                ~(Line.dedupe_key == any_(keys)),
                brought,
            )
            .order_by(Line.id)
        )
    )


def _issues(found: Compared) -> pl.DataFrame:
    rows = [
        ("", _row(place), "", kind, True, reference)
        for kind, told in (
            ("payment_changed", [(one.place, one.reference) for one in found.changed]),
            ("payment_gone", [(one.place, one.reference) for one in found.gone]),
        )
        for place, reference in told
    ]
    return pl.DataFrame(rows, schema=_ISSUES, orient="row")


def _row(place: str) -> int:
    number = place.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def _bring(
    feed: Feed,
    delivery: FeedDelivery,
    file: Brought,
    lines: Sequence[ReadLine],
    kept: Profile,
    today: date,
    now: datetime,
) -> list[str]:
    """Keep new lines in the months of their value dates; of a closed one, in this month."""
    by = db.session.get_one(User, delivery.received_by_id or feed.drawn_up_by_id)
    refuse_foreign_currency(lines, feed.lender_id, kept)
    this_month = today.replace(day=1)
    valued: dict[date, list[ReadLine]] = defaultdict(list)
    for line in lines:
        valued[min(line.value_on.replace(day=1), this_month)].append(line)
    by_month: dict[date, list[ReadLine]] = defaultdict(list)
    for month, found in valued.items():
        by_month[this_month if is_closed(month) else month] += found
    for month, found in sorted(by_month.items()):
        require_open(month)
        refuse_second_currency(month, feed.lender_id, kept)
        batch = Batch(
            lender_id=feed.lender_id, agency_id=None, month_start=month,
            profile=kept.as_json(), brought_by_id=by.id, brought_at=now,
        )  # fmt: skip
        keep_batch(batch, [(file, found)], feed.currency, by=by, now=now)
    return [f"{month:%Y-%m}" for month in sorted(by_month)]
