"""Payments through statements into the ledger, against TPC-B transactions of `pgbench`.

Run as `python benchmarks/settlement.py PAYMENTS`. Each statement is drafted, confirmed by both
sides and approved, each step in a transaction of its own; then its journal stands. `pgbench`
runs in the same database, with two clients for ten seconds.
"""

import re
import subprocess
import sys
from datetime import UTC, date, datetime

import psycopg
from _bench import own_database, peak_megabytes, table, timed
from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from marketplace import ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.core.embedded import find_binaries
from marketplace.core.provision import Database

PAYMENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
AGENCIES, CASES = 20, 20_000
FIRST, LAST = date(2026, 1, 1), date(2026, 2, 1)
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)

# Organisation 1 is the lender, 2 the platform, 3 and on the agencies; entities alike. Users 1
# and 2 are the lender's and the platform's makers, 3 approves, 4 and on are the agencies'.
BUILD = f"""
INSERT INTO organisations (short_code, kind, name, name_zh, jurisdiction, created_at)
  SELECT 'O' || n, CASE n WHEN 1 THEN 'lender' WHEN 2 THEN 'platform' ELSE 'agency' END,
         'O', 'O', 'CN', now() FROM generate_series(1, {AGENCIES + 2}) n;
INSERT INTO users (organisation_id, email, name, role, totp_step, two_factor, locale,
    created_at)
  SELECT CASE WHEN n < 3 THEN n WHEN n = 3 THEN 2 ELSE n - 1 END, n || '@example.org', 'N',
         'finance', 0, false, 'en', now() FROM generate_series(1, {AGENCIES + 3}) n;
INSERT INTO legal_entities (organisation_id, name, country, created_at)
  SELECT id, 'E', 'CN', now() FROM organisations ORDER BY id;
INSERT INTO tax_statuses (entity_id, kind, rate_bps, valid_from)
  SELECT id, 'general', 600, '2020-01-01' FROM legal_entities;
INSERT INTO framework_contracts (lender_id, agency_id, lender_entity_id, agency_entity_id,
    number, signed_on, valid_from, valid_to, tail_days, rail, recorded_at)
  SELECT 1, n, 1, n, 'C' || n, '2025-01-01', '2025-01-01', '2030-01-01', 30, 'bank', now()
    FROM generate_series(3, {AGENCIES + 2}) n;
INSERT INTO portfolios (lender_id, entity_id, name, currency, balance_as_of, cases,
    balance_minor, principal_minor, status, created_at)
  VALUES (1, 1, 'P', 'CNY', '2025-12-31', {CASES}, 0, 0, 'placed', now());
INSERT INTO debtors (lender_id, person_index, time_zone)
  SELECT 1, decode(lpad(to_hex(n), 32, '0'), 'hex'), 'Asia/Shanghai'
    FROM generate_series(1, {CASES}) n;
INSERT INTO cases (lender_id, entity_id, portfolio_id, debtor_id, lender_case_no, product,
    region, currency, principal_minor, interest_minor, fees_minor, balance_minor,
    balance_as_of, dpd, placement_round, security, litigation, hold_flags, features)
  SELECT 1, 1, 1, n, 'N' || n, 'credit_card', '31', 'CNY', 2000000, 0, 0, 2000000,
         '2025-12-31', 200 + n % 900, 1, 'unsecured', 'none', '{{}}', '{{}}'
    FROM generate_series(1, {CASES}) n;
INSERT INTO placements (lender_id, agency_id, portfolio_id, contract_id, lender_entity_id,
    agency_entity_id, award_reference, currency, round, result_weight_bps, rates_include_tax,
    cases, balance_minor, starts_on, recall_due_on, answer_due_at, status, offered_by_id,
    offered_at)
  SELECT 1, c.agency_id, 1, c.id, 1, c.agency_entity_id, 'A', 'CNY', 1, 7000, false,
         {CASES // AGENCIES}, 2000000, '2026-01-01', '2026-07-01', now(), 'accepted', 1, now()
    FROM framework_contracts c ORDER BY c.id;
INSERT INTO placement_cases (placement_id, case_id, lender_id, agency_id, rate_bps,
    placed_balance_minor, segment, debtor_id, round, dpd, product, secured, litigated, open)
  SELECT 1 + c.id % {AGENCIES}, c.id, 1, 3 + c.id % {AGENCIES}, 1500 + 100 * (c.id % 7),
         c.balance_minor, 's', c.debtor_id, 1, c.dpd, c.product, false, false, true
    FROM cases c;
INSERT INTO payments (lender_id, agency_id, case_id, placement_id, value_on, posted_on,
    amount_minor, currency, source, method, ledger_ref, reported_by_id, reported_at,
    verified_by_id, verified_at)
  SELECT 1, pc.agency_id, pc.case_id, pc.placement_id, DATE '2026-01-02' + n % 29,
         DATE '2026-01-02' + n % 29, 1000 + (n * 7919) % 90000, 'CNY', 'lender_ledger',
         'voluntary', 'R' || n, 1, now(), 3, now()
    FROM generate_series(1, {PAYMENTS}) n
    JOIN placement_cases pc ON pc.case_id = 1 + n % {CASES};
"""


def main() -> None:
    seconds: dict[str, float] = {}
    with own_database() as app:
        database: Database = app.config["DATABASE"]
        with psycopg.connect(database.conninfo("owner"), autocommit=True) as owner:
            owner.execute(BUILD)
            owner.execute("VACUUM ANALYZE")
        statements = settle(seconds)
        with timed(seconds, "prove every journal balanced"):
            assert ledger.is_balanced()  # noqa: S101
        stated = db.session.execute(text("SELECT sum(payments) FROM statements")).scalar_one()
        assert stated == PAYMENTS  # noqa: S101
        db.session.rollback()
        tps = tpcb(database)
    whole = seconds["draft"] + seconds["confirm"] + seconds["approve and post"]
    rows = [("what", "seconds", "payments/s", "of TPC-B transactions/s")]
    for name, took in (*seconds.items(), ("payments to posted journals", whole)):
        rows.append((name, f"{took:.2f}", f"{PAYMENTS / took:,.0f}",
                     f"{PAYMENTS / took / tps:.1f}"))  # fmt: skip
    table(f"{PAYMENTS:,} payments in {statements} statements", rows)
    print(f"  pgbench, 2 clients: {tps:,.0f} transactions/s; peak memory", end=" ")
    print(f"{peak_megabytes():,.0f} MB")


def settle(seconds: dict[str, float]) -> int:
    """Every statement that is due, from draft to posting; how many."""
    people = select(User).options(joinedload(User.organisation)).order_by(User.id)
    lender, maker, checker, *agents = db.session.scalars(people)
    by_agency = {agent.organisation_id: agent for agent in agents}
    drafted = []
    with timed(seconds, "draft"):
        for due in settlement.due_statements(LAST):
            with transaction():
                made = settlement.draft_statement(
                    due, period_start=FIRST, period_end=LAST, by=maker, now=NOW
                )
                drafted.append((made.id, due.agency_id))
    with timed(seconds, "confirm"):
        for statement_id, agency_id in drafted:
            for by in (by_agency[agency_id], lender):
                with transaction():
                    settlement.confirm(statement_id, by=by, now=NOW)
    with timed(seconds, "approve and post"):
        for statement_id, _agency_id in drafted:
            with transaction():
                settlement.approve(statement_id, by=checker, now=NOW)
    return len(drafted)


def tpcb(database: Database) -> float:
    """Transactions per second of pgbench's own mix, in the same database."""
    tool, target = str(find_binaries() / "pgbench"), database.conninfo("owner")
    subprocess.run([tool, "-i", "-q", "-s", "10", target], check=True, capture_output=True)
    said = subprocess.run(
        [tool, "-c", "2", "-j", "2", "-T", "10", target],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", said)
    assert found is not None  # noqa: S101
    return float(found.group(1))


if __name__ == "__main__":
    main()
