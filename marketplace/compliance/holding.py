"""Placing and lifting holds."""

from datetime import datetime

from sqlalchemy import or_, select

from marketplace import audit
from marketplace.accounts import User
from marketplace.compliance.models import Hold, HoldReason
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _


def place_hold(
    *, lender_id: int, debtor_id: int, reason: HoldReason, note: str, by: User, now: datetime
) -> Hold:
    """Freeze all contact with a debtor. It takes effect with the commit, everywhere."""
    hold = Hold(
        lender_id=lender_id,
        debtor_id=debtor_id,
        reason=reason,
        note=note.strip(),
        starts_at=now,
        placed_by_id=by.id,
    )
    db.session.add(hold)
    audit.record(
        "hold.placed", hold, by=by, now=now, parties=[lender_id], reason=reason.value,
        debtor_id=debtor_id,
    )  # fmt: skip
    return hold


def lift_hold(hold_id: int, *, by: User, now: datetime) -> None:
    """Only the lender lifts a hold."""
    hold = db.session.get(Hold, hold_id, with_for_update=True, populate_existing=True)
    if hold is None or hold.lender_id != by.organisation_id:
        raise NotFound
    if hold.ends_at is not None and hold.ends_at <= now:
        raise Refusal(_("This hold has already been lifted."))
    hold.ends_at, hold.lifted_by_id = now, by.id
    audit.record("hold.lifted", hold, by=by, now=now, debtor_id=hold.debtor_id)


def holds_on(debtor_id: int, at: datetime) -> list[Hold]:
    return list(
        db.session.scalars(
            select(Hold)
            .where(
                Hold.debtor_id == debtor_id,
                Hold.starts_at <= at,
                or_(Hold.ends_at.is_(None), Hold.ends_at > at),
            )
            .order_by(Hold.starts_at)
        )
    )
