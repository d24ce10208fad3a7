"""What is right gets through the guards of the ledger; what is not, tests/faults tries."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from marketplace.core.provision import Database
from marketplace.core.tenancy import Audience
from marketplace.ledger.models import Journal, JournalLink, LedgerAccount, Posting
from tests.conftest import empty
from tests.ledger.attacks import furnish, whole

WHO = ("owner", Audience.FINANCE.role, Audience.SYSTEM.role)


@pytest.fixture(scope="module", params=WHO)
def attacker(request: pytest.FixtureRequest, app: Flask, database: Database) -> Iterator:
    """A connection to furnished books of their owner, of finance or of the worker."""
    login = "owner" if request.param == "owner" else "worker"
    empty(database)  # numbers begin at one again
    try:
        with psycopg.connect(database.conninfo("owner")) as owner:
            furnish(owner)
        with psycopg.connect(database.conninfo(login)) as connection:
            if login == "worker":
                connection.execute(f"SET ROLE {request.param}")
                connection.execute("SELECT set_config('app.user_id', '2', false)")
                connection.commit()
            yield connection
            connection.rollback()
    finally:
        empty(database)


def test_a_sound_journal_is_taken(attacker: psycopg.Connection) -> None:
    assert whole(attacker) == ""


def test_nothing_stores_a_balance() -> None:
    """An account has its name, a posting its amount; no column could hold a sum of them."""
    assert set(LedgerAccount.__table__.columns.keys()) == {
        "id", "kind", "organisation_id", "currency",
    }  # fmt: skip
    for model in (Journal, JournalLink, LedgerAccount, Posting):
        assert not [column for column in model.__table__.columns if "balance" in column.name]
