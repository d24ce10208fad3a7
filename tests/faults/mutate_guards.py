"""Remove each guard of the books in turn and see whether an attack gets through.

A guard that no attack misses is one that no test would miss. Guards are found in the catalogue
of the database, so that none can be forgotten: triggers, checks, unique keys, and every single
`RAISE EXCEPTION` of the functions behind the triggers.

`python -m tests.faults.mutate_guards` prints one line for each; exit code 1 if one survives.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from marketplace.core import provision
from marketplace.core.provision import Database
from marketplace.migrations import running
from tests.ledger.attacks import ATTACKS, furnish, refusal_of

TABLES = [
    "ledger_accounts", "journals", "postings", "journal_links", "ledger_periods", "incidents",
]  # fmt: skip

TRIGGERS = """
SELECT t.tgname || ' on ' || c.relname, format('DROP TRIGGER %%I ON %%I', t.tgname, c.relname)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relname = ANY(%s)
"""
CONSTRAINTS = """
SELECT o.conname, format('ALTER TABLE %%I DROP CONSTRAINT %%I', c.relname, o.conname)
  FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
 WHERE o.contype IN ('c', 'u') AND c.relname = ANY(%s)
"""
PARTIAL_KEYS = """
SELECT i.relname, format('DROP INDEX %%I', i.relname) FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
 WHERE x.indisunique AND x.indpred IS NOT NULL AND c.relname = ANY(%s)
"""
FUNCTIONS = """
SELECT DISTINCT p.proname, pg_get_functiondef(p.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND c.relname = ANY(%s) ORDER BY 1
"""


@dataclass(frozen=True)
class Mutant:
    """One guard, and the SQL that takes it away."""

    guard: str
    removal: str


def mutants(owner: psycopg.Connection) -> Iterator[Mutant]:
    for found in (TRIGGERS, CONSTRAINTS, PARTIAL_KEYS):
        for name, removal in owner.execute(found, (TABLES,)).fetchall():
            yield Mutant(name, removal)
    for name, definition in owner.execute(FUNCTIONS, (TABLES,)).fetchall():
        raised = list(re.finditer("RAISE EXCEPTION '([^']*)'", definition))
        for one in raised:
            silent = definition[: one.start()] + "RAISE DEBUG" + definition[one.start() + 15 :]
            yield Mutant(f"{name}: {one[1]}", silent)


def attacks_through(owner: psycopg.Connection, mutant: Mutant) -> list[str]:
    """The attacks that get through without this guard, or fail for another reason."""
    with owner.transaction(force_rollback=True):
        owner.execute(mutant.removal.encode())
        return [
            name
            for name, (attack, words) in ATTACKS.items()
            if not re.search(words, refusal_of(owner, attack))
        ]


@contextmanager
def scratch(beside: Database) -> Iterator[psycopg.Connection]:
    """The owner's connection to furnished books in a database of their own."""
    made = Database(beside.bootstrap, f"{beside.name}_mutants", beside.passwords)
    _drop(made)
    provision.provision(made)
    try:
        running.upgrade(made)
        with psycopg.connect(made.conninfo("owner")) as owner:
            furnish(owner)
            yield owner
            owner.rollback()
    finally:
        _drop(made)


def survivors(beside: Database, *, say: bool = False) -> list[str]:
    """The guards that can be taken away without any attack getting through."""
    left = []
    with scratch(beside) as owner:
        for mutant in list(mutants(owner)):
            through = attacks_through(owner, mutant)
            if not through:
                left.append(mutant.guard)
            if say:
                ended = f"{len(through)}: {through[0]}" if through else "SURVIVES"
                print(f"{mutant.guard:72} {ended}")
    return left


def _drop(database: Database) -> None:
    server = make_conninfo(database.bootstrap, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')


if __name__ == "__main__":
    found = survivors(provision.locate(Path("var/mutants").absolute()), say=True)
    sys.exit(1 if found else 0)
