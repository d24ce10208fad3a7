"""The migrations and the models agree, and a revision can be undone on a copy with data."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text

from marketplace.app import create_app
from marketplace.core import provision
from marketplace.core.db import db
from marketplace.core.provision import Database
from marketplace.migrations import running, shape
from tests.conftest import drop_database


@pytest.fixture
def scratch(database):
    made = Database(database.bootstrap, f"{database.name}_m", database.passwords)
    drop_database(made)
    provision.provision(made)
    yield made
    drop_database(made)


def test_the_migrations_build_what_the_models_ask_for(scratch):
    running.upgrade(scratch)
    assert running.current(scratch) == running.head()
    # pg_dump writes some expressions out differently the second time, so both go through once.
    asked = shape.normal_form(scratch, shape.shape_of_models(scratch))
    assert shape.shape_of(scratch) == asked


def test_the_first_revision_goes_down_and_up_again_with_data(scratch):
    running.upgrade(scratch)
    owner = create_engine(scratch.url("owner"))
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organisations (short_code, kind, name, name_zh, jurisdiction,"
                " created_at) VALUES ('x', 'lender', 'X', 'X', 'CN', :now)"
            ),
            {"now": datetime.now(UTC)},
        )
    before = shape.shape_of(scratch)
    running.downgrade(scratch, "base")
    assert running.current(scratch) is None
    running.upgrade(scratch)
    assert shape.shape_of(scratch) == before
    owner.dispose()


def test_readiness_tells_when_migrations_are_missing(scratch, settings):
    app = create_app(settings, login="web", database=scratch)
    answer = app.test_client().get("/readyz")
    with app.app_context():
        db.engine.dispose()
    assert answer.status_code == 503
    assert "make migrate" in answer.json["status"]
