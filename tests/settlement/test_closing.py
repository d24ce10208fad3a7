"""A statement that leaves nothing to pay is closed, and no other one is."""

from datetime import timedelta

import pytest

from marketplace import checks, ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.settlement import Statement, StatementStatus
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY
from tests.settlement.test_remitting import confirm, pay

pytestmark = pytest.mark.usefixtures("app", "fred", "fang", "pia", "paul")


def state_of(statement: Statement) -> StatementStatus:
    factories.drain()
    db.session.refresh(statement)
    return statement.status


def came_and_went() -> Statement:
    """100.00 paid and taken back within the period: nothing is due, and there is no fee."""
    first = factories.paid_by_bank(approve=False)
    settlement.cancel(first.id, reason="late reversal", by=factories.someone("pia"), now=NOON)
    factories.payment(
        factories.any_case(), -10_000, reference="back", reverses="R1",
        verified_by=factories.someone("aline"),
    )  # fmt: skip
    return factories.settle(TODAY + timedelta(days=1), approve=False)


def test_what_leaves_nothing_to_pay_is_closed_with_its_approval(paul: User) -> None:
    statement = came_and_went()
    assert (statement.due_minor, statement.billed_minor, statement.payments) == (0, 0, 2)
    assert state_of(statement) is StatementStatus.LENDER_CONFIRMED
    settlement.approve(statement.id, by=paul, now=NOON)
    assert statement.status is StatementStatus.APPROVED
    assert state_of(statement) is StatementStatus.CLOSED
    assert [event.details["status"] for event in factories.events("statement.carried")] == [
        "closed"
    ]
    checks.check_books(now=NOON)
    assert ledger.open_incidents() == 0


def test_asked_twice_it_is_closed_once(paul: User) -> None:
    statement = came_and_went()
    settlement.approve(statement.id, by=paul, now=NOON)
    state_of(statement)
    settlement.close_settled(factories.event("statement.approved", statement.id), now=NOON)
    assert len(factories.events("statement.carried")) == 1


def test_what_leaves_something_to_pay_stays_open() -> None:
    statement = factories.paid_by_bank()
    assert state_of(statement) is StatementStatus.INVOICED


def test_a_fee_alone_keeps_it_open_until_it_is_paid(pia: User, paul: User) -> None:
    """Commission that a debt eats up: nothing is due to the agency, but there is a fee."""
    debt, next_one = _eaten_up()
    assert debt.carried_out_minor < 0
    assert (next_one.due_minor, next_one.billed_minor > 0) == (0, True)
    assert state_of(next_one) is StatementStatus.APPROVED
    confirm(pay(next_one, pia), paul)
    assert state_of(next_one) is StatementStatus.APPROVED, "its commission is not invoiced yet"
    factories.invoice(next_one)
    assert state_of(next_one) is StatementStatus.CLOSED


def _eaten_up() -> tuple[Statement, Statement]:
    """A statement that is taken back whole, and a smaller one after it."""
    first = factories.paid_by_bank()
    confirm(pay(first, factories.someone("fang")), factories.someone("fred"))
    case, aline = factories.any_case(), factories.someone("aline")
    factories.payment(case, -10_000, reference="back", reverses="R1", verified_by=aline)
    debt = factories.settle(TODAY + timedelta(days=1), approve=False)
    factories.invoice(debt, red_reference="31012026030200001")
    settlement.approve(debt.id, by=factories.someone("paul"), now=NOON)
    factories.payment(case, 4_000, reference="more", verified_by=aline)
    next_one = factories.settle(TODAY + timedelta(days=2))
    return debt, next_one
