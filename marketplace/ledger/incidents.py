"""Incidents: differences that a check of the books found, until finance closes them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.ledger.models import Incident


def open_incident(
    kind: str, subject: str, details: Mapping[str, str | int], *, now: datetime
) -> Incident | None:
    """Open one, unless one of that kind is open for the same subject already."""
    made = db.session.scalar(
        insert(Incident)
        .values(kind=kind, subject=subject, details=dict(details), opened_at=now)
        .on_conflict_do_nothing()
        .returning(Incident)
    )
    if made is not None:
        audit.record("incident.opened", made, by=None, now=now, kind=kind, about=subject)
    return made


def close_incident(incident_id: int, *, note: str, by: User, now: datetime) -> Incident:
    """Finance closes an incident with what it was and what was done about it."""
    incident = db.session.get(
        Incident, incident_id, with_for_update=True, populate_existing=True
    )
    if incident is None:
        raise NotFound
    if incident.closed_at is not None:
        raise Refusal(
            _("This incident is closed already."), next_step=_("Reload the page to read why.")
        )
    if not note.strip():
        raise Refusal(
            _("An incident is closed with a reason."),
            next_step=_("Say what the difference was and what was done about it."),
        )
    incident.closed_by_id, incident.closed_at = by.id, now
    incident.closing_note = note.strip()
    audit.record("incident.closed", incident, by=by, now=now, kind=incident.kind)
    return incident


def incidents(*, open_only: bool = False, limit: int = 200) -> list[Incident]:
    """Open ones first, then the newest."""
    query = select(Incident).order_by(Incident.closed_at.is_not(None), Incident.id.desc())
    if open_only:
        query = query.where(Incident.closed_at.is_(None))
    return list(db.session.scalars(query.limit(limit)))


def open_incidents() -> int:
    return int(
        db.session.execute(
            select(func.count()).select_from(Incident).where(Incident.closed_at.is_(None))
        ).scalar_one()
    )
