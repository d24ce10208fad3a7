"""What waits for the platform's finance, and what each rail carried."""

from datetime import timedelta

from marketplace import settlement
from marketplace.accounts import User
from marketplace.settlement import RailSum, Waiting
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY
from tests.settlement.test_disputing import decide, dispute
from tests.settlement.test_remitting import confirm, pay


def test_each_queue_is_counted_until_somebody_has_dealt_with_it(
    fred: User, fang: User, pia: User, paul: User
) -> None:
    assert settlement.waiting() == Waiting(0, 0, 0)
    statement = factories.paid_by_bank(approve=False)
    assert settlement.waiting() == Waiting(1, 0, 0)
    settlement.approve(statement.id, by=paul, now=NOON)
    fee = pay(statement, pia)
    assert settlement.waiting() == Waiting(0, 0, 1)
    confirm(fee, paul)
    assert settlement.waiting() == Waiting(0, 0, 0)


def test_a_disputed_line_waits_until_two_have_decided(
    fred: User, fang: User, pia: User, aline: User, clara: User, amy: User
) -> None:
    factories.placement(clara, amy, rate_bps=2500)
    factories.payment(factories.any_case(), 10_000, verified_by=aline)
    statement = factories.statement(pia)
    (one,) = dispute(statement, fred, 10_000)
    assert settlement.waiting().disputes == 1
    decide(one, settlement.Outcome.OUT, fred, fang)
    assert settlement.waiting().disputes == 0


def test_what_is_due_by_bank_has_come_once_its_agency_says_so(
    fred: User, fang: User, pia: User, paul: User
) -> None:
    statement = factories.paid_by_bank()
    due = RailSum("bank", "CNY", 1, 10_000, 2_650, 0, 318)
    assert settlement.cash_by_rail(since=TODAY) == [due]
    remittance = pay(statement, fang)
    assert settlement.cash_by_rail(since=TODAY) == [due], "the lender's word alone is no cash"
    confirm(remittance, fred)
    (found,) = settlement.cash_by_rail(since=TODAY)
    assert found.come_minor == 2_650
    assert settlement.cash_by_rail(since=TODAY + timedelta(days=1)) == []
