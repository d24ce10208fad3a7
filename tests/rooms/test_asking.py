"""Questions come without a name, and answers go to all."""

import pytest

from marketplace import releases, rooms
from marketplace.accounts import User
from marketplace.auctions import Auction
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.releases import NdaMissing
from marketplace.rooms import QuestionAsker
from tests import factories
from tests.conftest import NOON, as_user
from tests.factories import CLOSES
from tests.refusing import refused, refused_by_database
from tests.releases.test_signing import TEXT


@pytest.fixture
def auction(clara: User, aline: User) -> Auction:
    return factories.auction(clara, aline, of=factories.portfolio(clara, 3))


def test_the_lender_does_not_learn_who_asks(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    with as_user(amy):
        asked = rooms.ask(auction, "Are guarantors known?", by=amy, now=NOON)
        assert rooms.own_question_ids(auction.id) == {asked.id}
    with as_user(clara):
        (question,) = rooms.questions_of(auction.id)
        assert amy.organisation_id not in vars(question).values()
        with refused_by_database("permission denied"):
            db.session.scalars(db.select(QuestionAsker)).all()
        rooms.answer(question.id, "For 12 cases.", by=clara, now=NOON)
    with as_user(ravi):
        (read,) = rooms.questions_of(auction.id)
        assert (read.body, read.answer) == ("Are guarantors known?", "For 12 cases.")
        assert rooms.own_question_ids(auction.id) == set()
    told = db.session.execute(
        db.text("SELECT count(*) FROM audit_events WHERE action LIKE 'question.%'"
                " AND :id = ANY(parties)"),
        {"id": amy.organisation_id},
    )  # fmt: skip
    assert told.scalar_one() == 0


def test_an_answer_stands_and_strangers_cannot_give_one(
    auction: Auction, clara: User, bea: User, amy: User
) -> None:
    question = rooms.ask(auction, "Since when?", by=amy, now=NOON)
    with pytest.raises(NotFound):
        rooms.answer(question.id, "Never.", by=bea, now=NOON)
    rooms.answer(question.id, "Since May.", by=clara, now=NOON)
    with refused("has been answered"):
        rooms.answer(question.id, "Since June.", by=clara, now=NOON)


@pytest.mark.parametrize("body", ["", " ?", "x" * 2_001])
def test_a_question_has_a_sensible_length(auction: Auction, amy: User, body: str) -> None:
    with refused("between 3 and 2000"):
        rooms.ask(auction, body, by=amy, now=NOON)


def test_nobody_asks_late_or_unsigned(auction: Auction, clara: User, amy: User) -> None:
    with refused("while bidding is open"):
        rooms.ask(auction, "Too late?", by=amy, now=CLOSES)
    releases.set_nda(TEXT, by=clara, now=NOON)
    with refused("not signed", kind=NdaMissing):
        rooms.ask(auction, "Unsigned?", by=amy, now=NOON)
