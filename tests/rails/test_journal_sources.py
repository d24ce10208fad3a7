"""From a journal of the rail a link leads to the movement at Stripe and to the statement."""

from flask import Flask

from marketplace.core.db import db
from marketplace.ledger import Journal
from marketplace.rails import RailTransaction
from marketplace.settlement import Statement
from tests.conftest import client_of
from tests.factories import drain, someone
from tests.rails.story import Story
from tests.rails.test_billing_again import charge_back, take_back


def test_every_journal_of_a_statement_that_was_taken_back_says_why(
    app: Flask, set_up: Story, approved: Statement
) -> None:
    drain()
    charge_back(set_up, set_up.pay())
    take_back(approved)
    set_up.mirror()
    set_up.book_the_rest()
    journals = db.session.scalars(db.select(Journal)).all()
    kinds = {one.idempotency_key.split(":")[0] for one in journals}
    assert kinds == {"statement", "stripe", "claw back"}
    moved = {
        one.journal_id: one for one in db.session.scalars(db.select(RailTransaction)).all()
    }
    facts = [
        (one.id, one.idempotency_key, *_movement_of(moved.get(one.id))) for one in journals
    ]
    code, explained = approved.code, 0
    client = client_of(app, someone("pia"))
    for number, key, ref, of in facts:
        page = client.get(f"/finance/ledger/journals/{number}").text
        assert "entered by one person" not in page, key
        assert (f"/finance/statements/{code}" in page) is (of is not None), key
        assert f"<dd>{ref}</dd>" in page or not ref
        explained += ref != "" and of is not None
        if key.startswith("claw back:"):
            assert "The statement was taken back" in page
    assert explained


def _movement_of(moved: RailTransaction | None) -> tuple[str, int | None]:
    """Its name at Stripe and the statement that explains it; an approval has one by itself."""
    return (moved.transaction_ref, moved.statement_id) if moved else ("", 1)
