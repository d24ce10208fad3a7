"""Properties that every table has, in the models and in the database."""

import pytest
from sqlalchemy import text

from marketplace.core.db import db
from marketplace.core.tenancy import Audience
from marketplace.migrations.build import load_models

MAPPERS = load_models()
TABLES = [mapper.local_table for mapper in MAPPERS]


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_relationships_never_load_behind_your_back(mapper):
    lazy = {relation.key: relation.lazy for relation in mapper.relationships}
    assert set(lazy.values()) <= {"raise_on_sql"}, lazy


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_amounts_are_whole_minor_units(table):
    for column in table.columns:
        if column.name.endswith(("_minor", "_bps")):
            one = getattr(column.type, "item_type", column.type)
            assert one.python_type is int, column


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_units_come_last_in_names(table):
    for column in table.columns:
        if column.type.python_type.__name__ == "datetime":
            assert column.name.endswith("_at") or column.name in {"at", "as_of"}, column
        if column.type.python_type.__name__ == "date":
            assert column.name.endswith(
                ("_on", "_day", "_from", "_to", "_of", "_start", "_end")
            )


def test_row_security_is_forced_on_every_table(app):
    rows = db.session.execute(
        text(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r' AND NOT (relrowsecurity AND relforcerowsecurity)"
            " AND relname NOT LIKE 'procrastinate%' AND relname <> 'alembic_version'"
        )
    )
    assert [row.relname for row in rows] == []


def test_tenant_columns_are_never_empty(app):
    rows = db.session.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name IN ('lender_id', 'organisation_id')"
            " AND is_nullable = 'YES' AND table_name <> 'ledger_accounts'"
        )
    )
    assert [tuple(row) for row in rows] == []


def test_the_web_login_is_no_superuser_and_cannot_be_the_system(app, database):
    rows = db.session.execute(
        text(
            "SELECT r.rolname, r.rolsuper, r.rolbypassrls,"
            " pg_has_role(r.rolname, :system, 'member') AS system FROM pg_roles r"
            " WHERE r.rolname IN (:web, :worker) ORDER BY r.rolname"
        ),
        {
            "system": Audience.SYSTEM.role,
            "web": f"{database.name}_web",
            "worker": f"{database.name}_worker",
        },
    ).all()
    web, worker = rows
    assert (web.rolsuper, web.rolbypassrls, web.system) == (False, False, False)
    assert (worker.rolsuper, worker.rolbypassrls, worker.system) == (False, False, True)
