"""No guard of the books is there for nothing: without it, an attack gets through."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from marketplace.core.provision import Database
from marketplace.core.tenancy import Audience
from tests.conftest import empty
from tests.faults.catalogue import TABLES
from tests.faults.mutate_guards import failing_attacks, mutants, survivors
from tests.faults.world import furnish

WHO = [
    (Audience.SYSTEM, "RECOUP"), (Audience.FINANCE, "RECOUP"), (Audience.STAFF, "RECOUP"),
    (Audience.LENDER, "JIANGNAN"), (Audience.AGENCY, "ANHENG"),
]  # fmt: skip
NO_RIGHT = (
    "denied|row-level security|must be owner|nothing was touched"
    "|each side confirms|whoever pays|one side proposes|in the name of whoever acts"
)
"""What turns an audience down before the guard that is aimed at."""


@pytest.fixture(scope="module")
def owner(app: Flask, database: Database) -> Iterator[psycopg.Connection]:
    """The owner's connection to furnished books."""
    empty(database)  # numbers begin at one
    try:
        with psycopg.connect(database.conninfo("owner")) as connection:
            furnish(app, connection)
            yield connection
            connection.rollback()
    finally:
        empty(database)


def test_every_attack_is_turned_down_even_to_the_owner(owner: psycopg.Connection) -> None:
    assert failing_attacks(owner) == {}


@pytest.mark.parametrize(("audience", "short_code"), WHO)
def test_every_attack_is_turned_down_to_the_application(
    owner: psycopg.Connection, database: Database, audience: Audience, short_code: str
) -> None:
    find = "SELECT id::text FROM organisations WHERE short_code = %s"
    (number,) = owner.execute(find, (short_code,)).fetchone() or ("",)
    owner.rollback()
    with psycopg.connect(database.conninfo("worker")) as connection:
        connection.execute(f"SET ROLE {audience.role}".encode())
        connection.execute("SELECT set_config('app.org_id', %s, false)", (number,))
        assert failing_attacks(connection, also=NO_RIGHT) == {}
        connection.rollback()


def test_every_guard_of_the_books_is_missed(owner: psycopg.Connection) -> None:
    assert survivors(owner) == []


def test_no_guarded_table_is_forgotten(owner: psycopg.Connection) -> None:
    guarded = owner.execute(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
        " AND c.relname NOT LIKE 'procrastinate%' AND t.tgname NOT LIKE '%_as_oneself'"
    ).fetchall()
    assert {row[0] for row in guarded} <= set(TABLES)
    assert len(list(mutants(owner))) > 200
