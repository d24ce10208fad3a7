"""What the rails do once, with two people asking."""

import pytest
from flask import Flask

from marketplace import rails
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.portfolios import PortfolioStatus
from marketplace.rails.models import RailAccount, RailTransaction
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
