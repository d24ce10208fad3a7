"""The facts of a portfolio, and where its debtors are."""

import pytest

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.portfolios import Portfolio
from marketplace.web import figures
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


def test_places_are_told(portfolio: Portfolio) -> None:
    places = portfolios.places_in(portfolio.id)
    assert [(one.code, one.balance_minor) for one in places] == [
        ("Guam", 600), ("11", 300), ("31", 100),
    ]  # fmt: skip
    assert figures.places(places, "CNY") == {"11": 0.003, "31": 0.001}
