"""Values follow the stated formulas, and the bands admit what is not known."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import CaseValues, Model, PortfolioValue, Prior

MODEL = Model.from_prior(Prior.default("CN"))


def tape(n: int = 200, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "case_id": [f"C{i}" for i in range(n)],
            "balance": np.exp(rng.normal(9, 1, n)).round(2),
            "dpd": rng.integers(200, 2_500, n),
            "product": rng.choice(["card", "cash"], n),
            "region": rng.choice(["CN-BJ", "CN-QH", "CN-SH"], n),
            "currency": "CNY",
        }
    )


def codes(value: PortfolioValue) -> list[str]:
    return [warning.split(":")[0] for warning in value.warnings]


def width(value: PortfolioValue, level: float = 0.8) -> float:
    low, high = value.band(level)
    return (high - low) / value.mean


def test_prior_by_hand() -> None:
    years = np.array([0.5, 0.75, 1.75])
    expected = 0.6 * 0.126 * np.array([1, 1, np.exp(-0.371)])
    assert MODEL.prior.rate(years * 365.25) == pytest.approx(expected)


def test_a_score_and_a_product_make_no_difference() -> None:
    prior = MODEL.prior
    assert prior.rate([400.0], product="card", score=900) == prior.rate([400.0])
    book = tape()
    assert MODEL.value_portfolio(book.assign(score=range(200))).mean == (
        MODEL.value_portfolio(book).mean
    )


@pytest.mark.parametrize("market", ["CN", "US", "EU"])
def test_every_market_is_labelled_and_sourced(market: str) -> None:
    prior = Prior.default(market)
    assert prior.market == market
    assert all(row.source and row.market == market for row in prior.sources)
    assert any("0.6" in assumption for assumption in prior.assumptions)
    assert ("not Chinese experience" in prior.label) == (market != "CN")


def test_unknown_market() -> None:
    with pytest.raises(ValueError, match="market"):
        Prior.default("MARS")


def test_case_moments_match_their_quantiles() -> None:
    levels = (np.arange(20_000) + 0.5) / 20_000
    for mean in (0.02, 0.0756, 0.35, 0.6):
        values = CaseValues(np.array([mean]))
        sample = np.array([values.quantile(q)[0] for q in levels])
        assert sample.mean() == pytest.approx(mean, rel=1e-3)
        assert sample.var() == pytest.approx(values.var[0], rel=1e-2)
        assert (sample > 0).mean() == pytest.approx(values.p_any[0], abs=1e-3)
        assert (np.diff(sample) >= 0).all()


def test_portfolio_by_hand() -> None:
    book = tape(2).assign(balance=[1_000.0, 3_000.0], dpd=[200, 200])
    value = MODEL.value_portfolio(book)
    m = 0.0756
    v = m / 0.35 * (0.35 * 0.65 / 3 + 0.35**2) - m**2
    assert value.mean == pytest.approx(4_000 * m)
    assert value.variance == pytest.approx((1_000**2 + 3_000**2) * v)
    assert value.tau == pytest.approx(0.5)
    sigma2 = 0.25 + np.log1p(value.variance / value.gross**2)
    assert value.sigma == pytest.approx(np.sqrt(sigma2))
    low, _ = value.band(0.8)
    z = 1.2815515655446004
    assert low == pytest.approx(value.gross * np.exp(-sigma2 / 2 - z * np.sqrt(sigma2)))


def test_components_add_up() -> None:
    value = MODEL.value_portfolio(tape(), cost=10.0, discount=0.1, commission=0.25)
    assert value.commission == pytest.approx(0.25 * value.gross)
    assert value.cost == pytest.approx(2_000)
    assert 0 < value.discount < 0.1 * value.gross
    total = value.gross - value.commission - value.discount - value.cost
    assert value.mean == pytest.approx(total)
    low, high = value.band(0.9)
    assert low < value.mean < high


@given(scale=st.floats(1e-3, 1e6), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_the_unit_of_balance_does_not_matter(scale: float, seed: int) -> None:
    book = tape(40, seed)
    one = MODEL.value_portfolio(book, discount=0.08, commission=0.3)
    other = MODEL.value_portfolio(
        book.assign(balance=book["balance"] * scale), discount=0.08, commission=0.3
    )
    assert other.mean == pytest.approx(one.mean * scale)
    assert other.band(0.8) == pytest.approx(tuple(scale * end for end in one.band(0.8)))


@given(cut=st.integers(1, 199))
@settings(max_examples=20, deadline=None)
def test_means_add_up(cut: int) -> None:
    book = tape()
    parts = MODEL.value_portfolio(book[:cut]).mean + MODEL.value_portfolio(book[cut:]).mean
    assert parts == pytest.approx(MODEL.value_portfolio(book).mean)


@given(level=st.floats(0.01, 0.98), n=st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_bands_hold_the_mean_and_grow_with_their_level(level: float, n: int) -> None:
    value = MODEL.value_portfolio(tape(n), commission=0.2)
    low, high = value.band(level)
    wider_low, wider_high = value.band(level + 0.01)
    assert wider_low <= low <= value.mean <= high <= wider_high
    assert high <= 0.8 * value.balance


def test_the_common_factor_does_not_diversify() -> None:
    assert width(MODEL.value_portfolio(tape(20_000))) > 1.0


def test_the_band_is_as_wide_as_the_law_it_states() -> None:
    value = MODEL.value_portfolio(tape(5_000))
    rng = np.random.default_rng(0)
    cash = rng.lognormal(np.log(value.gross) - value.sigma**2 / 2, value.sigma, 200_000)
    low, high = value.band(0.8)
    assert cash.mean() == pytest.approx(value.mean, rel=0.01)
    assert ((low <= cash) & (cash <= high)).mean() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("column", ["dpd", "product", "region"])
def test_a_missing_column_widens_the_band(column: str) -> None:
    full, without = tape(), tape().drop(columns=column)
    value = MODEL.value_portfolio(without)
    assert f"missing-{column}" in codes(value)
    assert value.tau > MODEL.value_portfolio(full).tau
    part = full.assign(**{column: full[column].where(full.index % 2 == 0)})
    assert MODEL.value_portfolio(full).tau < MODEL.value_portfolio(part).tau < value.tau


def test_fresh_debt_is_out_of_support() -> None:
    book = tape()
    old, fresh = MODEL.value_portfolio(book), MODEL.value_portfolio(book.assign(dpd=60))
    assert "out-of-support" not in codes(old)
    assert any("out of support" in warning for warning in fresh.warnings)
    assert fresh.tau > 1.5 * old.tau
    assert width(fresh) > width(old)
    assert fresh.basis == "prior"
    assert (fresh.n_outcomes, fresh.n_lots) == (0, 0)


def test_few_and_outlying_balances_are_named() -> None:
    book = tape(50)
    book.loc[0, "balance"] = 1e7
    assert {"few-cases", "outlier-balance"} <= set(codes(MODEL.value_portfolio(book)))


def test_curve() -> None:
    value = MODEL.value_portfolio(tape())
    curve = value.curve(12)
    assert curve.shape == (12,)
    assert curve[-1] == pytest.approx(value.gross)
    assert (np.diff(curve, prepend=0.0) > 0).all()
    with pytest.warns(UserWarning, match="beyond 12 months"):
        longer = value.curve(24)
    assert longer[:12] == pytest.approx(curve)
    with pytest.raises(ValueError, match="months"):
        value.curve(0)


def test_horizons() -> None:
    gross = []
    for horizon in (6, 12, 24):
        value = Model.from_prior(MODEL.prior, horizon=horizon).value_portfolio(tape())
        assert ("long-horizon" in codes(value)) == (horizon > 12)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert value.curve(horizon)[-1] == pytest.approx(value.gross)
        gross.append(value.gross)
    assert gross == sorted(gross)
    with pytest.raises(ValueError, match="horizon"):
        Model.from_prior(MODEL.prior, horizon=0)


@pytest.mark.parametrize("by", ["product", "dpd", "lot", ["region", "product"]])
def test_breakdowns_sum_to_the_total(by: Any) -> None:
    book = tape()
    book.loc[::7, "region"] = None
    value = MODEL.value_portfolio(book, lots=np.arange(200) % 3, cost=2.0, commission=0.2)
    table = value.breakdown(by)
    assert table["mean"].sum() == pytest.approx(value.mean)
    assert table["gross"].sum() == pytest.approx(value.gross)
    assert table["balance"].sum() == pytest.approx(value.balance)
    assert table["cases"].sum() == 200


@pytest.mark.parametrize("by", ["colour", "_gross"])
def test_breakdown_by_the_unknown(by: str) -> None:
    with pytest.raises(ValueError, match="by names"):
        MODEL.value_portfolio(tape()).breakdown(by)


def test_the_tape_is_left_alone() -> None:
    book = tape()
    MODEL.value_portfolio(book, lots=np.zeros(200))
    pd.testing.assert_frame_equal(book, tape())


def test_empty_book() -> None:
    value = MODEL.value_portfolio(tape(0))
    assert (value.mean, value.band(0.8)) == (0.0, (0.0, 0.0))
    assert codes(value) == ["no-cases"]
    assert value.curve(3).tolist() == [0.0, 0.0, 0.0]


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = Model.from_prior(Prior.default("EU"), horizon=9)
    model.save(path)
    assert Model.load(path) == model


@pytest.mark.parametrize("content", ["{}", "[]", '{"format": "x"}', "rubbish"])
def test_loading_rubbish(tmp_path: Path, content: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"valuation|Expecting"):
        Model.load(path)
