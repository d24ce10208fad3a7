"""The case list of a lender with 100,000 cases, as a page, against its query alone."""

import sys
from datetime import UTC, datetime
from time import perf_counter

import psycopg
from _bench import own_database, peak_megabytes, percentile, table
from sqlalchemy import text

from marketplace import accounts, demo
from marketplace.accounts import Browser
from marketplace.core.db import acting, db
from marketplace.web.security import acting_for

CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
ROUNDS = 60
PAGES = (
    "/lender/cases/",
    "/lender/cases/?sort=-dpd",
    "/lender/cases/?product=auto",
    "/lender/cases/?region=44&sort=balance",
)


def main() -> None:
    now = datetime.now(UTC)
    with own_database() as app:
        demo.build_world(CASES * 2, now=now, say=lambda words: None)
        db.session.commit()
        # Only the owner may; in service the server's own autovacuum does it.
        with psycopg.connect(
            app.config["DATABASE"].conninfo("owner"), autocommit=True
        ) as owner:
            owner.execute("ANALYZE")
        by = accounts.user_by_email("manager@demo.example")
        token = accounts.open_session(
            by, browser=Browser("127.0.0.1", "bench"), two_factor=True, now=now
        )
        db.session.commit()
        query_ms = _query(by)
        client = app.test_client()
        with client.session_transaction() as session:
            session["token"] = token
        page_ms = _pages(client)
    over = percentile(page_ms, 0.95) - percentile(query_ms, 0.95)
    table(
        f"List page of a lender with {CASES:,} cases, {len(page_ms)} requests",
        [
            ("what", "p50 ms", "p95 ms"),
            ("page", f"{percentile(page_ms, 0.5):.1f}", f"{percentile(page_ms, 0.95):.1f}"),
            (
                "its query alone",
                f"{percentile(query_ms, 0.5):.1f}",
                f"{percentile(query_ms, 0.95):.1f}",
            ),
        ],
    )
    print(f"  p95 over the query {over:.1f} ms; peak memory {peak_megabytes():,.0f} MB")


def _pages(client) -> list[float]:  # type: ignore[no-untyped-def]
    taken = []
    for page in PAGES:  # warm up: templates compiled, connections open
        client.get(page)
    for i in range(ROUNDS):
        started = perf_counter()
        answer = client.get(PAGES[i % len(PAGES)])
        taken.append(1000 * (perf_counter() - started))
        if answer.status_code != 200:
            raise SystemExit(f"the page answered {answer.status_code}")
    return taken


def _query(by: accounts.User) -> list[float]:
    """The same rows by hand-written SQL under the same policies."""
    wanted = text(
        "SELECT c.code, c.lender_case_no, d.name_masked, c.product, c.region, c.dpd,"
        " c.balance_minor FROM cases c JOIN debtors d ON d.id = c.debtor_id"
        " WHERE c.lender_id = :lender ORDER BY c.balance_minor DESC, c.id DESC LIMIT 50"
    )
    taken = []
    with acting(acting_for(by)):
        for _ in range(ROUNDS):
            started = perf_counter()
            db.session.execute(wanted, {"lender": by.organisation_id}).all()
            taken.append(1000 * (perf_counter() - started))
        db.session.rollback()
    return taken


if __name__ == "__main__":
    main()
