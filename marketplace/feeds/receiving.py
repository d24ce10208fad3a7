"""Taking a file in, whichever way it comes, and what a person decides about one that waits."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from marketplace import audit
from marketplace.accounts import Organisation, User
from marketplace.core import jobs
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.words import _
from marketplace.feeds.arranging import locked_feed
from marketplace.feeds.models import (
    Contents,
    DeliveryChannel,
    DeliveryStatus,
    Feed,
    FeedDelivery,
    FeedStatus,
)
from marketplace.feeds.payment_columns import payment_columns_of, require_payment_columns
from marketplace.portfolios import (
    DELETE_FILE,
    ColumnTarget,
    Layout,
    columns_of,
    headings_of,
    market_of,
    read_layout,
    require_balance_columns,
)

NEVER_ACCEPTED = frozenset(("columns_unknown", "columns_changed", "no_sound_row", "unreadable"))
"""Reasons to wait that nobody can set aside: there is nothing that could be taken."""


TAKE_IN_PAYMENTS = "take in payments"
_JOBS = {Contents.BALANCES: "take in delivery", Contents.PAYMENTS: TAKE_IN_PAYMENTS}
"""Who reads a delivery. Payments are read above, where their months are kept."""


class FeedClosed(Refusal):
    """The feed is not open, or not open yet."""


class KeyReused(Refusal):
    """The sender's own key stands for another file already."""


def receive(
    feed_id: int,
    name: str,
    content: bytes,
    *,
    channel: DeliveryChannel,
    by: User | None,
    now: datetime,
    idempotency_key: str | None = None,
    layout: Layout | None = None,
) -> tuple[FeedDelivery, bool]:
    """Seal a file away and queue its checking; the very same file again is the same delivery.

    Unless that was discarded: then whoever sends it again wants it judged again.
    `by` is nobody where the file lay in the drop folder.
    """
    feed = locked(select(Feed).where(Feed.id == feed_id))
    if feed is None or (by is not None and feed.lender_id != by.organisation_id):
        raise NotFound
    digest = hashlib.sha256(content).hexdigest()
    earlier = _earlier(feed, digest, idempotency_key)
    if earlier is not None:
        return earlier, False
    if feed.status is not FeedStatus.ACTIVE:
        raise FeedClosed(
            _("The feed %(code)s takes no deliveries: it is not open.", code=feed.code),
            next_step=_("Have it opened by a second person of the lender, then send again."),
        )
    delivery = FeedDelivery(
        lender_id=feed.lender_id,
        feed_id=feed.id,
        channel=channel,
        filename=re.split(r"[/\\]", name)[-1][:200],
        file_key=files().put(content),
        sha256=digest,
        size_bytes=len(content),
        idempotency_key=idempotency_key,
        layout=_columns(feed, name, content, layout),
        received_by_id=by.id if by else None,
        received_at=now,
    )
    db.session.add(delivery)
    audit.record(
        "delivery.received", delivery, by=by, now=now, parties=[feed.lender_id],
        feed=feed.code, channel=channel.value, sha256=digest, size_bytes=len(content),
    )  # fmt: skip
    jobs.enqueue(_JOBS[feed.contents], delivery_id=delivery.id)
    return delivery, True


def _columns(feed: Feed, name: str, content: bytes, layout: Layout | None) -> dict[str, Any]:
    if feed.contents is Contents.PAYMENTS:
        return payment_columns_of(name, content)
    layout = layout or read_layout(name, content)
    lender = db.session.get_one(Organisation, feed.lender_id)
    return columns_of(layout, lender_id=feed.lender_id, market=market_of(lender.jurisdiction))


def _earlier(feed: Feed, digest: str, idempotency_key: str | None) -> FeedDelivery | None:
    found = db.session.scalars(
        select(FeedDelivery).where(
            FeedDelivery.feed_id == feed.id,
            or_(
                FeedDelivery.sha256 == digest,
                FeedDelivery.idempotency_key == (idempotency_key or ""),
            ),
        )
    ).all()
    if any(one.sha256 != digest for one in found):
        raise KeyReused(
            _("This Idempotency-Key was used for another file."),
            next_step=_("Give every file a key of its own."),
        )
    return next((one for one in found if one.status is not DeliveryStatus.DISCARDED), None)


def confirm_columns(
    delivery_id: int,
    mapping: Mapping[str, ColumnTarget],
    *,
    dates: str = "",
    by: User,
    now: datetime,
) -> FeedDelivery:
    """A person says what the columns are: of this file, and of all with the same headings.

    Of payments, also in which order their days are written.
    """
    delivery = _waiting(delivery_id, by)
    feed = locked_feed(delivery.feed_id, by)
    if feed.contents is Contents.PAYMENTS:
        feed.mapping = require_payment_columns(mapping, dates)
    else:
        lender = db.session.get_one(Organisation, feed.lender_id)
        feed.mapping = require_balance_columns(
            mapping, delivery.layout, market=market_of(lender.jurisdiction)
        )
    feed.headers_sha256 = headings_of(delivery.layout)
    delivery.note, delivery.failure = "", None
    audit.record(
        "feed.columns_confirmed", feed, by=by, now=now, headers_sha256=feed.headers_sha256
    )
    return _again(delivery, feed)


def accept(delivery_id: int, *, reason: str, by: User, now: datetime) -> FeedDelivery:
    """A second person takes a file over that is not what it says of itself, or lacks much."""
    delivery = _waiting(delivery_id, by)
    if delivery.received_by_id == by.id:
        raise Refusal(
            _("Somebody else than who delivered the file must accept it."),
            next_step=_("Ask a colleague to look at it."),
        )
    if NEVER_ACCEPTED & set(delivery.reasons):
        raise Refusal(
            _("Nothing can be taken from this file as it is."),
            next_step=_("Confirm its columns, or discard it and have it sent again."),
        )
    delivery.note = _said(reason)
    delivery.accepted_by_id = by.id
    audit.record(
        "delivery.accepted", delivery, by=by, now=now, reasons=list(delivery.reasons),
        note=delivery.note,
    )  # fmt: skip
    return _again(delivery, db.session.get_one(Feed, delivery.feed_id))


def discard(delivery_id: int, *, reason: str, by: User, now: datetime) -> FeedDelivery:
    """Take nothing from a file that waits. The file goes; what it was stays on record."""
    delivery = _waiting(delivery_id, by)
    delivery.note = _said(reason)
    delivery.status = DeliveryStatus.DISCARDED
    let_go(delivery)
    audit.record("delivery.discarded", delivery, by=by, now=now, note=delivery.note)
    return delivery


def let_go(delivery: FeedDelivery) -> None:
    """The file may name people: once it is dealt with, only its hash stays."""
    jobs.enqueue(DELETE_FILE, key=delivery.file_key)
    delivery.file_key = ""


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refusal(
            _("Say why, in a few words."),
            next_step=_("They go into the record with your name."),
        )
    return reason.strip()


def _waiting(delivery_id: int, by: User) -> FeedDelivery:
    delivery = locked(
        select(FeedDelivery).where(
            FeedDelivery.id == delivery_id, FeedDelivery.lender_id == by.organisation_id
        )
    )
    if delivery is None:
        raise NotFound
    if delivery.status is not DeliveryStatus.WAITING:
        raise Refusal(
            _("This delivery does not wait for anybody."),
            next_step=_("Reload the page to see what was made of it."),
        )
    return delivery


def _again(delivery: FeedDelivery, feed: Feed) -> FeedDelivery:
    delivery.status, delivery.reasons = DeliveryStatus.RECEIVED, []
    jobs.enqueue(_JOBS[feed.contents], delivery_id=delivery.id)
    return delivery
