"""Holds: placed by either side, lifted only by the lender, in force to the second."""

from datetime import timedelta

import pytest

from marketplace import compliance
from marketplace.accounts import User
from marketplace.compliance import Hold, HoldReason
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.portfolios import Case, Portfolio
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.refusing import refused, refused_by_database


@pytest.fixture
def case(clara: User) -> Case:
    return factories.cases_of(factories.portfolio(clara))[0]


@pytest.fixture
def hold(clara: User, case: Case) -> Hold:
    return compliance.place_hold(
        lender_id=case.lender_id, debtor_id=case.debtor_id, reason=HoldReason.COMPLAINT,
        note="", by=clara, now=NOON,
    )  # fmt: skip


def test_a_hold_is_in_force_from_its_first_moment(hold: Hold) -> None:
    assert compliance.holds_on(hold.debtor_id, NOON) == [hold]
    assert compliance.holds_on(hold.debtor_id, NOON - timedelta(seconds=1)) == []


def test_a_lifted_hold_is_over_at_that_moment(hold: Hold, clara: User) -> None:
    later = NOON + timedelta(hours=1)
    compliance.lift_hold(hold.id, by=clara, now=later)
    assert compliance.holds_on(hold.debtor_id, later - timedelta(seconds=1)) == [hold]
    assert compliance.holds_on(hold.debtor_id, later) == []
    with refused("already been lifted"):
        compliance.lift_hold(hold.id, by=clara, now=later)


def test_only_its_own_lender_lifts_a_hold(hold: Hold, bea: User, amy: User) -> None:
    for stranger in (bea, amy):
        with pytest.raises(NotFound):
            compliance.lift_hold(hold.id, by=stranger, now=NOON)


def test_an_agency_sees_and_places_holds_on_its_own_debtors_only(
    clara: User, amy: User, ravi: User, hold: Hold, case: Case
) -> None:
    factories.placement(clara, amy, of=db.session.get(Portfolio, case.portfolio_id))
    with as_user(amy):
        assert rows_of("holds") == 1
        place(case, amy)
    with as_user(ravi):
        assert rows_of("holds") == 0
        with refused_by_database("row-level security"):
            place(case, ravi)


def place(case: Case, by: User) -> None:
    compliance.place_hold(
        lender_id=case.lender_id, debtor_id=case.debtor_id, reason=HoldReason.DISPUTE, note="",
        by=by, now=NOON,
    )  # fmt: skip
