"""A journal is taken back once, whole, by two people, for a reason."""

import pytest

from marketplace import ledger
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.ledger import Journal
from tests import factories
from tests.conftest import NOON, as_user
from tests.ledger.conftest import post_fee
from tests.refusing import refused


@pytest.fixture
def posted(pia: User, paul: User) -> Journal:
    return post_fee()


def reverse(journal_id: int, maker: User, checker: User, *, reason: str = "Typed twice"):
    return ledger.reverse(
        journal_id, reason=reason, effective_on=NOON.date(), made_by_id=maker.id,
        approved_by=checker, now=NOON,
    )  # fmt: skip


def test_a_reversal_leaves_nothing(posted: Journal, pia: User, paul: User) -> None:
    with as_user(paul):
        made = reverse(posted.id, pia, paul)
    db.session.execute(db.text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert {row.net_minor for row in ledger.balances()} == {0}
    assert made.reverses_id == posted.id
    assert made.facts == {"reason": "Typed twice"}
    assert ledger.journal_sheet(posted.id).reversed_by_id == made.id
    assert len(factories.events("journal.reversed")) == 1


def test_it_happens_once(posted: Journal, pia: User, paul: User) -> None:
    made = reverse(posted.id, pia, paul)
    with refused(f"has been reversed by journal {made.id}"):
        reverse(posted.id, pia, paul, reason="Once more")
    with refused("is itself a reversal"):
        reverse(made.id, pia, paul)


def test_it_takes_two_people_a_reason_and_a_journal(
    posted: Journal, pia: User, paul: User
) -> None:
    with refused("does not approve"):
        reverse(posted.id, paul, paul)
    with refused("needs a reason"):
        reverse(posted.id, pia, paul, reason=" ")
    with pytest.raises(NotFound):
        reverse(posted.id + 1, pia, paul)
