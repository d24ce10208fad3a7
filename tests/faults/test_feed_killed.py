"""A worker killed between reading a file of the drop folder and keeping it: nothing is lost."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from marketplace import audit
from marketplace.core import jobs
from marketplace.core.db import db, transaction
from marketplace.core.provision import Database
from marketplace.feeds import Feed
from tests import factories
from tests.conftest import NOON
from tests.factories import someone
from tests.faults.test_worker_killed import IN_THE_MIDDLE, Ask, ask, bootstrap, wait_for, worker
from tests.feeds.conftest import balances, open_feed, owing

pytestmark = pytest.mark.faults

__all__ = ["ask", "bootstrap"]


def test_a_file_of_a_killed_worker_becomes_one_delivery(
    committed: Flask,
    bootstrap: psycopg.Connection,
    database: Database,
    ask: Ask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECOUP_FEEDS", str(tmp_path / "feeds"))
    with transaction():
        clara, aline = someone("clara"), someone("aline")
        factories.portfolio(clara, 3)
        feed = open_feed(clara, aline)
        audit.record("feed.prepared", feed, by=None, now=NOON)
        feed_id = feed.id
        jobs.enqueue("pick up feed files")
    code = db.session.get_one(Feed, feed_id).code
    db.session.rollback()
    path = tmp_path / "feeds" / code / "incoming" / "balances.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(balances([owing(1, 700)]))
    os.utime(path, (time.time() - 60,) * 2)

    held = psycopg.connect(bootstrap.info.dsn, password=bootstrap.info.password)
    log = tmp_path / "first.log"
    with held as holder, worker(database, log) as process:
        holder.execute("SELECT * FROM audit_heads WHERE chain = 0 FOR UPDATE")
        wait_for(lambda: ask(IN_THE_MIDDLE), 30, log)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        holder.rollback()
    assert path.exists()
    assert ask("SELECT count(*) FROM feed_deliveries") == 0

    log = tmp_path / "second.log"
    with worker(database, log):
        wait_for(lambda: not path.exists(), 90, log)
        applied = "SELECT count(*) FROM feed_deliveries WHERE status = 'applied'"
        wait_for(lambda: ask(applied) == 1, 30, log)
    assert ask("SELECT count(*) FROM feed_deliveries") == 1
    assert ask("SELECT count(*) FROM case_balances") == 1
    assert ask("SELECT balance_minor FROM cases WHERE lender_case_no = 'C000001'") == 70_000
