"""Setting a new password: by a mailed link, or by whoever is signed in."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from marketplace.accounts import letters
from marketplace.accounts.inviting import LinkSpent
from marketplace.accounts.models import PasswordReset, User
from marketplace.accounts.signing_in import (
    Browser,
    confirm_password,
    count_attempt,
    digest,
    end_sessions_of,
    hash_password,
    user_with_email,
)
from marketplace.audit import record
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound
from marketplace.core.words import _

RESET_LASTS = timedelta(hours=1)
RESETS_AN_HOUR = 3


def ask_for_reset(email: str, *, now: datetime) -> None:
    """Mail a link if somebody has this address. The caller learns nothing either way."""
    user = user_with_email(email)
    if user is None or not user.is_active or user.organisation.suspended_at is not None:
        return
    lately = db.session.scalar(
        select(func.count()).where(
            PasswordReset.user_id == user.id, PasswordReset.created_at > now - RESET_LASTS
        )
    )
    if (lately or 0) >= RESETS_AN_HOUR:
        return
    token = secrets.token_urlsafe(32)
    reset = PasswordReset(
        user_id=user.id,
        token_hash=digest(token),
        created_at=now,
        expires_at=now + RESET_LASTS,
    )
    db.session.add(reset)
    record("password_reset.asked", user, by=user, now=now)
    letters.send_reset(user, letters.link_to("reset", token), now=now)


def reset_by_token(token: str, *, now: datetime) -> PasswordReset:
    """The reset somebody holds the link of."""
    reset = locked(select(PasswordReset).where(PasswordReset.token_hash == digest(token)))
    if reset is None:
        raise NotFound
    if reset.used_at or reset.expires_at <= now:
        raise LinkSpent(_("This link is no longer valid."), next_step=_("Ask for a new one."))
    return reset


def set_new_password(token: str, password: str, *, browser: Browser, now: datetime) -> None:
    """Set the password, void every other link, end all sessions and lift the lock."""
    reset = reset_by_token(token, now=now)
    user = db.session.scalars(
        select(User).where(User.id == reset.user_id).options(joinedload(User.organisation))
    ).one()
    user.password_hash = hash_password(password)
    db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    end_sessions_of(user.id, now=now)
    count_attempt(user.email, browser=browser, now=now, succeeded=True)
    record("password.reset", user, by=user, now=now)
    letters.send_password_changed(user, now=now)


def change_password(
    present: str, new: str, *, token: str, by: User, browser: Browser, now: datetime
) -> None:
    """Change one's own password and end the sessions of every other browser."""
    confirm_password(present, by=by, browser=browser, now=now)
    by.password_hash = hash_password(new)
    end_sessions_of(by.id, now=now, but=token)
    record("password.changed", by, by=by, now=now)
    letters.send_password_changed(by, now=now)
