"""Reading the letters that were written, and the links in them."""

import json
import re

from marketplace.core.db import acting, db
from marketplace.core.installation import vault
from marketplace.core.mail import Mail
from marketplace.core.tenancy import Acting, Audience

SYSTEM = Acting(Audience.SYSTEM)


def letters() -> list[dict[str, str]]:
    """Every letter that has not left yet."""
    with acting(SYSTEM):
        rows = db.session.scalars(db.select(Mail).where(Mail.sealed.is_not(None)))
        return [json.loads(vault().open(row.sealed, place=f"mail:{row.id}")) for row in rows]


def letter_to(address: str) -> dict[str, str]:
    return next(letter for letter in letters() if letter["to"] == address)


def token_in(letter: dict[str, str]) -> str:
    found = re.search(r"/account/\w+/(\S+)", letter["text"])
    assert found
    return found[1]


def events(action: str) -> int:
    from marketplace.audit import AuditEvent  # noqa: PLC0415

    with acting(SYSTEM):
        query = db.select(db.func.count()).where(AuditEvent.action == action)
        return int(db.session.scalar(query) or 0)
