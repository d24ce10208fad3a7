"""What the rails do once, with two people asking."""

import pytest
from flask import Flask

from marketplace import rails, settlement
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.portfolios import PortfolioStatus
from marketplace.rails import flow
from marketplace.rails.gateway import DisputeFacts
from marketplace.rails.models import (
    OperationKind,
    OperationStatus,
    RailAccount,
    RailOperation,
    RailTransaction,
)
from marketplace.settlement import Statement, StatementStatus
from tests import factories
from tests.conftest import NOON, rows_of
from tests.factories import someone
from tests.races.conftest import ONE, Look, at_once, enter_everybody
from tests.rails.conftest import server, stripe_on

__all__ = ["server", "stripe_on"]

pytestmark = pytest.mark.usefixtures("stripe_on")


@pytest.fixture
def case_id(committed: Flask) -> int:
    with transaction():
        enter_everybody()
        clara = someone("clara")
        book = factories.portfolio(clara, 1, status=PortfolioStatus.PLACED, currency="USD")
        db.session.add(
            RailAccount(organisation_id=clara.organisation_id, country="US", account_ref="a",
                        charges_enabled=True, asked_by_id=clara.id, asked_at=NOON)
        )  # fmt: skip
        return factories.cases_of(book)[0].id


def test_a_payment_page_is_asked_for_once(committed: Flask, case_id: int) -> None:
    def ask(by: User, looked: Look) -> None:
        looked()
        rails.ask_for_checkout(case_id, 5_000, by=by, now=NOON)

    assert sorted(at_once(committed, ("clara", ask), ("aline", ask))) == ONE
    assert rows_of("rail_checkouts") == rows_of("rail_operations") == 1


def test_an_account_is_asked_for_once(committed: Flask, case_id: int) -> None:
    def ask(by: User, looked: Look) -> int:
        looked()
        return rails.ask_for_account("US", by=by, now=NOON).id

    first, second = at_once(committed, ("amy", ask), ("fred", ask))
    assert first == second
    assert rows_of("rail_operations") == 1


def test_a_movement_is_booked_once(committed: Flask, case_id: int) -> None:
    with transaction():
        db.session.add(
            RailTransaction(transaction_ref="po", kind="payout", amount_minor=-500, fee_minor=0,
                            net_minor=-500, currency="USD", source_ref="", moved_at=NOON)
        )  # fmt: skip
        rails.name_transaction("po", by=someone("pia"), now=NOON)

    def book(by: User, looked: Look) -> None:
        looked(db.session.scalars(db.select(RailTransaction)).one())
        rails.book_transaction("po", by=by, now=NOON)

    assert sorted(at_once(committed, ("paul", book), ("paul", book))) == ONE
    assert rows_of("journals") == 1


def test_a_proposal_is_approved_or_withdrawn_never_both(committed: Flask) -> None:
    with transaction():
        enter_everybody()
        statement = factories.paid_by_stripe()
        settlement.approve(statement.id, by=someone("paul"), now=NOON)
        for state in (StatementStatus.INVOICED, StatementStatus.PAID):
            settlement.carry(statement.id, state, now=NOON)
        number, lender, maker = statement.id, statement.lender_id, someone("pia").id
        db.session.add_all([
            RailOperation(op_id=f"{kind}:x", kind=kind, status=OperationStatus.PROPOSED,
                          organisation_id=lender, statement_id=number, amount_minor=1,
                          currency="USD", made_by_id=maker, planned_at=NOON, next_try_at=NOON)
            for kind in (OperationKind.REVERSAL, OperationKind.REFUND)
        ])  # fmt: skip

    def approve(by: User, looked: Look) -> None:
        looked()
        rails.approve_claw_back(number, by=by, now=NOON)

    def withdraw(by: User, looked: Look) -> None:
        looked()
        rails.withdraw_claw_back(number, by=by, now=NOON)

    assert sorted(at_once(committed, ("paul", approve), ("pia", withdraw))) == ONE
    with transaction():
        states = {one.status for one in rails.operations_of(number)}
    assert states in ({OperationStatus.PLANNED}, {OperationStatus.WITHDRAWN})


def test_billed_again_or_won_after_all_the_agency_is_paid_once(committed: Flask) -> None:
    with transaction():
        enter_everybody()
        statement = factories.paid_by_stripe()
        settlement.approve(statement.id, by=someone("paul"), now=NOON)
        for state in (StatementStatus.INVOICED, StatementStatus.TAKEN_BACK):
            settlement.carry(statement.id, state, now=NOON)
        number, code = statement.id, statement.code
        bill = {
            "kind": OperationKind.INVOICE, "organisation_id": statement.lender_id,
            "statement_id": number, "amount_minor": 29_680, "currency": "USD",
            "planned_at": NOON, "next_try_at": NOON,
        }  # fmt: skip
        db.session.add(
            RailOperation(op_id=f"invoice:{code}", status=OperationStatus.DONE, done_at=NOON,
                          external_ref="in_1", **bill)
        )  # fmt: skip
        rails.bill_again(number, by=someone("pia"), now=NOON)

    def approve(by: User, looked: Look) -> None:
        looked(db.session.get(Statement, number), rails.operations_of(number))
        rails.approve_bill_again(number, by=by, now=NOON)

    def win(_by: User, looked: Look) -> None:
        looked(db.session.get(Statement, number), rails.operations_of(number))
        flow.dispute_changed(DisputeFacts("du_1", "won", "in_1"), now=NOON)

    approved, won = at_once(committed, ("paul", approve), ("pia", win))
    assert won == "done"
    with transaction():
        kinds = [one.kind for one in rails.operations_of(number)]
        state = db.session.get_one(Statement, number, populate_existing=True).status
    if approved == "done":
        assert (kinds[2:], state) == ([OperationKind.REFUND], "approved")
    else:
        assert (kinds[2:], state) == ([OperationKind.TRANSFER], "invoiced")
