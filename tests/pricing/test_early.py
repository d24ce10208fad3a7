"""Debt before charge-off: a chain of buckets, wide bands, and no borrowed experience."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import Model, Prior, fit, months
from tests.pricing.planted import lots_of

PRIOR = Prior.default("CN")
TERMS = (1, 2, 3, 6, 12)
ROWS = {row.measure: row for row in PRIOR.sources if row.unit.endswith("per month")}


def book(dpd: float, n: int = 200) -> pd.DataFrame:
    return pd.DataFrame({"balance": 100.0, "dpd": [dpd] * n, "product": "card", "region": "X"})


def rate(dpd: float, horizon: int = 12) -> float:
    return float(Model.from_prior(PRIOR, horizon=horizon).prior_rate(np.array([dpd]))[0])


def test_one_month_is_the_cure_rate() -> None:
    for bucket in range(1, 7):
        assert rate(30 * bucket - 5, 1) == pytest.approx(0.35 * ROWS[f"cure, M{bucket}"].value)


def test_two_months_by_hand() -> None:
    cure, roll = (lambda m: ROWS[f"cure, M{m}"].value), (lambda m: ROWS[f"roll, M{m}"].value)
    stay = 1 - cure(2) - roll(2)
    assert rate(45, 2) == pytest.approx(0.35 * (cure(2) * (1 + stay) + roll(2) * cure(3)))
    # From M6 the second month may be the first after charge-off.
    charged_off = rate(180) * np.expm1(-0.2) / np.expm1(-2.4)
    stay = 1 - cure(6) - roll(6)
    by_hand = 0.35 * cure(6) * (1 + stay) + roll(6) * charged_off
    assert rate(179, 2) == pytest.approx(by_hand)


@given(dpd=st.floats(0, 179), later=st.floats(0, 60))
@settings(max_examples=60, deadline=None)
def test_older_pays_less_and_longer_more(dpd: float, later: float) -> None:
    terms = [rate(dpd, horizon) for horizon in TERMS]
    assert terms == sorted(terms)
    assert terms[0] > 0
    assert terms[-1] < 0.35
    assert rate(dpd + later) <= rate(dpd)


@pytest.mark.parametrize("dpd", [10, 45, 75, 100, 130, 179])
def test_the_curve_is_that_of_shorter_terms(dpd: float) -> None:
    value = Model.from_prior(PRIOR).value_portfolio(book(dpd))
    curve = value.curve(12)
    for horizon in TERMS:
        shorter = Model.from_prior(PRIOR, horizon=horizon).value_portfolio(book(dpd))
        assert curve[horizon - 1] == pytest.approx(shorter.gross)
    with pytest.warns(UserWarning, match="beyond 12 months"):
        longer = value.curve(24)
    assert (np.diff(longer) >= 0).all()
    with pytest.raises(ValueError, match="at most 120"):
        value.curve(121)


def test_an_early_value_is_wide_and_says_so() -> None:
    early, late = (Model.from_prior(PRIOR).value_portfolio(book(d)) for d in (45, 300))
    assert any(w.startswith("out-of-support: 100% of the balance") for w in early.warnings)
    assert not any(w.startswith("out-of-support") for w in late.warnings)
    low, high = early.band(0.8)
    assert high / low > 5
    assert any("roll and cure" in assumption for assumption in early.assumptions)
    assert not any("roll and cure" in assumption for assumption in late.assumptions)
    assert early.drivers().loc["dpd", "factor"] > late.drivers().loc["dpd", "factor"]


def test_every_rate_has_its_source_or_says_it_is_assumed() -> None:
    assert len(ROWS) == 12
    assert all("Qifu" in row.source or "assumption" in row.source for row in ROWS.values())


@pytest.mark.parametrize("market", ["US", "EU"])
def test_other_markets_have_no_rolls_and_are_out_of_support(market: str) -> None:
    model = Model.from_prior(Prior.default(market))
    assert model.prior_rate(np.array([20.0, 170.0])) == pytest.approx(
        model.prior.rate([180.0]).repeat(2)
    )
    value = model.value_portfolio(book(45))
    assert any(w.startswith("out-of-support") for w in value.warnings)


def test_impossible_rolls_are_refused() -> None:
    rows = tuple(
        dataclasses.replace(row, value=0.9) if row.measure == "roll, M2" else row
        for row in PRIOR.sources
    )
    with pytest.raises(ValueError, match="roll"):
        Model.from_prior(dataclasses.replace(PRIOR, sources=rows)).value_portfolio(book(45))


@pytest.mark.parametrize("days", [0, 45, -30, True, 30.0])
def test_terms_are_of_whole_months(days: int) -> None:
    with pytest.raises(ValueError, match="days"):
        months(days)


def test_own_history_lifts_the_warning() -> None:
    cases, outcomes, lots = lots_of(8, 300, seed=4)
    cases = cases.assign(dpd=cases["dpd"] / 12)
    model = fit(cases, outcomes, lots, prior=PRIOR, horizon=3, market="CN")
    value = model.value_portfolio(cases)
    assert value.basis == "learned"
    assert not any(w.startswith(("out-of-support", "market")) for w in value.warnings)
    assert value.curve(3)[-1] == pytest.approx(value.gross)


def test_history_of_old_debt_is_none_of_young_debt() -> None:
    cases, outcomes, lots = lots_of(8, 300, seed=4)
    model = fit(cases, outcomes, lots, prior=PRIOR, market="CN")
    old, young = (model.value_portfolio(cases[:300].assign(dpd=d)) for d in (400.0, 60.0))
    assert young.basis == "learned"
    assert young.sigma**2 > old.sigma**2 + 0.4
    words = "out-of-support: 100% of the balance is under 180 days"
    assert any(w.startswith(words) for w in young.warnings)
    assert not any(w.startswith("out-of-support") for w in old.warnings)


def test_lots_of_one_market_are_not_experience_of_another() -> None:
    cases, outcomes, lots = lots_of(4, 60, seed=4)
    with pytest.raises(ValueError, match=r"market is 'EU' and the prior is of 'CN'"):
        fit(cases, outcomes, lots, prior=PRIOR, market="EU")
    with pytest.raises(ValueError, match="currency 'PLN' is not of market 'CN'"):
        fit(cases.assign(currency="PLN"), outcomes, lots, prior=PRIOR)
    told = fit(cases.assign(currency="PLN"), outcomes, lots, prior=Prior.default("EU"))
    unstated = fit(cases, outcomes, lots, prior=PRIOR).value_portfolio(cases)
    assert any(w.startswith("market-unstated") for w in unstated.warnings)
    own = told.value_portfolio(cases.assign(currency="PLN"))
    assert not any("market" in w.split(":")[0] for w in own.warnings)
    chinese = told.value_portfolio(cases.assign(currency="CNY"))
    assert any(w.startswith("other-market: the book is in CNY") for w in chinese.warnings)
