"""How the books are attacked in SQL. Each attack must be turned down, whoever tries it.

`tests/faults/catalogue.py` has them all; `tests/faults/mutate_guards.py` removes each guard of
the database in turn and shows that one of them then gets through.
"""

from collections.abc import Callable

import psycopg

from marketplace.core.db import Model
from marketplace.migrations.build import load_models

Attack = Callable[[psycopg.Connection], None]
Attacks = dict[str, tuple[Attack, str]]
"""What is tried, and the words it is turned down with."""

SAME_CODE = "id + (1 << 25)"
"""The number that has the same public code: five digits come round again."""


class HeldError(Exception):
    """The database put right what the attack wanted wrong, or kept it from finding anything."""


def run(*statements: str) -> Attack:
    """Statements of which each touches something, as far as the commit."""

    def attack(connection: psycopg.Connection) -> None:
        for statement in statements:
            if connection.execute(statement.encode()).rowcount == 0:
                raise HeldError(f"nothing was touched: {statement}")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return attack


def like(table: str, where: str = "true", **changed: str) -> str:
    """The SQL that inserts a row like one that is there, but for some columns."""
    load_models()
    columns = [
        column.name
        for column in Model.metadata.tables[table].columns
        if column.computed is None and (column.name != "id" or "id" in changed)
    ]
    listed = ", ".join(f'"{name}"' for name in columns)
    chosen = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    return f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM {table} WHERE {where} LIMIT 1"


def emptied(*tables: str) -> Attacks:
    return {
        f"truncate {table}": (run(f"TRUNCATE {table} CASCADE"), f"{table} is append-only")
        for table in tables
    }


def kept(**changes: str) -> Attacks:
    """Rows of these tables are only ever added; each is given a change to try."""
    tried = {
        f"{verb} {table}": (run(statement), f"{table} is append-only")
        for table, change in changes.items()
        for verb, statement in (
            ("update", f"UPDATE {table} SET {change}"),
            ("delete", f"DELETE FROM {table}"),
        )
    }
    return tried | emptied(*changes)


def answered(table: str, closing: str, *, change: str, again: str, unless: str = "") -> Attacks:
    """Rows are answered once: `change` is no part of the answer, `again` is.

    `unless`: another column that closes a row.
    """
    unanswered, done = f"WHERE {closing} IS NULL", f"WHERE {closing} IS NOT NULL"
    unanswered += f" AND {unless} IS NULL" if unless else ""
    return {
        f"change {table}": (
            run(f"UPDATE {table} SET {change} {unanswered}"),
            f"{table} is append-only: only",
        ),
        f"answer {table} again": (
            run(f"UPDATE {table} SET {again} {done}"),
            f"{table} is append-only: UPDATE",
        ),
        f"delete {table}": (
            run(f"DELETE FROM {table} {unanswered}"),
            f"{table} is append-only: only",
        ),
        **emptied(table),
    }


def refusal_of(connection: psycopg.Connection, attack: Attack) -> str:
    """What turned the attack down; empty if it got through. It is undone either way."""
    try:
        with connection.transaction(force_rollback=True):
            attack(connection)
    except (psycopg.Error, HeldError) as turned_down:
        return str(turned_down)
    return ""
