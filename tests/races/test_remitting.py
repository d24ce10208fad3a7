"""One statement's money and papers, with two people at them."""

import pytest
from flask import Flask

from marketplace import ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.settlement import Remittance, Statement, StatementStatus
from tests import factories
from tests.conftest import NOON, rows_of
from tests.factories import TODAY, someone
from tests.races.conftest import ONE, Look, at_once, enter_everybody


@pytest.fixture
def statement(committed: Flask) -> Statement:
    with transaction():
        enter_everybody()
        return factories.paid_by_bank()


def record(statement: Statement, by: User) -> Remittance:
    due = settlement.owed_minor(statement, settlement.part_of(by))
    return settlement.record_remittance(
        statement.id, amount_minor=due, paid_on=TODAY, bank_reference="B", by=by, now=NOON
    )


def test_a_payment_is_recorded_once(committed: Flask, statement: Statement) -> None:
    def pay(by: User, looked: Look) -> None:
        looked()
        record(statement, by)

    assert sorted(at_once(committed, ("fang", pay), ("clara", pay))) == ONE
    assert rows_of("remittances") == 1


@pytest.mark.parametrize(("payer", "first", "second"), [("fang", "fred", "amy"),
                                                        ("pia", "paul", "paul")])  # fmt: skip
def test_money_comes_once(
    committed: Flask, statement: Statement, payer: str, first: str, second: str
) -> None:
    with transaction():
        sent = record(statement, someone(payer)).id

    def confirm(by: User, looked: Look) -> None:
        looked(db.session.get_one(Remittance, sent))
        settlement.confirm_remittance(sent, by=by, now=NOON)

    assert sorted(at_once(committed, (first, confirm), (second, confirm))) == ONE
    factories.drain()
    assert len(factories.events("remittance.confirmed")) == 1
    assert rows_of("journals") == 2
    assert ledger.is_balanced()


def test_a_payment_comes_or_is_withdrawn(committed: Flask, statement: Statement) -> None:
    with transaction():
        sent = record(statement, someone("fang")).id

    def confirm(by: User, looked: Look) -> None:
        looked(db.session.get_one(Remittance, sent))
        settlement.confirm_remittance(sent, by=by, now=NOON)

    def withdraw(by: User, looked: Look) -> None:
        looked(db.session.get_one(Remittance, sent))
        settlement.withdraw_remittance(sent, reason="Bounced", by=by, now=NOON)

    ended = at_once(committed, ("fred", confirm), ("fang", withdraw))
    assert sorted(ended) == ONE
    status = factories.read(Statement, statement.id).status
    came = ended[0] == "done"
    assert status is (StatementStatus.RECEIVED if came else StatementStatus.INVOICED)


def test_an_invoice_is_entered_once(committed: Flask, statement: Statement) -> None:
    def enter(by: User, looked: Look) -> None:
        looked()
        factories.invoice(statement, "9" * 20, by=by)

    assert sorted(at_once(committed, ("fred", enter), ("fang", enter))) == ONE
    assert rows_of("received_invoices") == 2


def test_an_invoice_is_withdrawn_or_paid(committed: Flask, statement: Statement) -> None:
    with transaction():
        invoice = settlement.invoices_of(statement)[0].id

    def withdraw(by: User, looked: Look) -> None:
        looked()
        settlement.withdraw_invoice(invoice, reason="Wrong", by=by, now=NOON)

    def pay(by: User, looked: Look) -> None:
        looked()
        record(statement, by)

    ended = at_once(committed, ("fred", withdraw), ("fang", pay))
    assert sorted(ended) == ONE
    assert rows_of("remittances") == (1 if ended[1] == "done" else 0)
