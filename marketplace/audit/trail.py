"""Writing and reading the trail."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import BigInteger, Index, UniqueConstraint, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.audit.heads import SigningKey, sign_head
from marketplace.core import jobs
from marketplace.core.db import Model, db
from marketplace.core.tenancy import ORG, Audience, Policy

PLATFORM_CHAIN = 0
"""The chain of what the system does by itself."""


class Subject(Protocol):
    __tablename__: Any
    id: Any


class Actor(Protocol):
    id: Any
    organisation_id: Any


class AuditEvent(Model):
    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("chain", "sequence"),
        Index(None, "subject_table", "subject_id"),
        Index(None, "parties", postgresql_using="gin"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"{ORG} = ANY(parties)"),
        Policy(Audience.AGENCY, f"{ORG} = ANY(parties)"),
        Policy(Audience.STAFF, "true"),
        Policy(Audience.FINANCE, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int]
    sequence: Mapped[int]
    occurred_at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    subject_table: Mapped[str]
    subject_id: Mapped[int]
    parties: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    details: Mapped[dict[str, Any]]
    body: Mapped[str]
    hash: Mapped[bytes]


class AuditHead(Model):
    """The last link of each chain: locked while one is added."""

    __tablename__ = "audit_heads"
    policies: ClassVar = (
        Policy(Audience.LENDER, f"chain = {ORG}"),
        Policy(Audience.AGENCY, f"chain = {ORG}"),
        Policy(Audience.STAFF, "true"),
        Policy(Audience.FINANCE, "true"),
    )

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[bytes]


@dataclass(frozen=True)
class TimelineEntry:
    at: datetime
    action: str
    actor_id: int | None
    details: dict[str, Any]


def record(
    action: str,
    subject: Subject,
    *,
    by: Actor | None,
    now: datetime,
    parties: Iterable[int] = (),
    **details: Any,
) -> int:
    """Record that `by` (None for the system) did `action`, in the caller's transaction.

    The acting organisation and `parties` may see the event. `details` hold ids, codes and
    amounts: never personal data, which could not be forgotten here.
    """
    db.session.flush()  # the subject may be new: its key is assigned here
    chain = by.organisation_id if by else PLATFORM_CHAIN
    body = json.dumps(
        {
            "action": action,
            "actor_id": by.id if by else None,
            "at": now.isoformat(),
            "details": details,
            "subject_id": subject.id,
            "subject_table": subject.__tablename__,
        },
        sort_keys=True,
        ensure_ascii=False,
        default=_plain,
    )
    event_id: int = db.session.execute(
        text("SELECT app.audit_append(:chain, :body, :parties)"),
        {"chain": chain, "body": body, "parties": sorted({chain, *parties})},
    ).scalar_one()
    jobs.enqueue("react", event_id=event_id)
    return event_id


def timeline(subject_table: str, subject_id: int, *, limit: int = 50) -> list[TimelineEntry]:
    """What happened to one record, newest first, as far as the reader may see it."""
    rows = db.session.execute(
        select(
            AuditEvent.occurred_at, AuditEvent.action, AuditEvent.actor_id, AuditEvent.details
        )
        .where(AuditEvent.subject_table == subject_table, AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return [TimelineEntry(*row) for row in rows]


def chain_bundle(chain: int, key: SigningKey, *, now: datetime) -> dict[str, Any]:
    """One organisation's whole chain and its signed head, for verification elsewhere."""
    rows = db.session.scalars(
        select(AuditEvent).where(AuditEvent.chain == chain).order_by(AuditEvent.sequence)
    )
    events = [
        {
            "sequence": row.sequence,
            "action": row.action,
            "actor_id": row.actor_id,
            "subject_table": row.subject_table,
            "subject_id": row.subject_id,
            "details": row.details,
            "body": row.body,
            "hash": row.hash.hex(),
        }
        for row in rows
    ]
    return {"format": 1, "events": events, "head": signed_head(chain, key, now=now)}


def signed_head(chain: int, key: SigningKey, *, now: datetime) -> dict[str, Any]:
    """Where a chain ends now, signed."""
    head = db.session.get(AuditHead, chain, populate_existing=True)
    return sign_head(
        key,
        chain=chain,
        sequence=head.sequence if head else 0,
        digest=(head.hash if head else bytes(32)).hex(),
        at=now.isoformat(),
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
