"""Statement, invoice, payment, transfer, and the ways back, through the real client."""

from datetime import timedelta

import pytest

from marketplace import checks, ledger, rails, settlement
from marketplace.core import installation
from marketplace.core.db import db
from marketplace.placements import Rail
from marketplace.rails import OperationStatus
from marketplace.settlement import RailSum, Statement
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY, drain, someone
from tests.rails.story import Story, operation, status_of
from tests.refusing import refused, refused_by_database


def test_without_a_key_a_stripe_contract_goes_by_bank(app: object) -> None:
    assert installation.installed().stripe is None
    statement = factories.paid_by_stripe()
    settlement.approve(statement.id, by=someone("paul"), now=NOON)
    drain()
    assert statement.rail is Rail.BANK
    assert rails.operations_of(statement.id) == []
    with refused("Stripe is not set up here", kind=rails.StripeIsOff):
        rails.open_gateway()


def test_both_sides_are_set_up_through_links(story: Story) -> None:
    clara, amy = someone("clara"), someone("amy")
    for person in (clara, amy):
        rails.ask_for_account("US", by=person, now=NOON)
        rails.ask_for_account("US", by=person, now=NOON)  # once is enough
    drain()
    lender, agency = rails.state_of(clara.organisation_id), rails.state_of(amy.organisation_id)
    assert lender.account
    assert agency.account
    assert lender.account.customer_ref
    assert agency.account.customer_ref is None
    assert not agency.ready
    link = rails.onboarding_link(str(agency.account.account_ref), page="https://x.example/")
    assert link.startswith("https://connect.stripe.com/")
    story.server.finish_onboarding(str(agency.account.account_ref))
    story.ring()
    db.session.expire_all()
    assert rails.state_of(amy.organisation_id).ready
    assert (len(story.server.made("acct")), len(story.server.made("cus"))) == (2, 1)
    story.ends_well()
    with refused("cannot be set up in this country"):
        rails.ask_for_account("CN", by=someone("ravi"), now=NOON)


def test_what_owes_nothing_is_closed_and_nothing_is_sent(set_up: Story) -> None:
    first = factories.paid_by_stripe()
    settlement.cancel(first.id, reason="late reversal", by=someone("pia"), now=NOON)
    factories.payment(
        factories.any_case(), -100_000, reference="back", reverses="R1",
        verified_by=someone("aline"),
    )  # fmt: skip
    statement = factories.settle(factories.TODAY)
    drain()
    assert statement.rail is Rail.STRIPE
    assert status_of(statement) == "closed"
    assert rails.operations_of(statement.id) == []


def test_the_worked_example_to_the_cent(set_up: Story, approved: Statement) -> None:
    """Recovery 1,000.00, 25 %, fee 3 %, VAT 6 %: every row of the design's table."""
    assert set_up.books() == {
        "lender_receivable": 29_680, "agency_payable": -26_500,
        "fee_income": -3_000, "output_vat": -180,
    }  # fmt: skip
    drain()
    assert status_of(approved) == "invoiced"
    (invoice,) = set_up.server.made("in")
    assert (invoice["status"], invoice["total"]) == ("open", 29_680)
    assert [item["amount"] for item in set_up.server.made("ii")] == [180, 3_000, 1_500, 25_000]

    set_up.pay(fee=500)
    set_up.ring()
    set_up.mirror()
    assert status_of(approved) == "paid"
    (carried,) = settlement.cash_by_rail(since=NOON.date())
    assert carried == RailSum("stripe", "USD", 1, 100_000, 26_500, 26_500, 3_180)
    (transfer,) = set_up.server.made("tr")
    assert (transfer["amount"], transfer["transfer_group"]) == (26_500, approved.code)
    assert set_up.books() == {
        "fee_income": -3_000, "output_vat": -180,
        "stripe_balance": 2_680, "stripe_cost": 500,
    }  # fmt: skip

    set_up.server.top_up(30_000)  # the refund needs money on the balance
    rails.claw_back(approved.id, by=someone("pia"), now=NOON)
    rails.approve_claw_back(approved.id, by=someone("paul"), now=NOON)
    set_up.mirror()
    set_up.book_the_rest()
    assert set_up.books() == {
        "lender_receivable": -29_680, "agency_payable": 26_500, "bank_clearing": -30_000,
        "stripe_balance": 32_680, "stripe_cost": 500,
    }  # fmt: skip
    drain()
    set_up.ends_well()
    assert set_up.books() == {
        "stripe_balance": 29_500, "stripe_cost": 500, "bank_clearing": -30_000,
    }  # fmt: skip
    assert status_of(approved) == "taken_back"
    (note,) = set_up.server.made("cn")
    assert (note["invoice"], note["amount"]) == (invoice["id"], 29_680)
    checks.check_books(now=NOON)
    assert ledger.incidents(open_only=True) == []


def test_a_doorbell_that_never_rang_is_made_good(set_up: Story, approved: Statement) -> None:
    drain()
    set_up.pay()
    from marketplace import reactions  # noqa: PLC0415

    reactions.run(rails.WATCH, lambda: NOON)
    drain()
    assert status_of(approved) == "paid"
    set_up.ends_well()


def test_the_agency_waits_for_its_money_while_its_invoice_does_not_fit(
    set_up: Story, approved: Statement
) -> None:
    """The lender has paid the platform; what the agency invoiced is 1.00 short."""
    drain()
    wrong = factories.invoice(approved, net_minor=24_900, gross_minor=26_400)
    set_up.pay(fee=500)
    set_up.ring()
    assert (status_of(approved), set_up.server.made("tr")) == ("invoiced", [])
    settlement.withdraw_invoice(wrong.id, reason="typo", by=someone("fred"), now=NOON)
    factories.invoice(approved, "1" * 20)
    from marketplace import reactions  # noqa: PLC0415

    reactions.run(rails.WATCH, lambda: NOON)
    drain()
    assert status_of(approved) == "paid"
    assert len(set_up.server.made("tr")) == 1


def test_a_statement_waits_for_whoever_is_not_set_up(story: Story) -> None:
    statement = factories.paid_by_stripe()
    settlement.approve(statement.id, by=someone("paul"), now=NOON)
    drain()
    waiting = operation(f"invoice:{statement.code}")
    assert waiting.status is OperationStatus.PLANNED
    assert "lender has not set up" in waiting.last_error
    story.set_up_both()
    assert status_of(statement) == "invoiced"
    story.ends_well()


def test_two_people_take_money_back(set_up: Story, approved: Statement) -> None:
    with refused("Only a statement that was paid through Stripe"):
        rails.claw_back(approved.id, by=someone("pia"), now=NOON)
    drain()
    set_up.pay()
    set_up.ring()
    with refused("Nothing of this statement waits"):
        rails.approve_claw_back(approved.id, by=someone("paul"), now=NOON)
    rails.claw_back(approved.id, by=someone("pia"), now=NOON)
    drain()
    assert set_up.server.made("trr") == []
    with refused("somebody else must approve"):
        rails.approve_claw_back(approved.id, by=someone("pia"), now=NOON)
    with refused_by_database("two_people_move_money"):
        operation(f"refund:{approved.code}").approved_by_id = someone("pia").id
        db.session.flush()


def test_a_lost_dispute_brings_the_agencys_part_back(
    set_up: Story, approved: Statement
) -> None:
    drain()
    charge = set_up.pay()
    set_up.ring()
    set_up.server.dispute(charge, fee=1_500)
    set_up.ring(copies=2, shuffle=1)
    assert status_of(approved) == "taken_back"
    assert len(set_up.server.made("trr")) == 1
    set_up.ends_well()
    # The lender owes again, and so do we; what is gone are the fees.
    assert set_up.books() == {
        "lender_receivable": 29_680, "agency_payable": -26_500, "fee_income": -3_000,
        "output_vat": -180, "stripe_balance": -2_000, "stripe_cost": 2_000,
    }  # fmt: skip


def win_a_dispute(set_up: Story) -> None:
    """The lender pays, its bank takes that back, and has to give it back again."""
    drain()
    charge = set_up.pay()
    set_up.ring()
    dispute = set_up.server.dispute(charge)
    set_up.ring()
    set_up.server.close_dispute(dispute["id"], won=True)
    set_up.ring()


def test_a_won_dispute_pays_the_agency_again(set_up: Story, approved: Statement) -> None:
    win_a_dispute(set_up)
    assert status_of(approved) == "paid"
    assert len(set_up.server.made("tr")) == 2
    set_up.ends_well()
    assert set_up.books()["stripe_balance"] == 2_680 - 1_500


def test_what_was_paid_again_after_a_won_dispute_is_what_a_claw_back_reverses(
    set_up: Story, approved: Statement
) -> None:
    win_a_dispute(set_up)
    set_up.server.top_up(30_000)
    rails.claw_back(approved.id, by=someone("pia"), now=NOON)
    rails.approve_claw_back(approved.id, by=someone("paul"), now=NOON)
    drain()
    set_up.mirror()
    set_up.book_the_rest()
    first, second = (one["id"] for one in set_up.server.made("tr"))
    assert [one["transfer"] for one in set_up.server.made("trr")] == [first, second]
    assert status_of(approved) == "taken_back"
    assert set_up.books() == {
        "bank_clearing": -30_000, "stripe_balance": 28_000, "stripe_cost": 2_000,
    }  # fmt: skip
    set_up.ends_well()


def test_what_nothing_explains_is_booked_by_two_people(
    set_up: Story, approved: Statement
) -> None:
    set_up.server.top_up(5_000)
    set_up.mirror()
    (row,) = rails.balance_rows()
    assert (row.mirrored_minor, row.booked_minor, row.missing_minor) == (5_000, 0, 5_000)
    (moved,) = rails.unexplained()
    with refused("Two people book"):
        rails.book_transaction(moved.transaction_ref, by=someone("paul"), now=NOON)
    rails.name_transaction(moved.transaction_ref, by=someone("paul"), now=NOON)
    with refused("Two people book"):
        rails.book_transaction(moved.transaction_ref, by=someone("paul"), now=NOON)
    rails.book_transaction(moved.transaction_ref, by=someone("pia"), now=NOON)
    with refused("in the books already"):
        rails.name_transaction(moved.transaction_ref, by=someone("paul"), now=NOON)
    set_up.ends_well()


def test_the_platforms_payouts_are_held(set_up: Story) -> None:
    rails.open_gateway().hold_payouts()
    assert set_up.server.store.settings == {None: "manual"}
    assert set_up.server.violations == []


@pytest.mark.parametrize("to", ["draft", "approved", "cancelled"])
def test_a_paid_statement_does_not_go_back(set_up: Story, approved: Statement, to: str) -> None:
    drain()
    with refused_by_database("never changed"):
        db.session.execute(
            Statement.__table__.update().where(Statement.id == approved.id).values(status=to)
        )


def test_a_fee_below_nothing_is_set_off_against_the_next(
    set_up: Story, approved: Statement
) -> None:
    """What Stripe cannot pay back is carried, fee and commission, until nothing is left."""
    drain()
    set_up.pay(fee=500)
    set_up.ring()
    case, aline = factories.any_case(), someone("aline")
    factories.payment(case, -100_000, reference="back", reverses="R1", verified_by=aline)
    debt = factories.settle(TODAY + timedelta(days=1))
    drain()
    assert (debt.due_minor, debt.fee_due_minor) == (0, 0)
    assert (debt.carried_out_minor, debt.fee_carried_out_minor) == (-26_500, -3_180)
    assert status_of(debt) == "closed"
    assert rails.operations_of(debt.id) == []

    factories.payment(case, 50_000, reference="R5", verified_by=aline)
    half = factories.settle(TODAY + timedelta(days=2))
    drain()
    assert (half.carried_out_minor, half.fee_carried_out_minor) == (-13_250, -1_590)
    assert status_of(half) == "closed"

    factories.payment(case, 500_000, reference="R6", verified_by=aline)
    last = factories.settle(TODAY + timedelta(days=3))
    drain()
    assert (last.due_minor, last.fee_due_minor) == (132_500 - 13_250, 15_900 - 1_590)
    (bill,) = [one for one in set_up.server.made("in") if one["status"] == "open"]
    assert bill["total"] == last.due_minor + last.fee_due_minor
    set_up.server.pay_invoice(bill["id"], fee=500)
    set_up.ring()
    assert status_of(last) == "paid"
    set_up.ends_well()
    books = set_up.books()
    assert not {"lender_receivable", "agency_payable"} & set(books), "nobody owes anything"
    assert (books["fee_income"], books["output_vat"]) == (-16_500, -990)
    checks.check_books(now=NOON)
    assert ledger.incidents(open_only=True) == []


def test_credit_of_a_fee_goes_on_by_bank_if_stripe_is_left(
    set_up: Story, approved: Statement
) -> None:
    drain()
    set_up.pay()
    set_up.ring()
    case, aline = factories.any_case(), someone("aline")
    factories.payment(case, -100_000, reference="back", reverses="R1", verified_by=aline)
    factories.settle(TODAY + timedelta(days=1))
    here = installation.installed()
    here.stripe, kept = None, here.stripe
    factories.payment(case, 10_000, reference="R5", verified_by=aline)
    by_bank = factories.settle(TODAY + timedelta(days=2))
    here.stripe = kept
    assert (by_bank.rail, by_bank.fee_due_minor) == (Rail.BANK, 318 - 3_180)
    fee = settlement.record_remittance(
        by_bank.id, amount_minor=by_bank.fee_due_minor, paid_on=NOON.date(),
        bank_reference="F", by=someone("pia"), now=NOON,
    )  # fmt: skip
    settlement.confirm_remittance(fee.id, by=someone("paul"), now=NOON)
    set_up.mirror()
    books = set_up.books()
    assert not {"fee_receivable", "lender_receivable", "agency_payable"} & set(books)
    assert books["memo_agency_earned"] == -books["memo_lender_owes"] == 26_500 - 2_650

    here.stripe = None
    factories.payment(case, 200_000, reference="R6", verified_by=aline)
    last = factories.settle(TODAY + timedelta(days=3))
    here.stripe = kept
    assert last.due_minor == 53_000 - 23_850
    paid_by_bank(last)
    assert not {"memo_agency_earned", "memo_lender_owes"} & set(set_up.books())
    assert ledger.is_balanced()
    checks.check_books(now=NOON)
    assert ledger.incidents(open_only=True) == []


def test_a_debt_left_by_bank_is_set_off_through_stripe(set_up: Story) -> None:
    """Its memos end; the lender is billed less, and the agency gets less."""
    here = installation.installed()
    here.stripe, kept = None, here.stripe
    first = factories.paid_by_stripe()
    settlement.approve(first.id, by=someone("paul"), now=NOON)
    paid_by_bank(first)
    case, aline = factories.any_case(), someone("aline")
    factories.payment(case, -100_000, reference="back", reverses="R1", verified_by=aline)
    debt = factories.settle(TODAY + timedelta(days=1))
    assert (debt.rail, debt.carried_out_minor) == (Rail.BANK, -26_500)
    here.stripe = kept
    factories.payment(case, 500_000, reference="R6", verified_by=aline)
    last = factories.settle(TODAY + timedelta(days=2))
    assert (last.rail, last.due_minor) == (Rail.STRIPE, 132_500 - 26_500)
    assert not {"memo_agency_earned", "memo_lender_owes"} & set(set_up.books())
    drain()
    set_up.pay()
    set_up.ring()
    drain()
    assert status_of(last) == "paid"
    set_up.ends_well()
    assert not {"lender_receivable", "agency_payable"} & set(set_up.books())
    checks.check_books(now=NOON)
    assert ledger.incidents(open_only=True) == []


def paid_by_bank(statement: Statement) -> None:
    """Its commission is paid and received."""
    sent = settlement.record_remittance(
        statement.id, amount_minor=statement.due_minor, paid_on=NOON.date(),
        bank_reference=f"C{statement.id}", by=someone("fang"), now=NOON,
    )  # fmt: skip
    settlement.confirm_remittance(sent.id, by=someone("fred"), now=NOON)
    drain()
