"""Loading many rows at once: COPY into a table of the session, then INSERT ... SELECT.

COPY does not go through row-level security, so rows never go straight into a tenant's table.
Only the system may make such a table: this is for jobs.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from marketplace.core.db import db


@contextmanager
def staged(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[None]:
    """A temporary table filled with `rows`, gone after the block."""
    db.session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    db.session.execute(text(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP"))
    cursor = db.session.connection().connection.cursor()
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()
    yield
    db.session.execute(text(f"DROP TABLE pg_temp.{table}"))


def copy_in(
    table: str,
    columns: str,
    rows: Iterable[tuple[Any, ...]],
    insert: str,
    values: Mapping[str, Any],
) -> None:
    with staged(table, columns, rows):
        db.session.execute(text(insert), dict(values))
