"""Balances computed from a million postings, as finance reads them, against a bare sum."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from time import perf_counter

import psycopg
from _bench import own_database, peak_megabytes, percentile, table, timed
from sqlalchemy import text

from marketplace import ledger
from marketplace.core.db import acting, db
from marketplace.core.provision import Database
from marketplace.core.tenancy import Acting, Audience
from marketplace.ledger import AccountKind

POSTINGS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
LINES = 4
FIRMS = 50
FIRST_DAY, DAYS = date(2025, 1, 1), 365
ROUNDS = 40
TABLES = ("journals", "postings", "journal_links")

LINK_ALL = """
DO $$
DECLARE
  previous bytea := decode(repeat('00', 32), 'hex');
  n bigint := 0;
  one bigint;
BEGIN
  FOR one IN SELECT id FROM journals ORDER BY id LOOP
    n := n + 1;
    previous := sha256(previous || convert_to(app.journal_body(one), 'UTF8'));
    INSERT INTO journal_links VALUES (n, one, previous);
  END LOOP;
END $$
"""


def main() -> None:
    seconds: dict[str, float] = {}
    with own_database() as app:
        with timed(seconds, "build"):
            _build(app.config["DATABASE"])
        with acting(Acting(Audience.FINANCE)):
            _report(_busiest(), seconds)
            db.session.rollback()


def _build(database: Database) -> None:
    """As the owner and with the guards off: a year of statements, linked afterwards."""
    with psycopg.connect(database.conninfo("owner"), autocommit=True) as owner:
        for one in TABLES:
            owner.execute(f"ALTER TABLE {one} DISABLE TRIGGER USER")
        _people_and_accounts(owner)
        rng = Random(7)
        with owner.cursor().copy(
            "COPY journals (id, idempotency_key, fingerprint, effective_on, booked_at, words,"
            " made_by_id, approved_by_id, transaction_id) FROM STDIN"
        ) as copy:
            for row in _journals(POSTINGS // LINES, rng):
                copy.write_row(row)
        with owner.cursor().copy(
            "COPY postings (journal_id, account_id, amount_minor, currency) FROM STDIN"
        ) as copy:
            for line in _postings(POSTINGS // LINES, rng):
                copy.write_row(line)
        owner.execute(LINK_ALL)
        for one in TABLES:
            owner.execute(f"ALTER TABLE {one} ENABLE TRIGGER USER")
        owner.execute("VACUUM ANALYZE")


def _people_and_accounts(owner: psycopg.Connection) -> None:
    owner.execute(
        "INSERT INTO organisations (short_code, kind, name, name_zh, jurisdiction, created_at)"
        f" SELECT 'F' || n, 'lender', 'F', 'F', 'CN', now() FROM generate_series(1, {FIRMS}) n;"
        "INSERT INTO users (organisation_id, email, name, role, totp_step, two_factor, locale,"
        " created_at) SELECT 1, n || '@example.org', 'N', 'finance', 0, false, 'en', now()"
        " FROM generate_series(1, 2) n;"
        # Accounts 1 and 2 are the platform's own; then a receivable and a memo for each firm.
        "INSERT INTO ledger_accounts (kind, organisation_id, currency)"
        " VALUES ('fee_income', NULL, 'CNY'), ('output_vat', NULL, 'CNY');"
        "INSERT INTO ledger_accounts (kind, organisation_id, currency)"
        f" SELECT k, n, 'CNY' FROM generate_series(1, {FIRMS}) n,"
        " unnest('{fee_receivable,memo_cash}'::text[]) k"
    )


def _journals(count: int, rng: Random) -> Iterator[tuple[object, ...]]:
    now = datetime.now(UTC)
    for n in range(1, count + 1):
        day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
        yield n, f"bench:{n}", "0" * 64, day, now, f"Statement {n}", 1, 2, 0


def _postings(count: int, rng: Random) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        firm = 3 + 2 * rng.randrange(FIRMS)
        fee = rng.randrange(1_000, 100_000)
        tax = fee * 6 // 100
        for account, amount in ((firm, fee + tax + 1), (1, -fee), (2, -tax)):
            yield n, account, amount, "CNY"
        yield n, firm + 1, -1, "CNY"


def _busiest() -> int:
    return int(
        db.session.execute(
            text("SELECT account_id FROM postings GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        ).scalar_one()
    )


def _report(busiest: int, seconds: dict[str, float]) -> None:
    middle = FIRST_DAY + timedelta(days=DAYS // 2)
    bare = text("SELECT sum(amount_minor) FROM postings WHERE account_id = :account")
    firm = partial(ledger.balance, AccountKind.FEE_RECEIVABLE, 1, "CNY")
    income = partial(ledger.balance, AccountKind.FEE_INCOME, None, "CNY")
    few = 5
    rows = [
        ("what", "p50 ms", "p95 ms"),
        _row("bare sum, busiest account", lambda: _one(bare, busiest), ROUNDS),
        _row("balance, busiest account", income, ROUNDS),
        _row("bare sum, a firm's account", lambda: _one(bare, 3), ROUNDS),
        _row("balance, a firm's account", firm, ROUNDS),
        _row("balance by day, a firm's account", lambda: firm(as_of=middle), ROUNDS),
        _row("journals, newest page", lambda: ledger.journals(limit=50), ROUNDS),
        _row("trial balance", ledger.balances, few),
        _row("trial balance by day", lambda: ledger.balances(as_of=middle), few),
        _row("every journal balanced", ledger.is_balanced, few),
        _row("chain followed", ledger.verify_chain, 1),
    ]
    table(f"{POSTINGS:,} postings in {POSTINGS // LINES:,} journals", rows)
    print(f"  built in {seconds['build']:.0f} s; peak memory {peak_megabytes():,.0f} MB")


def _one(query: object, account: int) -> None:
    db.session.execute(query, {"account": account}).scalar_one()  # type: ignore[call-overload]


def _row(what: str, act: Callable[[], object], rounds: int) -> tuple[str, str, str]:
    act()  # warm: pages read, plans known
    taken = []
    for _ in range(rounds):
        started = perf_counter()
        act()
        taken.append(1000 * (perf_counter() - started))
    return what, f"{percentile(taken, 0.5):.1f}", f"{percentile(taken, 0.95):.1f}"


if __name__ == "__main__":
    main()
