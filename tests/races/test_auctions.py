"""Awarding twice, and bidding while the bids are opened."""

import time
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask

from marketplace import auctions
from marketplace.auctions import Auction
from marketplace.auctions import bidding as bidding_module
from marketplace.core.db import db, transaction
from tests import factories
from tests.conftest import rows_of
from tests.factories import CLOSES, someone
from tests.races.conftest import at_once

SECOND = timedelta(seconds=1)


@pytest.fixture
def auction_id(committed: Flask) -> int:
    with transaction():
        amy = someone("amy")
        factories.credential(amy)
        auction = factories.auction(someone("clara"), someone("aline"), max_share_bps=10_000)
        factories.bid(auction, amy)
        factories.papers(someone("clara"), amy)
    return auction.id


def test_an_auction_is_awarded_once(committed: Flask, auction_id: int) -> None:
    with transaction():
        clara = someone("clara")
        split = factories.split(db.session.get_one(Auction, auction_id), clara)
        auctions.propose_award(auction_id, split.id, by=clara, now=CLOSES)

    def award(by, looked):
        looked()
        auctions.award(auction_id, by=by, now=CLOSES)

    assert sorted(at_once(committed, ("aline", award), ("cora", award))) == [
        "done",
        "refused: AlreadyAwarded",
    ]
    assert rows_of("placements") == 1


def test_a_bid_is_in_before_the_opening_or_refused(
    committed: Flask, auction_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Amy's last version is on its way when the bids are opened: it counts."""
    on_its_way = Event()
    original = bidding_module._check_rates

    def slowly(*arguments: object) -> None:
        on_its_way.set()
        time.sleep(0.5)
        original(*arguments)

    monkeypatch.setattr(bidding_module, "_check_rates", slowly)

    def bid(by, looked):
        auction = db.session.get_one(Auction, auction_id)
        looked(auction)
        factories.bid(auction, by, rate_bps=1234, now=CLOSES - SECOND)

    def open_them(by, looked):
        looked()
        on_its_way.wait(timeout=10)
        return auctions.open_bids(auction_id, by=by, now=CLOSES)

    assert at_once(committed, ("amy", bid), ("clara", open_them)) == ["done", "1"]
    (line,) = auctions.bid_lines(auction_id)
    assert (line.bid.version, line.lowest_bps) == (2, 1234)


def test_a_bid_that_waited_for_the_opening_is_too_late(
    committed: Flask, auction_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of Amy's request stood before the close; the opening was first."""
    opening = Event()
    original = auctions.opening.latest_bids

    def slowly(wanted: int) -> list[auctions.Bid]:
        opening.set()
        time.sleep(0.5)
        return original(wanted)

    monkeypatch.setattr(auctions.opening, "latest_bids", slowly)

    def bid(by, looked):
        auction = db.session.get_one(Auction, auction_id)
        looked(auction)
        opening.wait(timeout=10)
        factories.bid(auction, by, rate_bps=1234, now=CLOSES - SECOND)

    def open_them(by, looked):
        looked()
        return auctions.open_bids(auction_id, by=by, now=CLOSES)

    assert at_once(committed, ("amy", bid), ("clara", open_them)) == [
        "refused: BiddingClosed",
        "1",
    ]
    assert rows_of("bids") == 1


def test_one_portfolio_is_published_once(committed: Flask) -> None:
    with transaction():
        clara = someone("clara")
        of = factories.portfolio(clara)
        drafts = [factories.auction(clara, of=of).id for _ in range(2)]

    def publishing(draft_id: int):
        def publish(by, looked):
            looked()
            auctions.publish(draft_id, by=by, now=factories.NOON)

        return publish

    ended = at_once(
        committed, ("aline", publishing(drafts[0])), ("cora", publishing(drafts[1]))
    )
    assert sorted(ended) == ["done", "refused: Refusal"]
