"""Keys with which programs deliver: shown once, kept as a hash, revoked at once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.feeds.arranging import locked_feed
from marketplace.feeds.models import FeedKey

PREFIX = "rcf_"
MOST_KEYS = 2
"""The old and the new one, while the sender changes over."""


@dataclass(frozen=True)
class KeyHolder:
    """Whom a key lets in: deliveries to one feed, in the name of who made the key."""

    key_id: int
    feed_id: int
    feed_code: str
    lender_id: int
    made_by_id: int


def make_key(feed_id: int, *, by: User, now: datetime) -> tuple[FeedKey, str]:
    """A new key, and its only showing."""
    feed = locked_feed(feed_id, by)
    open_keys = select(func.count()).where(
        FeedKey.feed_id == feed.id, FeedKey.revoked_at.is_(None)
    )
    if (db.session.scalar(open_keys) or 0) >= MOST_KEYS:
        raise Refusal(
            _("This feed has %(n)s keys in force already.", n=MOST_KEYS),
            next_step=_("Revoke one that is no longer used, then make a new one."),
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    key = FeedKey(
        lender_id=feed.lender_id, feed_id=feed.id, hint=secret[-4:], key_hash=_hash(secret),
        made_by_id=by.id, made_at=now,
    )  # fmt: skip
    db.session.add(key)
    audit.record("feed.key_made", feed, by=by, now=now, hint=key.hint)
    return key, secret


def revoke_key(key_id: int, *, by: User, now: datetime) -> None:
    """The key opens nothing from the commit on."""
    query = select(FeedKey).where(FeedKey.id == key_id, FeedKey.lender_id == by.organisation_id)
    key = locked(query)
    if key is None:
        raise NotFound
    if key.revoked_at is not None:
        raise Refusal(_("This key has been revoked already."))
    key.revoked_at, key.revoked_by_id = now, by.id
    feed = locked_feed(key.feed_id, by)
    audit.record("feed.key_revoked", feed, by=by, now=now, hint=key.hint)


def holder_of(secret: str) -> KeyHolder | None:
    """Whose key this is; nobody's if it is wrong or revoked. Needs no right to read keys."""
    wanted = _hash(secret)
    row = db.session.execute(
        text("SELECT * FROM app.feed_key(:wanted)"), {"wanted": wanted}
    ).first()
    # The index finds by the hash of a random key, which tells nothing by its time; the last
    # word is compared in constant time all the same.
    if row is None or not hmac.compare_digest(bytes(row.key_hash), wanted):
        return None
    return KeyHolder(row.key_id, row.feed_id, row.feed_code, row.lender_id, row.made_by_id)


def note_use(key_id: int, *, now: datetime) -> None:
    key = db.session.get_one(FeedKey, key_id)
    key.last_used_at = now


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
