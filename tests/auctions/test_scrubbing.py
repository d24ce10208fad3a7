"""What must not be put on the market is left out, counted, and said with its reason."""

from datetime import date, timedelta
from typing import Any

import pytest

from marketplace import auctions, releases
from marketplace.accounts import Organisation, User
from marketplace.auctions import Scrubbed
from marketplace.core.db import db
from marketplace.portfolios import Case, Portfolio
from tests import factories
from tests.factories import CLOSES, TODAY
from tests.refusing import refused


def years_ago(years: int, days: int = 0) -> date:
    return TODAY.replace(year=TODAY.year - years) + timedelta(days=days)


@pytest.fixture
def portfolio(clara: User) -> Portfolio:
    return factories.portfolio(clara, 0)


def case(of: Portfolio, owner: User, n: int, **values: Any) -> Case:
    who = factories.debtor(owner, factories.invented(n))
    return factories.add_case(of, who, f"C{n:06d}", **values)


def reasons(found: Scrubbed) -> dict[str, int]:
    return {reason: cases for reason, cases, _balance in found.rows}


def test_every_reason_is_found_and_a_case_counts_once(
    clara: User, portfolio: Portfolio
) -> None:
    for n, flags in enumerate(
        (["deceased", "dispute"], ["bankruptcy"], ["minor"], ["complaint"], ["vulnerable"])
    ):
        case(portfolio, clara, n, hold_flags=flags)
    case(portfolio, clara, 10, consented=False)
    case(portfolio, clara, 11, overdue_on=years_ago(3))
    case(portfolio, clara, 12, consented=True, overdue_on=years_ago(1))
    found = auctions.scrubbed(portfolio, TODAY)
    names = ("deceased", "bankruptcy", "minor", "disputed", "held", "no_consent", "time_barred")
    assert reasons(found) == dict.fromkeys(names, 1)
    assert (found.free_cases, found.free_balance_minor) == (1, 100_000)
    assert (found.limitation_unknown, found.consent_unknown) == (0, 0)
    listed = auctions.scrubbed_cases(portfolio, TODAY)
    assert listed.height == 7
    assert listed.filter(listed["case_no"] == "C000000")["reason"].to_list() == ["deceased"]


@pytest.mark.parametrize(
    ("values", "barred"),
    [
        ({"overdue_on": years_ago(3, days=1)}, False),
        ({"overdue_on": years_ago(3)}, True),
        ({"overdue_on": years_ago(5), "last_payment_on": years_ago(2)}, False),
        ({"overdue_on": years_ago(1), "limitation_on": TODAY}, True),
        ({"overdue_on": years_ago(9), "limitation_on": TODAY + timedelta(days=1)}, False),
        ({}, False),
    ],
)
def test_limitation_runs_from_the_last_payment_or_default(
    clara: User, portfolio: Portfolio, values: dict[str, Any], *, barred: bool
) -> None:
    case(portfolio, clara, 1, **values)
    found = auctions.scrubbed(portfolio, TODAY)
    assert reasons(found) == ({"time_barred": 1} if barred else {})
    assert found.limitation_unknown == (0 if values else 1)


@pytest.mark.parametrize(
    ("jurisdiction", "region", "years"),
    [("US", "CA", 4), ("US", "RI", 10), ("DE", "DE", 3), ("DE", "Bayern", 3), ("GB", "GB", 6)],
)
def test_each_place_has_its_own_period(
    clara: User, portfolio: Portfolio, jurisdiction: str, region: str, years: int
) -> None:
    lender = db.session.get_one(Organisation, clara.organisation_id)
    lender.jurisdiction = jurisdiction
    case(portfolio, clara, 1, region=region, overdue_on=years_ago(years))
    case(portfolio, clara, 2, region=region, overdue_on=years_ago(years, days=1))
    assert reasons(auctions.scrubbed(portfolio, TODAY)) == {"time_barred": 1}


def test_a_place_without_a_period_is_not_judged(clara: User, portfolio: Portfolio) -> None:
    lender = db.session.get_one(Organisation, clara.organisation_id)
    lender.jurisdiction = "US"
    case(portfolio, clara, 1, region="Guam", overdue_on=years_ago(30))
    found = auctions.scrubbed(portfolio, TODAY)
    assert (reasons(found), found.limitation_unknown) == ({}, 1)


def test_what_was_paid_since_the_balance_was_taken(
    clara: User, fang: User, aline: User, portfolio: Portfolio
) -> None:
    part, whole, unverified, reversed_ = (case(portfolio, clara, n) for n in range(1, 5))
    later = TODAY + timedelta(days=2)

    def pay(on: Case, amount: int, reference: str, **given: Any) -> None:
        factories.payment(on, amount, reference=reference, value_on=later, **given)

    pay(part, 99_999, "A", recorded_by=fang, verified_by=aline)
    pay(whole, 60_000, "B", recorded_by=fang, verified_by=aline)
    pay(whole, 40_000, "C", recorded_by=fang, verified_by=aline)
    pay(unverified, 100_000, "D", recorded_by=fang)
    pay(reversed_, 100_000, "E", recorded_by=fang, verified_by=aline)
    pay(reversed_, -100_000, "F", recorded_by=fang, verified_by=aline, reverses="E")
    found = auctions.scrubbed_cases(portfolio, TODAY)
    assert found.select("case_no", "reason").rows() == [(whole.lender_case_no, "paid")]


def test_what_is_left_out_is_neither_bid_on_nor_split(
    clara: User, aline: User, amy: User, portfolio: Portfolio
) -> None:
    case(portfolio, clara, 1)
    case(portfolio, clara, 2, overdue_on=years_ago(4))
    case(portfolio, clara, 3, consented=False)
    auction = factories.auction(clara, aline, of=portfolio, max_share_bps=10_000)
    told = releases.release_of(auction.release_id)
    assert told is not None
    assert told.left_out == {"no_consent": [1, 100_000], "time_barred": [1, 100_000]}
    assert sum(one.cases for one in auctions.segments_of(auction.id)) == 1
    factories.credential(amy)
    factories.bid(auction, amy)
    assert factories.split(auction, clara, now=CLOSES).notes["cases"] == 1


def test_time_barred_claims_are_listed_only_on_request(
    clara: User, aline: User, portfolio: Portfolio
) -> None:
    case(portfolio, clara, 2, overdue_on=years_ago(4))
    with refused("no case that could be placed"):
        factories.auction(clara, aline, of=portfolio)
    auction = factories.auction(clara, aline, of=portfolio, include_time_barred=True)
    told = releases.release_of(auction.release_id)
    assert told is not None
    assert told.left_out == {}
    assert sum(one.cases for one in auctions.segments_of(auction.id)) == 1
