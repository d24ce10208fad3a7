"""What is not reconciled, over all months: until two people have decided it."""

from datetime import date

import pytest

from marketplace import intake
from marketplace.accounts import User
from marketplace.intake import Aged
from tests.conftest import as_user
from tests.intake.files import MONTH, bring, ledger, small_month
from tests.intake.test_claims import automatic
from tests.intake.test_deciding import check, match, reverse

pytestmark = pytest.mark.usefixtures("app")

DAY = date(2026, 4, 8)


def unreconciled(who: User) -> list[Aged]:
    with as_user(who):
        return intake.unreconciled(on=DAY)


def test_groups_are_counted_by_class_and_the_age_of_their_oldest_line(pia: User) -> None:
    small_month()
    assert unreconciled(pia) == [
        Aged("matched", "CNY", 2, 3, 17_000),  # from 3, 4 and 5 March
        Aged("unknown_bank", "CNY", 2, 1, 7_000),
        Aged("unknown_claim", "CNY", 1, 1, 7_100),  # 9 March
        Aged("unknown_claim", "CNY", 2, 1, 3_300),
        Aged("unknown_ledger", "CNY", 2, 1, 7_000),
    ]


def test_what_two_people_decided_is_not_counted_until_they_reverse_it(
    pia: User, fang: User
) -> None:
    small_month()
    check(automatic())
    made = match("ledger.csv:4", "bank.csv:4")
    kinds = ["unknown_bank", "unknown_claim", "unknown_claim", "unknown_ledger"]
    assert [one.kind for one in unreconciled(pia)] == kinds, "a proposal settles nothing"
    check(made)
    assert [one.kind for one in unreconciled(pia)] == ["unknown_claim", "unknown_claim"]
    check(reverse(made))
    assert [one.kind for one in unreconciled(pia)] == kinds


def test_the_count_is_that_of_the_pages_of_the_months(pia: User, fang: User) -> None:
    small_month()
    bring(ledger(("C000001", "2026-02-03", "5.00", "F1")), month=date(2026, 2, 1))
    check(automatic())
    with as_user(fang):
        months = [intake.totals(fang.organisation_id, one) for one in (MONTH, date(2026, 2, 1))]
    on_pages = sum(one.groups for found in months for one in found if one.state != "settled")
    assert sum(one.items for one in unreconciled(pia)) == on_pages == 5


def test_another_lender_counts_nothing_of_it(bea: User, fang: User) -> None:
    small_month()
    assert unreconciled(bea) == []
    assert len(unreconciled(fang)) == 5
