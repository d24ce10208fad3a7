"""Many rows at once: in by COPY and one INSERT that the policies check, out by COPY."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import psycopg
from psycopg import sql
from sqlalchemy import Connection, bindparam, cast, column, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from marketplace.core.db import Model, db


def driver_connection() -> psycopg.Connection[Any]:
    """The session's own connection, in its transaction."""
    connection = db.session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the session does not use psycopg")
    return connection


@contextmanager
def planned_once(connection: Connection | None = None) -> Iterator[None]:
    """Within, the references of all rows are looked up by one plan each.

    Else they are planned anew for every row, which takes longer than the looking up. Plans of
    before are dropped first: they may be of a time when the tables were small.
    """
    connection = connection or db.session.connection()
    connection.execute(text("DISCARD PLANS"))
    connection.execute(text("SET LOCAL plan_cache_mode = auto"))
    yield
    connection.execute(text("SET LOCAL plan_cache_mode TO DEFAULT"))


def insert_many(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows by one statement, so that a guard of the statement looks once at all of them.

    For people's own sessions, which may make no table to copy into.
    """
    columns = [model.__table__.c[name] for name in rows[0]]
    arrays = [
        cast(bindparam(one.name, [row[one.name] for row in rows]), ARRAY(one.type))
        for one in columns
    ]
    named = [column(one.name, one.type) for one in columns]
    given = func.unnest(*arrays).table_valued(*named).render_derived()
    statement = insert(model).from_select([one.name for one in columns], select(*given.c))
    with planned_once():
        db.session.execute(statement)


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows into `table`; return how many. COPY alone does not pass row security."""
    with _staged(table, columns) as (cursor, staging):
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(staging)) as copy:
            for row in rows:
                copy.write_row(row)
        return _move(cursor, table, columns, staging)


def insert_table(table: str, rows: pl.DataFrame) -> int:
    """The same for a table whose columns are named as the database names them."""
    with _staged(table, rows.columns) as (cursor, staging):
        with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(staging)) as copy:
            for piece in rows.iter_slices(2**16):
                copy.write(piece.write_csv(include_header=False))
        return _move(cursor, table, rows.columns, staging)


@contextmanager
def _staged(
    table: str, columns: Sequence[str]
) -> Iterator[tuple[psycopg.Cursor[Any], sql.Identifier]]:
    """An empty staging table with these columns of `table`, dropped afterwards."""
    db.session.flush()
    staging = sql.Identifier(f"staging_{table}")
    with driver_connection().cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM {} LIMIT 0").format(
                staging, _names(columns), sql.Identifier(table)
            )
        )
        yield cursor, staging
        cursor.execute(sql.SQL("DROP TABLE {}").format(staging))


def _move(
    cursor: psycopg.Cursor[Any], table: str, columns: Sequence[str], staging: sql.Identifier
) -> int:
    with planned_once():
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
                sql.Identifier(table), _names(columns), _names(columns), staging
            )
        )
    return cursor.rowcount


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


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
