"""Mail: written in the transaction that causes it, delivered by a job.

A letter may hold a link that lets somebody in. It is kept sealed, nobody but the system may
read the table, and its text is wiped as soon as it has left. Without a mail server it is put
into the outbox folder, for the operator to pick up.
"""

import json
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import jobs
from marketplace.core.db import Model, db
from marketplace.core.installation import installed, vault
from marketplace.core.tenancy import Audience, Policy
from marketplace.core.vault import write_secret

TASK = "send mail"
PATIENCE_SECONDS = 15

_log = structlog.get_logger(__name__)


class Mail(Model):
    """A letter on its way. Its number is drawn by lot: writers may not read the table back."""

    __tablename__ = "mails"
    policies: ClassVar = tuple(
        Policy(audience, "true", "insert")
        for audience in Audience
        if audience is not Audience.SYSTEM
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed: Mapped[bytes | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def send(to: str, subject: object, text: object, *, now: datetime) -> int:
    """Write a letter in the caller's transaction; it leaves if and only if that commits."""
    number = secrets.randbits(62)
    letter = {"to": _one_line(to), "subject": _one_line(str(subject)), "text": str(text)}
    sealed = vault().seal(json.dumps(letter, ensure_ascii=False).encode(), place=_place(number))
    db.session.add(Mail(id=number, sealed=sealed, created_at=now))
    db.session.flush()
    jobs.enqueue(TASK, mail_id=number)
    return number


def deliver(mail_id: int, *, now: datetime) -> None:
    """The task "send mail". A letter that has left is not sent again.

    The letter's row, and nothing else, stays locked while the mail server is spoken to.
    """
    mail = db.session.get(Mail, mail_id, with_for_update=True)
    if mail is None or mail.sealed is None:
        return
    letter = json.loads(vault().open(mail.sealed, place=_place(mail.id)))
    message = EmailMessage()
    message["From"] = installed().mail_from
    message["To"] = letter["to"]
    message["Subject"] = letter["subject"]
    message["Date"] = now
    message["Message-ID"] = f"<{mail.id}@{urlsplit(installed().public_url).hostname}>"
    if installed().mail_url:
        message.set_content(letter["text"], cte="quoted-printable")
        with _server(installed().mail_url) as server:
            server.send_message(message)
    else:
        path = installed().outbox / f"{now:%Y%m%dT%H%M%S}-{mail.id}.eml"
        message.set_content(letter["text"], cte="8bit")
        write_secret(path, message.as_bytes().decode())
        _log.warning("mail not configured", mail_id=mail.id, put_into=str(path))
    mail.sealed, mail.sent_at = None, now
    db.session.flush()


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host,
            parts.port or 465,
            timeout=PATIENCE_SECONDS,
            context=ssl.create_default_context(),
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE_SECONDS)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _one_line(value: str) -> str:
    """Headers cannot be continued by whoever wrote the value."""
    return re.sub(r"[\r\n]+", " ", value).strip()


def _place(number: int) -> str:
    return f"mail:{number}"
