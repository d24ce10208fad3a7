"""Inviting people: one, many from a file, and the first of a new organisation.

invited ──accept──► used        A link works once and for seven days; sending it again
   ├──withdraw──► withdrawn     replaces it.
   └──(7 days)──► expired
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from marketplace.accounts import letters
from marketplace.accounts.models import Invitation, Organisation, User
from marketplace.accounts.permissions import ROLES_OF, Kind, Role
from marketplace.accounts.signing_in import digest, hash_password
from marketplace.audit import record
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _

INVITATION_LASTS = timedelta(days=7)
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")
_SHORT_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,30}")


class LinkSpent(Refusal):
    """A mailed link was used, withdrawn or is too old."""


@dataclass(frozen=True)
class Invited:
    """An invitation and its link, which is kept nowhere but in the letter."""

    invitation: Invitation
    link: str


def invite(*, email: str, name: str, role: Role, by: User, now: datetime) -> Invited:
    """Invite a colleague into the inviter's own organisation."""
    if fault := invitation_fault(email, name, role, by=by, now=now):
        raise fault
    return write_invitation(by.organisation, email, name, role, by=by, now=now)


def invitation_fault(
    email: str, name: str, role: Role, *, by: User, now: datetime
) -> Refusal | None:
    """Why this person cannot be invited, if so. Only one's own organisation is looked at."""
    if not is_address(email):
        return Refusal(_("This is not an e-mail address."))
    if not name.strip() or len(name) > 100:
        return Refusal(_("A name has 1 to 100 characters."))
    if role not in ROLES_OF[by.organisation.kind]:
        return Refusal(_("Your organisation has no such role."))
    wanted = email.strip().lower()
    colleague = select(User.id).where(
        User.organisation_id == by.organisation_id, func.lower(User.email) == wanted
    )
    if db.session.scalar(colleague):
        return Refusal(_("A colleague signs in with this address already."))
    waiting = select(Invitation.id).where(
        Invitation.organisation_id == by.organisation_id,
        func.lower(Invitation.email) == wanted,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    if db.session.scalar(waiting):
        return Refusal(
            _("This address has been invited already."),
            next_step=_("Send the invitation again, or withdraw it first."),
        )
    return None


def write_invitation(
    organisation: Organisation, email: str, name: str, role: Role, *, by: User | None,
    now: datetime,
) -> Invited:  # fmt: skip
    """Write and mail an invitation whose particulars have been checked."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email.strip(),
        name=name.strip(),
        role=role,
        token_hash=digest(token),
        invited_by_id=by.id if by else None,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    db.session.add(invitation)
    record(
        "invitation.sent", invitation, by=by, now=now, parties=[organisation.id],
        role=role.value,
    )  # fmt: skip
    link = letters.link_to("invitation", token)
    letters.send_invitation(invitation, organisation.name, link, now=now)
    return Invited(invitation, link)


def resend_invitation(code: str, *, by: User, now: datetime) -> Invited:
    """Send a fresh link; the one sent before stops working."""
    invitation = _own_invitation(code, by)
    _refuse_if_answered(invitation)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = digest(token)
    invitation.expires_at = now + INVITATION_LASTS
    record("invitation.resent", invitation, by=by, now=now)
    link = letters.link_to("invitation", token)
    letters.send_invitation(invitation, by.organisation.name, link, now=now)
    return Invited(invitation, link)


def withdraw_invitation(code: str, *, by: User, now: datetime) -> None:
    invitation = _own_invitation(code, by)
    _refuse_if_answered(invitation)
    invitation.withdrawn_at = now
    record("invitation.withdrawn", invitation, by=by, now=now)


def invitations_of(organisation_id: int) -> list[Invitation]:
    """Invitations nobody has answered yet, the newest first; expired ones too."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                Invitation.organisation_id == organisation_id,
                Invitation.used_at.is_(None),
                Invitation.withdrawn_at.is_(None),
            )
            .order_by(Invitation.id.desc())
        )
    )


def invitation_by_token(token: str, *, now: datetime) -> tuple[Invitation, Organisation]:
    """The invitation somebody holds the link of, and who invites."""
    row = db.session.execute(
        select(Invitation, Organisation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.token_hash == digest(token))
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    invitation, organisation = row
    if invitation.used_at or invitation.withdrawn_at or invitation.expires_at <= now:
        raise LinkSpent(
            _("This invitation is no longer valid."),
            next_step=_("Ask whoever invited you to send it again, or sign in."),
        )
    return invitation, organisation


def accept_invitation(
    token: str, *, name: str, password: str, locale: str, now: datetime
) -> User:
    """Make the person behind a link a user, once."""
    invitation, organisation = invitation_by_token(token, now=now)
    if not name.strip() or len(name) > 100:
        raise Refusal(_("A name has 1 to 100 characters."))
    taken = select(User.id).where(func.lower(User.email) == invitation.email.lower())
    if db.session.scalar(taken):
        raise LinkSpent(
            _("Somebody signs in with this address already."),
            next_step=_("Sign in, or ask to be invited under another address."),
        )
    user = User(
        organisation_id=organisation.id,
        organisation=organisation,
        email=invitation.email,
        name=name.strip(),
        role=invitation.role,
        password_hash=hash_password(password),
        locale=locale,
        created_at=now,
    )
    db.session.add(user)
    invitation.used_at = now
    db.session.flush()
    record("invitation.accepted", invitation, by=user, now=now, user_id=user.id)
    return user


def open_organisation(
    *, kind: Kind, short_code: str, name: str, name_zh: str, jurisdiction: str,
    manager_email: str, manager_name: str, role: Role, by: User | None, now: datetime,
) -> tuple[Organisation, Invited]:  # fmt: skip
    """Open an organisation and invite its first person, who invites the others.

    `by` is one of the platform's staff, or None for the operator's command line.
    """
    short_code = short_code.strip().upper()
    if not _SHORT_CODE.fullmatch(short_code):
        raise Refusal(
            _("A short code is 2 to 31 letters, digits and hyphens, beginning with a letter.")
        )
    if not name.strip() or not name_zh.strip():
        raise Refusal(_("Give the organisation's name in both languages."))
    if not is_address(manager_email):
        raise Refusal(_("This is not an e-mail address."))
    if role not in ROLES_OF[kind]:
        raise Refusal(_("This kind of organisation has no such role."))
    taken = select(Organisation.id).where(Organisation.short_code == short_code)
    if db.session.scalar(taken):
        raise Refusal(_("The short code %(code)s is taken.", code=short_code))
    organisation = Organisation(
        kind=kind,
        short_code=short_code,
        name=name.strip(),
        name_zh=name_zh.strip(),
        jurisdiction=jurisdiction,
        created_at=now,
    )
    db.session.add(organisation)
    db.session.flush()
    record(
        "organisation.opened", organisation, by=by, now=now, parties=[organisation.id],
        kind=kind.value, short_code=short_code,
    )  # fmt: skip
    invited = write_invitation(organisation, manager_email, manager_name, role, by=by, now=now)
    return organisation, invited


def is_address(email: str) -> bool:
    return len(email) <= 254 and bool(_ADDRESS.fullmatch(email.strip()))


def _own_invitation(code: str, by: User) -> Invitation:
    invitation = locked(
        select(Invitation).where(
            Invitation.code == code, Invitation.organisation_id == by.organisation_id
        )
    )
    if invitation is None:
        raise NotFound
    return invitation


def _refuse_if_answered(invitation: Invitation) -> None:
    if invitation.used_at or invitation.withdrawn_at:
        raise Refusal(_("This invitation has been used or withdrawn."))
