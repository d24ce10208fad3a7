"""A worker killed in the middle of a job: another one finishes it, exactly once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg.conninfo import make_conninfo

from marketplace import audit, portfolios
from marketplace.core import jobs
from marketplace.core.db import db, transaction
from marketplace.core.provision import Database
from tests import factories
from tests.conftest import HOME, NOON, ROOT
from tests.factories import someone
from tests.faults.processes import url_of
from tests.portfolios.tapes import AS_OF, as_csv, good_row

pytestmark = pytest.mark.faults

CASES = 40
SWEEP_SECONDS = 10


@pytest.fixture
def bootstrap(committed: Flask, database: Database) -> Iterator[psycopg.Connection]:
    """A superuser's connection, to look from outside and to hold a lock."""
    conninfo = make_conninfo(database.bootstrap, dbname=database.name)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


def a_tape_to_commit() -> int:
    """A checked tape, whose commit is the next job."""
    clara = someone("clara")
    tape = portfolios.upload_tape(
        "a.csv", as_csv([good_row(n) for n in range(1, CASES + 1)]), portfolio_name="Faults",
        entity_id=factories.entity(clara).id, by=clara, now=NOON,
    )  # fmt: skip
    portfolios.confirm_mapping(
        tape.id, portfolios.mapping_of(tape), {"balance_as_of": AS_OF}, None, None,
        tape.version, by=clara, now=NOON,
    )  # fmt: skip
    portfolios.check_tape(tape.id, now=NOON)
    audit.record("tape.prepared", tape, by=None, now=NOON)
    portfolios.request_commit(tape.id, by=clara, now=NOON)
    return tape.id


@contextmanager
def worker(database: Database, log: Path) -> Iterator[subprocess.Popen]:
    """The real background door, as a process of its own."""
    environment = {
        **os.environ,
        "RECOUP_HOME": str(HOME),
        "DATABASE_URL": url_of(database),
        "PYTHONWARNINGS": "default",
    }
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "work"],
            cwd=ROOT, env=environment, stdout=said, stderr=said,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=10)


def wait_for(what: Callable[[], object], seconds: float, log: Path) -> float:
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > seconds:
            pytest.fail(
                f"nothing after {seconds} s; the worker said: {log.read_text()[-3000:]}"
            )
        time.sleep(0.2)
    return time.monotonic() - began


STATE = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'commit tape'"
IN_THE_MIDDLE = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    " AND query LIKE '%audit_append%' AND datname = current_database()"
)
"""The job has written its cases, and waits for the trail."""

UNDONE = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND task_name IN ('react', 'carry out', 'check tape', 'commit tape')"
)
SUCCEEDED = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded' AND task_name = "
)
BEAT = "SELECT max(last_heartbeat) FROM procrastinate_workers"
Ask = Callable[[str], Any]


@pytest.fixture
def ask(bootstrap: psycopg.Connection) -> Ask:
    def one(query: str) -> Any:
        row = bootstrap.execute(query).fetchone()
        return row[0] if row else None

    return one


def kill_in_the_middle(
    bootstrap: psycopg.Connection, database: Database, ask: Ask, log: Path
) -> None:
    held = psycopg.connect(bootstrap.info.dsn, password=bootstrap.info.password)
    with held as holder, worker(database, log) as process:
        holder.execute("SELECT * FROM audit_heads WHERE chain = 0 FOR UPDATE")
        wait_for(lambda: ask(IN_THE_MIDDLE), 30, log)
        assert ask(STATE) == "doing"
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        holder.rollback()


def test_a_killed_workers_job_is_finished_once_by_another(
    bootstrap: psycopg.Connection, database: Database, ask: Ask, tmp_path: Path
) -> None:
    with transaction():
        tape_id = a_tape_to_commit()
    kill_in_the_middle(bootstrap, database, ask, tmp_path / "first.log")
    assert ask(STATE) == "doing"
    assert ask("SELECT count(*) FROM cases") == 0

    log = tmp_path / "second.log"
    with worker(database, log) as second:
        took = wait_for(lambda: ask(STATE) == "succeeded", 90, log)
        assert took < 2 * (jobs.STALLED_AFTER_SECONDS + SWEEP_SECONDS)
        wait_for(lambda: not ask(UNDONE), 20, log)
        beats_sweeps_and_keeps_the_clock(ask, log)
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=20) == 0

    assert ask("SELECT attempts FROM procrastinate_jobs WHERE task_name = 'commit tape'") == 2
    assert ask("SELECT count(*) FROM cases") == CASES
    assert ask("SELECT count(*) FROM audit_events WHERE action = 'tape.committed'") == 1
    assert ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 0
    db.session.rollback()
    assert db.session.get_one(portfolios.Tape, tape_id).status.value == "committed"


def beats_sweeps_and_keeps_the_clock(ask: Ask, log: Path) -> None:
    """A worker with the system's rights does all it should; this takes a minute at most."""
    beat = ask(BEAT)
    wait_for(lambda: ask(BEAT) != beat, 10, log)
    assert ask(f"{SUCCEEDED} 'retry stalled jobs'") >= 2
    wait_for(lambda: ask(f"{SUCCEEDED} 'open due bids'"), 70, log)
