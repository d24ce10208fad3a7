"""A statement whose payment the lender's bank took back: billed again, or taken back whole."""

from datetime import timedelta

import pytest

from marketplace import checks, ledger, rails, settlement
from marketplace.core.db import db
from marketplace.rails import OperationKind, OperationStatus, RailOperation
from marketplace.settlement import LineKind, Statement, StatementStatus
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY, drain, someone
from tests.rails.story import Story, operation, status_of
from tests.refusing import refused, refused_by_database
from tests.stripe_server import Kind

FEES = {"fee_income": -3_000, "output_vat": -180}
COSTS = {"stripe_balance": -2_000, "stripe_cost": 2_000}
"""What a payment and a dispute of it cost, and nothing else is left."""


@pytest.fixture
def charged_back(set_up: Story, approved: Statement) -> Statement:
    drain()
    charge_back(set_up, set_up.pay())
    return approved


def charge_back(story: Story, charge: str) -> str:
    """The platform has passed the money on before; the bank takes it from the platform."""
    story.ring()
    dispute = story.server.dispute(charge)
    story.ring()
    return str(dispute["id"])


def bill_again(statement: Statement) -> None:
    rails.bill_again(statement.id, by=someone("pia"), now=NOON)
    rails.approve_bill_again(statement.id, by=someone("paul"), now=NOON)
    drain()


def take_back(statement: Statement) -> None:
    rails.claw_back(statement.id, by=someone("pia"), now=NOON)
    rails.approve_claw_back(statement.id, by=someone("paul"), now=NOON)
    drain()


def pay_the_open_one(story: Story) -> str:
    (invoice,) = [one for one in story.server.made("in") if one["status"] == "open"]
    return str(story.server.pay_invoice(invoice["id"], fee=500)["id"])


def made(story: Story) -> tuple[int, ...]:
    """Invoices, transfers, reversals and refunds at Stripe."""
    return tuple(len(story.server.made(kind)) for kind in ("in", "tr", "trr", "re"))


def differences() -> list[str]:
    checks.check_books(now=NOON)
    return [one.kind for one in ledger.incidents(open_only=True)]


def win(story: Story, dispute: str) -> None:
    story.server.close_dispute(dispute, won=True)
    story.ring(copies=2, shuffle=3)


def test_billed_again_and_paid_nobody_owes_anything(
    set_up: Story, charged_back: Statement
) -> None:
    assert status_of(charged_back) == "taken_back"
    bill_again(charged_back)
    assert status_of(charged_back) == "invoiced"
    bills = {one["status"]: one["total"] for one in set_up.server.made("in")}
    assert bills == {"paid": 29_680, "open": 29_680}
    pay_the_open_one(set_up)
    set_up.ring(copies=3, shuffle=1)
    assert status_of(charged_back) == "paid"
    assert made(set_up) == (2, 2, 1, 0)
    assert [one["amount"] for one in set_up.server.made("tr")] == [26_500, 26_500]
    set_up.ends_well()
    assert set_up.books() == {**FEES, "stripe_balance": 3_180 - 2_500, "stripe_cost": 2_500}
    assert differences() == []
    (carried,) = settlement.cash_by_rail(since=NOON.date())
    assert (carried.statements, carried.due_minor, carried.come_minor) == (1, 26_500, 26_500)


def test_charged_back_twice_and_billed_a_third_time(
    set_up: Story, charged_back: Statement
) -> None:
    for bills in (2, 3):
        bill_again(charged_back)
        charge = pay_the_open_one(set_up)
        if bills == 2:
            charge_back(set_up, charge)
            assert status_of(charged_back) == "taken_back"
    set_up.server.top_up(2_000)  # what the disputes cost is missing on the balance
    set_up.ring()
    assert status_of(charged_back) == "paid"
    assert made(set_up) == (3, 3, 2, 0)
    set_up.ends_well()
    assert set_up.books() == {
        **FEES, "stripe_balance": 3_180 + 2_000 - 4_500, "stripe_cost": 4_500,
        "bank_clearing": -2_000,
    }  # fmt: skip
    assert differences() == []


def test_taken_back_whole_nothing_is_sent_and_nobody_owes_anything(
    set_up: Story, charged_back: Statement
) -> None:
    take_back(charged_back)
    assert status_of(charged_back) == "taken_back"
    assert made(set_up) == (1, 1, 1, 0)
    set_up.ends_well()
    assert set_up.books() == COSTS
    assert operation(f"undo:{charged_back.code}").status is OperationStatus.DONE
    anew = factories.settle(TODAY + timedelta(days=1))
    lines = db.session.scalars(
        db.select(settlement.StatementLine).where(
            settlement.StatementLine.statement_id == anew.id
        )
    ).all()
    assert [(one.kind, one.gross_minor) for one in lines] == [(LineKind.PAYMENT, 100_000)]
    assert differences() == []
    with refused("Only a statement whose payment was charged back"):
        rails.bill_again(charged_back.id, by=someone("pia"), now=NOON)
    with refused("Only a statement that was paid"):
        rails.claw_back(charged_back.id, by=someone("pia"), now=NOON)


@pytest.mark.parametrize("paid", [True, False])
def test_a_dispute_won_after_billing_again_pays_once(
    set_up: Story, approved: Statement, *, paid: bool
) -> None:
    """What the first payment brings in late is the lender's, and goes back to it."""
    drain()
    dispute = charge_back(set_up, set_up.pay())
    bill_again(approved)
    if paid:
        pay_the_open_one(set_up)
        set_up.ring()
    set_up.server.top_up(2_000)  # the fee of the dispute is gone, won or lost
    win(set_up, dispute)
    assert made(set_up) == (2, 2 if paid else 1, 1, 1)
    assert status_of(approved) == ("paid" if paid else "invoiced")
    if not paid:
        pay_the_open_one(set_up)
        set_up.ring()
    assert made(set_up) == (2, 2, 1, 1)
    set_up.ends_well()
    assert set_up.books() == {
        **FEES, "stripe_balance": 3_180 + 2_000 - 2_500, "stripe_cost": 2_500,
        "bank_clearing": -2_000,
    }  # fmt: skip
    assert differences() == []


def test_a_dispute_won_after_taking_back_is_refunded(
    set_up: Story, approved: Statement
) -> None:
    drain()
    dispute = charge_back(set_up, set_up.pay())
    take_back(approved)
    set_up.server.top_up(2_000)
    win(set_up, dispute)
    assert made(set_up) == (1, 1, 1, 1)
    set_up.ends_well()
    assert set_up.books() == {"bank_clearing": -2_000, "stripe_cost": 2_000}
    assert differences() == []


def test_a_dispute_that_is_lost_late_takes_nothing_from_the_second_payment(
    set_up: Story, approved: Statement
) -> None:
    drain()
    dispute = charge_back(set_up, set_up.pay())
    bill_again(approved)
    pay_the_open_one(set_up)
    set_up.ring()
    set_up.server.close_dispute(dispute, won=False)
    set_up.ring(copies=2)
    assert (status_of(approved), made(set_up)) == ("paid", (2, 2, 1, 0))
    set_up.ends_well()


def test_a_second_payment_charged_back_before_its_transfer_was_sent(
    set_up: Story, charged_back: Statement
) -> None:
    """The transfer that waited is not the first one, which came back, and is never sent."""
    bill_again(charged_back)
    set_up.server.store.move("payout", -40_000, "usd", None)  # nothing to transfer from
    charge_back(set_up, pay_the_open_one(set_up))
    stopped = f"transfer:{charged_back.code}:2"
    assert operation(stopped).status is OperationStatus.REFUSED
    assert (status_of(charged_back), made(set_up)) == ("taken_back", (2, 1, 1, 0))
    with refused("the agency is not paid from it"):
        rails.retry(stopped, by=someone("pia"), now=NOON)
    bill_again(charged_back)
    assert operation(stopped).status is OperationStatus.WITHDRAWN
    with refused("not waiting for anybody"):
        rails.retry(stopped, by=someone("pia"), now=NOON)
    set_up.server.top_up(100_000)
    pay_the_open_one(set_up)
    set_up.ring()
    assert (status_of(charged_back), made(set_up)) == ("paid", (3, 2, 1, 0))
    set_up.ends_well()
    books = set_up.books()
    assert not {"lender_receivable", "agency_payable"} & set(books)
    assert differences() == []


def test_an_agency_without_money_is_waited_for(set_up: Story, approved: Statement) -> None:
    """As long as the transfer has not come back, billing again would pay the agency twice."""
    drain()
    charge = set_up.pay()
    set_up.ring()
    (transfer,) = set_up.server.made("tr")
    set_up.server.drain(transfer["destination"])
    charge_back(set_up, charge)
    assert status_of(approved) == "paid"
    with refused("The agency has not paid its transfer back yet"):
        rails.bill_again(approved.id, by=someone("pia"), now=NOON)
    with refused("being reversed already"):
        rails.claw_back(approved.id, by=someone("pia"), now=NOON)
    set_up.server.store.move("payment", 26_500, "usd", None, account=transfer["destination"])
    drain(NOON + timedelta(hours=1))
    assert status_of(approved) == "taken_back"
    bill_again(approved)
    assert status_of(approved) == "invoiced"


def test_two_people_bill_again_and_one_thing_is_decided_at_a_time(
    set_up: Story, charged_back: Statement
) -> None:
    pia, paul = someone("pia"), someone("paul")
    with refused("Nothing of this statement waits"):
        rails.approve_bill_again(charged_back.id, by=paul, now=NOON)
    rails.bill_again(charged_back.id, by=pia, now=NOON)
    drain()
    assert len(set_up.server.made("in")) == 1
    for verb in (rails.bill_again, rails.claw_back):
        with refused("waits for a second person already"):
            verb(charged_back.id, by=paul, now=NOON)
    with refused("somebody else must approve it"):
        rails.approve_bill_again(charged_back.id, by=pia, now=NOON)
    with refused("Nothing of this statement waits"):
        rails.approve_claw_back(charged_back.id, by=paul, now=NOON)
    with refused("only they can withdraw it"):
        rails.withdraw_bill_again(charged_back.id, by=paul, now=NOON)
    rails.withdraw_bill_again(charged_back.id, by=pia, now=NOON)
    rails.claw_back(charged_back.id, by=paul, now=NOON)
    with refused("somebody else must approve it"), db.session.begin_nested():
        rails.approve_claw_back(charged_back.id, by=paul, now=NOON)
    rails.withdraw_claw_back(charged_back.id, by=paul, now=NOON)
    bill_again(charged_back)
    assert operation(f"invoice:{charged_back.code}:3").status is OperationStatus.DONE
    told = {
        action: [one.actor_id for one in factories.events(f"rail.{action}")]
        for action in ("bill_again_proposed", "bill_again_withdrawn", "billed_again")
    }
    assert told == {
        "bill_again_proposed": [pia.id, pia.id], "bill_again_withdrawn": [pia.id],
        "billed_again": [paul.id],
    }  # fmt: skip


@pytest.mark.parametrize("again", [True, False])
def test_a_dispute_won_meanwhile_ends_what_was_proposed(
    set_up: Story, approved: Statement, *, again: bool
) -> None:
    drain()
    dispute = charge_back(set_up, set_up.pay())
    propose = rails.bill_again if again else rails.claw_back
    propose(approved.id, by=someone("pia"), now=NOON)
    set_up.server.top_up(2_000)
    win(set_up, dispute)
    assert status_of(approved) == "paid"
    with refused("charged back is billed" if again else "has changed since"):
        (rails.approve_bill_again if again else rails.approve_claw_back)(
            approved.id, by=someone("paul"), now=NOON
        )
    (rails.withdraw_bill_again if again else rails.withdraw_claw_back)(
        approved.id, by=someone("pia"), now=NOON
    )
    assert made(set_up) == (1, 2, 1, 0)
    set_up.ends_well()


@pytest.mark.parametrize("kind", [Kind.BUSY, Kind.ERROR_AFTER, Kind.CUT_AFTER])
@pytest.mark.parametrize("call", ["POST /v1/invoices", "POST /v1/transfers"])
def test_what_stripe_did_not_answer_is_done_once(
    set_up: Story, charged_back: Statement, call: str, kind: Kind
) -> None:
    set_up.server.fault(call, kind, 2)
    bill_again(charged_back)
    for hours in (1, 2):
        drain(NOON + timedelta(hours=hours))
    pay_the_open_one(set_up)
    set_up.ring()
    for hours in (3, 4):
        drain(NOON + timedelta(hours=hours))
    assert (status_of(charged_back), made(set_up)) == ("paid", (2, 2, 1, 0))
    set_up.ends_well()


def test_what_is_held_back_is_released_once_it_is_billed_again(set_up: Story) -> None:
    """While the payment is gone nothing is released of it; billed again, it stands."""
    first = factories.paid_by_stripe()
    settlement.cancel(first.id, reason="terms", by=someone("pia"), now=NOON)
    agree_to_holdback(first.contract_id)
    held = factories.settle(TODAY)
    assert held.holdback_minor == 2_500
    drain()
    charge_back(set_up, set_up.pay())

    def next_one(number: int) -> Statement:
        factories.payment(
            factories.any_case(), 10_000, reference=f"N{number}", verified_by=someone("aline")
        )
        return factories.settle(TODAY + timedelta(days=number))

    assert next_one(1).released_minor == 0
    bill_again(held)
    # What the first of them held back itself, and that of the statement billed again.
    assert next_one(2).released_minor == 250 + 2_500
    assert differences() == []


def agree_to_holdback(contract_id: int) -> None:
    terms = settlement.propose_terms(
        contract_id, valid_from=factories.LAST_YEAR, basis=settlement.RateBasis.PAYMENT,
        holdback_bps=1_000, by=someone("clara"), now=NOON,
    )  # fmt: skip
    settlement.agree_to_terms(terms.id, by=someone("amy"), now=NOON)


def test_the_database_lets_no_one_person_bill_again(
    set_up: Story, charged_back: Statement
) -> None:
    with refused_by_database("two people bill"), db.session.begin_nested():
        settlement.carry(charged_back.id, StatementStatus.APPROVED, now=NOON)
        db.session.flush()
    with refused_by_database("two_people_undo_or_bill_again"), db.session.begin_nested():
        db.session.add(
            RailOperation(
                op_id=f"invoice:{charged_back.code}:9", kind=OperationKind.INVOICE,
                organisation_id=charged_back.lender_id, statement_id=charged_back.id,
                planned_at=NOON, next_try_at=NOON,
            )
        )  # fmt: skip
        db.session.flush()
