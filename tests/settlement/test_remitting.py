"""The bank rail: what the lender paid, that it came, the platform's fee, and the books."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace import checks, ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.settlement import Remittance, Statement, StatementStatus
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database

END = TODAY + timedelta(days=30)


@pytest.fixture
def approved(fred: User, fang: User, pia: User, paul: User) -> Statement:
    """100.00 of cash at 25 %: 26.50 to the agency with tax, 3.18 to the platform."""
    return factories.paid_by_bank()


def pay(statement: Statement, by: User, **given: object) -> Remittance:
    due = settlement.owed_minor(statement, settlement.part_of(by))
    usual = {"amount_minor": due, "paid_on": TODAY, "bank_reference": "BK 1"}
    with as_user(by):
        return settlement.record_remittance(statement.id, **usual | given, by=by, now=NOON)


def confirm(remittance: Remittance, by: User) -> Remittance:
    with as_user(by):
        return settlement.confirm_remittance(remittance.id, by=by, now=NOON)


def net() -> dict[str, int]:
    return {row.kind.value: row.net_minor for row in ledger.balances() if row.net_minor}


def test_commission_and_fee_are_paid_confirmed_posted_and_the_statement_closes(
    approved: Statement, fang: User, fred: User, pia: User, paul: User
) -> None:
    commission = pay(approved, fang)
    assert (commission.amount_minor, approved.status) == (2_650, StatementStatus.PAID)
    confirm(commission, fred)
    assert approved.status is StatementStatus.RECEIVED
    factories.drain()
    db.session.refresh(approved)
    assert approved.status is StatementStatus.RECEIVED, "the fee is still open"
    fee = pay(approved, pia)
    confirm(fee, paul)
    assert fee.journal_id is not None
    factories.drain()
    db.session.refresh(approved)
    assert approved.status is StatementStatus.CLOSED
    assert net() == {
        "memo_cash": 10_000, "memo_recoveries": -10_000,
        "bank_clearing": 318, "fee_income": -300, "output_vat": -18,
    }  # fmt: skip
    assert ledger.is_balanced()
    checks.check_books(now=NOON)
    assert ledger.open_incidents() == 0


def test_the_order_in_which_they_are_paid_does_not_matter(
    approved: Statement, fang: User, fred: User, pia: User, paul: User
) -> None:
    confirm(pay(approved, pia), paul)
    factories.drain()
    assert approved.status is StatementStatus.INVOICED
    confirm(pay(approved, fang), fred)
    factories.drain()
    db.session.refresh(approved)
    assert approved.status is StatementStatus.CLOSED


@pytest.mark.parametrize("amount", [2_649, 2_651, 0, -2_650, 318])
def test_only_exactly_what_is_due_is_taken(
    approved: Statement, fang: User, amount: int
) -> None:
    with refused("and the payment"):
        pay(approved, fang, amount_minor=amount)
    assert rows_of("remittances") == 0


def test_the_amount_is_held_by_the_database_too(approved: Statement, fang: User) -> None:
    made = pay(approved, fang)
    with refused_by_database("exactly what its statement says"):
        db.session.execute(
            text(
                "INSERT INTO remittances (lender_id, agency_id, statement_id, part,"
                " amount_minor, currency, paid_on, bank_reference, recorded_by_id,"
                " recorded_at, withdrawn_because) SELECT lender_id, agency_id, statement_id,"
                " 'fee', 317, currency, paid_on, 'x', recorded_by_id, recorded_at, ''"
                " FROM remittances"
            )
        )
    for change in ("amount_minor = 1", "bank_reference = 'y'", "paid_on = paid_on - 1"):
        with refused_by_database("never changed"):
            db.session.execute(text(f"UPDATE remittances SET {change}"))
    with refused_by_database("never changed"):
        db.session.execute(text("DELETE FROM remittances"))
    assert made.amount_minor == 2_650


def test_a_state_is_no_claim_of_its_own(approved: Statement, fang: User, fred: User) -> None:
    """Neither side can call a statement paid or received without the record of it."""
    with as_user(fang), refused_by_database("paid by a remittance"):
        db.session.execute(text("UPDATE statements SET status = 'paid'"))
    for who in (fang, fred):
        with as_user(who), refused_by_database("a statement is paid by a remittance"):
            db.session.execute(text("UPDATE statements SET status = 'closed'"))
    pay(approved, fang)
    with as_user(fred), refused_by_database("paid by a remittance"):
        db.session.execute(text("UPDATE statements SET status = 'received'"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"paid_on": TODAY - timedelta(days=1)}, "between the approval"),
        ({"paid_on": TODAY + timedelta(days=2)}, "between the approval"),
        ({"bank_reference": "  "}, "needs the bank's reference"),
        ({"bank_reference": "x" * 65}, "needs the bank's reference"),
    ],
)
def test_a_payment_has_a_day_and_a_reference(
    approved: Statement, fang: User, given: dict[str, object], words: str
) -> None:
    with refused(words):
        pay(approved, fang, **given)


def test_it_is_paid_once(approved: Statement, fang: User, fred: User) -> None:
    first = pay(approved, fang)
    with refused("recorded already"):
        pay(approved, fang)
    confirm(first, fred)
    with refused("confirmed or withdrawn already"):
        confirm(first, fred)
    with refused("recorded already"):
        pay(approved, fang)
    db.session.commit()
    for _again in range(2):
        settlement.post_remittance(factories.event("remittance.confirmed", first.id), now=NOON)
    assert rows_of("journals") == 2


def test_what_never_came_is_withdrawn_and_paid_again(
    approved: Statement, fang: User, fred: User
) -> None:
    first = pay(approved, fang)
    with as_user(fred):
        with refused("needs a reason"):
            settlement.withdraw_remittance(first.id, reason=" ", by=fred, now=NOON)
        settlement.withdraw_remittance(first.id, reason="Not on our account", by=fred, now=NOON)
    assert approved.status is StatementStatus.INVOICED
    with refused("confirmed or withdrawn already"):
        confirm(first, fred)
    second = pay(approved, fang, bank_reference="BK 2")
    confirm(second, fred)
    assert [row.remittance.id for row in settlement.remittances_of(approved)] == [
        second.id, first.id,
    ]  # fmt: skip


def test_the_fee_takes_two_people_of_the_platform(
    approved: Statement, pia: User, paul: User
) -> None:
    fee = pay(approved, pia)
    with refused("somebody else must confirm"):
        confirm(fee, pia)
    with refused_by_database("two_people_confirm"):
        db.session.execute(
            text("UPDATE remittances SET confirmed_by_id = recorded_by_id, confirmed_at=now()")
        )
    confirm(fee, paul)


def test_each_side_has_its_own_part(
    approved: Statement, fang: User, fred: User, bea: User, ravi: User, pia: User, paul: User
) -> None:
    commission, fee = pay(approved, fang), pay(approved, pia)
    for remittance, who in (
        (commission, paul), (commission, ravi), (commission, bea), (commission, fang),
        (fee, fred), (fee, fang),
    ):  # fmt: skip
        for verb in (
            settlement.confirm_remittance,
            lambda i, by, now: settlement.withdraw_remittance(i, reason="x", by=by, now=now),
        ):
            if (
                who is fang
                and remittance is commission
                and verb is not (settlement.confirm_remittance)
            ):
                continue
            with as_user(who), pytest.raises(NotFound):
                verb(remittance.id, by=who, now=NOON)
    with pytest.raises(NotFound):
        pay(approved, bea)
    for stranger in (bea, ravi):
        with as_user(stranger):
            assert rows_of("remittances") == 0
    with as_user(fred):
        assert rows_of("remittances") == 1, "the agency sees its commission alone"


def test_nothing_is_paid_before_approval_or_where_nothing_is_due(
    fang: User, pia: User, paul: User, fred: User
) -> None:
    statement = factories.paid_by_bank(approve=False)
    with refused("Only an approved statement"):
        pay(statement, fang)


def test_what_is_paid_by_stripe_is_not_paid_by_bank(fang: User) -> None:
    statement = factories.paid_by_stripe()
    db.session.execute(text("UPDATE statements SET rail = 'stripe'"))
    with refused("paid through Stripe"):
        pay(statement, fang)


def test_a_carried_debt_leaves_no_memo_behind(
    approved: Statement, fang: User, fred: User, pia: User, paul: User, aline: User
) -> None:
    """Commission taken back is carried; when the next is paid less, the memos end at zero."""
    confirm(pay(approved, fang), fred)
    case = factories.any_case()
    factories.payment(case, -10_000, reference="back", reverses="R1", verified_by=aline)
    debt = factories.settle(TODAY + timedelta(days=1), approve=False)
    factories.invoice(debt, red_reference="31012026030200001")
    settlement.approve(debt.id, by=paul, now=NOON)
    assert (debt.due_minor, debt.carried_out_minor) == (0, -2_650)
    with refused("Nothing is due"):
        pay(debt, fang, amount_minor=0)
    back = pay(debt, pia)
    assert back.amount_minor == -318, "the fee is paid back"
    confirm(back, paul)
    factories.drain()
    db.session.refresh(debt)
    assert debt.status is StatementStatus.CLOSED
    factories.payment(case, 30_000, reference="more", verified_by=aline)
    third = factories.settle(TODAY + timedelta(days=2))
    assert third.due_minor == 3 * 2_650 - 2_650
    confirm(pay(third, fang), fred)
    factories.drain()
    assert not {"memo_lender_owes", "memo_agency_earned"} & set(net())
    checks.check_books(now=NOON)
    assert ledger.open_incidents() == 0
