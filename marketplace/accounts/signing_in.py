"""Signing in: passwords, lockout, and the sessions of each browser."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import SignInAttempt, User, UserSession
from marketplace.audit import record
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _

SESSION_LASTS = timedelta(hours=12)
IDLE_AFTER = timedelta(hours=2)
LOCK_WINDOW = timedelta(minutes=15)
ACCOUNT_FAILURES = 5
ADDRESS_FAILURES = 30
PASSWORD_LENGTH = 12

_hasher = PasswordHasher()
# Verified against when nobody has the address, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_hex(16))


class WrongPassword(Refusal):
    """The address or the password is wrong: which of the two is not said."""


class LockedOut(Refusal):
    """Too many failures, by this account or from this address."""


@dataclass(frozen=True)
class Browser:
    """Where a request comes from."""

    address: str
    agent: str


def hash_password(password: str) -> str:
    if len(password) < PASSWORD_LENGTH:
        raise Refusal(
            _("The password is too short."),
            next_step=_(
                "Use at least %(n)s characters: a few words will do.", n=PASSWORD_LENGTH
            ),
        )
    return _hasher.hash(password)


def check_password(email: str, password: str, *, browser: Browser, now: datetime) -> User:
    """The user whose password this is. Every attempt is counted."""
    _refuse_if_locked(email, browser, now)
    user = _user_by_email(email)
    known = user.password_hash if user and user.password_hash and user.is_active else None
    try:
        _hasher.verify(known or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        known = None
    _count(email, browser, now, succeeded=known is not None)
    if user is None or known is None:
        raise WrongPassword(
            _("The e-mail address or the password is wrong."),
            next_step=_("Try again, or ask for a link to set a new password."),
        )
    if _hasher.check_needs_rehash(known):
        user.password_hash = _hasher.hash(password)
    return user


def open_session(
    user: User, *, browser: Browser, two_factor: bool, now: datetime, method: str = "password"
) -> str:
    """Start a session; return the token for the cookie."""
    token = secrets.token_urlsafe(32)
    session = UserSession(
        user_id=user.id,
        token_hash=_digest(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LASTS,
        address=browser.address,
        agent=browser.agent[:200],
        two_factor=two_factor,
    )
    db.session.add(session)
    record("user.signed_in", user, by=user, now=now, method=method, two_factor=two_factor)
    return token


def user_of_session(token: str, *, now: datetime) -> User | None:
    """The active user of a session that has neither ended nor gone idle."""
    session = db.session.scalar(
        select(UserSession).where(
            UserSession.token_hash == _digest(token),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > now - IDLE_AFTER,
        )
    )
    if session is None:
        return None
    if now - session.last_seen_at > timedelta(minutes=1):
        session.last_seen_at = now
    user = db.session.scalar(
        select(User)
        .where(User.id == session.user_id, User.deactivated_at.is_(None))
        .options(joinedload(User.organisation))
        .execution_options(populate_existing=True)
    )
    if user is None or user.organisation.suspended_at is not None:
        return None
    return user


def sessions_of(user: User, *, now: datetime) -> list[UserSession]:
    """The browsers a user is signed in with, the latest first."""
    return list(
        db.session.scalars(
            select(UserSession)
            .where(
                UserSession.user_id == user.id,
                UserSession.ended_at.is_(None),
                UserSession.expires_at > now,
            )
            .order_by(UserSession.last_seen_at.desc())
        )
    )


def end_session(token: str, *, now: datetime) -> None:
    db.session.execute(
        update(UserSession)
        .where(UserSession.token_hash == _digest(token), UserSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_one_session(session_id: int, *, by: User, now: datetime) -> None:
    session = db.session.get(UserSession, session_id)
    if session is None or session.user_id != by.id:
        raise NotFound
    session.ended_at = now
    record("session.ended", session, by=by, now=now)


def sign_out_everywhere(*, by: User, now: datetime) -> None:
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == by.id, UserSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    record("user.signed_out_everywhere", by, by=by, now=now)


def is_current(session: UserSession, token: str) -> bool:
    return session.token_hash == _digest(token)


def _user_by_email(email: str) -> User | None:
    return db.session.scalar(
        select(User)
        .where(func.lower(User.email) == email.strip().lower())
        .options(joinedload(User.organisation))
    )


def _refuse_if_locked(email: str, browser: Browser, now: datetime) -> None:
    since = now - LOCK_WINDOW
    failed = select(func.count()).where(
        SignInAttempt.at > since, SignInAttempt.succeeded.is_(False)
    )
    last_success = (
        select(func.max(SignInAttempt.at))
        .where(SignInAttempt.account == _digest(email.strip().lower()), SignInAttempt.succeeded)
        .scalar_subquery()
    )
    by_account = db.session.scalar(
        failed.where(
            SignInAttempt.account == _digest(email.strip().lower()),
            SignInAttempt.at > func.coalesce(last_success, since),
        )
    )
    by_address = db.session.scalar(failed.where(SignInAttempt.address == browser.address))
    if (by_account or 0) >= ACCOUNT_FAILURES or (by_address or 0) >= ADDRESS_FAILURES:
        raise LockedOut(
            _("There have been too many failed attempts."),
            next_step=_("Wait fifteen minutes, or ask for a link to set a new password."),
        )


def _count(email: str, browser: Browser, now: datetime, *, succeeded: bool) -> None:
    db.session.add(
        SignInAttempt(
            at=now,
            account=_digest(email.strip().lower()),
            address=browser.address,
            succeeded=succeeded,
        )
    )
    db.session.flush()


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()
