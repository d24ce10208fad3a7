"""Work to do later. A job exists if and only if the transaction that deferred it commits.

Jobs are Procrastinate's, on the same PostgreSQL, deferred on the session's own connection. A
killed worker's job is found by its missing heartbeat and run again, and a frozen worker can run
one twice: every task is idempotent and fences with a locked state column.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from marketplace.core.db import db

QUEUE = "recoup"
STALLED_AFTER_SECONDS = 30

STATES = ("todo", "doing", "succeeded", "failed", "cancelled", "aborted")

Task = Callable[..., None]


@dataclass(frozen=True)
class Errand:
    """A task that leaves the house, and holds no transaction open while it is out.

    `take` finds what is to be done (or None) and `keep` writes down what came of it, each in a
    transaction of its own; `do` goes out, and touches no database.
    """

    take: Callable[..., Any]
    do: Callable[[Any], Any]
    keep: Callable[..., object]


@dataclass(frozen=True)
class Waiting:
    """A job that was waiting, and is now being done."""

    id: int
    task: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class JobLine:
    """One job as staff see it. Arguments are ids, so nothing personal shows."""

    id: int
    task: str
    state: str
    attempts: int
    arguments: dict[str, Any]
    scheduled_at: datetime | None
    last_event_at: datetime | None


# Deferring needs only a connection, which the session brings; the worker opens a real app.
_deferring = App(connector=PsycopgConnector())


def schema_sql() -> str:
    """The SQL of Procrastinate's own tables, for the migration."""
    return SchemaManager.get_schema()


def enqueue(task: str, *, run_at: datetime | None = None, **arguments: Any) -> None:
    """Defer a job in the caller's transaction. `arguments` hold ids only, never data."""
    options: dict[str, Any] = {"schedule_at": run_at} if run_at else {}
    deferrer = _deferring.configure_task(
        task, queue=QUEUE, connection=db.session.connection().connection.driver_connection,
        **options,
    )  # fmt: skip
    deferrer.defer(**arguments)


def enqueue_once(task: str, lock: str, **arguments: Any) -> bool:
    """Defer a job unless an equal one is waiting; say whether it was."""
    try:
        with db.session.begin_nested():
            deferrer = _deferring.configure_task(
                task, queue=QUEUE, queueing_lock=lock,
                connection=db.session.connection().connection.driver_connection,
            )  # fmt: skip
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def fetch_next(*, now: datetime) -> Waiting | None:
    """Take one waiting job, for the command line and the tests.

    The worker does the same with many threads.
    """
    row = db.session.execute(
        text(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= :now)"
            " ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED"
        ),
        {"now": now},
    ).first()
    if row is None:
        return None
    db.session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"), {"id": row.id}
    )
    return Waiting(row.id, row.task_name, row.args)


def finish(job: Waiting) -> None:
    db.session.execute(
        text("SELECT procrastinate_finish_job_v1(:id, 'succeeded', false)"), {"id": job.id}
    )


def counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows = db.session.execute(
        text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
    )
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in STATES}


def latest(state: str | None, *, limit: int = 100) -> list[JobLine]:
    """The newest jobs, all of them or those in one state."""
    rows = db.session.execute(
        text(
            "SELECT j.id, j.task_name, j.status::text, j.attempts, j.args, j.scheduled_at,"
            " (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)"
            " FROM procrastinate_jobs j"
            " WHERE CAST(:state AS text) IS NULL OR j.status::text = :state"
            " ORDER BY j.id DESC LIMIT :limit"
        ),
        {"state": state, "limit": limit},
    )
    return [JobLine(*row) for row in rows]
