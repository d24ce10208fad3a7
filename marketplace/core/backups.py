"""Backing up and restoring the database with PostgreSQL's own tools."""

import os
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from marketplace.core import provision
from marketplace.core.embedded import find_binaries
from marketplace.core.provision import Database


class BackupFailed(Exception):
    """pg_dump or pg_restore said no; the message is theirs."""


def dump(database: Database, file: Path) -> None:
    """Write the whole database to `file`, readable only by its owner."""
    file.touch(0o600)
    _run(database, "pg_dump", "--format=custom", f"--file={file}", "--dbname")


def restore(database: Database, file: Path) -> None:
    """Replace the database by what `file` holds; roles are made where they are missing."""
    provision.drop(database)
    provision.provision(database)
    _run(
        database, "pg_restore", "--no-owner", f"--role={database.name}_owner",
        "--exit-on-error", "--single-transaction", f"{file}", "--dbname",
    )  # fmt: skip


def _run(database: Database, program: str, *options: str) -> None:
    parts = conninfo_to_dict(make_conninfo(database.bootstrap, dbname=database.name))
    password = str(parts.pop("password", "") or "")
    address = make_conninfo(**{name: str(value) for name, value in parts.items()})
    done = subprocess.run(  # noqa: S603
        [str(find_binaries() / program), *options, address],
        capture_output=True,
        text=True,
        env={**os.environ, "PGPASSWORD": password},
        check=False,
    )
    if done.returncode:
        raise BackupFailed(done.stderr.strip())
