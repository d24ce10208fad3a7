"""The valuation of a portfolio: whole minor units that add up, computed once."""

import pytest

from marketplace import valuations
from marketplace.accounts import User
from marketplace.core import progress
from marketplace.core.errors import NotFound
from marketplace.portfolios import Portfolio
from marketplace.valuations import Valuation
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.refusing import refused

TERMS = {"cost_bps": 300, "discount_bps": 800, "commission_bps": 2500}


@pytest.fixture
def book(clara: User) -> Portfolio:
    made = factories.portfolio(clara, 30)
    for n in range(31, 41):
        who = factories.debtor(clara, factories.invented(n))
        factories.add_case(made, who, f"C{n:06d}", balance_minor=250_000, dpd=900, region="44")
    return made


@pytest.fixture
def valued(book: Portfolio, clara: User) -> Valuation:
    with as_user(clara):
        asked = valuations.request_valuation(book.id, **TERMS, by=clara, now=NOON)
    assert valuations.latest_valuation(book.id) is None
    assert valuations.valuation_under_way(book.id) is asked
    factories.drain()
    assert valuations.latest_valuation(book.id) is asked
    return asked


def test_the_band_holds_median_and_mean(valued: Valuation) -> None:
    ends = valued.p10_minor, valued.p50_minor, valued.mean_minor, valued.p90_minor
    assert all(isinstance(end, int) and end > 0 for end in ends)
    assert list(ends) == sorted(ends, key=lambda end: end or 0)


def test_the_waterfall_adds_up(valued: Valuation) -> None:
    fall = valued.figures["waterfall"]
    parts = fall["commission_minor"] + fall["cost_minor"] + fall["discount_minor"]
    assert fall["gross_minor"] - parts == fall["net_minor"] == valued.mean_minor
    assert fall["commission_minor"] == pytest.approx(fall["gross_minor"] * 0.25, abs=1)
    assert fall["cost_minor"] == pytest.approx(fall["gross_minor"] * 0.03, abs=1)


def test_the_curve_ends_at_the_gross(valued: Valuation) -> None:
    curve = valued.figures["curve"]
    assert len(curve) == 12
    assert curve == sorted(curve)
    assert curve[-1] == valued.figures["waterfall"]["gross_minor"]
    low, high = valued.figures["band_curve"]
    assert low[-1] < curve[-1] < high[-1]


def test_every_breakdown_adds_up(valued: Valuation) -> None:
    figures = valued.figures
    assert set(figures["breakdown"]) == {"region", "product", "age", "score", "province"}
    for groups in figures["breakdown"].values():
        assert sum(group["cases"] for group in groups) == figures["n"] == 40
        total = sum(group["mean_minor"] for group in groups)
        assert total == pytest.approx(valued.mean_minor, abs=len(groups))
    assert {group["group"] for group in figures["breakdown"]["province"]} == {"31", "44"}
    assert figures["prior"]["market"] == "CN"
    assert figures["assumptions"]
    assert figures["sources"]


def test_the_drivers_add_up_to_the_gross(valued: Valuation) -> None:
    effects = [driver["effect_minor"] for driver in valued.figures["drivers"]]
    gross = valued.figures["waterfall"]["gross_minor"]
    assert sum(effects) == pytest.approx(gross, abs=len(effects))


def test_its_progress_is_told(valued: Valuation, clara: User, bea: User) -> None:
    with as_user(clara):
        assert progress.told(valued) == (2, 3)
    with as_user(bea):
        assert progress.told(valued) == (0, 0)


def test_it_is_computed_once(book: Portfolio, clara: User) -> None:
    asked = valuations.request_valuation(book.id, **TERMS, by=clara, now=NOON)
    factories.drain()
    events = rows_of("audit_events")
    valuations.run_valuation(asked.id, now=NOON)
    assert rows_of("audit_events") == events


def test_a_market_without_figures_fails_in_words(book: Portfolio, clara: User) -> None:
    clara.organisation.jurisdiction = "JP"
    asked = valuations.request_valuation(book.id, **TERMS, by=clara, now=NOON)
    factories.drain()
    assert asked.failure is not None
    assert "JP" in str(asked.failure)
    assert valuations.latest_valuation(book.id) is None


def test_an_empty_portfolio_fails_in_words(clara: User) -> None:
    empty = factories.portfolio(clara, 0)
    asked = valuations.request_valuation(empty.id, **TERMS, by=clara, now=NOON)
    factories.drain()
    assert str(asked.failure) == "This portfolio has no cases to value. Import a tape first."


def test_impossible_terms_and_strangers(book: Portfolio, clara: User, bea: User) -> None:
    with refused("between 0 and 100 %"):
        valuations.request_valuation(
            book.id, cost_bps=6000, discount_bps=0, commission_bps=5000, by=clara, now=NOON
        )
    with refused("not plausible"):
        valuations.request_valuation(
            book.id, cost_bps=0, discount_bps=100_001, commission_bps=0, by=clara, now=NOON
        )
    with pytest.raises(NotFound):
        valuations.request_valuation(book.id, **TERMS, by=bea, now=NOON)
