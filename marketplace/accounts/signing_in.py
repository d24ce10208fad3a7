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
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.tenancy import Acting, Audience
from marketplace.core.words import _

SESSION_LASTS = timedelta(hours=12)
IDLE_AFTER = timedelta(hours=2)
LOCK_WINDOW = timedelta(minutes=15)
ACCOUNT_FAILURES = 5
ADDRESS_FAILURES = 30
PASSWORD_LENGTH = 12
PASSWORD_LIMIT = 200

VISITOR = Acting(Audience.VISITOR)
"""Who the sign-in desk acts as: nobody in particular yet."""

_hasher = PasswordHasher()
# Verified against when nobody has the address, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_hex(16))


class WrongPassword(Refusal):
    """The address or the password is wrong: which of the two is not said."""


class ShutOut(Refusal):
    """The person is who they say, and may not come in."""


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
    if len(password) > PASSWORD_LIMIT:
        raise Refusal(_("The password is too long."))
    return _hasher.hash(password)


def check_password(email: str, password: str, *, browser: Browser, now: datetime) -> User:
    """The user whose password this is. Every attempt is counted."""
    refuse_if_locked(email, browser=browser, now=now)
    user = user_with_email(email)
    known = user.password_hash if user and user.password_hash and user.is_active else None
    try:
        _hasher.verify(known or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        known = None
    count_attempt(email, browser=browser, now=now, succeeded=known is not None)
    if user is None or known is None:
        raise WrongPassword(
            _("The e-mail address or the password is wrong."),
            next_step=_("Try again, or ask for a link to set a new password."),
        )
    refuse_if_shut_out(user)
    if _hasher.check_needs_rehash(known):
        user.password_hash = _hasher.hash(password)
    return user


def refuse_if_shut_out(user: User) -> None:
    """Whoever has proved who they are is told why they cannot come in."""
    if not user.is_active:
        raise ShutOut(
            _("This sign-in has been switched off."),
            next_step=_("Ask a manager of your organisation."),
        )
    if user.organisation.suspended_at is not None:
        raise ShutOut(
            _("Your organisation is suspended."), next_step=_("Ask the platform's staff.")
        )


def open_session(
    user: User, *, browser: Browser, two_factor: bool, now: datetime, method: str = "password"
) -> str:
    """Start a session; return the token for the cookie."""
    token = secrets.token_urlsafe(32)
    session = UserSession(
        user_id=user.id,
        token_hash=digest(token),
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
            UserSession.token_hash == digest(token),
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
    """Sign out the browser that holds this token."""
    session = db.session.scalar(
        select(UserSession).where(
            UserSession.token_hash == digest(token), UserSession.ended_at.is_(None)
        )
    )
    if session is None:
        return
    session.ended_at = now
    record("user.signed_out", session, by=db.session.get_one(User, session.user_id), now=now)


def end_one_session(code: str, *, by: User, now: datetime) -> None:
    """Sign out another browser of one's own."""
    session = db.session.scalar(
        select(UserSession).where(UserSession.code == code, UserSession.user_id == by.id)
    )
    if session is None or session.ended_at is not None:
        raise NotFound
    session.ended_at = now
    record("session.ended", session, by=by, now=now)


def sign_out_everywhere(*, by: User, now: datetime) -> None:
    end_sessions_of(by.id, now=now)
    record("user.signed_out_everywhere", by, by=by, now=now)


def end_sessions_of(user_id: int, *, now: datetime, but: str = "") -> None:
    """End every session of a user, except the one whose token is `but`.

    Other people's sessions are shut to everybody who is signed in: the sign-in desk ends them.
    """
    with acting(VISITOR):
        db.session.execute(
            update(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.ended_at.is_(None),
                UserSession.token_hash != digest(but),
            )
            .values(ended_at=now)
        )


def confirm_password(password: str, *, by: User, browser: Browser, now: datetime) -> None:
    """Ask for the password once more before something that protects the account changes.

    Somebody who only signs in elsewhere has none to give.
    """
    if by.password_hash is None:
        return
    account = f"again:{by.id}"
    with acting(VISITOR):
        refuse_if_locked(account, browser=browser, now=now)
        try:
            right: bool = _hasher.verify(by.password_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            right = False
        count_attempt(account, browser=browser, now=now, succeeded=right)
    if not right:
        raise WrongPassword(_("This is not your present password."))


def is_current(session: UserSession, token: str) -> bool:
    return session.token_hash == digest(token)


def user_with_email(email: str) -> User | None:
    """Whoever has this address, in any spelling; only the sign-in desk sees everybody."""
    return db.session.scalar(
        select(User)
        .where(func.lower(User.email) == email.strip().lower())
        .options(joinedload(User.organisation))
        .execution_options(populate_existing=True)
    )


def refuse_if_locked(account: str, *, browser: Browser, now: datetime) -> None:
    """Refuse when an account, or the address asking, has failed too often of late.

    An account counts from its last success. `account` is an e-mail address, or another name
    under which attempts are counted apart.
    """
    since = now - LOCK_WINDOW
    key = digest(account.strip().lower())
    failed = select(func.count()).where(
        SignInAttempt.at > since, SignInAttempt.succeeded.is_(False)
    )
    last_success = (
        select(func.max(SignInAttempt.at))
        .where(SignInAttempt.account == key, SignInAttempt.succeeded)
        .scalar_subquery()
    )
    by_account = db.session.scalar(
        failed.where(
            SignInAttempt.account == key,
            SignInAttempt.at > func.coalesce(last_success, since),
        )
    )
    by_address = db.session.scalar(failed.where(SignInAttempt.address == browser.address))
    if (by_account or 0) >= ACCOUNT_FAILURES or (by_address or 0) >= ADDRESS_FAILURES:
        raise LockedOut(
            _("There have been too many failed attempts."),
            next_step=_("Wait fifteen minutes, or ask for a link to set a new password."),
        )


def count_attempt(account: str, *, browser: Browser, now: datetime, succeeded: bool) -> None:
    """Count an attempt. The door commits it even when it refuses the person."""
    db.session.add(
        SignInAttempt(
            at=now,
            account=digest(account.strip().lower()),
            address=browser.address,
            succeeded=succeeded,
        )
    )
    db.session.flush()


def digest(value: str) -> bytes:
    """What is kept of a token drawn at random: enough to know it again, not to use it."""
    return hashlib.sha256(value.encode()).digest()
