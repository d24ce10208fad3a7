"""Answering an offer twice, and taking it back meanwhile."""

import pytest
from flask import Flask

from marketplace import placements
from marketplace.core.db import db, transaction
from marketplace.placements import Placement, PlacementStatus
from tests import factories
from tests.conftest import NOON, rows_of
from tests.factories import someone
from tests.races.conftest import at_once


@pytest.fixture
def offered_id(committed: Flask) -> int:
    with transaction():
        return factories.placement(someone("clara"), someone("amy"), accepted=False).id


def accepting(offered_id: int):
    def accept(by, looked):
        looked(db.session.get_one(Placement, offered_id))
        placements.accept(offered_id, by=by, now=NOON)

    return accept


def recalling(placement_id: int):
    def recall(by, looked):
        looked(db.session.get_one(Placement, placement_id))
        placements.recall(placement_id, reason="term", by=by, now=NOON)

    return recall


def test_an_offer_is_accepted_once(committed: Flask, offered_id: int) -> None:
    accept = accepting(offered_id)
    assert sorted(at_once(committed, ("amy", accept), ("fred", accept))) == [
        "done",
        "refused: OfferClosed",
    ]
    assert len(factories.events("placement.accepted")) == 1


def test_a_placement_is_recalled_once(committed: Flask, offered_id: int) -> None:
    recall = recalling(offered_id)
    assert sorted(at_once(committed, ("clara", recall), ("aline", recall))) == [
        "done",
        "refused: OfferClosed",
    ]
    assert len(factories.events("placement.recalled")) == 1


def test_whoever_wins_a_recalled_offer_releases_nothing(
    committed: Flask, offered_id: int
) -> None:
    """Recall may follow the acceptance, but an acceptance never follows the recall."""
    answered, recalled = at_once(
        committed, ("amy", accepting(offered_id)), ("clara", recalling(offered_id))
    )
    assert recalled == "done"
    assert answered in {"done", "refused: OfferClosed"}
    db.session.rollback()
    db.session.expire_all()
    factories.drain()
    assert db.session.get_one(Placement, offered_id).status is PlacementStatus.RECALLED
    held = db.session.scalar(db.text("SELECT count(*) FROM cases WHERE agency_id IS NOT NULL"))
    assert (held, rows_of("cases")) == (0, 3)
