"""Where programs deliver: a file for one feed, with that feed's key. Answers are JSON."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import RequestEntityTooLarge

from marketplace import feeds
from marketplace.accounts import User
from marketplace.core import tenancy
from marketplace.core.db import db, transaction
from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.core.scanning import require_clean
from marketplace.core.tenancy import Acting, Audience
from marketplace.feeds import DeliveryChannel, KeyHolder
from marketplace.web.security import VISITOR, clock

pages = Blueprint("feeds", __name__, url_prefix="/feeds")
LONGEST_KEY = 200


class _No(Exception):
    """An answer that is not what the program hoped for."""

    def __init__(self, status: int, reason: object, next_step: object = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.next_step = next_step


@pages.errorhandler(_No)
def _say(no: _No) -> ResponseReturnValue:
    db.session.rollback()
    said = {"error": str(no.reason)}
    if no.next_step:
        said["next_step"] = str(no.next_step)
    answer = {"WWW-Authenticate": 'Bearer realm="feeds"'} if no.status == 401 else {}
    return said, no.status, answer


@pages.errorhandler(RequestEntityTooLarge)
def _say_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return _say(_too_large())


@pages.post("/<code>/deliveries")
def deliver(code: str) -> ResponseReturnValue:
    """201 and a new delivery; 200 where the very same file is one already."""
    holder = _holder()
    if holder.feed_code != code:
        raise _No(404, _("This key opens no feed of that code."))
    tenancy.act_as(Acting(Audience.LENDER, holder.lender_id, holder.made_by_id))
    name, content = _file()
    try:
        require_clean([content])
        with transaction():
            delivery, new = feeds.receive(
                holder.feed_id, name, content, channel=DeliveryChannel.API, by=_person(holder),
                now=clock(), idempotency_key=_idempotency_key(),
            )  # fmt: skip
            feeds.note_use(holder.key_id, now=clock())
            told = {
                "delivery": delivery.code,
                "status": delivery.status.value,
                "sha256": delivery.sha256,
            }
    except (feeds.FeedClosed, feeds.KeyReused) as refusal:
        raise _No(409, refusal.reason, refusal.next_step) from refusal
    except Refusal as refusal:
        raise _No(422, refusal.reason, refusal.next_step) from refusal
    return told, 201 if new else 200


def _holder() -> KeyHolder:
    tenancy.act_as(VISITOR)
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    holder = feeds.holder_of(secret.strip()) if scheme.lower() == "bearer" else None
    if holder is None:
        raise _No(
            401,
            _("The key is missing, wrong or revoked."),
            _("Send it as “Authorization: Bearer rcf_…”. A manager of the lender makes keys."),
        )
    # What was asked as a visitor ends here; the rest acts for the lender.
    db.session.commit()
    return holder


def _person(holder: KeyHolder) -> User:
    """In whose name a key delivers: who made it."""
    return db.session.scalars(select(User).where(User.id == holder.made_by_id)).one()


def _file() -> tuple[str, bytes]:
    """The file of the form field `file`, or the body itself, named by X-Filename."""
    if (request.content_length or 0) > (installed().upload_limit_mb << 20):
        raise _too_large()
    if sent := request.files.get("file"):
        name, content = sent.filename or "", sent.read()
    else:
        name, content = request.headers.get("X-Filename", ""), request.get_data()
    if not name or not content:
        raise _No(
            422,
            _("There is no file in the request."),
            _("Send it as the form field “file”, or as the body, named in X-Filename."),
        )
    return name, content


def _idempotency_key() -> str | None:
    given = request.headers.get("Idempotency-Key", "").strip()
    if len(given) > LONGEST_KEY:
        raise _No(422, _("An Idempotency-Key has at most %(n)s characters.", n=LONGEST_KEY))
    return given or None


def _too_large() -> _No:
    return _No(
        413,
        _("The file is larger than the limit of %(limit)s MB.",
          limit=installed().upload_limit_mb),
        _("Split it, or send only the cases whose balance has changed."),
    )  # fmt: skip
