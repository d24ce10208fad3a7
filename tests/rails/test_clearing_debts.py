"""A debt that a statement through Stripe leaves: the agency owes us, and we owe the lender."""

from datetime import timedelta

import pytest

from marketplace import checks, ledger, rails, settlement
from marketplace.core.errors import NotFound
from marketplace.settlement import RemittancePart, Statement
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY, drain, someone
from tests.rails.story import Story
from tests.refusing import refused

OWED_BACK = {"lender_receivable": -29_680, "agency_payable": 26_500}


@pytest.fixture
def debt(set_up: Story, approved: Statement) -> Statement:
    """A paid statement, whose only payment was reversed: 265.00 and a fee of 31.80."""
    drain()
    set_up.pay()
    set_up.ring()
    set_up.mirror()
    factories.payment(
        factories.any_case(), -100_000, reference="back", reverses="R1",
        verified_by=someone("aline"),
    )  # fmt: skip
    left = factories.settle(TODAY + timedelta(days=1))
    drain()
    assert (left.carried_out_minor, left.fee_carried_out_minor) == (-26_500, -3_180)
    assert owed(set_up) == OWED_BACK
    return left


def owed(story: Story) -> dict[str, int]:
    return {kind: total for kind, total in story.books().items() if kind in OWED_BACK}


def repay(statement: Statement, name: str) -> int:
    return settlement.record_repayment(
        statement.id, paid_on=TODAY, bank_reference="BK 7", by=someone(name), now=NOON
    ).id


def confirm(clearance_id: int, name: str) -> None:
    settlement.confirm_clearance(clearance_id, by=someone(name), now=NOON)
    drain()


def next_one(days: int) -> Statement:
    factories.payment(
        factories.any_case(), 50_000, reference=f"R{days}", verified_by=someone("aline")
    )
    return factories.settle(TODAY + timedelta(days=days))


def differences() -> list[str]:
    checks.check_books(now=NOON + timedelta(hours=2))
    return [one.kind for one in ledger.incidents(open_only=True)]


@pytest.mark.parametrize("given_up", [True, False])
def test_both_accounts_end_in_one_journal_and_the_fee_in_another(
    set_up: Story, debt: Statement, *, given_up: bool
) -> None:
    if given_up:
        made = settlement.propose_write_off(
            debt.id, reason="gone", by=someone("fang"), now=NOON
        ).id
    else:
        made = repay(debt, "fred")
    confirm(made, "aline" if given_up else "fang")
    assert owed(set_up) == {"lender_receivable": -3_180}, "the platform still owes its fee"
    fee = repay(debt, "pia")
    with refused("somebody else must confirm"):
        confirm(fee, "pia")
    with pytest.raises(NotFound):
        confirm(fee, "fang")
    confirm(fee, "paul")
    assert owed(set_up) == {}
    assert set_up.books() == {
        "stripe_balance": 2_680, "stripe_cost": 500, "bank_clearing": -3_180,
    }  # fmt: skip
    assert differences() == []
    after = next_one(2)
    assert (after.carried_in_minor, after.fee_carried_in_minor) == (0, 0)
    assert settlement.open_debts(someone("pia")) == []
    assert differences() == []


def test_what_is_left_of_a_debt_goes_on(set_up: Story, debt: Statement) -> None:
    """Commission is repaid; the fee is set off against the next statement as ever."""
    made = repay(debt, "fred")
    waits = {(row.part, row.waits) for row in settlement.open_debts(someone("pia"))}
    assert waits == {(RemittancePart.COMMISSION, True), (RemittancePart.FEE, False)}
    assert [row.part for row in settlement.open_debts(someone("fred"))] == ["commission"]
    meanwhile = next_one(2)
    assert meanwhile.carried_from_id is None, "nothing is taken over before the answer"
    confirm(made, "fang")
    after = next_one(3)
    assert (after.carried_in_minor, after.fee_carried_in_minor) == (0, -3_180)
    with refused("has taken this debt over"):
        repay(debt, "pia")
    assert differences() == []


def test_a_statement_whose_debt_is_ended_is_not_taken_back(
    set_up: Story, debt: Statement
) -> None:
    """The fee was paid back, so the next one bills its own, and leaves commission only."""
    confirm(repay(debt, "pia"), "paul")
    after = next_one(2)
    assert (after.due_minor, after.fee_due_minor, after.carried_out_minor) == (
        0,
        1_590,
        -13_250,
    )
    drain()
    (bill,) = [one for one in set_up.server.made("in") if one["status"] == "open"]
    charge = set_up.server.pay_invoice(bill["id"], fee=0)["id"]
    set_up.ring()
    made = repay(after, "fred")
    set_up.server.dispute(charge)
    set_up.ring()
    with refused("its payment was charged back"):
        settlement.propose_write_off(after.id, reason="x", by=someone("fang"), now=NOON)
    with refused("repaid or given up, or is about to be"):
        rails.claw_back(after.id, by=someone("pia"), now=NOON)
    settlement.withdraw_clearance(made, reason="x", by=someone("fred"), now=NOON)
    rails.claw_back(after.id, by=someone("pia"), now=NOON)
    rails.approve_claw_back(after.id, by=someone("paul"), now=NOON)
    assert owed(set_up)["agency_payable"] == 26_500, "what was there before it"
    assert [row.statement.code for row in settlement.open_debts(someone("fred"))] == [debt.code]
    assert differences() == []
    # What the undone one had taken over is free again, and ends here.
    confirm(repay(debt, "fred"), "fang")
    set_up.mirror()
    assert owed(set_up) == {}
    assert next_one(3).carried_in_minor == 0
    assert differences() == []
