"""Whoever acts signs with their own name: no other is written down, by the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.core.tenancy import Acting, Audience
from marketplace.migrations.build import signatures
from tests import factories
from tests.conftest import as_user
from tests.refusing import refused_by_database

SIGNED = [(table, column) for table, columns in signatures().items() for column in columns]


@pytest.mark.parametrize(("table", "column"), SIGNED)
@pytest.mark.parametrize("own", [True, False])
def test_a_row_names_whoever_writes_it(
    app: object, table: str, column: str, *, own: bool
) -> None:
    """With the own name it fails too, for all that the row does not say."""
    told = text(f"INSERT INTO {table} ({column}) VALUES ({7 if own else 8})")
    with (
        acting(Acting(Audience.SYSTEM, 1, 7)),
        pytest.raises(DBAPIError) as refusal,
        db.session.begin_nested(),
    ):
        db.session.execute(told)
    assert ("in the name of whoever acts" in str(refusal.value)) is not own


def test_the_tables_of_money_are_among_them() -> None:
    assert {
        "auctions", "bids", "commission_terms", "credentials", "journals", "payments",
        "placements", "rail_operations", "received_invoices", "remittances", "statements",
    } <= signatures().keys()  # fmt: skip
    assert signatures()["journals"] == ["approved_by_id"]


def test_nobody_approves_in_the_name_of_a_colleague(
    fred: User, fang: User, pia: User, paul: User
) -> None:
    """Two people must differ, and the second must be the one who acts."""
    confirmed = factories.paid_by_bank(approve=False)
    told = text(
        "UPDATE statements SET status = 'approved', approved_at = now(),"
        " approved_by_id = :name WHERE id = :id"
    )
    with as_user(pia), refused_by_database("approved_by_id is somebody else"):
        db.session.execute(told, {"name": paul.id, "id": confirmed.id})
    with as_user(paul):
        settlement.approve(confirmed.id, by=paul, now=factories.NOON)
    assert confirmed.approved_by_id == paul.id


def test_a_name_that_is_there_may_stay(fred: User, fang: User, pia: User) -> None:
    """Only what is filled in or changed is signed: the other side confirms its own."""
    drafted = factories.paid_by_bank(approve=False)
    with as_user(fang):
        db.session.execute(text("UPDATE statements SET version = version + 1"))
    assert drafted.lender_confirmed_by_id == fang.id
