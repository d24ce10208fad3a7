"""The letters that accounts send: what they say, and the links in them."""

from datetime import datetime

from marketplace.accounts.models import Invitation, User
from marketplace.core import mail
from marketplace.core.installation import installed
from marketplace.core.words import Words, _


def link_to(page: str, token: str) -> str:
    """The address of one of the account door's pages for strangers."""
    return f"{installed().public_url}/account/{page}/{token}"


def send_invitation(
    invitation: Invitation, organisation_name: str, link: str, *, now: datetime
) -> None:
    _send(
        invitation.email,
        _("Your invitation to Recoup"),
        _("Dear %(name)s,", name=invitation.name),
        _(
            "%(organisation)s invites you to Recoup. Follow this link to choose your password:",
            organisation=organisation_name,
        ),
        link,
        _("The link works once, within seven days. If you expected no invitation, ignore it."),
        now=now,
    )


def send_reset(user: User, link: str, *, now: datetime) -> None:
    _send(
        user.email,
        _("A new password for Recoup"),
        _("Dear %(name)s,", name=user.name),
        _("Somebody asked for a new password for your sign-in. Follow this link to set one:"),
        link,
        _("The link works once, within an hour. If it was not you, ignore this letter."),
        now=now,
    )


def send_password_changed(user: User, *, now: datetime) -> None:
    _send(
        user.email,
        _("Your password was changed"),
        _("Dear %(name)s,", name=user.name),
        _("The password of your sign-in at Recoup was changed just now."),
        _("If it was not you, ask for a new password at once and tell your manager."),
        now=now,
    )


def _send(to: str, subject: Words, *paragraphs: Words | str, now: datetime) -> None:
    text = "\n\n".join(str(paragraph) for paragraph in paragraphs) + "\n"
    mail.send(to, subject, text, now=now)
