"""Loading many rows at once: COPY into a table of the session, then INSERT ... SELECT.

COPY does not go through row-level security, so rows never go straight into a tenant's table.
Only the system may make such a table: this is for jobs.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import polars as pl
from sqlalchemy import Connection, text

from marketplace.core.db import db

AT_ONCE = 10_000


def as_csv(rows: pl.DataFrame) -> list[str]:
    """Rows as `fill` takes them: bytes in hexadecimal, lists in braces."""
    shown = [
        pl.lit("\\x") + pl.col(name).bin.encode("hex")
        if kind == pl.Binary
        else pl.lit("{") + pl.col(name).list.join(",") + pl.lit("}")
        if isinstance(kind, pl.List)
        else pl.col(name)
        for name, kind in rows.schema.items()
    ]
    named = [one.alias(name) for one, name in zip(shown, rows.columns, strict=True)]
    return [
        part.select(named).write_csv(
            include_header=False, quote_style="non_numeric", null_value="\\N"
        )
        for part in rows.iter_slices(AT_ONCE)
    ]


def make_staging(table: str, columns: str) -> None:
    """An empty table of the session, gone with the transaction."""
    db.session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    db.session.execute(text(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP"))


def fill(connection: Connection, table: str, parts: Iterable[str]) -> None:
    """Put these rows in the place of those a staging table holds."""
    cursor: Any = connection.connection.cursor()
    cursor.execute(f"TRUNCATE pg_temp.{table}")
    # Quoted text is never taken for the mark of an empty value.
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '\\N')") as copy:
        for part in parts:
            copy.write(part)
    cursor.close()


@contextmanager
def staged(table: str, columns: str, rows: pl.DataFrame) -> Iterator[None]:
    """A staging table filled with `rows`, gone after the block."""
    make_staging(table, columns)
    fill(db.session.connection(), table, as_csv(rows))
    yield
    db.session.execute(text(f"DROP TABLE pg_temp.{table}"))


def copy_in(
    table: str,
    columns: str,
    rows: pl.DataFrame,
    insert: str,
    values: Mapping[str, Any],
) -> None:
    with staged(table, columns, rows):
        db.session.execute(text(insert), dict(values))
