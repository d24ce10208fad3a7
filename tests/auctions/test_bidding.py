"""Sealed bids: unreadable before the opening, unchanged after it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace import auctions
from marketplace.accounts import User
from marketplace.auctions import (
    Auction,
    AuctionStatus,
    BiddingClosed,
    RateOutOfRange,
    StillOpen,
)
from marketplace.auctions.bidding import receipt_of
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.installation import vault
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import CLOSES, TODAY
from tests.refusing import refused

ODD_RATE = 2347
SECOND = timedelta(seconds=1)


@pytest.fixture
def auction(clara: User, aline: User, amy: User, ravi: User) -> Auction:
    factories.credential(amy)
    factories.credential(ravi)
    return factories.auction(clara, aline)


def test_no_rate_is_anywhere_in_the_database(auction: Auction, amy: User) -> None:
    factories.bid(auction, amy, rate_bps=ODD_RATE)
    for table in ("bids", "audit_events", "procrastinate_jobs", "notifications", "auctions"):
        for row in db.session.execute(text(f"SELECT t.*, t::text AS whole FROM {table} t")):
            assert str(ODD_RATE) not in row.whole
            assert not any(str(ODD_RATE).encode() in bytes(v) for v in row if is_bytes(v))


def is_bytes(value: object) -> bool:
    return isinstance(value, bytes | memoryview)


def test_the_lenders_sql_finds_no_bid_before_the_opening(
    auction: Auction, amy: User, clara: User, ravi: User
) -> None:
    factories.bid(auction, amy)
    with as_user(clara):
        assert rows_of("bids") == 0
        assert auctions.bid_count(auction.id) == 0
        assert db.session.execute(text("UPDATE bids SET capacity_cases = 1")).rowcount == 0
    with as_user(ravi):
        assert rows_of("bids") == 0
    auctions.open_bids(auction.id, by=clara, now=CLOSES)
    with as_user(clara):
        assert rows_of("bids") == 1
    with as_user(ravi):
        assert rows_of("bids") == 0


def test_an_agency_reads_its_own_bid_and_nobody_elses(
    auction: Auction, amy: User, ravi: User
) -> None:
    bid = factories.bid(auction, amy, rate_bps=ODD_RATE)
    assert set(auctions.own_rates(bid, by=amy).values()) == {ODD_RATE}
    with pytest.raises(NotFound):
        auctions.own_rates(bid, by=ravi)


def test_the_receipt_fixes_the_rates_and_the_time(auction: Auction, amy: User) -> None:
    bid = factories.bid(auction, amy)
    assert bid.receipt == receipt_of(bid.sealed, bid.placed_at)
    assert bid.receipt != receipt_of(bid.sealed + b"x", bid.placed_at)
    assert bid.receipt != receipt_of(bid.sealed, bid.placed_at + SECOND)
    (event,) = factories.events("bid.placed")
    assert event.details["receipt"] == bid.receipt


def test_equal_bids_do_not_look_equal(auction: Auction, amy: User, ravi: User) -> None:
    assert factories.bid(auction, amy).sealed[13:] != factories.bid(auction, ravi).sealed[13:]


def test_the_last_version_before_the_close_counts(
    auction: Auction, amy: User, clara: User
) -> None:
    versions = [
        factories.bid(auction, amy, rate_bps=rate).version for rate in (3000, 1000, 2000)
    ]
    assert versions == [1, 2, 3]
    assert auctions.open_bids(auction.id, by=clara, now=CLOSES) == 1
    (line,) = auctions.bid_lines(auction.id)
    assert (line.bid.version, line.lowest_bps) == (3, 2000)


def test_a_withdrawn_bid_does_not_count(
    auction: Auction, amy: User, ravi: User, clara: User
) -> None:
    factories.bid(auction, amy)
    factories.bid(auction, amy)
    factories.bid(auction, ravi)
    auctions.withdraw_bid(auction.id, by=amy, now=NOON)
    assert auctions.open_bids(auction.id, by=clara, now=CLOSES) == 1
    with refused("only while bidding is open"):
        auctions.withdraw_bid(auction.id, by=ravi, now=CLOSES)


def test_bids_are_taken_from_the_opening_to_the_closing_second(
    auction: Auction, amy: User
) -> None:
    factories.bid(auction, amy, now=NOON)
    factories.bid(auction, amy, now=CLOSES - SECOND)
    for moment in (NOON - SECOND, CLOSES, CLOSES + SECOND):
        with refused("has closed", kind=BiddingClosed):
            factories.bid(auction, amy, now=moment)


def test_nobody_bids_on_a_draft(clara: User, amy: User) -> None:
    factories.credential(amy)
    with pytest.raises(NotFound):
        factories.bid(factories.auction(clara), amy)


@pytest.mark.parametrize("rate", [499, 4001, 0, -1])
def test_a_rate_outside_the_range_is_refused(auction: Auction, amy: User, rate: int) -> None:
    factories.bid(auction, amy, rate_bps=500)
    factories.bid(auction, amy, rate_bps=4000)
    with refused("lies outside 5.0% to 40.0%", kind=RateOutOfRange):
        factories.bid(auction, amy, rate_bps=rate)


def test_a_bid_needs_rates_for_known_cells_and_a_capacity(auction: Auction, amy: User) -> None:
    with refused("has no rates"):
        auctions.place_bid(auction.id, {}, capacity_cases=1, by=amy, now=NOON)
    with refused("is not in this auction"):
        auctions.place_bid(auction.id, {"moon": 2000}, capacity_cases=1, by=amy, now=NOON)
    with refused("at least one case"):
        factories.bid(auction, amy, capacity=0)


def test_a_bid_needs_a_credential_in_force(clara: User, aline: User, amy: User) -> None:
    auction = factories.auction(clara, aline)
    with refused("no credential in force"):
        factories.bid(auction, amy)
    factories.credential(amy, valid_to=TODAY - timedelta(days=1))
    with refused("no credential in force"):
        factories.bid(auction, amy)
    factories.credential(amy, valid_to=TODAY)
    factories.bid(auction, amy)


def test_bids_open_once_and_not_before_the_close(
    auction: Auction, amy: User, clara: User
) -> None:
    factories.bid(auction, amy)
    with refused("still open", kind=StillOpen):
        auctions.open_bids(auction.id, by=clara, now=CLOSES - SECOND)
    auctions.open_bids(auction.id, by=clara, now=CLOSES)
    with refused("already been opened"):
        auctions.open_bids(auction.id, by=clara, now=CLOSES)


def test_the_lender_opens_with_its_own_rights(auction: Auction, amy: User, clara: User) -> None:
    factories.bid(auction, amy, rate_bps=ODD_RATE)
    with as_user(clara):
        assert auctions.open_bids(auction.id, by=clara, now=CLOSES) == 1
        (line,) = auctions.bid_lines(auction.id)
    assert line.lowest_bps == ODD_RATE


def test_another_lender_does_not_open_them(auction: Auction, bea: User) -> None:
    with pytest.raises(NotFound):
        auctions.open_bids(auction.id, by=bea, now=CLOSES)


def test_the_clock_opens_what_is_due(auction: Auction, amy: User) -> None:
    factories.bid(auction, amy)
    auctions.open_due_bids(now=CLOSES - SECOND)
    assert auction.opened_at is None
    auctions.open_due_bids(now=CLOSES)
    assert auction.status is AuctionStatus.OPENED


ALTERED = pytest.mark.parametrize(
    "change",
    [
        "sealed = set_byte(sealed, 20, (get_byte(sealed, 20) + 1) % 256)",
        "placed_at = placed_at - interval '1 day'",
        "receipt = repeat('0', 64)",
        "version = version + 1",
    ],
)


@ALTERED
def test_an_altered_bid_is_found_at_the_opening(
    auction: Auction, amy: User, clara: User, change: str
) -> None:
    bid = factories.bid(auction, amy)
    db.session.execute(text(f"UPDATE bids SET {change}"))
    db.session.refresh(bid)
    with refused("does not match its receipt"):
        auctions.open_bids(auction.id, by=clara, now=CLOSES)


def test_rates_moved_from_one_bid_to_another_are_found(
    auction: Auction, amy: User, ravi: User, clara: User
) -> None:
    mine, theirs = factories.bid(auction, amy), factories.bid(auction, ravi)
    mine.sealed = theirs.sealed
    mine.receipt = receipt_of(theirs.sealed, mine.placed_at)
    with refused("does not match its receipt"):
        auctions.open_bids(auction.id, by=clara, now=CLOSES)


def test_an_altered_bid_keeps_no_other_auction_shut(
    auction: Auction, clara: User, aline: User, amy: User
) -> None:
    bid = factories.bid(auction, amy)
    bid.sealed = vault().seal(b"{}", place="elsewhere")
    of = factories.portfolio(clara, 1, first=9, name="Other")
    sound = factories.auction(clara, aline, of=of)
    factories.bid(sound, amy)
    db.session.commit()
    auctions.open_due_bids(now=CLOSES)
    assert sound.opened_at == CLOSES
    db.session.refresh(auction)
    assert auction.opened_at is None
