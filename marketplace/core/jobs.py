"""Work to do later. A job exists if and only if the transaction that deferred it commits.

Jobs are Procrastinate's, on the same PostgreSQL, deferred on the session's own connection. A
killed worker's job is found by its missing heartbeat and run again, and a frozen worker can run
one twice: every task is idempotent and fences with a locked state column.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from marketplace.core.db import db

QUEUE = "recoup"
STALLED_AFTER_SECONDS = 30

Task = Callable[..., None]

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


def run_next(tasks: Mapping[str, Task], *, now: datetime) -> bool:
    """Fetch and run one waiting job in this process; return False when there is none.

    The worker does the same with many threads; this is for the command line and the tests.
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
        return False
    db.session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"), {"id": row.id}
    )
    with db.session.begin_nested():
        tasks[row.task_name](now=now, **row.args)
    db.session.execute(
        text("SELECT procrastinate_finish_job_v1(:id, 'succeeded', false)"), {"id": row.id}
    )
    return True
