"""Why a case went where it went: the reasons are those that the certificate holds."""

import pytest

from marketplace import auctions
from marketplace.accounts import User
from marketplace.auctions import Auction, Split, SplitShare
from marketplace.core import progress
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.portfolios import Portfolio
from tests import factories
from tests.conftest import as_user
from tests.factories import CLOSES


@pytest.fixture
def portfolio(clara: User) -> Portfolio:
    """Nine cases of rising balance: a place is worth most to the largest."""
    of = factories.portfolio(clara, 0)
    for n in range(1, 10):
        who = factories.debtor(clara, factories.invented(n))
        factories.add_case(of, who, f"C{n:06d}", balance_minor=100_000 * n)
    return of


@pytest.fixture
def auction(clara: User, aline: User, portfolio: Portfolio, amy: User, ravi: User) -> Auction:
    """Amy is cheaper, and has four places; Ravi has room for all."""
    made = factories.auction(clara, aline, of=portfolio, max_share_bps=10_000)
    for agent, rate, capacity in ((amy, 1000, 4), (ravi, 2000, 9)):
        factories.credential(agent)
        factories.bid(made, agent, rate_bps=rate, capacity=capacity)
    return made


@pytest.fixture
def split(auction: Auction, clara: User) -> Split:
    made = factories.split(auction, clara)
    assert made.failure is None
    return made


def shares(split: Split) -> dict[int, SplitShare]:
    return {line.share.agency_id: line.share for line in auctions.share_lines(split.id)}


def test_the_cheaper_agency_gets_the_largest_cases(
    split: Split, clara: User, amy: User, ravi: User
) -> None:
    with as_user(clara):
        lines = auctions.placed_lines(split.id, page=1)
        balances = [line.balance_minor for line in lines]
        assert balances == sorted(balances, reverse=True)
        winners = [auctions.why_case(split, line.case_code).chosen.agency_id for line in lines]
    assert winners == [amy.organisation_id] * 4 + [ravi.organisation_id] * 5


def test_a_case_at_the_edge_names_price_and_margin(
    split: Split, clara: User, amy: User, ravi: User
) -> None:
    fifth = auctions.placed_lines(split.id, page=1)[4]
    why = auctions.why_case(split, fifth.case_code)
    assert why.chosen.agency_id == ravi.organisation_id
    assert why.runner_up is not None
    assert why.runner_up.agency_id == amy.organisation_id
    # Amy's four places go to larger cases: what is left for this one is no more than here.
    assert why.runner_up.value_minor > why.chosen.value_minor
    assert why.runner_up.net_minor <= why.chosen.net_minor
    assert why.margin_minor == why.chosen.net_minor - why.runner_up.net_minor
    assert why.chosen.rate_bps == 2000
    assert why.runner_up.price_minor == shares(split)[amy.organisation_id].price_minor > 0
    expected = fifth.balance_minor * why.chosen.recovery_bps / 10_000 * 0.8
    assert why.chosen.value_minor == pytest.approx(expected, rel=1e-3)


def test_who_may_not_have_a_case_is_said(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    db.session.execute(
        db.text("UPDATE credentials SET regions = '{44}' WHERE organisation_id = :id"),
        {"id": amy.organisation_id},
    )
    split = factories.split(auction, clara)
    line = auctions.placed_lines(split.id, page=1)[0]
    why = auctions.why_case(split, line.case_code)
    barred = {c.agency_id: c.barred for c in why.choices}
    assert barred[amy.organisation_id] == "licence"
    assert barred[ravi.organisation_id] == ""
    assert why.choices[-1].agency_id == amy.organisation_id, "the barred come last"


def test_limits_are_priced_and_agencies_weighed(split: Split, amy: User, ravi: User) -> None:
    cheap, roomy = shares(split)[amy.organisation_id], shares(split)[ravi.organisation_id]
    assert cheap.price_minor > 0
    assert cheap.price_high_minor is not None
    assert cheap.price_high_minor >= cheap.price_minor
    assert roomy.price_minor == roomy.price_high_minor == 0
    assert cheap.marginal_minor is not None
    assert roomy.marginal_minor is not None
    # Alone, Ravi would take all nine at the higher rate; Amy alone only four.
    assert 0 < cheap.marginal_minor < roomy.marginal_minor


def test_placing_every_case_can_be_impossible(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    db.session.execute(
        db.text("UPDATE bids SET capacity_cases = 4 WHERE auction_id = :id"),
        {"id": auction.id},
    )
    auctions.open_bids(auction.id, by=clara, now=CLOSES)
    asked = auctions.request_split(auction.id, place_all=True, by=clara, now=CLOSES)
    auctions.compute_split(asked.id, now=CLOSES)
    assert asked.failure is not None
    assert str(asked.failure).startswith("Not every case can be placed")
    clash = asked.notes["clash"]
    assert (clash["kind"], clash["cases"], clash["capacity"]) == ("capacity", 9, 8)
    assert set(clash["agencies"]) == {amy.organisation_id, ravi.organisation_id}
    assert clash["regions"] == ["31"]
    kept = auctions.request_split(auction.id, by=clara, now=CLOSES)
    auctions.compute_split(kept.id, now=CLOSES)
    assert kept.unplaced == 1
    smallest = auctions.placed_lines(kept.id, page=1)[-1]
    assert auctions.why_case(kept, smallest.case_code).chosen.agency_id is None


def test_progress_is_told_and_strangers_see_nothing(
    split: Split, clara: User, bea: User
) -> None:
    line = auctions.placed_lines(split.id, page=1)[0]
    with as_user(clara):
        assert progress.told(split) == (4, 5)
    with as_user(bea):
        assert progress.told(split) == (0, 0)
        with pytest.raises(NotFound):
            auctions.why_case(split, line.case_code)
    with pytest.raises(NotFound):
        auctions.why_case(split, "CS-0000000")
