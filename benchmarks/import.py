"""Import of a tape end to end, against two bare COPYs of the same rows.

Run as `python benchmarks/import.py ROWS`. Half a percent of the rows are defective. The stages
before the database are timed on their own, on the first 20 MB of the file; the import itself
does them all, and writes one piece while the next is judged.

One COPY puts the file's text into a table without a key. The other puts the rows as the import
left them, sealed and in minor units, into tables with the same keys and references: what is
beyond it is the work of reading, checking and sealing, and what is below it that of the guards.
"""

import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import IO

import numpy as np
import polars as pl
import psycopg
from _bench import own_database, table, timed
from _memory import above, forget
from sqlalchemy import text

from marketplace import accounts, portfolios
from marketplace.accounts import Kind, LegalEntity, Role, User
from marketplace.core.bulk import driver_connection
from marketplace.core.db import db
from marketplace.core.installation import installed, vault
from marketplace.demo.tape import HEADERS, _rows
from marketplace.portfolios.mapping import as_mapping, suggest_for
from marketplace.portfolios.sealing import person_indexes, sealed_people
from marketplace.portfolios.validating import Terms, judged

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
MORE = ("家庭地址", "备注")
FILLED = ("debtors", "cases", "case_balances")


def tape_of(count: int, today: date) -> bytes:
    """`count` rows x 20 columns, one of 200 without a name."""
    parts = []
    for start in range(0, count, 50_000):
        text = io.StringIO()
        writer = csv.writer(text)
        if not start:
            writer.writerow((*HEADERS, *MORE))
        size = min(50_000, count - start)
        rows = _rows(size, np.random.default_rng(start), today=today, as_of=today)
        for n, row in enumerate(rows, start):
            row[0] = f"{row[0]}-{n}"
            if n % 200 == 0:
                row[HEADERS.index("客户姓名")] = ""
        writer.writerows([*row, f"建设路{n}号", "已发送对账单"] for n, row in enumerate(rows))
        parts.append(text.getvalue().encode())
    return b"".join(parts)


def lender(now: datetime) -> tuple[User, int]:
    organisation, _invited = accounts.open_organisation(
        kind=Kind.LENDER, short_code="BENCH", name="Bench", name_zh="量",
        jurisdiction="CN", manager_email="m@bench.example", manager_name="M",
        role=Role.MANAGER, by=None, now=now,
    )  # fmt: skip
    user = User(organisation_id=organisation.id, email="m@bench.example", name="M",
                role=Role.MANAGER, created_at=now)  # fmt: skip
    entity = LegalEntity(organisation_id=organisation.id, name="Bench", created_at=now)
    db.session.add_all([user, entity])
    db.session.commit()
    return user, entity.id


def stages(content: bytes, today: date, seconds: dict[str, float]) -> int:
    """Time the stages before the database on the first piece; how many rows that is."""
    with timed(seconds, "read the file"):
        layout = portfolios.read_layout("bench.csv", content)
    with timed(seconds, "map the columns"):
        mapping = as_mapping(suggest_for(layout))
    with timed(seconds, "check every row"):
        cases = pl.concat(
            [one.cases for one in judged(layout, mapping, Terms("CN", "CNY", today))]
        )
    with timed(seconds, "index people"):
        indexes = person_indexes(cases["person"], 1, vault())
    with timed(seconds, "seal people, a key each"):
        sealed_people(cases, indexes, 1, vault())
    return layout.tables[0].body.height


def bare_copy(content: bytes, owner: psycopg.Connection) -> None:
    columns = ", ".join(f"c{j} text" for j in range(len(HEADERS) + len(MORE)))
    with owner.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare.file ({columns})")
        with cursor.copy("COPY bare.file FROM STDIN (FORMAT csv, HEADER)") as copy:
            for start in range(0, len(content), 1 << 20):
                copy.write(content[start : start + (1 << 20)])
    owner.commit()


@contextmanager
def written(table: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The rows of a table as COPY writes them, and the names of their columns."""
    found = db.session.scalars(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass)"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
        ),
        {"table": table},
    )
    columns = ", ".join(f'"{name}"' for name in found)
    with tempfile.TemporaryFile() as file:
        with driver_connection().cursor() as cursor:
            copy = f"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT binary)"
            with cursor.copy(copy) as parts:
                for part in parts:
                    file.write(part)
        file.seek(0)
        yield columns, file


def make_alike(owner: psycopg.Connection) -> None:
    """Tables with the columns, keys, checks and references of those that an import fills."""
    for name in FILLED:
        owner.execute(f"CREATE TABLE bare.{name} (LIKE public.{name} INCLUDING ALL)")
        references = owner.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            (f"public.{name}",),
        ).fetchall()
        for (reference,) in references:
            alike = re.sub(
                rf"REFERENCES ({'|'.join(FILLED)})\b", r"REFERENCES bare.\1", reference
            )
            owner.execute(f"ALTER TABLE bare.{name} ADD {alike}")
    owner.commit()


def guarded_copy(owner: psycopg.Connection, seconds: dict[str, float]) -> None:
    """COPY what the import left into tables alike, in one transaction."""
    make_alike(owner)
    took = 0.0
    for name in FILLED:
        with written(name) as (columns, file), timed(seconds, name), owner.cursor() as cursor:
            copy = f"COPY bare.{name} ({columns}) FROM STDIN (FORMAT binary)"
            with cursor.copy(copy) as parts:
                while part := file.read(1 << 20):
                    parts.write(part)
        took += seconds.pop(name)
    with timed(seconds, "commit"):
        owner.commit()
    seconds["COPY with keys and references"] = took + seconds.pop("commit")


def main() -> None:
    now = datetime.now(UTC)
    content = tape_of(ROWS, now.date())
    seconds: dict[str, float] = {}
    with own_database() as app:
        installed().upload_limit_mb = 1000
        by, entity = lender(now)
        start = forget()
        with timed(seconds, "the whole import"):
            tape = portfolios.import_tape_now(
                "bench.csv", content, portfolio_name="bench", entity_id=entity, by=by, now=now
            )
            db.session.commit()
        peak = start + above(start)
        with psycopg.connect(app.config["DATABASE"].conninfo("owner")) as owner:
            owner.execute("CREATE SCHEMA bare")
            with timed(seconds, "bare COPY"):
                bare_copy(content, owner)
            guarded_copy(owner, seconds)
        part = content[: content.index(b"\n", min(len(content), 20_000_000) - 1) + 1]
        apart: dict[str, float] = {}
        rows = stages(part, now.date(), apart)
    speed = {name: rows / took for name, took in apart.items()}
    speed |= {name: ROWS / took for name, took in seconds.items()}
    seconds = apart | seconds
    lines = [("what", "seconds", "rows/s", "of bare COPY", "of COPY with keys")]
    for name, took in seconds.items():
        bare, guarded = (
            speed[name] / speed[peer] for peer in ("bare COPY", "COPY with keys and references")
        )
        lines.append(
            (name, f"{took:.2f}", f"{speed[name]:,.0f}", f"{bare:.3f}", f"{guarded:.2f}")
        )
    table(f"Import of {ROWS:,} rows x {len(HEADERS) + len(MORE)} columns", lines)
    print(f"  {tape.counts['rows_valid']:,} cases; peak memory of the import {peak:,.0f} MB,")
    print(f"  {len(content) / 2**20:,.0f} MB of it the file itself")


if __name__ == "__main__":
    main()
