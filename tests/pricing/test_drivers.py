"""Why a book is worth what it is: effects that add up, and say what was planted."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pricing import Model, PortfolioValue, Prior, fit
from tests.pricing.planted import lots_of

PRIOR = Prior.default("CN")
CASES, OUTCOMES, LOTS = lots_of(10, 300, seed=1)
NEW, _, NEW_LOTS = lots_of(4, 250, seed=2)
LEARNED = fit(CASES, OUTCOMES, LOTS, prior=PRIOR)
POOLED = fit(CASES[::8], OUTCOMES[::8], LOTS[::8], prior=PRIOR)
FEW = fit(CASES[::60], OUTCOMES[::60], LOTS[::60], prior=PRIOR)


@pytest.mark.parametrize("model", [LEARNED, POOLED, FEW, Model.from_prior(PRIOR)])
@pytest.mark.parametrize("by", [None, "product", ["product", "noise"]])
def test_the_amounts_add_up(model: Model, by: Any) -> None:
    value = model.value_portfolio(NEW, commission=0.2)
    table = value.drivers(by)
    assert table["amount"].sum() == pytest.approx(value.gross)
    parts = table.loc["(base)"] if by else table.loc[["(base)"]]
    assert parts["share"].sum() == pytest.approx(1)
    if by:
        groups = table.groupby(level=[*range(1, table.index.nlevels)], observed=True)
        held = value.breakdown(by)["gross"]
        amount = groups["amount"].sum().reindex(held.index)
        assert amount.to_numpy() == pytest.approx(held.to_numpy())


@pytest.mark.parametrize("model", [LEARNED, POOLED, FEW, Model.from_prior(PRIOR)])
def test_the_factors_multiply_to_the_rate_of_one_case(model: Model) -> None:
    for row in range(0, 40, 9):
        value = model.value_portfolio(NEW[row : row + 1])
        table = value.drivers()
        base = table.loc["(base)", "amount"] / value.balance
        assert base * table["factor"].prod() == pytest.approx(value.gross / value.balance)
        # Only where a rate met its limit is there something that no feature explains.
        assert table.loc["(rest)", "factor"] == pytest.approx(1, abs=1e-6)


def test_what_was_planted_is_found() -> None:
    value = LEARNED.value_portfolio(NEW)
    table = value.drivers("product")
    assert table.loc[("product", "card"), "factor"] > 1.1
    assert table.loc[("product", "cash"), "factor"] < 0.9
    assert table.loc[("product", "card"), "raised"] > 0.9
    young, old = value.drivers("dpd").loc["dpd"]["factor"].iloc[[0, -1]]
    assert young > 1.3 > 0.8 > old
    # What has no effect comes last.
    assert [name for name in value.drivers().index if name[0] != "("][-1] == "noise"


def test_the_prior_tells_age_alone() -> None:
    book = pd.DataFrame({"balance": [1.0, 3.0], "dpd": [365.25 * 2, 365.25 * 3]})
    table = Model.from_prior(PRIOR).value_portfolio(book).drivers()
    assert list(table.index) == ["(base)", "dpd", "(rest)"]
    assert table.loc["dpd", "factor"] == pytest.approx(np.exp(-0.371 * 0.75))
    assert table.loc["(base)", "amount"] == pytest.approx(4 * PRIOR.rate([np.nan])[0])


def test_a_large_book_is_sampled_the_same_each_time() -> None:
    book, _, _ = lots_of(10, 2_000, seed=3)
    value = LEARNED.value_portfolio(book)
    table = value.drivers()
    assert table.equals(value.drivers())
    assert table["amount"].sum() == pytest.approx(value.gross)
    assert abs(table.loc["(rest)", "amount"]) < 0.02 * value.gross
    cards = value.drivers("product")["share"].xs("card", level="product").iloc[0]
    exact = value.breakdown("product").loc["card", "balance"] / value.balance
    assert cards == pytest.approx(exact)


def test_every_group_of_a_sample_adds_up_even_one_that_was_not_drawn() -> None:
    book, _, _ = lots_of(10, 800, seed=3)
    book["region"] = pd.Series(["A", "B", None, "D"] * 2_000, dtype=object)
    book.loc[0, ["region", "balance"]] = ["tiny", 1e-6]
    value = Model.from_prior(PRIOR).value_portfolio(book)
    table = value.drivers("region")
    held = value.breakdown("region")["gross"]
    amount = table.groupby(level="region", dropna=False)["amount"].sum().reindex(held.index)
    assert amount.to_numpy() == pytest.approx(held.to_numpy())
    assert np.isnan(table.loc[("(rest)", "tiny"), "factor"])
    rest = table.loc["(rest)", "amount"].to_numpy()
    assert np.abs(rest).max() < 0.02 * value.gross


def test_early_cash_is_told_as_the_rest() -> None:
    value = LEARNED.value_portfolio(NEW)
    behind = LEARNED.update(NEW, [0.2 * value.curve(1)[0]])
    table = behind.drivers()
    assert table["amount"].sum() == pytest.approx(behind.gross)
    assert table.loc["(rest)", "amount"] < 0


def test_a_distribution_has_drivers() -> None:
    cells = pd.DataFrame({"dpd": [300, 900], "count": [5, 9], "balance": [50.0, 90.0]})
    value = Model.from_prior(PRIOR).value_distribution(
        joint=cells, totals={"count": 14, "balance": 140.0}
    )
    table = value.drivers("dpd")
    assert table["amount"].sum() == pytest.approx(value.gross)
    assert table.loc["dpd", "factor"].is_monotonic_decreasing


def test_an_empty_book_has_no_drivers() -> None:
    assert Model.from_prior(PRIOR).value_portfolio(NEW[:0]).drivers().empty


def test_a_value_without_a_model_has_no_drivers() -> None:
    value = PortfolioValue(1.0, 0.0, 0.0, 0.0, 9.0, 0.1, 0.5, 12, ())
    with pytest.raises(ValueError, match="drivers"):
        value.drivers()
    with pytest.raises(ValueError, match="by names 'colour'"):
        LEARNED.value_portfolio(NEW).drivers("colour")


def test_numbers_are_cut_in_bands_of_as_many_cases() -> None:
    book = NEW.assign(noise=NEW["noise"].where(NEW.index % 10 > 0), one=1.0)
    value = LEARNED.value_portfolio(book, lots=NEW_LOTS * 7 + np.arange(1_000) % 5)
    table = value.breakdown("noise")
    assert len(table) == 6
    assert table["cases"].iloc[:5].to_numpy() == pytest.approx(180, abs=1)
    assert table["cases"].iloc[5] == 100
    assert table["mean"].sum() == pytest.approx(value.mean)
    assert len(value.breakdown("lot")) == 20
    assert list(value.breakdown("one").index) == [1.0]
    skewed = value.rows.assign(skewed=np.where(np.arange(1_000) < 900, 0.0, np.arange(1_000)))
    edge = LEARNED.value_portfolio(skewed[[*book.columns, "skewed"]]).breakdown("skewed")
    assert edge["cases"].sum() == 1_000


def test_close_numbers_make_bands_of_different_names() -> None:
    near = 1_000_000.0 + np.arange(1_000) / 1_000
    table = LEARNED.value_portfolio(NEW.assign(near=near)).breakdown("near")
    assert table.index.is_unique
    assert len(table) == 5
    with pytest.raises(ValueError, match="by must name"):
        LEARNED.value_portfolio(NEW).breakdown([])
