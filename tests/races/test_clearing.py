"""A debt is repaid, given up or taken over: one of them, with two people at it."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.settlement import DebtClearance, Statement
from tests import factories
from tests.conftest import NOON, rows_of
from tests.factories import TODAY, someone
from tests.races.conftest import ONE, Look, at_once, enter_everybody
from tests.settlement.test_clearing import owe

NEXT = (TODAY + timedelta(days=2), TODAY + timedelta(days=30))


@pytest.fixture
def debt(committed: Flask) -> Statement:
    with transaction():
        enter_everybody()
        return owe()


def repay(debt: Statement, by: User) -> int:
    return settlement.record_repayment(
        debt.id, paid_on=TODAY, bank_reference="B", by=by, now=NOON
    ).id


def test_a_debt_is_ended_once(committed: Flask, debt: Statement) -> None:
    def pay(by: User, looked: Look) -> None:
        looked(db.session.get(Statement, debt.id))
        repay(debt, by)

    def give_up(by: User, looked: Look) -> None:
        looked(db.session.get(Statement, debt.id))
        settlement.propose_write_off(debt.id, reason="x", by=by, now=NOON)

    assert sorted(at_once(committed, ("fred", pay), ("fang", give_up))) == ONE
    assert rows_of("debt_clearances") == 1


def test_a_debt_is_ended_or_taken_over(committed: Flask, debt: Statement) -> None:
    with transaction():
        factories.payment(
            factories.any_case(), 50_000, reference="R2", verified_by=someone("aline")
        )

    def draft(by: User, looked: Look) -> None:
        looked(settlement.debts_of(db.session.get_one(Statement, debt.id)))
        factories.statement(by, start=NEXT[0], end=NEXT[1])

    def pay(by: User, looked: Look) -> None:
        looked(settlement.taken_over_by(db.session.get_one(Statement, debt.id)))
        repay(debt, by)

    drafted, paid = at_once(committed, ("pia", draft), ("fred", pay))
    assert drafted == "done", "whoever comes second takes over nothing"
    with transaction():
        taken = db.session.scalars(
            db.select(Statement.carried_in_minor).order_by(Statement.id.desc())
        ).first()
    assert taken == (0 if paid == "done" else -26_500)


def test_it_comes_or_is_withdrawn_and_is_posted_once(committed: Flask, debt: Statement) -> None:
    with transaction():
        made = repay(debt, someone("fred"))

    def confirm(by: User, looked: Look) -> None:
        looked(db.session.get_one(DebtClearance, made))
        settlement.confirm_clearance(made, by=by, now=NOON)

    def withdraw(by: User, looked: Look) -> None:
        looked(db.session.get_one(DebtClearance, made))
        settlement.withdraw_clearance(made, reason="x", by=by, now=NOON)

    journals = rows_of("journals")
    confirmed, withdrawn = at_once(committed, ("fang", confirm), ("fred", withdraw))
    assert sorted([confirmed, withdrawn]) == ONE
    factories.drain()
    assert rows_of("journals") - journals == (1 if confirmed == "done" else 0)
