"""Telling the parties of an event, once each."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import Organisation, User
from marketplace.audit import AuditEvent
from marketplace.core.db import db
from marketplace.notifications.models import Notification


def tell_parties(event: AuditEvent, *, now: datetime) -> None:
    """React to an event: one notification per organisation it concerns. Safe to repeat."""
    actor_org = event.chain
    known = set(
        db.session.scalars(select(Organisation.id).where(Organisation.id.in_(event.parties)))
    )
    rows = [
        {
            "organisation_id": party,
            "event_id": event.id,
            "action": event.action,
            "at": event.occurred_at,
            "details": event.details,
        }
        for party in sorted(known - {actor_org})
    ]
    if rows:
        db.session.execute(insert(Notification).values(rows).on_conflict_do_nothing())


def latest(by: User, *, limit: int = 20) -> list[Notification]:
    return list(
        db.session.scalars(
            select(Notification)
            .where(Notification.organisation_id == by.organisation_id)
            .order_by(Notification.id.desc())
            .limit(limit)
        )
    )


def unread_count(by: User) -> int:
    return (
        db.session.scalar(
            select(func.count()).where(
                Notification.organisation_id == by.organisation_id,
                Notification.read_at.is_(None),
            )
        )
        or 0
    )


def mark_read(*, by: User, now: datetime) -> None:
    db.session.execute(
        update(Notification)
        .where(
            Notification.organisation_id == by.organisation_id, Notification.read_at.is_(None)
        )
        .values(read_at=now)
    )
