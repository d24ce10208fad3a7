"""The access log of a room, and how busy it was by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from marketplace.accounts import Organisation, User
from marketplace.auctions import Auction
from marketplace.core import installation
from marketplace.core.db import db
from marketplace.core.words import Name
from marketplace.rooms.models import Looked, RoomView

DAYS = 14
"""Days that the heat map goes back."""

WARMEST = 4
"""Shades of the heat map above none."""


@dataclass(frozen=True)
class ViewLine:
    view: RoomView
    agency: Name
    person: str


@dataclass(frozen=True)
class Heat:
    """How often each agency looked on each day, with a shade from 0 to `WARMEST`."""

    days: Sequence[date]
    rows: Sequence[tuple[Name, Sequence[tuple[int, int]]]]
    """Agency, and for each day how often and which shade."""


def note_view(auction: Auction, what: Looked, *, by: User, now: datetime) -> RoomView:
    """Write down that somebody opens something; the code goes onto what they get."""
    view = RoomView(
        auction_id=auction.id,
        lender_id=auction.lender_id,
        agency_id=by.organisation_id,
        user_id=by.id,
        at=now,
        what=what,
    )
    db.session.add(view)
    db.session.flush()
    db.session.refresh(view)
    return view


def view_lines(auction_id: int, *, limit: int = 200) -> list[ViewLine]:
    """The access log, the latest first."""
    rows = db.session.execute(
        select(RoomView, Organisation.called, User.name)
        .join(Organisation, Organisation.id == RoomView.agency_id)
        .outerjoin(User, User.id == RoomView.user_id)
        .where(RoomView.auction_id == auction_id)
        .order_by(RoomView.id.desc())
        .limit(limit)
    )
    return [ViewLine(view, agency, person or "") for view, agency, person in rows]


def heat_of(auction_id: int, *, now: datetime) -> Heat:
    zone = ZoneInfo(installation.installed().time_zone)
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    rows = db.session.execute(
        select(Organisation.id, Organisation.called, RoomView.at)
        .join(Organisation, Organisation.id == RoomView.agency_id)
        .where(RoomView.auction_id == auction_id)
        .order_by(Organisation.id)
    )
    names: dict[int, Name] = {}
    looks: dict[tuple[int, date], int] = {}
    for agency_id, name, at in rows:
        names[agency_id] = name
        day = at.astimezone(zone).date()
        looks[agency_id, day] = looks.get((agency_id, day), 0) + 1
    most = max(looks.values(), default=1)
    shaded = {key: (n, -(-n * WARMEST // most)) for key, n in looks.items()}
    return Heat(
        days,
        [
            (name, [shaded.get((agency_id, day), (0, 0)) for day in days])
            for agency_id, name in names.items()
        ],
    )
