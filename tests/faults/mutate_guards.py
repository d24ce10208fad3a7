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

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import provision
from marketplace.core.db import db
from marketplace.core.provision import Database
from marketplace.migrations import running
from tests.attacking import refusal_of
from tests.faults.catalogue import ATTACKS, TABLES
from tests.faults.world import furnish

# Signatures have a test that is generated from the models (`tests/core/test_signatures.py`).
# Emptying one table empties those that refer to it, each with a guard of its own: what one of
# these is good for shows where the others are gone too.
TRIGGERS = """
SELECT t.tgname || ' on ' || c.relname, CASE WHEN t.tgtype & 32 = 0
       THEN format('DROP TRIGGER %%I ON %%I', t.tgname, c.relname)
       ELSE (SELECT string_agg(format('DROP TRIGGER %%I ON %%I', o.tgname, d.relname), ';')
               FROM pg_trigger o JOIN pg_class d ON d.oid = o.tgrelid
              WHERE NOT o.tgisinternal AND o.tgtype & 32 <> 0) END
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relname = ANY(%s) AND t.tgname NOT LIKE '%%_as_oneself'
"""
# Two kinds of keys guard nothing: one that holds the primary key is there to be referred to,
# and codes of seven digits come round again only where their number is too large for the sum.
CONSTRAINTS = """
SELECT o.conname, format('ALTER TABLE %%I DROP CONSTRAINT %%I', c.relname, o.conname)
  FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
 WHERE o.contype IN ('c', 'u') AND c.relname = ANY(%s) AND NOT (o.contype = 'u' AND EXISTS (
         SELECT 1 FROM pg_constraint p
          WHERE p.conrelid = o.conrelid AND p.contype = 'p' AND p.conkey <@ o.conkey))
   AND NOT (o.contype = 'u' AND EXISTS (
         SELECT 1 FROM pg_attrdef d WHERE d.adrelid = o.conrelid AND d.adnum = ANY(o.conkey)
            AND pg_get_expr(d.adbin, d.adrelid) ~ 'public_code\\(.*, 7\\)'))
"""
PARTIAL_KEYS = """
SELECT i.relname, format('DROP INDEX %%I', i.relname) FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
 WHERE x.indisunique AND x.indpred IS NOT NULL AND c.relname = ANY(%s)
"""
FUNCTIONS = """
SELECT DISTINCT p.proname, pg_get_functiondef(p.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND c.relname = ANY(%s) AND t.tgname NOT LIKE '%%_as_oneself'
 ORDER BY 1
"""
NEVER = "(?!)"
"""A pattern that not even an empty text has."""

_ENDS = re.compile(r"END \$function\$\s*$")
_PASSES = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $function$"
"""What follows where nothing is raised any more: the row passes."""


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
            yield Mutant(f"{name}: {one[1]}", _ENDS.sub(_PASSES, silent))


def attack_through(owner: psycopg.Connection, mutant: Mutant) -> str:
    """An attack that gets through without this guard; empty if every other guard holds."""
    with owner.transaction(force_rollback=True):
        owner.execute(mutant.removal.encode())
        for name in sorted(ATTACKS, key=lambda name: not _aims_at(mutant, ATTACKS[name][1])):
            if not refusal_of(owner, ATTACKS[name][0]):
                return name
    return ""


def _aims_at(mutant: Mutant, words: str) -> bool:
    """Is an attack that is turned down with these words likely to miss this guard?"""
    return any(part.split(" is append-only")[0] in mutant.guard for part in words.split("|"))


def failing_attacks(connection: psycopg.Connection, also: str = NEVER) -> dict[str, str]:
    """Attacks that are not turned down in the words of their guard, or those of `also`."""
    refusals = {name: refusal_of(connection, attack) for name, (attack, _) in ATTACKS.items()}
    return {
        name: refusal
        for name, refusal in refusals.items()
        if not re.search(f"{ATTACKS[name][1]}|{also}", refusal)
    }


def survivors(owner: psycopg.Connection, *, say: bool = False) -> list[str]:
    """The guards that can be taken away without any attack getting through."""
    left = []
    for mutant in list(mutants(owner)):
        through = attack_through(owner, mutant)
        if not through:
            left.append(mutant.guard)
        if say:
            print(f"{mutant.guard:72} {through or 'SURVIVES'}")
    return left


@contextmanager
def scratch(home: Path) -> Iterator[psycopg.Connection]:
    """The owner's connection to furnished books in a database of their own."""
    beside = provision.locate(home)
    made = Database(beside.bootstrap, f"{beside.name}_mutants", beside.passwords)
    _drop(made)
    provision.provision(made)
    try:
        running.upgrade(made)
        app = create_app(Settings(home=home), login="worker", database=made)
        with psycopg.connect(made.conninfo("owner")) as owner:
            furnish(app, owner)
            yield owner
            owner.rollback()
        with app.app_context():
            db.engine.dispose()
    finally:
        _drop(made)


def _drop(database: Database) -> None:
    server = make_conninfo(database.bootstrap, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')


if __name__ == "__main__":
    with scratch(Path("var/mutants").absolute()) as books:
        failing = failing_attacks(books)
        for attack, refusal in failing.items():
            print(f"{attack:72} NOT TURNED DOWN as it should be: {refusal}")
        found = survivors(books, say=True)
    sys.exit(1 if failing or found else 0)
