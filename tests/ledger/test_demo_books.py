"""The demo world's books: another program accepts them, and the self-check finds nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from marketplace import checks, demo, ledger
from marketplace.core import tenancy
from marketplace.core.db import db, transaction
from marketplace.core.provision import Database
from tests.conftest import SYSTEM, empty
from tests.ledger.conftest import bean_check


@pytest.fixture
def told(app: Flask, database: Database, settings) -> Iterator[Flask]:
    """A small demo world in which the main job was told once."""
    empty(database)
    try:
        with app.app_context(), tenancy.acting(SYSTEM):
            now = datetime.now(UTC)
            demo.build_world(240, now=now, say=lambda words: None)
            assert demo.tell(demo.Story(None, 60, None, now, lambda words: None)).holds
            yield app
            db.session.rollback()
    finally:
        empty(database)


@pytest.fixture
def committed() -> None:
    """The world is committed for real."""


def test_the_demo_books_hold(told: Flask, committed: None, tmp_path: Path) -> None:
    book, rows = tmp_path / "books.beancount", tmp_path / "books.csv"
    done = told.test_cli_runner().invoke(
        args=["books", "--beancount", str(book), "--csv", str(rows)]
    )
    assert done.exit_code == 0, done.output
    assert bean_check(book) == ""
    assert book.read_text().count(' * "Statement ST-') == ledger.count_journals() > 0
    wrong = book.read_text().replace("0 CNY", "1 CNY", 1)
    book.write_text(wrong)
    assert bean_check(book) != ""
    assert len(rows.read_text().splitlines()) > 2 * ledger.count_journals()
    with transaction():
        checks.check_books(now=datetime.now(UTC))
    last = checks.last_check()
    assert (last.differences, ledger.open_incidents()) == (0, 0)
    assert last.statements > 0
    assert last.audit_events > 100


def test_a_file_must_be_named(app: Flask, committed: None) -> None:
    done = app.test_cli_runner().invoke(args=["books"])
    assert done.exit_code == 2
    assert "Name a file" in done.output
