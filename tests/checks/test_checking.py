"""The daily self-check finds any difference of one minor unit, once, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from flask import Flask

from marketplace import checks, ledger, settlement
from marketplace.core.db import db, transaction
from marketplace.core.provision import Database
from marketplace.portfolios import Portfolio
from marketplace.reactions import PERIODIC, drain
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY, someone

END = TODAY + timedelta(days=30)


@pytest.fixture
def owner(committed: Flask, database: Database) -> Iterator[psycopg.Connection]:
    """The owner of a world with an approved statement and one that takes back a payment."""
    with transaction():
        tell()
    with psycopg.connect(database.conninfo("owner")) as connection:
        yield connection


def tell() -> None:
    placed = factories.placement(someone("clara"), someone("amy"), rate_bps=2500)
    cases = factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))
    for i, amount in enumerate((10_001, 20_001, 333)):
        factories.payment(cases[i], amount, reference=f"R{i}", verified_by=someone("aline"))
    approved(factories.statement(someone("pia")))
    factories.payment(
        cases[0], -10_001, reference="back", reverses="R0", value_on=END - timedelta(days=1),
        verified_by=someone("aline"),
    )  # fmt: skip
    factories.payment(cases[1], 501, reference="R9", verified_by=someone("aline"))
    approved(factories.statement(someone("pia"), start=END, end=END + timedelta(days=30)))


def approved(statement: settlement.Statement) -> None:
    settlement.confirm(statement.id, by=someone("fred"), now=NOON)
    settlement.confirm(statement.id, by=someone("fang"), now=NOON)
    settlement.approve(statement.id, by=someone("paul"), now=NOON)


def check() -> set[str]:
    """The kinds of the incidents that are open after a check."""
    with transaction():
        checks.check_books(now=NOON)
    return {incident.kind for incident in ledger.incidents(open_only=True)}


def tamper(owner: psycopg.Connection, table: str, *changes: str) -> None:
    """Change rows as nobody may, with the guards switched off."""
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for change in changes:
        assert owner.execute(change).rowcount > 0
    owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    owner.commit()


FIRST = "(SELECT min(id) FROM statements)"


@pytest.mark.parametrize(
    ("table", "change", "kinds"),
    [
        (
            "statements",
            f"UPDATE statements SET commission_minor = commission_minor + 1 WHERE id = {FIRST}",
            {"statement_commission", "statement_tax", "lender_owes", "agency_earned"},
        ),
        (
            "statements",
            f"UPDATE statements SET gross_minor = gross_minor - 1 WHERE id = {FIRST}",
            {"statement_cash"},
        ),
        (
            "statements",
            "UPDATE statements SET commission_tax_minor = commission_tax_minor + 1"
            f" WHERE id = {FIRST}",
            {"statement_tax", "lender_owes", "agency_earned"},
        ),
        (
            "statements",
            f"UPDATE statements SET fee_minor = fee_minor + 1 WHERE id = {FIRST}",
            {"statement_fee", "lender_owes"},
        ),
        (
            "statements",
            f"UPDATE statements SET fee_tax_minor = fee_tax_minor - 1 WHERE id = {FIRST}",
            {"statement_fee_tax", "lender_owes"},
        ),
        (
            "statements",
            f"UPDATE statements SET carried_in_minor = -7 WHERE id > {FIRST}",
            {"statement_carried"},
        ),
        (
            "statements",
            f"UPDATE statements SET fee_carried_in_minor = -7 WHERE id > {FIRST}",
            {"statement_carried"},
        ),
        (
            "statements",
            "UPDATE statements SET quality_minor = quality_minor - 1,"
            f" quality_bps = quality_bps - 1 WHERE id = {FIRST}",
            {
                "statement_quality",
                "line_basis",
                "line_shares",
                "statement_tax",
                "lender_owes",
                "agency_earned",
            },
        ),
        (
            "statements",
            "UPDATE statements SET tax_by_rate = jsonb_set(tax_by_rate, '{0,0}', '700')"
            f" WHERE id = {FIRST}",
            {"statement_tax"},
        ),
        (
            "statement_lines",
            "UPDATE statement_lines SET tax_bps = 0, score_bps = 0 WHERE gross_minor = 20001",
            {"line_basis"},
        ),
        (
            "statements",
            f"UPDATE statements SET holdback_bps = 100 WHERE id = {FIRST}",
            {"statement_holdback"},
        ),
        (
            "statements",
            f"UPDATE statements SET released_minor = released_minor + 1 WHERE id = {FIRST}",
            {"statement_released", "statement_tax", "lender_owes", "agency_earned"},
        ),
        (
            "postings",
            "UPDATE postings SET amount_minor = amount_minor + CASE journal_id WHEN (SELECT"
            " min(journal_id) FROM statements) THEN 1 ELSE -1 END * CASE (SELECT kind FROM"
            " ledger_accounts WHERE id = account_id) WHEN 'fee_receivable' THEN 1 ELSE -1 END"
            " WHERE account_id IN (SELECT id FROM ledger_accounts WHERE kind IN"
            " ('fee_receivable', 'fee_income'))",
            {"journal_chain", "lender_owes"},
        ),
        *(
            (
                "statement_lines",
                f"UPDATE statement_lines SET {share} = {share} + 1 WHERE gross_minor = 20001",
                {"line_shares"} | also,
            )
            for share, also in (
                ("quality_minor", {"line_rounding", "statement_tax"}),
                ("fee_minor", set()),
                ("holdback_minor", {"line_rounding", "statement_tax"}),
                ("tax_minor", {"line_rounding"}),
                ("fee_tax_minor", {"line_rounding"}),
            )
        ),
        (
            # The sums are right, and two lines are not.
            "statement_lines",
            "UPDATE statement_lines SET fee_minor = fee_minor"
            " + CASE gross_minor WHEN 20001 THEN 5 ELSE -5 END"
            " WHERE gross_minor IN (20001, 333)",
            {"line_rounding"},
        ),
        (
            # The second takes back what the first, if it was undone, never gave.
            "statements",
            f"UPDATE statements SET undone_at = now() WHERE id = {FIRST}",
            {
                "statement_undone",
                "statement_commission",
                "statement_cash",
                "statement_fee",
                "statement_fee_tax",
            },
        ),
        (
            "statement_lines",
            "UPDATE statement_lines SET rate_bps = 2600, unrounded = gross_minor * 2600"
            " WHERE gross_minor = 20001",
            {"statement_commission", "contract_rates", "line_rounding"},
        ),
        (
            "statement_lines",
            "UPDATE statement_lines SET unrounded = unrounded + 10000"
            " WHERE gross_minor = 20001",
            {"line_commission", "contract_rates"},
        ),
        (
            "statement_lines",
            "UPDATE statement_lines SET commission_minor = commission_minor + 2"
            " WHERE gross_minor = 20001",
            {"line_rounding", "statement_tax"},
        ),
        (
            "payments",
            "UPDATE payments SET amount_minor = amount_minor + 1 WHERE amount_minor = 333",
            {"payment_cash"},
        ),
        (
            "placement_cases",
            "UPDATE placement_cases SET rate_bps = rate_bps + 1",
            {"contract_rates"},
        ),
        (
            "postings",
            "UPDATE postings SET amount_minor = amount_minor + 1 WHERE account_id IN"
            " (SELECT id FROM ledger_accounts WHERE kind = 'fee_receivable')"
            " AND amount_minor > 0",
            {"journal_chain", "lender_owes", "unbalanced_journal"},
        ),
        (
            "journals",
            "UPDATE journals SET idempotency_key = 'statement:0'"
            " WHERE id = (SELECT min(id) FROM journals)",
            {"journal_chain", "stray_journal"},
        ),
        (
            "audit_events",
            "UPDATE audit_events SET details = '{}' WHERE action = 'statement.approved'",
            {"audit_chain"},
        ),
        (
            "audit_events",
            "DELETE FROM audit_events WHERE (chain, sequence) IN"
            " (SELECT chain, sequence FROM audit_heads WHERE sequence > 0)",
            {"audit_chain"},
        ),
    ],
)
def test_a_tampered_row_opens_incidents(
    owner: psycopg.Connection, table: str, change: str, kinds: set[str]
) -> None:
    assert check() == set()
    tamper(owner, table, change)
    assert check() == kinds
    opened = rows_of("incidents")
    assert check() == kinds
    assert rows_of("incidents") == opened


def test_a_fee_paid_back_that_was_never_billed_is_seen(owner: psycopg.Connection) -> None:
    """The payment is excluded after the fact, its reversal is not."""
    tamper(owner, "statement_lines", "UPDATE statement_lines SET kind = 'excluded',"
           " commission_minor = 0 WHERE gross_minor = 10001")  # fmt: skip
    found = {row.subject for row in rows("statement_cash")}
    assert len(found) == 2, "of the statement of either line"


def rows(kind: str) -> list[ledger.Incident]:
    check()
    return [row for row in ledger.incidents(open_only=True) if row.kind == kind]


def test_an_incident_says_by_how_much(owner: psycopg.Connection) -> None:
    tamper(owner, "statements", f"UPDATE statements SET fee_minor = 911 WHERE id = {FIRST}")
    assert "statement_fee" in check()
    said = {row.kind: row.details for row in ledger.incidents(open_only=True)}
    assert said["statement_fee"] == {
        "currency": "CNY", "expected_minor": 910, "found_minor": 911, "difference_minor": 1,
    }  # fmt: skip


def test_a_difference_that_stays_is_opened_again_after_it_was_closed(
    owner: psycopg.Connection,
) -> None:
    tamper(owner, "statements", f"UPDATE statements SET gross_minor = 1 WHERE id = {FIRST}")
    assert "statement_cash" in check()
    with transaction():
        for incident in ledger.incidents(open_only=True):
            ledger.close_incident(incident.id, note="Looked at", by=someone("paul"), now=NOON)
    assert "statement_cash" in check()


def test_journals_cut_off_since_the_last_check_are_missed(owner: psycopg.Connection) -> None:
    assert check() == set()
    tamper(owner, "journal_links", "DELETE FROM journal_links WHERE sequence = 2")
    tamper(owner, "postings", "DELETE FROM postings WHERE journal_id ="
           " (SELECT max(id) FROM journals)")  # fmt: skip
    owner.execute("ALTER TABLE statements DISABLE TRIGGER USER")
    owner.execute("UPDATE statements SET journal_id = NULL, approved_at = NULL,"
                  " approved_by_id = NULL, status = 'cancelled'"
                  " WHERE journal_id = (SELECT max(id) FROM journals)")  # fmt: skip
    owner.execute("ALTER TABLE statements ENABLE TRIGGER USER")
    owner.commit()
    tamper(owner, "journals", "DELETE FROM journals WHERE id = (SELECT max(id) FROM journals)")
    assert check() == {"journal_chain"}


def test_the_worker_checks_daily_and_when_asked(owner: psycopg.Connection) -> None:
    assert checks.TASK in PERIODIC
    with transaction():
        assert checks.ask_for_check()
        assert not checks.ask_for_check()
    drain(NOON)
    last = checks.last_check()
    assert (last.statements, last.journals, last.differences) == (2, 2, 0)
    assert last.audit_events > 0


def test_finance_and_staff_see_checks(owner: psycopg.Connection) -> None:
    check()
    for name in ("pia", "olga"):
        with as_user(someone(name)):
            assert rows_of("book_checks") == 1
            db.session.rollback()
