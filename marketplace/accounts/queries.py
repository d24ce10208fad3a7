"""Who there is and what they did: reads for screens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.permissions import Kind, Permission, Role
from marketplace.audit import AuditEvent
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _


def organisation_by_short_code(short_code: str) -> Organisation:
    found = db.session.scalar(select(Organisation).where(Organisation.short_code == short_code))
    if found is None:
        raise NotFound
    return found


def agency_by_short_code(short_code: str) -> Organisation:
    found = organisation_by_short_code(short_code)
    if found.kind is not Kind.AGENCY:
        raise NotFound
    return found


def organisation_names(ids: Iterable[int], *, locale: str = "en") -> dict[int, str]:
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.name_zh).where(
            Organisation.id.in_(set(ids))
        )
    )
    return {row.id: row.name_zh if locale == "zh" else row.name for row in rows}


def user_names(ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def organisations_of_kind(kind: Kind) -> list[Organisation]:
    return list(
        db.session.scalars(
            select(Organisation).where(Organisation.kind == kind).order_by(Organisation.id)
        )
    )


def people_of(organisation_id: int) -> list[User]:
    return list(
        db.session.scalars(
            select(User)
            .where(User.organisation_id == organisation_id)
            .options(joinedload(User.organisation))
            .order_by(User.name)
        )
    )


def importer_of(short_code: str, email: str | None) -> User:
    """Who brings a lender's tape in: the person named, or the lender's first manager."""
    lender = organisation_by_short_code(short_code)
    for user in people_of(lender.id):
        named = user.email == email if email else user.role is Role.MANAGER
        if named and user.deactivated_at is None and user.may(Permission.TAPE_IMPORT):
            return user
    raise Refusal(
        _("Nobody of %(lender)s may import a tape as asked.", lender=short_code),
        next_step=_("Name an active manager's address."),
    )


def user_by_email(email: str) -> User:
    user = db.session.scalar(
        select(User).where(User.email == email).options(joinedload(User.organisation))
    )
    if user is None:
        raise NotFound
    return user


def user_by_id(user_id: int) -> User:
    user = db.session.scalar(
        select(User)
        .where(User.id == user_id)
        .options(joinedload(User.organisation))
        .execution_options(populate_existing=True)
    )
    if user is None:
        raise NotFound
    return user


@dataclass(frozen=True)
class TrailRow:
    """One event of the trail, with the names its reader may know."""

    sequence: int
    at: datetime
    action: str
    person: str | None
    organisation: str | None
    organisation_zh: str | None
    subject_table: str
    subject_id: int
    details: dict[str, Any]


@dataclass(frozen=True)
class TrailPage:
    rows: list[TrailRow]
    total: int
    actions: list[str]


def trail_of(by: User, *, action: str = "", page: int = 1, size: int = 50) -> TrailPage:
    """The events that concern the reader's organisation, newest first; all, for the platform.

    Who acted is named within one's own organisation only: of others one learns the firm.
    """
    concerned = _concerns(by)
    chosen = concerned & (AuditEvent.action == action) if action else concerned
    total = db.session.scalar(select(func.count()).select_from(AuditEvent).where(chosen))
    actions = db.session.scalars(
        select(AuditEvent.action).where(concerned).distinct().order_by(AuditEvent.action)
    )
    rows = db.session.execute(
        select(
            AuditEvent.sequence,
            AuditEvent.occurred_at,
            AuditEvent.action,
            User.name,
            Organisation.name,
            Organisation.name_zh,
            AuditEvent.subject_table,
            AuditEvent.subject_id,
            AuditEvent.details,
        )
        .outerjoin(
            User,
            (User.id == AuditEvent.actor_id) & (User.organisation_id == by.organisation_id),
        )
        .outerjoin(Organisation, Organisation.id == AuditEvent.chain)
        .where(chosen)
        .order_by(AuditEvent.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    )
    return TrailPage([TrailRow(*row) for row in rows], total or 0, list(actions))


def _concerns(by: User) -> ColumnElement[bool]:
    if by.organisation.kind is Kind.PLATFORM:
        return true()
    return AuditEvent.parties.contains([by.organisation_id])


def organisation_codes(ids: Iterable[int]) -> dict[int, str]:
    """The short codes of organisations."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.short_code).where(Organisation.id.in_(set(ids)))
    )
    return {row.id: row.short_code for row in rows}


def all_organisation_ids() -> list[int]:
    return list(db.session.scalars(select(Organisation.id).order_by(Organisation.id)))
