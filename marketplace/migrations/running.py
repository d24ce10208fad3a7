"""Bringing a database to the newest revision, and telling whether it is there."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from marketplace.core.provision import Database

_FOLDER = Path(__file__).parent
_LOCK = 7_213_002


def configuration(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["url"] = database.url("owner")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run what is missing. Several processes may try at once: one works, the others wait."""
    with psycopg.connect(database.conninfo("owner"), autocommit=True) as gate:
        gate.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        command.upgrade(configuration(database), revision)


def downgrade(database: Database, revision: str) -> None:
    command.downgrade(configuration(database), revision)


def head() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return ScriptDirectory.from_config(config).get_current_head()


def current(database: Database) -> str | None:
    with psycopg.connect(database.conninfo("owner")) as connection:
        found = connection.execute("SELECT to_regclass('public.alembic_version')").fetchone()
        if found is None or found[0] is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
