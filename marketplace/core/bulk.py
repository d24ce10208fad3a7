"""Many rows at once: in by COPY and one INSERT that the policies check, out by COPY."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
import psycopg
from psycopg import sql

from marketplace.core.db import db


def driver_connection() -> psycopg.Connection[Any]:
    """The session's own connection, in its transaction."""
    connection = db.session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the session does not use psycopg")
    return connection


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows into `table`; return how many. COPY alone does not pass row security."""
    db.session.flush()
    staging = sql.Identifier(f"staging_{table}")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    target = sql.Identifier(table)
    with driver_connection().cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM {} LIMIT 0").format(
                staging, names, target
            )
        )
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(staging)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
                target, names, names, staging
            )
        )
        inserted = cursor.rowcount
        cursor.execute(sql.SQL("DROP TABLE {}").format(staging))
    return inserted


def read_rows(
    query: str, parameters: Mapping[str, Any], schema: Mapping[str, type[pl.DataType]]
) -> pl.DataFrame:
    """The rows of a query (placeholders as `%(name)s`), without a Python object per cell."""
    db.session.flush()
    pieces = io.BytesIO()
    # The query is the caller's own; only the values vary, and psycopg quotes them.
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()
    with driver_connection().cursor() as cursor, cursor.copy(statement, parameters) as copy:
        for piece in copy:
            pieces.write(piece)
    if not pieces.tell():
        return pl.DataFrame(schema=dict(schema))
    pieces.seek(0)
    return pl.read_csv(pieces, has_header=False, schema=dict(schema))
