"""Feeds, their keys and deliveries, and what deliveries leave to be looked at."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy
from marketplace.core.told import Told, ToldType


class FeedStatus(StrEnum):
    """draft -> active <-> paused."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class Contents(StrEnum):
    """What a feed tells."""

    BALANCES = "balances"
    PAYMENTS = "payments"
    """Postings of the lender's ledger, which go into the intake of their months."""


class Semantics(StrEnum):
    """What it means that something known is not in a file."""

    SNAPSHOT = "snapshot"
    """It should have been: somebody must look. A case is not paid by it, nor a payment undone.

    Of payments, a snapshot holds a month so far.
    """

    DELTA = "delta"
    """It has not changed."""


class DeliveryChannel(StrEnum):
    FOLDER = "folder"
    API = "api"
    HAND = "hand"


class DeliveryStatus(StrEnum):
    """received -> applied | waiting -> received | discarded."""

    RECEIVED = "received"
    WAITING = "waiting"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Feed(Model):
    """What a lender has promised to send: when, and what it means.

    `mapping` is what a person confirmed of the headings whose hash is kept with it. Every due
    moment up to `covered_to_at` is answered for; contact stops at `locks_at`.
    """

    __tablename__ = "feeds"
    __table_args__ = (
        UniqueConstraint("lender_id", "id"),
        UniqueConstraint("lender_id", "name"),
        ForeignKeyConstraint(
            ["lender_id", "portfolio_id"], ["portfolios.lender_id", "portfolios.id"]
        ),
        CheckConstraint("grace_minutes BETWEEN 0 AND 1440", "grace_of_a_day"),
        CheckConstraint("cardinality(weekdays) > 0", "due_on_some_day"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("FD")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    portfolio_id: Mapped[int | None]
    """Whose cases it tells of; NULL: all of the lender's."""

    name: Mapped[str]
    contents: Mapped[Contents] = mapped_column(default=Contents.BALANCES)
    semantics: Mapped[Semantics]
    currency: Mapped[str]
    weekdays: Mapped[list[int]]
    due_time: Mapped[time]
    time_zone: Mapped[str]
    public_holidays: Mapped[bool]
    days_off: Mapped[list[date]] = mapped_column(ARRAY(Date))
    days_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
    grace_minutes: Mapped[int]
    headers_sha256: Mapped[str | None]
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[FeedStatus] = mapped_column(default=FeedStatus.DRAFT)
    latest_as_of: Mapped[date | None]
    """The newest day that a delivery told of."""

    covered_to_at: Mapped[datetime | None]
    locks_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    drawn_up_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drawn_up_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class FeedKey(Model):
    """What a program shows at the door to deliver to one feed. We keep only its hash."""

    __tablename__ = "feed_keys"
    __table_args__ = (
        ForeignKeyConstraint(["lender_id", "feed_id"], ["feeds.lender_id", "feeds.id"]),
        Index(None, "feed_id"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    feed_id: Mapped[int]
    hint: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]


class FeedDelivery(Model):
    """One file of a feed: how it came, what it says, what was made of it."""

    __tablename__ = "feed_deliveries"
    __table_args__ = (
        UniqueConstraint("lender_id", "id"),
        # What was discarded may be sent again, and is judged anew.
        Index(
            "uq_feed_deliveries_sha256", "feed_id", "sha256", unique=True,
            postgresql_where="status <> 'discarded'",
        ),
        Index(
            "uq_feed_deliveries_idempotency_key", "feed_id", "idempotency_key", unique=True,
            postgresql_where="status <> 'discarded'",
        ),
        Index(None, "feed_id", "sha256"),
        ForeignKeyConstraint(["lender_id", "feed_id"], ["feeds.lender_id", "feeds.id"]),
    )  # fmt: skip
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("DL")
    lender_id: Mapped[int]
    feed_id: Mapped[int]
    channel: Mapped[DeliveryChannel]
    filename: Mapped[str]
    file_key: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    idempotency_key: Mapped[str | None]
    layout: Mapped[dict[str, Any]]
    status: Mapped[DeliveryStatus] = mapped_column(default=DeliveryStatus.RECEIVED)
    reasons: Mapped[list[str]] = mapped_column(default=list)
    """Why it waits for a person."""

    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    as_of: Mapped[date | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    received_at: Mapped[datetime]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    failure: Mapped[Told | None] = mapped_column(ToldType)
    """Why it could not be read."""

    note: Mapped[str] = mapped_column(default="")
    applied_at: Mapped[datetime | None]


class FeedIssue(Model):
    """One row, or one cell, of a delivery that was not taken as it stands."""

    __tablename__ = "feed_issues"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lender_id", "delivery_id"], ["feed_deliveries.lender_id", "feed_deliveries.id"]
        ),
        Index(None, "delivery_id", "id"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    delivery_id: Mapped[int]
    sheet: Mapped[str]
    row: Mapped[int]
    column: Mapped[str]
    kind: Mapped[str]
    rejects: Mapped[bool]
    value_masked: Mapped[str]


class FeedAbsence(Model):
    """A case that a snapshot should have held and did not, since when and how often."""

    __tablename__ = "feed_absences"
    __table_args__ = (
        ForeignKeyConstraint(["lender_id", "feed_id"], ["feeds.lender_id", "feeds.id"]),
        ForeignKeyConstraint(["lender_id", "case_id"], ["cases.lender_id", "cases.id"]),
        Index(
            "uq_feed_absences_open", "feed_id", "case_id", unique=True,
            postgresql_where="ended_on IS NULL",
        ),
        Index(None, "case_id"),
        CheckConstraint("(note = '') = (seen_by_id IS NULL)", "seen_by_somebody_who_says_why"),
    )  # fmt: skip
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    feed_id: Mapped[int]
    case_id: Mapped[int]
    since_on: Mapped[date]
    last_on: Mapped[date]
    times: Mapped[int] = mapped_column(default=1)
    ended_on: Mapped[date | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")


class FeedAlarm(Model):
    """A due moment that passed without a delivery; closed by the one that came after all."""

    __tablename__ = "feed_alarms"
    __table_args__ = (
        ForeignKeyConstraint(["lender_id", "feed_id"], ["feeds.lender_id", "feeds.id"]),
        UniqueConstraint("feed_id", "due_at"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    feed_id: Mapped[int]
    due_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
