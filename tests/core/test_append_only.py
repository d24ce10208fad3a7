"""What has happened cannot be unmade: not by the application, not by the tables' owner."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from marketplace import casework, portfolios, settlement
from marketplace.casework import Channel, Outcome
from marketplace.core.db import db, transaction
from marketplace.core.provision import Database
from marketplace.portfolios import Portfolio
from tests import factories
from tests.conftest import NOON
from tests.factories import someone
from tests.portfolios.tapes import as_csv, good_row
from tests.refusing import refused_to_owner


@pytest.fixture
def owner(committed: Flask, database: Database) -> Iterator[psycopg.Connection]:
    """The owner's connection to a database in which everything has happened once."""
    with transaction():
        tell_everything()
    with psycopg.connect(database.conninfo("owner")) as connection:
        yield connection


def tell_everything() -> None:
    clara, amy, pia = someone("clara"), someone("amy"), someone("pia")
    placement = factories.placement(clara, amy)
    case = factories.cases_of(db.session.get_one(Portfolio, placement.portfolio_id))[0]
    colin = someone("colin")
    contact = casework.begin_contact(case.id, Channel.CALL, by=colin, now=NOON).contact
    assert contact is not None
    casework.finish_contact(contact.id, Outcome.NO_ANSWER, by=colin, now=NOON)
    factories.payment(case, verified_by=someone("aline"))
    statement = factories.statement(pia)
    settlement.confirm(statement.id, by=someone("fred"), now=NOON)
    settlement.confirm(statement.id, by=someone("fang"), now=NOON)
    settlement.approve(statement.id, by=someone("paul"), now=NOON)
    portfolios.import_tape_now(
        "tape.csv", as_csv([good_row(1)]), portfolio_name="Tape",
        entity_id=factories.entity(clara).id, by=clara, now=NOON,
    )  # fmt: skip


TABLES = (
    "audit_events", "contacts", "payments", "journals", "postings", "statements",
    "statement_lines", "case_balances",
)  # fmt: skip


def test_the_owner_can_change_delete_and_empty_nothing(owner: psycopg.Connection) -> None:
    for table in TABLES:
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,), table
        number = "case_id" if table == "case_balances" else "id"
        for change in (f"UPDATE {table} SET {number} = {number} + 1", f"DELETE FROM {table}"):
            with refused_to_owner(owner, "append-only|never changed"):
                owner.execute(change)
        with refused_to_owner(owner, "append-only"):
            owner.execute(f"TRUNCATE {table} CASCADE")


def test_the_owner_cannot_post_into_a_closed_journal(owner: psycopg.Connection) -> None:
    with refused_to_owner(owner, "is closed"):
        owner.execute(
            "INSERT INTO postings (journal_id, account_id, amount_minor, currency)"
            " SELECT journal_id, account_id, amount_minor, currency FROM postings"
        )


def test_a_journal_cannot_pretend_to_be_open_later(owner: psycopg.Connection) -> None:
    made = owner.execute(
        "INSERT INTO journals (idempotency_key, fingerprint, effective_on, booked_at, words,"
        " made_by_id, approved_by_id, transaction_id) SELECT 'later', fingerprint,"
        " effective_on, booked_at, '', made_by_id, approved_by_id, 999999999 FROM journals"
        " RETURNING transaction_id = pg_current_xact_id()::text::bigint"
    ).fetchone()
    assert made == (True,)
    owner.rollback()
