"""Collateral: what a sale brings in, within the balance and the horizon, with its own band."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import Model, Prior, fit
from tests.pricing.planted import lots_of

MODEL = Model.from_prior(Prior.default("CN"))


def homes(n: int = 50, **columns: Any) -> pd.DataFrame:
    held = {"balance": 100.0, "dpd": 400, "product": "mortgage", "region": "X"}
    return pd.DataFrame({**held, "collateral_value": 120.0, **columns}, index=range(n))


def test_cases_by_simulation() -> None:
    book = homes(
        3, collateral_value=[60.0, 150.0, 600.0], time_to_sale_months=[4.0, 9.0, np.nan]
    )
    values = MODEL.value_cases(book)
    rng = np.random.default_rng(0)
    for i, (level, month) in enumerate([(0.6, 4), (1.5, 9), (6.0, 18)]):
        price = level * 0.63 * 0.92 * np.exp(0.25 * rng.normal(size=400_000))
        sold = month * np.exp(0.5 * rng.normal(size=400_000)) <= 12
        cash = np.where(sold, np.minimum(price, 1.0), 0.0)
        assert values.mean[i] == pytest.approx(cash.mean(), abs=3e-3)
        assert values.var[i] == pytest.approx(cash.var(), abs=3e-3)
        assert values.p_any[i] == pytest.approx(sold.mean(), abs=3e-3)
        for q in (0.1, 0.5, 0.9):
            assert values.quantile(q)[i] == pytest.approx(np.quantile(cash, q), abs=0.01)
    assert values.quantile(np.array([0.0, 0.5, 1.0]))[2] == 1.0


@given(value=st.floats(1, 1e4), more=st.floats(0, 1e4), months=st.floats(0.5, 90))
@settings(max_examples=60, deadline=None)
def test_within_the_balance_and_monotone(value: float, more: float, months: float) -> None:
    book = homes(3, collateral_value=[value, value + more, value])
    book["time_to_sale_months"] = [months, months, months + 5]
    mean = MODEL.value_cases(book).mean
    assert (mean >= 0).all()
    assert (mean <= 1).all()
    assert mean[1] >= mean[0] * (1 - 1e-9)
    assert mean[2] <= mean[0] * (1 + 1e-9)


def test_a_mixed_book_is_one_value() -> None:
    cards = homes(150, product="card", collateral_value=np.nan)
    book = pd.concat([homes(50), cards], ignore_index=True)
    whole = MODEL.value_portfolio(book, discount=0.1, cost=1.0, commission=0.1)
    parts = [MODEL.value_portfolio(p, discount=0.1, cost=1.0, commission=0.1)
             for p in (homes(50), cards)]  # fmt: skip
    assert whole.mean == pytest.approx(sum(part.mean for part in parts))
    assert whole.variance == pytest.approx(sum(part.variance for part in parts))
    table = whole.breakdown("product")
    assert table.loc["mortgage", "mean"] == pytest.approx(parts[0].mean)
    assert table.loc["card", "mean"] == pytest.approx(parts[1].mean)
    assert whole.curve() == pytest.approx(parts[0].curve() + parts[1].curve())
    weight = np.array([part.gross for part in parts]) / whole.gross
    spread = sum(weight**2 * np.expm1(np.array([0.3, parts[1].tau]) ** 2))
    assert whole.tau == pytest.approx(np.sqrt(np.log1p(spread)))
    assert (whole.basis, parts[0].tau) == ("prior", pytest.approx(0.3))
    assert any(w.startswith("secured: 25% of the balance") for w in whole.warnings)
    assert any("collateral sells at" in assumption for assumption in whole.assumptions)
    assert whole.drivers()["amount"].sum() == pytest.approx(whole.gross)
    assert whole.drivers("product").loc[("collateral_value", "mortgage"), "factor"] > 2
    assert whole.drivers("product").loc[("dpd", "mortgage"), "factor"] == pytest.approx(1)


def test_the_curve_is_that_of_shorter_horizons() -> None:
    book = homes(2, time_to_sale_months=[5.0, 30.0])
    curve = MODEL.value_portfolio(book).curve()
    for horizon in (1, 3, 6):
        shorter = Model.from_prior(MODEL.prior, horizon=horizon).value_portfolio(book)
        assert curve[horizon - 1] == pytest.approx(shorter.gross)


def test_later_sales_are_discounted_more() -> None:
    soon, late = (
        MODEL.value_portfolio(homes(5, time_to_sale_months=m), discount=0.2)
        for m in (2.0, 10.0)
    )
    assert late.discount / late.gross > soon.discount / soon.gross > 0


def test_a_learned_model_keeps_to_its_own_part() -> None:
    cases, outcomes, lots = lots_of(8, 300, seed=6)
    model = fit(cases, outcomes, lots, prior=MODEL.prior)
    plain = model.value_portfolio(cases[:100])
    half = cases[:100].assign(collateral_value=np.where(np.arange(100) < 50, 4_000.0, np.nan))
    half["collateral_type"] = "vehicle"
    value = model.value_portfolio(half)
    assert (plain.basis, value.basis) == ("learned", "pooled")
    assert model.value_cases(half).mean[50:] == pytest.approx(
        model.value_cases(cases).mean[50:100]
    )
    assert value.drivers()["amount"].sum() == pytest.approx(value.gross)
    taught = fit(
        cases.assign(collateral_value=cases["balance"]), outcomes, lots, prior=MODEL.prior
    )
    assert taught.value_portfolio(half).basis == "learned"


@pytest.mark.parametrize(
    ("column", "bad", "named"),
    [
        ("collateral_value", 0.0, "collateral_value must be positive.*row 7"),
        ("collateral_value", -1.0, "collateral_value must be positive.*row 7"),
        ("collateral_value", np.inf, "collateral_value must be positive.*row 7"),
        (
            "collateral_value",
            "a house",
            "collateral_value must hold numbers; got 'a house'; row 7",
        ),
        ("time_to_sale_months", 0.0, "time_to_sale_months must be positive.*row 7"),
        ("collateral_type", "boat", "collateral_type must be one of.*row 7"),
    ],
)
def test_bad_collateral(column: str, bad: Any, named: str) -> None:
    good = {"collateral_value": 1.0, "time_to_sale_months": 3.0, "collateral_type": "property"}
    book = homes(9, **good)
    book[column] = [*book[column][:7], bad, book[column][8]]
    for value in (MODEL.value_cases, MODEL.value_portfolio):
        with pytest.raises(ValueError, match=named):
            value(book)


def test_mortgages_without_collateral_are_named() -> None:
    book = homes(4, collateral_value=[np.nan, np.nan, 50.0, 50.0])
    value = MODEL.value_portfolio(book)
    assert any(w.startswith("no-collateral: 50%") for w in value.warnings)
    every = MODEL.value_portfolio(homes(4).drop(columns="collateral_value"))
    assert any(w.startswith("no-collateral: 100%") for w in every.warnings)
    assert every.gross == pytest.approx(400 * MODEL.prior.rate([400.0])[0])


@pytest.mark.parametrize("name", ["房产", "House", "auto", "汽车"])
def test_kinds_have_names_in_both_languages(name: str) -> None:
    assert MODEL.value_cases(homes(1, collateral_type=name)).mean[0] > 0.1


def test_chinese_terms_are_named_elsewhere() -> None:
    value = Model.from_prior(Prior.default("EU")).value_portfolio(homes(4))
    assert any(w.startswith("foreign-sales") for w in value.warnings)
    assert not any(w.startswith("foreign") for w in MODEL.value_portfolio(homes(4)).warnings)
