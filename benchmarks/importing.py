"""Import of a tape end to end, against a bare COPY of the same rows into a plain table."""

import csv
import io
import sys
from datetime import UTC, datetime

import numpy as np
from _bench import own_database, peak_megabytes, table, timed

from marketplace import accounts, demo, portfolios
from marketplace.core.bulk import driver_connection
from marketplace.core.db import db
from marketplace.demo.tape import HEADERS, _rows

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000


def main() -> None:
    now = datetime.now(UTC)
    rows = _rows(ROWS, np.random.default_rng(1), today=now.date(), as_of=now.date())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(rows)
    content = text.getvalue().encode()
    seconds: dict[str, float] = {}
    with own_database():
        demo.build_world(200, now=now, say=lambda words: None)
        by = accounts.user_by_email("manager@demo.example")
        entity = accounts.entities_of(by.organisation_id)[0]
        with timed(seconds, "import"):
            portfolios.import_tape_now(
                "bench.csv",
                content,
                portfolio_name="bench",
                entity_id=entity.id,
                by=by,
                now=now,
            )
            db.session.commit()
        columns = ", ".join(f"c{j} text" for j in range(len(HEADERS)))
        with timed(seconds, "copy"):
            with driver_connection().cursor() as cursor:
                cursor.execute(f"CREATE TEMP TABLE bare ({columns})")
                with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy:
                    copy.write(content)
            db.session.commit()
    rows_of_table = [("what", "seconds", "rows/s", "of bare COPY")]
    for name, took in seconds.items():
        share = seconds["copy"] / took
        rows_of_table.append((name, f"{took:.2f}", f"{ROWS / took:,.0f}", f"{share:.3f}"))
    table(
        f"Import of {ROWS:,} rows x {len(HEADERS)} columns: detect, map, check, encrypt, load",
        rows_of_table,
    )
    print(f"  peak memory {peak_megabytes():,.0f} MB")


if __name__ == "__main__":
    main()
