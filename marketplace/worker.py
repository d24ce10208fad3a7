"""The background door, `flask --app wsgi work`: runs jobs, each in a transaction of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy import text

from marketplace import reactions
from marketplace.core import jobs
from marketplace.core.db import acting, db
from marketplace.core.provision import Database
from marketplace.core.tenancy import Audience
from marketplace.reactions import PERIODIC, SYSTEM, TASKS

_RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)


def run(app: Flask, *, concurrency: int = 2, wait: bool = True) -> None:
    """Run jobs until stopped (or, without `wait`, until none is left)."""
    procrastinate = make_procrastinate(app)
    procrastinate.run_worker(
        queues=[jobs.QUEUE],
        concurrency=concurrency,
        wait=wait,
        fetch_job_polling_interval=1,
        update_heartbeat_interval=5,
        stalled_worker_timeout=jobs.STALLED_AFTER_SECONDS,
        delete_jobs="never",
        install_signal_handlers=wait,
    )


def make_procrastinate(app: Flask) -> App:
    database: Database = app.config["DATABASE"]
    connector = PsycopgConnector(
        conninfo=database.conninfo("worker"),
        # A login has no rights until it acts: the job tables belong to the system.
        kwargs={"options": f"-c role={Audience.SYSTEM.role}"},
        min_size=1,
        max_size=8,
    )
    procrastinate = App(connector=connector)
    for name, task in TASKS.items():
        _register(procrastinate, app, name, task)
    _register_sweeper(procrastinate)
    return procrastinate


def _register(procrastinate: App, app: Flask, name: str, task: jobs.Task | jobs.Errand) -> None:
    def run_one(timestamp: int | None = None, **arguments: Any) -> None:
        with app.app_context(), acting(SYSTEM):
            reactions.run(task, lambda: datetime.now(UTC), **arguments)

    _task(procrastinate, name, run_one, cron=PERIODIC.get(name))


def _task(
    procrastinate: App, name: str, run_one: Callable[..., None], *, cron: str | None = None
) -> None:
    registered = procrastinate.task(name=name, queue=jobs.QUEUE, retry=_RETRY)(run_one)
    if cron:
        procrastinate.periodic(cron=cron)(registered)


def _register_sweeper(procrastinate: App) -> None:
    """A killed worker's jobs stay 'doing' for ever unless somebody puts them back."""

    @procrastinate.periodic(cron="* * * * * */10")
    @procrastinate.task(
        name="retry stalled jobs", queue=jobs.QUEUE, queueing_lock="retry stalled jobs",
        pass_context=True,
    )  # fmt: skip
    async def sweep(context: Any, timestamp: int) -> None:
        manager = procrastinate.job_manager
        stalled = await manager.get_stalled_jobs(
            seconds_since_heartbeat=jobs.STALLED_AFTER_SECONDS
        )
        for job in stalled:
            await manager.retry_job(job)


def waiting_jobs() -> int:
    """How many jobs wait, for the metrics."""
    with acting(SYSTEM):
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(db.session.execute(query).scalar_one())
