"""The facts of a portfolio, and the map of its provinces."""

import pytest

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.portfolios import Place, Portfolio
from marketplace.web.provinces import province
from marketplace.web.tiles import TILES, tiles
from tests import factories


@pytest.fixture
def portfolio(clara: User) -> Portfolio:
    of = factories.portfolio(clara, 0)
    one, two = (factories.debtor(clara, factories.invented(n)) for n in (1, 2))
    factories.add_case(of, one, "A", balance_minor=100, dpd=100, score=500, region="31")
    factories.add_case(
        of, one, "B", balance_minor=300, dpd=200, security="mortgage", region="11"
    )
    factories.add_case(
        of, two, "C", balance_minor=600, dpd=300, litigation="suit", region="Guam"
    )
    return of


def test_the_facts_add_up(portfolio: Portfolio) -> None:
    facts = portfolios.facts_of(portfolio.id)
    assert (facts.cases, facts.debtors, facts.balance_minor) == (3, 2, 1_000)
    assert facts.principal_minor + facts.interest_minor + facts.fees_minor == 1_000
    assert (facts.mean_minor, facts.largest_minor) == (333, 600)
    assert facts.weighted_dpd == (100 * 100 + 300 * 200 + 600 * 300) // 1_000
    assert facts.complete["score"] == 1
    assert facts.complete["contract_no"] == 0
    assert facts.shares == {
        "security": [("unsecured", 2, 700), ("mortgage", 1, 300)],
        "litigation": [("suit", 1, 600), ("none", 2, 400)],
    }


def test_an_empty_portfolio_has_no_mean(clara: User) -> None:
    facts = portfolios.facts_of(factories.portfolio(clara, 0).id)
    assert (facts.cases, facts.mean_minor, facts.weighted_dpd) == (0, 0, 0)


def test_places_are_told_and_shaded(portfolio: Portfolio) -> None:
    places = portfolios.places_in(portfolio.id)
    assert [(one.code, one.balance_minor) for one in places] == [
        ("Guam", 600), ("11", 300), ("31", 100),
    ]  # fmt: skip
    shown = {one.code: one.shade for one in tiles(places) if one.shade}
    assert shown == {"11": 4, "31": 2}
    assert tiles([Place("Guam", 1, 1)]) == []


def test_every_province_has_a_tile_of_its_own() -> None:
    assert len(set(TILES.values())) == len(TILES) == 34
    assert all(province(code, "en") != code for code in TILES)
