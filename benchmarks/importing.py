"""Import of a tape end to end, against a bare COPY of the same rows into a plain table.

Run as `python benchmarks/importing.py ROWS`. The stages are timed on their own, on the same
file; the import itself does them all, and the loading that is left.
"""

import csv
import gc
import io
import sys
from datetime import UTC, date, datetime

import numpy as np
from _bench import own_database, peak_megabytes, table, timed

from marketplace import accounts, portfolios
from marketplace.accounts import Kind, LegalEntity, Role, User
from marketplace.core.bulk import driver_connection
from marketplace.core.db import db
from marketplace.core.installation import installed, vault
from marketplace.demo.tape import HEADERS, _rows
from marketplace.portfolios.mapping import as_mapping, suggest_for
from marketplace.portfolios.sealing import person_indexes, sealed_people
from marketplace.portfolios.validating import Terms, validate

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
MORE = ("家庭地址", "备注")


def tape_of(count: int, today: date) -> bytes:
    """`count` rows x 20 columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow((*HEADERS, *MORE))
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        rows = _rows(size, np.random.default_rng(start), today=today, as_of=today)
        for n, row in enumerate(rows, start):
            row[0] = f"{row[0]}-{n}"
        writer.writerows([*row, f"建设路{n}号", "已发送对账单"] for n, row in enumerate(rows))
    return text.getvalue().encode()


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


def stages(content: bytes, today: date, seconds: dict[str, float]) -> None:
    with timed(seconds, "read the file"):
        layout = portfolios.read_layout("bench.csv", content)
    with timed(seconds, "map the columns"):
        mapping = as_mapping(suggest_for(layout))
    with timed(seconds, "check every row"):
        checked = validate(layout, mapping, Terms("CN", "CNY", today))
    with timed(seconds, "index people"):
        indexes = person_indexes(checked.cases["person"], 1, vault())
    with timed(seconds, "seal people, a key each"):
        sealed_people(checked.cases, indexes, 1, vault())


def main() -> None:
    now = datetime.now(UTC)
    content = tape_of(ROWS, now.date())
    seconds: dict[str, float] = {}
    with own_database():
        installed().upload_limit_mb = 1000
        by, entity = lender(now)
        stages(content, now.date(), seconds)
        gc.collect()
        print(f"peak memory of the stages {peak_megabytes():,.0f} MB", file=sys.stderr)
        with timed(seconds, "the whole import"):
            tape = portfolios.import_tape_now(
                "bench.csv", content, portfolio_name="bench", entity_id=entity, by=by, now=now
            )
            db.session.commit()
        valid = tape.counts["rows_valid"]
        columns = ", ".join(f"c{j} text" for j in range(len(HEADERS) + len(MORE)))
        with timed(seconds, "bare COPY"):
            with driver_connection().cursor() as cursor:
                cursor.execute(f"CREATE TEMP TABLE bare ({columns})")
                with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy:
                    copy.write(content)
            db.session.commit()
    rows_of_table = [("what", "seconds", "rows/s", "of bare COPY")]
    for name, took in seconds.items():
        share = seconds["bare COPY"] / took
        rows_of_table.append((name, f"{took:.2f}", f"{ROWS / took:,.0f}", f"{share:.3f}"))
    table(f"Import of {ROWS:,} rows x {len(HEADERS) + len(MORE)} columns", rows_of_table)
    print(f"  {valid:,} cases; peak memory {peak_megabytes():,.0f} MB")


if __name__ == "__main__":
    main()
