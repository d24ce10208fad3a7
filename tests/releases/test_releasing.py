"""Releases in the database: told by lenders, seen by bidders, never about too few."""

import pytest

from marketplace import auctions, releases
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Portfolio
from marketplace.releases import Release, ReleaseClass, ReleaseMembers, TooFewDebtors
from tests import factories
from tests.conftest import as_user
from tests.refusing import refused, refused_by_database


@pytest.fixture
def portfolio(clara: User) -> Portfolio:
    """Eleven debtors in Shanghai and three in Beijing."""
    of = factories.portfolio(clara, 11)
    for n in range(20, 23):
        who = factories.debtor(clara, factories.invented(n))
        factories.add_case(of, who, f"C{n:06d}", region="11")
    return of


def listed(clara: User, of: Portfolio, least: int = 10) -> list[ReleaseClass]:
    auction = factories.auction(clara, of=of, least_debtors=least)
    assert auction.release_id is not None
    return releases.classes_of(auction.release_id)


def test_rare_debtors_hide_among_others(clara: User, portfolio: Portfolio) -> None:
    (told,) = listed(clara, portfolio)
    assert (told.cell, told.debtors, told.cases) == ("any_region|any_age|any_score", 14, 14)
    assert (told.balance_minor, told.days) == (1_400_000, 365)


def test_the_grid_is_what_is_told(clara: User, portfolio: Portfolio) -> None:
    auction = factories.auction(clara, of=portfolio, least_debtors=3)
    cells = {cell.key: (cell.debtors, cell.cases) for cell in auctions.segments_of(auction.id)}
    assert cells == {"east|181-365|no_score": (11, 11), "north|181-365|no_score": (3, 3)}


def test_too_few_debtors_are_not_told_of(clara: User) -> None:
    of = factories.portfolio(clara, 9)
    with refused("each must hide among 10", kind=TooFewDebtors):
        listed(clara, of)


def test_one_who_leaves_or_comes_changes_nothing_that_is_told(
    clara: User, portfolio: Portfolio
) -> None:
    (first,) = listed(clara, portfolio)
    gone = factories.cases_of(portfolio)[0]
    gone.hold_flags = ["deceased"]
    newcomer = factories.debtor(clara, factories.invented(30))
    factories.add_case(portfolio, newcomer, "NEW")
    (second,) = listed(clara, portfolio)
    assert (second.number, second.debtors) == (first.number, first.debtors)
    assert second.balance_minor == first.balance_minor
    latest = db.session.scalars(db.select(Release).order_by(Release.number.desc())).first()
    assert latest is not None
    assert (latest.number, latest.held_back) == (2, 1)


def test_many_who_change_are_told_anew(clara: User, portfolio: Portfolio) -> None:
    listed(clara, portfolio)
    for case in factories.cases_of(portfolio)[:10]:
        case.balance_minor += 50_000
    (second,) = listed(clara, portfolio)
    assert second.balance_minor == 1_900_000


def test_the_number_of_a_portfolio_stands(clara: User, portfolio: Portfolio) -> None:
    listed(clara, portfolio, 10)
    with refused("in groups of at least 10 debtors"):
        listed(clara, portfolio, 5)


def test_bidders_see_classes_and_nobody_in_them(
    clara: User, aline: User, amy: User, bea: User, portfolio: Portfolio
) -> None:
    factories.auction(clara, of=portfolio)
    with as_user(amy):
        assert rows(ReleaseClass) == 0
    factories.auction(clara, aline, of=portfolio)
    with as_user(amy):
        assert rows(ReleaseClass) > 0
        for kind in (Release, ReleaseMembers):
            with refused_by_database("permission denied"):
                rows(kind)
    with as_user(bea):
        assert (rows(ReleaseClass), rows(ReleaseMembers), rows(Release)) == (0, 0, 0)


def rows(kind: type) -> int:
    return len(db.session.scalars(db.select(kind)).all())
