"""Provisioning can be repeated, and gives each login no more than it needs."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.core import provision
from marketplace.core.db import db
from marketplace.core.provision import Database
from marketplace.migrations import running

RIGHTS = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolinherit,
       array(SELECT b.rolname::text FROM pg_auth_members m JOIN pg_roles b ON b.oid = m.roleid
              WHERE m.member = r.oid ORDER BY 1)
  FROM pg_roles r WHERE r.rolname LIKE %s OR r.rolname LIKE 'recoup%%' ORDER BY 1
"""


def rights(database: Database) -> list[tuple[object, ...]]:
    with psycopg.connect(database.conninfo("owner")) as connection:
        return connection.execute(RIGHTS, [f"{database.name}_%"]).fetchall()


def test_twice_is_once(app: Flask, database: Database) -> None:
    before = rights(database)
    provision.provision(database)
    running.upgrade(database)
    assert rights(database) == before
    assert running.current(database) == running.head()


def test_only_the_owner_passes_by_row_security_and_nobody_is_superuser(
    app: Flask, database: Database
) -> None:
    found = {row[0]: row[1:4] for row in rights(database)}
    name = database.name
    assert found[f"{name}_owner"] == (False, True, False)
    assert found[f"{name}_web"] == found[f"{name}_worker"] == (False, False, False)


def test_the_web_cannot_become_the_system(app: Flask, database: Database) -> None:
    with psycopg.connect(database.conninfo("worker")) as connection:
        connection.execute("SET ROLE recoup_system")
    with (
        psycopg.connect(database.conninfo("web")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SET ROLE recoup_system")


def test_a_login_has_no_rights_until_it_acts(app: Flask, database: Database) -> None:
    for login in ("web", "worker"):
        with (
            psycopg.connect(database.conninfo(login)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("SELECT * FROM organisations")


def test_every_table_has_row_security_forced(app: Flask, database: Database) -> None:
    with psycopg.connect(database.conninfo("owner")) as connection:
        open_tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'procrastinate%'"
            " AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)"
        ).fetchall()
    assert open_tables == []


def test_no_plan_outlives_the_size_of_its_tables(app: Flask) -> None:
    """A statement used often is planned anew each time: tables here grow a thousandfold."""
    for number in range(20):
        db.session.execute(text("SELECT 1 FROM cases WHERE id = :number"), {"number": number})
    planned = db.session.execute(
        text(
            "SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE '%FROM cases WHERE id%'"
        )
    ).one()
    assert planned[0] == 0
    assert planned[1] > 0
