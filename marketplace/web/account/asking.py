"""Who asks, from where, and where they want to go: what the account's pages share."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import request, session
from wtforms import Field

from marketplace.accounts import Browser
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.installation import vault
from marketplace.core.vault import Unreadable
from marketplace.web.security import clock


def browser() -> Browser:
    return Browser(
        address=request.remote_addr or "unknown", agent=request.headers.get("User-Agent", "")
    )


def local_path(wanted: str | None) -> str:
    """A path of this site, or nothing: `next` must not lead anybody elsewhere."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return ""
    if any(ord(letter) < 32 or letter == "\\" for letter in wanted):
        return ""
    parts = urlsplit(wanted)
    return "" if parts.scheme or parts.netloc else wanted


@contextmanager
def counted() -> Iterator[None]:
    """A transaction for checking a secret: a refused attempt is committed, for it counts."""
    try:
        yield
    except Refusal:
        db.session.commit()
        raise
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def keep(name: str, value: Any, *, seconds: int) -> None:
    """Keep something in the browser's cookie for a while, sealed: only we can read it."""
    until = clock().timestamp() + seconds
    plain = json.dumps({"value": value, "until": until}).encode()
    session[name] = vault().seal(plain, place=f"cookie:{name}")


def kept(name: str) -> Any:
    """What was kept under a name, if it has not grown too old."""
    sealed = session.get(name)
    if not isinstance(sealed, bytes):
        return None
    try:
        found = json.loads(vault().open(sealed, place=f"cookie:{name}"))
    except Unreadable:
        return None
    return found["value"] if found["until"] > clock().timestamp() else None


def take(name: str) -> Any:
    """What was kept under a name, which is then forgotten."""
    value = kept(name)
    session.pop(name, None)
    return value


def blame(field: Field, refusal: Refusal) -> None:
    """Show a refusal beside the field it is about."""
    words = f"{refusal.reason} {refusal.next_step}".strip()
    field.errors = [*field.errors, words]
