"""What is posted of the balance at Stripe is what moved there, to one minor unit."""

import pytest

from marketplace import checks, ledger
from marketplace.core.db import db
from marketplace.ledger import AccountKind, Entry, Journal
from marketplace.rails import RailTransaction
from tests.conftest import NOON
from tests.factories import TODAY, someone

pytestmark = pytest.mark.usefixtures("app", "pia", "paul")
K = AccountKind


def posted(key: str, balance: int, cost: int = 0) -> Journal:
    return ledger.post(
        key,
        [
            Entry(K.STRIPE_BALANCE, None, balance, "USD"),
            Entry(K.STRIPE_COST, None, cost, "USD"),
            Entry(K.BANK_CLEARING, None, -balance - cost, "USD"),
        ],
        effective_on=TODAY, words="Moved", made_by_id=someone("pia").id,
        approved_by=someone("paul"), now=NOON,
    )  # fmt: skip


def moved(ref: str, amount: int, fee: int = 0, by: Journal | None = None) -> None:
    db.session.add(
        RailTransaction(
            transaction_ref=ref, kind="topup", amount_minor=amount, fee_minor=fee,
            net_minor=amount - fee, currency="USD", source_ref="", moved_at=NOON,
            journal_id=by.id if by else None,
        )
    )  # fmt: skip
    db.session.flush()


def found() -> dict[str, int]:
    """The kinds of what a check finds, and by how much each is off."""
    checks.check_books(now=NOON)
    return {
        one.kind: one.details["difference_minor"] for one in ledger.incidents(open_only=True)
    }


def test_what_moved_and_is_posted_is_no_difference() -> None:
    moved("txn_1", 10_000, 300, posted("stripe:txn_1", 9_700, 300))
    moved("txn_2", -500, 0, posted("stripe:txn_2", -500, 500))  # a fee, booked as a cost
    moved("txn_3", 77)  # waits for two people
    assert found() == {}


def test_a_posting_of_another_amount_is_found() -> None:
    moved("txn_1", 10_000, 300, posted("stripe:txn_1", 9_701, 300))
    assert found() == {"stripe_movement": 1, "stripe_sum": 1}


def test_a_cost_that_is_not_the_fee_is_found() -> None:
    moved("txn_1", 10_000, 300, posted("stripe:txn_1", 9_700, 301))
    assert found() == {"stripe_movement": 1}


def test_a_posting_that_nothing_moved_is_found() -> None:
    posted("stripe:txn_false", 1)
    assert found() == {"stripe_movement": 1, "stripe_sum": 1}


def test_a_posting_beside_the_mirror_is_found() -> None:
    posted("by hand", -1)
    assert found() == {"stripe_sum": -1}


def test_a_movement_with_the_journal_of_another_is_found() -> None:
    moved("txn_1", 1, 0, posted("something else", 1))
    assert found() == {"stripe_movement": -1}
