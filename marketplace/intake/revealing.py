"""What a bank wrote beside an entry, opened for whoever must decide, and noted."""

from datetime import datetime

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.installation import vault
from marketplace.intake.bringing import sealed_place
from marketplace.intake.models import GroupRow, Line, Member


def reveal_texts(code: str, *, by: User, now: datetime) -> dict[int, str]:
    """The texts of a group's bank entries, by line."""
    group = db.session.scalar(
        select(GroupRow).where(GroupRow.code == code, GroupRow.lender_id == by.organisation_id)
    )
    if group is None:
        raise NotFound
    lines = db.session.scalars(
        select(Line)
        .join(Member, Member.line_id == Line.id)
        .where(Member.group_id == group.id, Line.text_sealed.is_not(None))
    ).all()
    audit.record("entry.revealed", group, by=by, now=now, lines=len(lines))
    return {
        line.id: vault()
        .open(line.text_sealed or b"", place=sealed_place(line.dedupe_key))
        .decode()
        for line in lines
    }
