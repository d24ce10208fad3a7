"""What a listing asks of its split: newcomers, enough agencies, a lot, debtors together."""

from collections import Counter
from typing import Any

import pytest

from marketplace import auctions
from marketplace.accounts import User
from marketplace.auctions import Auction, Split, SplitShare
from marketplace.core.db import db
from marketplace.placements import TrackRecord
from marketplace.portfolios import Portfolio
from tests import factories
from tests.conftest import NOON

EASY = {"max_share_bps": 10_000}


@pytest.fixture
def portfolio(clara: User) -> Portfolio:
    """Five debtors with two cases each, of rising balance."""
    of = factories.portfolio(clara, 0)
    for n in range(1, 6):
        who = factories.debtor(clara, factories.invented(n))
        for m in (2 * n - 1, 2 * n):
            factories.add_case(of, who, f"C{m:06d}", balance_minor=100_000 * m)
    return of


@pytest.fixture
def people(clara: User, aline: User, amy: User, ravi: User) -> tuple[User, User, User, User]:
    """Amy has a long record, Ravi has none."""
    for agent in (amy, ravi):
        factories.credential(agent)
    record = TrackRecord(
        agency_id=amy.organisation_id, region_group="east", product="credit_card",
        age_band="181-365", cases=500, exposure_minor=10**8, recovered_minor=10**7, as_of=NOON,
    )  # fmt: skip
    db.session.add(record)
    db.session.flush()
    return clara, aline, amy, ravi


def listed(people: tuple[User, ...], of: Portfolio, **terms: Any) -> Auction:
    clara, aline, *_ = people
    return factories.auction(clara, aline, of=of, **(EASY | terms))


def cases_won(split: Split) -> Counter[int]:
    assert split.failure is None
    assert split.verified
    lines = auctions.share_lines(split.id)
    return Counter({line.share.agency_id: line.share.cases for line in lines})


def test_newcomers_get_their_share(people: tuple[User, ...], portfolio: Portfolio) -> None:
    clara, _, amy, ravi = people
    auction = listed(people, portfolio, newcomer_share_bps=3_000)
    factories.bid(auction, amy, rate_bps=500)
    factories.bid(auction, ravi, rate_bps=3_000)
    split = factories.split(auction, clara)
    assert cases_won(split) == {amy.organisation_id: 7, ravi.organisation_id: 3}
    assert split.notes["newcomers"] == [ravi.organisation_id]
    assert split.notes["newcomer_minor"] < 0
    loose = factories.split(auction, clara, without_spread=True)
    assert cases_won(loose)[ravi.organisation_id] == 0
    assert loose.value_minor > split.value_minor
    assert loose.without_spread


def test_a_share_for_newcomers_needs_one(
    people: tuple[User, ...], portfolio: Portfolio
) -> None:
    clara, _, amy, _ravi = people
    auction = listed(people, portfolio, newcomer_share_bps=3_000)
    factories.bid(auction, amy)
    split = factories.split(auction, clara)
    assert split.failure is not None
    assert str(split.failure).startswith(
        "A share was set aside for newcomers, and none has bid."
    )
    assert cases_won(factories.split(auction, clara, without_spread=True))


def test_newcomers_without_the_room_are_a_clash_in_words(
    people: tuple[User, ...], portfolio: Portfolio
) -> None:
    clara, _, amy, ravi = people
    auction = listed(people, portfolio, newcomer_share_bps=3_000)
    factories.bid(auction, amy)
    factories.bid(auction, ravi, capacity=2)
    split = factories.split(auction, clara)
    assert split.notes["clash"]["kind"] == "terms"
    assert split.notes["clash"]["terms"] == ["capacity", "newcomer_share"]


def test_enough_agencies_get_cases(people: tuple[User, ...], portfolio: Portfolio) -> None:
    clara, _, amy, ravi = people
    auction = listed(people, portfolio, min_agencies=2)
    factories.bid(auction, amy, rate_bps=500)
    factories.bid(auction, ravi, rate_bps=4_000)
    split = factories.split(auction, clara)
    assert cases_won(split) == {amy.organisation_id: 9, ravi.organisation_id: 1}


def test_too_few_bidders_are_said(people: tuple[User, ...], portfolio: Portfolio) -> None:
    clara, _, amy, _ravi = people
    auction = listed(people, portfolio, min_agencies=2)
    factories.bid(auction, amy)
    split = factories.split(auction, clara)
    assert split.failure is not None
    assert "At least 2 agencies were to get cases, and 1 have bid." in str(split.failure)


def test_some_debtors_are_placed_by_lot(people: tuple[User, ...], portfolio: Portfolio) -> None:
    clara, _, amy, ravi = people
    auction = listed(people, portfolio, exploration_bps=1_000)
    factories.bid(auction, amy, rate_bps=500)
    factories.bid(auction, ravi, rate_bps=3_000)
    split = factories.split(auction, clara)
    assert cases_won(split).total() == 10
    assert split.notes["drawn"] == 1
    assert all(line.share.marginal_minor is not None for line in auctions.share_lines(split.id))
    lines = auctions.placed_lines(split.id, page=1)
    drawn = [line for line in lines if auctions.why_case(split, line.case_code).drawn]
    assert len(drawn) == 1


def test_the_cases_of_a_debtor_stay_together(
    people: tuple[User, ...], portfolio: Portfolio
) -> None:
    clara, _, amy, ravi = people
    auction = listed(people, portfolio, debtors_together=True)
    factories.bid(auction, amy, rate_bps=500, capacity=5)
    factories.bid(auction, ravi, rate_bps=3_000)
    split = factories.split(auction, clara)
    assert cases_won(split) == {amy.organisation_id: 4, ravi.organisation_id: 6}
    assert homes(split) == {1}
    line = auctions.placed_lines(split.id, page=1)[0]
    assert auctions.why_case(split, line.case_code).together == 2
    assert split.notes["weighed"] is False


def homes(split: Split) -> set[int]:
    """In how many places the cases of a debtor are."""
    rows = db.session.execute(
        db.text(
            "SELECT count(DISTINCT coalesce(s.agency_id, 0)) AS places FROM split_cases s"
            " JOIN cases c ON c.id = s.case_id WHERE s.split_id = :id GROUP BY c.debtor_id"
        ),
        {"id": split.id},
    )
    return {row.places for row in rows}


def test_a_capacity_in_money_holds_and_is_priced(
    people: tuple[User, ...], portfolio: Portfolio
) -> None:
    clara, _, amy, ravi = people
    auction = listed(people, portfolio)
    factories.bid(auction, amy, rate_bps=500, money=2_050_000)
    factories.bid(auction, ravi, rate_bps=3_000)
    split = factories.split(auction, clara)
    shares: dict[int, SplitShare] = {
        line.share.agency_id: line.share for line in auctions.share_lines(split.id)
    }
    mine = shares[amy.organisation_id]
    assert 1_900_000 <= mine.balance_minor <= mine.capacity_balance_minor == 2_050_000
    assert mine.balance_price_minor is not None
    assert mine.balance_price_minor > 0
