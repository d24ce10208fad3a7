"""The shape of a database as text: what a revision is frozen from, and compared by.

`python -m marketplace.migrations.shape` prints the shape that the models ask for.
"""

import os
import re
import subprocess
import sys

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import create_engine

from marketplace import config
from marketplace.core import provision
from marketplace.core.embedded import find_binaries
from marketplace.core.provision import Database
from marketplace.migrations.build import build

SCRATCH = "recoup_scratch"
_NOISE = re.compile(r"^(--|SET |SELECT pg_catalog|GRANT CREATE ON SCHEMA|\\)")


def shape_of(database: Database) -> str:
    """A database's schema as SQL, without comments, owners and session settings."""
    parts = conninfo_to_dict(make_conninfo(database.bootstrap, dbname=database.name))
    password = str(parts.pop("password", "") or "")
    dumped = subprocess.run(  # noqa: S603
        [
            str(find_binaries() / "pg_dump"),
            "--schema-only",
            "--no-owner",
            "--exclude-table=alembic_version",
            make_conninfo(**{name: str(value) for name, value in parts.items()}),
        ],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PGPASSWORD": password},
    ).stdout
    lines = [line for line in dumped.splitlines() if not _NOISE.match(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def shape_of_models(database: Database) -> str:
    """The schema the models ask for, built in a scratch database beside `database`."""
    scratch = Database(database.bootstrap, SCRATCH, database.passwords)
    _drop(scratch)
    provision.provision(scratch)
    engine = create_engine(scratch.url("owner"))
    try:
        with engine.begin() as connection:
            build(connection)
        return shape_of(scratch)
    finally:
        engine.dispose()
        _drop(scratch)


def normal_form(database: Database, wanted: str) -> str:
    """`wanted` as pg_dump writes it once it has been through a database beside `database`."""
    scratch = Database(database.bootstrap, SCRATCH, database.passwords)
    _drop(scratch)
    provision.provision(scratch)
    try:
        with psycopg.connect(scratch.conninfo("owner")) as connection:
            connection.execute("SET LOCAL check_function_bodies = false")
            connection.execute(wanted.encode())
        return shape_of(scratch)
    finally:
        _drop(scratch)


def _drop(database: Database) -> None:
    server = make_conninfo(database.bootstrap, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')


if __name__ == "__main__":
    settings = config.from_environment()
    located = provision.locate(settings.home, settings.database_url)
    sys.stdout.write(shape_of_models(located))
