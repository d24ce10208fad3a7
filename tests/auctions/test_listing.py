"""Listing: drafted by one, published by another, on terms that reward conduct."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace import auctions
from marketplace.accounts import User
from marketplace.auctions import Auction, AuctionStatus
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.portfolios import Portfolio, PortfolioStatus
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import CLOSES
from tests.refusing import refused, refused_by_database


@pytest.fixture
def drafted(clara: User) -> Auction:
    return factories.auction(clara)


def test_who_drafted_cannot_publish(drafted: Auction, clara: User, aline: User) -> None:
    with refused("somebody else must approve"):
        auctions.publish(drafted.id, by=clara, now=NOON)
    auctions.publish(drafted.id, by=aline, now=NOON)
    assert drafted.status is AuctionStatus.OPEN


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("approved_by_id = made_by_id", "two_people_list"),
        ("proposed_by_id = made_by_id, awarded_by_id = made_by_id", "two_people_award"),
        ("floor_bps = reserve_bps + 1", "floor_below_reserve"),
        ("reserve_bps = 10001", "reserve_is_a_share"),
        ("closes_at = opens_at", "lasts"),
        ("newcomer_share_bps = 5001", "spread_in_range"),
        ("exploration_bps = 1001", "spread_in_range"),
        ("min_agencies = 0", "spread_in_range"),
    ],
)
def test_the_database_holds_the_rules_too(
    drafted: Auction, change: str, constraint: str
) -> None:
    with refused_by_database(constraint):
        db.session.execute(text(f"UPDATE auctions SET {change}"))


def test_a_plan_that_pays_for_cash_alone_is_refused(clara: User) -> None:
    factories.auction(clara, result_weight_bps=7000)
    other = factories.portfolio(clara, 1, first=9, name="Other")
    with refused("CN-INC-1"):
        factories.auction(clara, of=other, result_weight_bps=7001)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"closes_at": NOON}, "close before it opens"),
        ({"opens_at": CLOSES, "closes_at": CLOSES}, "close before it opens"),
        ({"floor_bps": 4001}, "lowest rate"),
        ({"floor_bps": 0}, "lowest rate"),
        ({"reserve_bps": 10_001}, "lowest rate"),
        ({"term_days": 29}, "between 30 and 365"),
        ({"term_days": 366}, "between 30 and 365"),
        ({"max_share_bps": 0}, "between 0.01 and 100"),
        ({"max_share_bps": 10_001}, "between 0.01 and 100"),
        ({"min_agencies": 0}, "between 1 and 50"),
        ({"newcomer_share_bps": 5_001}, "between 0 and 50 percent"),
        ({"exploration_bps": -1}, "between 0 and 10 percent"),
    ],
)
def test_impossible_terms_are_refused(clara: User, terms: dict, words: str) -> None:
    with refused(words):
        factories.auction(clara, **terms)


def test_agencies_see_a_listing_from_its_publication_on(
    drafted: Auction, aline: User, amy: User
) -> None:
    with as_user(amy):
        assert (rows_of("auctions"), rows_of("segments"), rows_of("portfolios")) == (0, 0, 0)
        with pytest.raises(NotFound):
            auctions.visible_auction(drafted.code)
    auctions.publish(drafted.id, by=aline, now=NOON)
    with as_user(amy):
        assert (rows_of("auctions"), rows_of("segments"), rows_of("portfolios")) == (1, 1, 1)
        assert rows_of("cases") == 0


def test_one_portfolio_is_on_the_market_once(clara: User, aline: User) -> None:
    of = factories.portfolio(clara)
    first, second = factories.auction(clara, of=of), factories.auction(clara, of=of)
    auctions.publish(first.id, by=aline, now=NOON)
    with refused("already listed or placed"):
        auctions.publish(second.id, by=aline, now=NOON)
    with refused("already listed or placed"):
        factories.auction(clara, of=of)


def test_withdrawing_a_draft_leaves_the_listing_alone(clara: User, aline: User) -> None:
    of = factories.portfolio(clara)
    first, second = factories.auction(clara, of=of), factories.auction(clara, of=of)
    auctions.publish(first.id, by=aline, now=NOON)
    auctions.withdraw(second.id, reason="twice", by=clara, now=NOON)
    assert of.status is PortfolioStatus.LISTED
    auctions.withdraw(first.id, reason="later", by=clara, now=NOON)
    assert of.status is PortfolioStatus.READY


def test_too_late_to_publish(drafted: Auction, aline: User) -> None:
    with refused("passed before the listing was approved"):
        auctions.publish(drafted.id, by=aline, now=CLOSES)


def test_the_grid_counts_every_free_case_once(clara: User) -> None:
    of = factories.portfolio(clara, 3)
    factories.add_case(of, factories.debtor(clara, factories.invented(8)), "N", region="11")
    held = factories.debtor(clara, factories.invented(9))
    factories.add_case(of, held, "H", hold_flags=["dispute"])
    cells = auctions.segments_of(factories.auction(clara, of=of).id)
    assert {cell.key: (cell.cases, cell.balance_minor) for cell in cells} == {
        "east|181-365|no_score": (3, 300_000),
        "north|181-365|no_score": (1, 100_000),
    }


def test_score_is_left_out_where_it_would_make_too_many_cells(clara: User) -> None:
    of = factories.portfolio(clara, 0)
    for i, region in enumerate(("11", "21", "31", "41", "51", "61", "99")):
        for j, dpd in enumerate((1, 200, 400, 800, 1500)):
            for k, score in enumerate((None, 500)):
                number = f"{i}{j}{k}"
                person = factories.debtor(clara, factories.invented(int(number)))
                factories.add_case(of, person, number, region=region, dpd=dpd, score=score)
    cells = auctions.segments_of(factories.auction(clara, of=of).id)
    assert len(cells) == 35
    assert {cell.score_band for cell in cells} == {"any_score"}


def test_foreign_auctions_are_not_found(drafted: Auction, bea: User, clara: User) -> None:
    with pytest.raises(NotFound):
        auctions.publish(drafted.id, by=bea, now=NOON)
    with pytest.raises(NotFound):
        auctions.withdraw(drafted.id, reason="x", by=bea, now=NOON)
    with pytest.raises(NotFound):
        auctions.owned_auction(drafted.code, lender_id=bea.organisation_id)
    with pytest.raises(NotFound):
        factories.auction(bea, of=db.session.get(Portfolio, drafted.portfolio_id))


def test_a_later_person_is_told_that_the_portfolio_was_listed(
    clara: User, aline: User, amy: User
) -> None:
    factories.auction(clara, aline)
    factories.drain()
    with as_user(amy):
        assert rows_of("notifications") == 1


def test_a_withdrawal_says_why_and_ends_it(drafted: Auction, clara: User) -> None:
    with refused("needs a reason"):
        auctions.withdraw(drafted.id, reason=" ", by=clara, now=NOON)
    auctions.withdraw(drafted.id, reason="x", by=clara, now=NOON)
    with refused("already ended"):
        auctions.withdraw(drafted.id, reason="x", by=clara, now=NOON + timedelta(1))
