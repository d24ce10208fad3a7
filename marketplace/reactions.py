"""What follows what, and what runs when.

Features call only those below them. When something must happen above, the lower feature records
an audit event and this table says who takes it up. Read it to see every chain.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marketplace import (
    auctions,
    casework,
    checks,
    feeds,
    intake,
    licences,
    notifications,
    placements,
    portfolios,
    rails,
    settlement,
    valuations,
)
from marketplace.audit import AuditEvent
from marketplace.core import jobs, mail
from marketplace.core.db import acting, db, transaction
from marketplace.core.tenancy import Acting, Audience

Reaction = Callable[..., None]

SYSTEM = Acting(Audience.SYSTEM)

REACTIONS: Mapping[str, Mapping[str, Reaction]] = {
    "placement.accepted": {"release cases": placements.release_cases},
    "placement.recalled": {"close promises": casework.close_promises},
    "auction.awarded": {"tell bidders": notifications.tell_parties},
    "auction.listed": {"tell agencies": notifications.tell_parties},
    "placement.offered": {"tell agency": notifications.tell_parties},
    "statement.drafted": {"tell parties": notifications.tell_parties},
    "statement.approved": {
        "start the rail": rails.start,
        "close it if nothing is owed": settlement.close_settled,
    },
    "invoice.entered": {"close it if nothing is owed": settlement.close_settled},
    "statement.disputed": {
        "draft it anew": settlement.split_out,
        "tell the other side": notifications.tell_parties,
    },
    "dispute.proposed": {"tell the other side": notifications.tell_parties},
    "dispute.decided": {"tell the other side": notifications.tell_parties},
    "remittance.recorded": {"tell the other side": notifications.tell_parties},
    "remittance.withdrawn": {"tell the other side": notifications.tell_parties},
    "remittance.confirmed": {
        "settle the books": settlement.post_remittance,
        "tell the other side": notifications.tell_parties,
    },
    "debt.recorded": {"tell the other side": notifications.tell_parties},
    "debt.clearance_withdrawn": {"tell the other side": notifications.tell_parties},
    "debt.cleared": {
        "end it in the books": settlement.post_clearance,
        "tell the other side": notifications.tell_parties,
    },
    "credential.decided": {"tell agency": notifications.tell_parties},
    "feed.late": {"tell lender and platform": notifications.tell_parties},
    "feed.cases_missing": {"tell lender": notifications.tell_parties},
    "delivery.waiting": {"tell lender": notifications.tell_parties},
    "delivery.refused": {"tell lender": notifications.tell_parties},
}


def react(event_id: int, *, now: datetime) -> None:
    """Queue one job per reaction, so that one that fails cannot hold up the others."""
    event = db.session.get_one(AuditEvent, event_id)
    for name in REACTIONS.get(event.action, {}):
        jobs.enqueue("carry out", event_id=event_id, reaction=name)


def carry_out(event_id: int, reaction: str, *, now: datetime) -> None:
    event = db.session.get_one(AuditEvent, event_id)
    REACTIONS[event.action][reaction](event, now=now)


TASKS: Mapping[str, jobs.Task | jobs.Errand] = {
    "react": react,
    mail.TASK: mail.deliver,
    "carry out": carry_out,
    "check tape": portfolios.check_tape,
    "commit tape": portfolios.commit_tape,
    portfolios.DELETE_FILE: portfolios.delete_file,
    "expire uploads": portfolios.expire_uploads,
    "pick up feed files": feeds.PICK_UP,
    "take in delivery": feeds.take_in,
    feeds.TAKE_IN_PAYMENTS: intake.take_in_payments,
    "watch feeds": feeds.watch_feeds,
    "value portfolio": valuations.run_valuation,
    "follow portfolios": valuations.follow_portfolios,
    "revalue portfolio": valuations.revalue_portfolio,
    "publish coverage": valuations.publish_coverage,
    "refit models": valuations.refit_models,
    "refit market": valuations.refit_market,
    intake.JOB: intake.match_month,
    "compute split": auctions.compute_split,
    "expire credentials": licences.warn_of_expiry,
    "end placements": placements.end_due,
    "refresh track records": casework.refresh_track_records,
    "open due bids": auctions.open_due_bids,
    "send rail operation": rails.SEND,
    "attend rail event": rails.ATTEND,
    "watch rail invoices": rails.WATCH,
    "watch payment pages": rails.CHECKOUTS,
    "mirror rail transactions": rails.MIRROR,
    checks.TASK: checks.check_books,
}

PERIODIC: Mapping[str, str] = {
    "expire uploads": "15 0 * * *",
    "expire credentials": "0 1 * * *",
    "end placements": "5 * * * *",
    "refresh track records": "30 1 * * *",
    "follow portfolios": "0 2 * * *",
    "refit models": "30 2 * * *",
    "open due bids": "* * * * *",
    "pick up feed files": "* * * * *",
    "watch feeds": "* * * * *",
    "send rail operation": "* * * * *",
    "mirror rail transactions": "*/10 * * * *",
    "watch rail invoices": "20 * * * *",
    "watch payment pages": "40 * * * *",
    checks.TASK: "0 3 * * *",
}
"""Tasks without arguments, and when they run (cron, UTC)."""


def run(task: jobs.Task | jobs.Errand, clock: Callable[[], datetime], **arguments: Any) -> bool:
    """Run one task, in as many transactions as it needs; False if it found nothing to do."""
    if not isinstance(task, jobs.Errand):
        with transaction():
            task(now=clock(), **arguments)
        return True
    with transaction():
        parcel = task.take(now=clock(), **arguments)
    if parcel is None:
        return False
    brought = task.do(parcel)
    with transaction():
        task.keep(parcel, brought, now=clock())
    return True


def drain(now: datetime) -> int:
    """Run every job due at `now` in this process; return how many ran.

    The worker does this all the time; the command line and the tests do it when they want to.
    """
    ran = 0
    with acting(SYSTEM):
        while _run_next(now):
            ran += 1
    return ran


def _run_next(now: datetime) -> bool:
    with transaction():
        job = jobs.fetch_next(now=now)
        if job is None:
            return False
        task = TASKS[job.task]
        if not isinstance(task, jobs.Errand):
            with db.session.begin_nested():
                task(now=now, **job.arguments)
            jobs.finish(job)
            return True
    run(task, lambda: now, **job.arguments)
    with transaction():
        jobs.finish(job)
    return True
