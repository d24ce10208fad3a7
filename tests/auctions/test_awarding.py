"""Awarding: proposed by one, approved by another, once, and only to agencies in good order."""

from datetime import timedelta

import pytest

from marketplace import auctions, licences
from marketplace.accounts import User
from marketplace.auctions import AlreadyAwarded, Auction, AuctionStatus, Split, StillOpen
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.licences import Credential
from marketplace.placements import ContractMissing, PlacementStatus
from marketplace.portfolios import Portfolio, PortfolioStatus
from tests import factories
from tests.factories import CLOSES
from tests.refusing import refused, refused_by_database


@pytest.fixture
def credential(amy: User) -> Credential:
    return factories.credential(amy)


@pytest.fixture
def auction(clara: User, aline: User, amy: User, credential: Credential) -> Auction:
    listed = factories.auction(clara, aline, max_share_bps=10_000)
    factories.bid(listed, amy, rate_bps=2250)
    return listed


@pytest.fixture
def split(auction: Auction, clara: User) -> Split:
    return factories.split(auction, clara)


@pytest.fixture
def proposed(auction: Auction, split: Split, clara: User, amy: User) -> Auction:
    factories.papers(clara, amy)
    return auctions.propose_award(auction.id, split.id, by=clara, now=CLOSES)


def test_an_award_offers_every_winner_its_cases_at_its_rate(
    proposed: Auction, aline: User, amy: User
) -> None:
    (placement,) = auctions.award(proposed.id, by=aline, now=CLOSES)
    assert (placement.agency_id, placement.cases) == (amy.organisation_id, 3)
    assert placement.status is PlacementStatus.OFFERED
    assert placement.award_reference == proposed.code
    rates = db.session.execute(db.text("SELECT DISTINCT rate_bps FROM placement_cases"))
    assert rates.scalars().all() == [2250]
    assert proposed.status is AuctionStatus.AWARDED
    portfolio = db.session.get(Portfolio, proposed.portfolio_id)
    assert portfolio.status is PortfolioStatus.PLACED


@pytest.mark.parametrize("included", [True, False])
def test_a_lot_says_of_its_rates_what_the_listing_said_of_tax(
    clara: User, aline: User, amy: User, credential: Credential, *, included: bool
) -> None:
    listed = factories.auction(clara, aline, max_share_bps=10_000, rates_include_tax=included)
    factories.bid(listed, amy, rate_bps=2250)
    split = factories.split(listed, clara)
    factories.papers(clara, amy)
    proposed = auctions.propose_award(listed.id, split.id, by=clara, now=CLOSES)
    (placement,) = auctions.award(proposed.id, by=aline, now=CLOSES)
    assert placement.rates_include_tax is included


def test_who_proposed_cannot_approve(proposed: Auction, clara: User) -> None:
    with refused("somebody else must approve"):
        auctions.award(proposed.id, by=clara, now=CLOSES)


def test_two_people_award_by_the_database(proposed: Auction, clara: User) -> None:
    with refused_by_database("two_people_award"):
        db.session.execute(db.text("UPDATE auctions SET awarded_by_id = proposed_by_id"))


def test_an_award_happens_once(
    proposed: Auction, split: Split, aline: User, clara: User
) -> None:
    auctions.award(proposed.id, by=aline, now=CLOSES)
    with refused("already been awarded", kind=AlreadyAwarded):
        auctions.award(proposed.id, by=aline, now=CLOSES)
    with refused("already been awarded", kind=AlreadyAwarded):
        auctions.propose_award(proposed.id, split.id, by=clara, now=CLOSES)
    with refused("already ended"):
        auctions.withdraw(proposed.id, reason="regret", by=clara, now=CLOSES)


def test_nothing_is_awarded_without_a_proposal(
    auction: Auction, split: Split, aline: User
) -> None:
    with refused("No award has been proposed"):
        auctions.award(auction.id, by=aline, now=CLOSES)


def test_nothing_is_proposed_before_the_opening(auction: Auction, clara: User) -> None:
    with refused("have not been opened", kind=StillOpen):
        auctions.propose_award(auction.id, 1, by=clara, now=CLOSES)


def test_a_withdrawn_auction_is_not_awarded(
    proposed: Auction, split: Split, clara: User, aline: User
) -> None:
    auctions.withdraw(proposed.id, reason="sold", by=clara, now=CLOSES)
    with refused("was withdrawn"):
        auctions.award(proposed.id, by=aline, now=CLOSES)
    with refused("was withdrawn"):
        auctions.propose_award(proposed.id, split.id, by=clara, now=CLOSES)


def test_a_credential_that_ran_out_since_the_bid_stops_the_award(
    proposed: Auction, credential: Credential, aline: User
) -> None:
    credential.valid_to = CLOSES.date() - timedelta(days=1)
    with refused("Anheng & Co has no credential in force any more"):
        auctions.award(proposed.id, by=aline, now=CLOSES)


def test_a_suspended_credential_stops_the_award(
    proposed: Auction, credential: Credential, aline: User, vera: User
) -> None:
    licences.suspend(credential.id, reason="complaints", by=vera, now=CLOSES)
    with refused("no credential in force any more"):
        auctions.award(proposed.id, by=aline, now=CLOSES)


def test_missing_papers_stop_the_award(
    auction: Auction, split: Split, clara: User, aline: User, amy: User
) -> None:
    assert len(auctions.missing_papers(auction, amy.organisation_id, CLOSES)) == 3
    auctions.propose_award(auction.id, split.id, by=clara, now=CLOSES)
    with refused("Missing: ", kind=ContractMissing):
        auctions.award(auction.id, by=aline, now=CLOSES)


def test_a_split_of_another_auction_is_not_found(
    auction: Auction, split: Split, clara: User, aline: User, amy: User
) -> None:
    of = factories.portfolio(clara, 1, first=9, name="Other")
    other = factories.auction(clara, aline, of=of)
    auctions.open_bids(other.id, by=clara, now=CLOSES)
    with pytest.raises(NotFound):
        auctions.propose_award(other.id, split.id, by=clara, now=CLOSES)


def test_a_split_that_does_not_verify_is_not_proposed(
    auction: Auction, split: Split, clara: User
) -> None:
    split.verified = False
    with refused("no certificate that checks"):
        auctions.propose_award(auction.id, split.id, by=clara, now=CLOSES)


def test_foreign_auctions_are_not_found(proposed: Auction, split: Split, bea: User) -> None:
    with pytest.raises(NotFound):
        auctions.award(proposed.id, by=bea, now=CLOSES)
    with pytest.raises(NotFound):
        auctions.propose_award(proposed.id, split.id, by=bea, now=CLOSES)
    with pytest.raises(NotFound):
        auctions.owned_split(split.code, lender_id=bea.organisation_id)


def test_the_award_is_one_story_in_the_trail(proposed: Auction, aline: User) -> None:
    auctions.award(proposed.id, by=aline, now=CLOSES)
    (event,) = factories.events("auction.awarded")
    split = db.session.get(Split, proposed.proposed_split_id)
    assert event.details["certificate"] == split.digest
    assert len(factories.events("placement.offered")) == 1
