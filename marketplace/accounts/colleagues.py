"""What a manager may change about colleagues: their role, and whether they may come in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import User
from marketplace.accounts.permissions import GRANTS, ROLES_OF, Kind, Permission, Role
from marketplace.accounts.signing_in import end_sessions_of
from marketplace.audit import record
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _


def change_role(code: str, role: Role, *, by: User, now: datetime) -> User:
    """Give a colleague another role. They sign in anew, so that no open page outlives it."""
    colleague = _colleague(code, by)
    if role not in ROLES_OF[by.organisation.kind]:
        raise Refusal(_("Your organisation has no such role."))
    if role is colleague.role:
        return colleague
    if role not in _managing(by.organisation.kind):
        _refuse_if_last_manager(colleague)
    before, colleague.role = colleague.role, role
    end_sessions_of(colleague.id, now=now)
    record("user.role_changed", colleague, by=by, now=now, before=before, after=role)
    return colleague


def deactivate(code: str, *, by: User, now: datetime) -> User:
    """Shut a colleague out, at once and in every browser. Nothing they did is lost."""
    colleague = _colleague(code, by)
    if colleague.deactivated_at is not None:
        raise Refusal(_("This sign-in is switched off already."))
    _refuse_if_last_manager(colleague)
    colleague.deactivated_at = now
    end_sessions_of(colleague.id, now=now)
    record("user.deactivated", colleague, by=by, now=now)
    return colleague


def reactivate(code: str, *, by: User, now: datetime) -> User:
    colleague = _colleague(code, by)
    if colleague.deactivated_at is None:
        raise Refusal(_("This sign-in is not switched off."))
    colleague.deactivated_at = None
    record("user.reactivated", colleague, by=by, now=now)
    return colleague


def set_locale(locale: str, *, by: User, now: datetime) -> None:
    """Remember the language somebody reads."""
    if by.locale != locale:
        by.locale = locale
        record("user.locale_changed", by, by=by, now=now, locale=locale)


def _colleague(code: str, by: User) -> User:
    colleague = db.session.scalar(
        select(User)
        .where(User.code == code, User.organisation_id == by.organisation_id)
        .options(joinedload(User.organisation))
    )
    if colleague is None:
        raise NotFound
    if colleague.id == by.id:
        raise Refusal(
            _("Nobody changes their own role or switches themselves off."),
            next_step=_("Ask another manager of your organisation."),
        )
    return colleague


def _managing(kind: Kind) -> frozenset[Role]:
    """The roles that let people in."""
    return frozenset(
        role for role in ROLES_OF[kind] if Permission.USER_INVITE in GRANTS[(kind, role)]
    )


def _refuse_if_last_manager(colleague: User) -> None:
    """Two managers may act at once: whoever comes second sees what the first did."""
    managers = db.session.scalars(
        select(User)
        .where(
            User.organisation_id == colleague.organisation_id,
            User.role.in_(_managing(colleague.organisation.kind)),
            User.deactivated_at.is_(None),
        )
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if {manager.id for manager in managers} <= {colleague.id}:
        raise Refusal(
            _("This is the last person who can let others in."),
            next_step=_("Make somebody else a manager first."),
        )
