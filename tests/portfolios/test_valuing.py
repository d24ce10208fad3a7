"""The valuation of a portfolio: whole minor units that add up, computed once."""

from collections.abc import Callable

import pytest

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.errors import NotFound
from marketplace.portfolios import Tape, Valuation
from tests.conftest import NOON, as_user, rows_of
from tests.portfolios.conftest import drain, refused
from tests.portfolios.tapes import as_csv, good_row

Bring = Callable[..., Tape]
TERMS = {"cost_bps": 300, "discount_bps": 800, "commission_bps": 2500}


@pytest.fixture
def valued(committed_tape: Bring, clara: User) -> Valuation:
    tape = committed_tape(as_csv([good_row(n) for n in range(1, 60)]))
    portfolio = portfolios.portfolio_of_tape(tape)
    with as_user(clara):
        asked = portfolios.request_valuation(portfolio.id, **TERMS, by=clara, now=NOON)
    assert portfolios.latest_valuation(portfolio.id) is None
    assert portfolios.valuation_under_way(portfolio.id) is asked
    drain()
    assert portfolios.latest_valuation(portfolio.id) is asked
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
    assert set(figures["breakdown"]) == {"region", "product", "age", "score"}
    for groups in figures["breakdown"].values():
        assert sum(group["cases"] for group in groups) == figures["n"] == 59
        total = sum(group["mean_minor"] for group in groups)
        assert total == pytest.approx(valued.mean_minor, abs=len(groups))
    assert figures["prior"]["market"] == "CN"
    assert figures["assumptions"]
    assert figures["sources"]


def test_it_is_computed_once(committed_tape: Bring, clara: User) -> None:
    tape = committed_tape(as_csv([good_row(1)]))
    portfolio = portfolios.portfolio_of_tape(tape)
    asked = portfolios.request_valuation(portfolio.id, **TERMS, by=clara, now=NOON)
    drain()
    events = rows_of("audit_events")
    portfolios.run_valuation(asked.id, now=NOON)
    assert rows_of("audit_events") == events


def test_a_market_without_figures_fails_in_words(committed_tape: Bring, clara: User) -> None:
    tape = committed_tape(as_csv([good_row(1)]))
    portfolio = portfolios.portfolio_of_tape(tape)
    clara.organisation.jurisdiction = "JP"
    asked = portfolios.request_valuation(portfolio.id, **TERMS, by=clara, now=NOON)
    drain()
    assert asked.failure is not None
    assert "JP" in asked.failure
    assert portfolios.latest_valuation(portfolio.id) is None


def test_impossible_terms_and_strangers(committed_tape: Bring, clara: User, bea: User) -> None:
    tape = committed_tape(as_csv([good_row(1)]))
    portfolio = portfolios.portfolio_of_tape(tape)
    with refused("between 0 and 100 %"):
        portfolios.request_valuation(
            portfolio.id, cost_bps=6000, discount_bps=0, commission_bps=5000, by=clara, now=NOON
        )
    with pytest.raises(NotFound):
        portfolios.request_valuation(portfolio.id, **TERMS, by=bea, now=NOON)
