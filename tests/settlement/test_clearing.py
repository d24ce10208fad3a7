"""What a statement leaves below nothing: repaid, given up, or taken over; never twice."""

from datetime import timedelta
from pathlib import Path

import pytest

from marketplace import checks, ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.settlement import ClearanceWay, DebtClearance, Statement
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY, drain, someone
from tests.ledger.conftest import bean_check
from tests.refusing import refused

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def debt(fred: User, fang: User, pia: User, paul: User, aline: User, clara: User) -> Statement:
    left = owe()
    assert left.carried_out_minor == -26_500
    assert memos() == {"memo_lender_owes": -26_500, "memo_agency_earned": 26_500}
    return left


def owe() -> Statement:
    """250.00 of commission were paid by bank for a payment that was reversed then."""
    first = factories.paid_by_stripe()  # Stripe is off, so it goes by bank
    settlement.approve(first.id, by=someone("paul"), now=NOON)
    sent = settlement.record_remittance(
        first.id, amount_minor=first.due_minor, paid_on=TODAY, bank_reference="C",
        by=someone("fang"), now=NOON,
    )  # fmt: skip
    settlement.confirm_remittance(sent.id, by=someone("fred"), now=NOON)
    drain()
    factories.payment(
        factories.any_case(), -100_000, reference="back", reverses="R1",
        verified_by=someone("aline"),
    )  # fmt: skip
    return factories.settle(TODAY + timedelta(days=1))


def memos() -> dict[str, int]:
    """What the agency has earned and the lender owes, as far as it is not paid."""
    kinds = ("memo_lender_owes", "memo_agency_earned")
    return {
        row.kind.value: row.net_minor
        for row in ledger.balances()
        if row.kind.value in kinds and row.net_minor
    }


def repay(statement: Statement, by: User, **given: object) -> DebtClearance:
    usual = {"paid_on": TODAY, "bank_reference": " BK  7 "}
    with as_user(by):
        return settlement.record_repayment(statement.id, **usual | given, by=by, now=NOON)


def confirm(clearance: DebtClearance, by: User) -> DebtClearance:
    with as_user(by):
        return settlement.confirm_clearance(clearance.id, by=by, now=NOON)


def withdraw(clearance: DebtClearance, by: User, reason: str = "never came") -> DebtClearance:
    with as_user(by):
        return settlement.withdraw_clearance(clearance.id, reason=reason, by=by, now=NOON)


def give_up(statement: Statement, by: User, reason: str = "not worth a suit") -> DebtClearance:
    with as_user(by):
        return settlement.propose_write_off(statement.id, reason=reason, by=by, now=NOON)


def next_one(days: int = 2) -> Statement:
    """A statement of 500.00 more cash: 132.50 with tax."""
    factories.payment(
        factories.any_case(), 50_000, reference=f"R{days}", verified_by=someone("aline")
    )
    return factories.settle(TODAY + timedelta(days=days))


def differences() -> list[str]:
    checks.check_books(now=LATER)
    return [one.kind for one in ledger.incidents(open_only=True)]


def test_repaid_by_the_agency_and_confirmed_by_the_lender(
    debt: Statement, fred: User, fang: User, olga: User, tmp_path: Path
) -> None:
    made = repay(debt, fred)
    assert (made.amount_minor, made.bank_reference) == (26_500, "BK 7")
    drain()
    assert memos(), "nothing is booked before the lender says so"
    confirm(made, fang)
    drain()
    drain(LATER)
    assert memos() == {}
    journal = db.session.get_one(
        ledger.Journal, factories.read(DebtClearance, made.id).journal_id
    )
    assert (journal.made_by_id, journal.approved_by_id) == (fred.id, fang.id)
    assert differences() == []
    after = next_one()
    assert (after.carried_in_minor, after.due_minor) == (0, 13_250)
    assert differences() == []
    path = tmp_path / "books.beancount"
    with as_user(olga):
        path.write_text("\n".join(ledger.beancount()) + "\n", encoding="utf-8")
    assert bean_check(path) == ""
    assert [event.parties for event in factories.events("debt.cleared")] == [
        sorted([debt.lender_id, debt.agency_id])
    ]


def test_given_up_by_two_people_of_the_lender(
    debt: Statement, fang: User, clara: User, aline: User, fred: User
) -> None:
    made = give_up(debt, fang)
    with refused("somebody else must confirm"):
        confirm(made, fang)
    confirm(made, aline)
    drain()
    assert memos() == {}
    assert differences() == []
    assert next_one().carried_in_minor == 0
    with refused("repaid or given up already"):
        repay(debt, fred)
    with refused("confirmed or withdrawn already"):
        withdraw(made, fang)


def test_a_debt_that_is_taken_over_is_not_ended(
    debt: Statement, fred: User, fang: User, pia: User
) -> None:
    after = next_one()
    assert after.carried_in_minor == -26_500
    for end in (lambda: repay(debt, fred), lambda: give_up(debt, fang)):
        with refused(f"{after.code} has taken this debt over"):
            end()
    assert repay(after, fred).amount_minor == 13_250, "what is left of it"
    assert settlement.taken_over_by(debt) is after


def test_a_cancelled_statement_gives_the_debt_free_again(
    debt: Statement, fred: User, fang: User, pia: User, aline: User
) -> None:
    factories.payment(factories.any_case(), 50_000, reference="R2", verified_by=aline)
    draft = factories.settle(TODAY + timedelta(days=2), approve=False)
    settlement.cancel(draft.id, reason="again", by=pia, now=NOON)
    made = repay(debt, fred)
    again = factories.settle(TODAY + timedelta(days=2))
    assert (again.carried_in_minor, again.carried_from_id) == (0, None)
    withdraw(made, fang)
    assert next_one(3).carried_in_minor == -26_500, "it never came, so the next one takes it"
    assert differences() == []


def test_it_is_withdrawn_with_a_reason_by_either_side(
    debt: Statement, fred: User, fang: User
) -> None:
    made = repay(debt, fred)
    with refused("repaid or given up already"):
        give_up(debt, fang)
    with refused("Withdrawing it needs a reason"):
        withdraw(made, fred, " ")
    withdraw(made, fred)
    with refused("confirmed or withdrawn already"):
        confirm(made, fang)
    second = give_up(debt, fang)
    with pytest.raises(NotFound):
        withdraw(second, fred)
    withdraw(second, fang, "on second thoughts")
    assert memos()
    assert [row.waits for row in settlement.open_debts(fang)] == [False]


def test_each_side_does_its_part_only(
    debt: Statement, fred: User, amy: User, fang: User, ravi: User, pia: User
) -> None:
    with pytest.raises(NotFound):
        repay(debt, fang)
    with pytest.raises(NotFound):
        give_up(debt, fred)
    with refused("left no debt"):
        repay(debt, pia)  # by bank a fee below nothing is paid back by a remittance
    with pytest.raises(NotFound):
        repay(debt, ravi)
    made = repay(debt, fred)
    with refused("Whoever paid does not confirm"):
        confirm(made, amy)
    for stranger in (ravi, pia):
        with pytest.raises(NotFound):
            confirm(made, stranger)
        with pytest.raises(NotFound):
            withdraw(made, stranger)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"paid_on": TODAY - timedelta(days=1)}, "lies between the approval"),
        ({"paid_on": TODAY + timedelta(days=2)}, "lies between the approval"),
        ({"bank_reference": " "}, "needs the bank's reference"),
        ({"bank_reference": "x" * 65}, "needs the bank's reference"),
    ],
)
def test_what_is_recorded_makes_sense(
    debt: Statement, fred: User, given: dict[str, object], said: str
) -> None:
    with refused(said):
        repay(debt, fred, **given)
    assert rows_of("debt_clearances") == 0


def test_a_statement_without_a_debt_has_none_to_end(debt: Statement, fred: User) -> None:
    first = db.session.scalars(db.select(Statement).order_by(Statement.id)).first()
    with refused("left no debt"):
        repay(first, fred)
    assert settlement.debts_of(first) == []


def test_the_self_check_finds_a_debt_that_the_books_still_show(
    debt: Statement, fred: User, fang: User
) -> None:
    confirm(repay(debt, fred), fang)
    assert differences() == ["debt_cleared"]
    drain()
    assert memos() == {}


def test_what_a_write_off_says(debt: Statement, fang: User) -> None:
    with refused("needs a reason"):
        give_up(debt, fang, "  ")
    (row,) = settlement.debts_of(debt)
    assert (row.amount_minor, row.standing) == (26_500, None)
    made = give_up(debt, fang)
    assert made.way is ClearanceWay.WRITTEN_OFF
    (row,) = settlement.debts_of(debt)
    assert row.standing is made
