"""What follows what, and what runs when.

Features call only those below them. When something must happen above, the lower feature records
an audit event and this table says who takes it up. Read it to see every chain.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from marketplace import (
    auctions,
    casework,
    licences,
    notifications,
    placements,

)
from marketplace.audit import AuditEvent
from marketplace.core import jobs
from marketplace.core.db import db

Reaction = Callable[..., None]

REACTIONS: Mapping[str, Mapping[str, Reaction]] = {
    "placement.accepted": {"release cases": placements.release_cases},
    "placement.recalled": {"close promises": casework.close_promises},
    "auction.awarded": {"tell bidders": notifications.tell_parties},
    "auction.listed": {"tell agencies": notifications.tell_parties},
    "placement.offered": {"tell agency": notifications.tell_parties},
    "statement.drafted": {"tell parties": notifications.tell_parties},
    "credential.decided": {"tell agency": notifications.tell_parties},
}


def react(event_id: int, *, now: datetime) -> None:
    """Queue one job per reaction, so that one that fails cannot hold up the others."""
    event = db.session.get_one(AuditEvent, event_id)
    for name in REACTIONS.get(event.action, {}):
        jobs.enqueue("carry out", event_id=event_id, reaction=name)


def carry_out(event_id: int, reaction: str, *, now: datetime) -> None:
    event = db.session.get_one(AuditEvent, event_id)
    REACTIONS[event.action][reaction](event, now=now)


TASKS: Mapping[str, jobs.Task] = {
    "react": react,
    "carry out": carry_out,



    "compute split": auctions.compute_split,
    "expire credentials": licences.warn_of_expiry,
    "refresh track records": casework.refresh_track_records,
    "open due bids": auctions.open_due_bids,
}

PERIODIC: Mapping[str, str] = {
    "expire credentials": "0 1 * * *",
    "refresh track records": "30 1 * * *",
    "open due bids": "* * * * *",
}
"""Tasks without arguments, and when they run (cron, UTC)."""
