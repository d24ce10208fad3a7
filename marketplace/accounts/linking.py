"""Whose identity it is that a provider vouches for."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.identity import Identity
from marketplace.accounts.models import SingleSignOn, User
from marketplace.accounts.signing_in import ShutOut, refuse_if_shut_out, user_with_email
from marketplace.audit import record
from marketplace.core.db import db
from marketplace.core.words import _


def user_of_identity(identity: Identity, *, now: datetime) -> User:
    """The user tied to an identity; on first use the one with the same verified address.

    Nobody is made a user this way: a person is invited first.
    """
    user = db.session.scalar(
        select(User)
        .join(SingleSignOn, SingleSignOn.user_id == User.id)
        .where(SingleSignOn.issuer == identity.issuer, SingleSignOn.subject == identity.subject)
        .options(joinedload(User.organisation))
    )
    if user is None:
        user = _tie(identity, now)
    refuse_if_shut_out(user)
    return user


def _tie(identity: Identity, now: datetime) -> User:
    user = user_with_email(identity.email) if identity.email_verified else None
    if user is None:
        raise ShutOut(
            _("Nobody here has the address your identity provider gave."),
            next_step=_("Ask a manager of your organisation to invite you."),
        )
    tied = db.session.scalar(
        select(SingleSignOn.id).where(
            SingleSignOn.user_id == user.id, SingleSignOn.issuer == identity.issuer
        )
    )
    if tied is not None:
        raise ShutOut(
            _("This address is tied to another identity at your provider."),
            next_step=_("Sign in with your password, and ask the platform's staff."),
        )
    refuse_if_shut_out(user)
    link = SingleSignOn(
        user_id=user.id, issuer=identity.issuer, subject=identity.subject, created_at=now
    )
    db.session.add(link)
    record("single_sign_on.linked", link, by=user, now=now)
    return user
