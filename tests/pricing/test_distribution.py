"""A book known by its distribution is valued like its cases, with a wider band."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pricing import Model, Prior

MODEL = Model.from_prior(Prior.default("CN"))
TOTALS = {"count": 100, "balance": 50_000.0}


def cells() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "count": [60, 40, 0],
            "balance": [20_000.0, 30_000.0, 0.0],
            "dpd": [270, 900, 2_000],
            "product": ["card", "cash", "cash"],
            "region": ["CN-BJ", "CN-BJ", "CN-QH"],
        }
    )


def as_cases() -> pd.DataFrame:
    held = cells()[:2]
    rows = held.loc[held.index.repeat(held["count"])]
    return rows.assign(balance=rows["balance"] / rows["count"]).reset_index(drop=True)


def test_joint_table_has_the_mean_of_its_cases_and_a_wider_band() -> None:
    value = MODEL.value_distribution(joint=cells(), totals=TOTALS, commission=0.2)
    exact = MODEL.value_portfolio(as_cases(), commission=0.2)
    assert value.mean == pytest.approx(exact.mean)
    assert value.tau == pytest.approx(np.hypot(0.5, 0.19))
    assert value.sigma > exact.sigma
    assert value.warnings[0].startswith("from-joint")
    assert value.breakdown("product")["mean"].sum() == pytest.approx(value.mean)
    assert value.breakdown("product")["cases"].tolist() == [60, 40]
    assert value.curve(12)[-1] == pytest.approx(value.gross)


@pytest.mark.parametrize("amounts", [{270: 0.4, 900: 0.6}, {270: 20_000, 900: 30_000}])
def test_marginals_by_hand(amounts: Any) -> None:
    value = MODEL.value_distribution(marginals={"dpd": amounts}, totals=TOTALS)
    expected = 50_000 * np.array([0.4, 0.6]) @ MODEL.prior.rate([270, 900])
    assert value.mean == pytest.approx(expected)
    assert value.warnings[0].startswith("from-marginals")


def test_a_series_is_a_histogram_and_columns_known_narrow_the_band() -> None:
    dpd: Any = pd.Series([0.4, 0.6], index=[270, 900])
    rich: dict[str, Any] = {"dpd": dpd, "product": {"card": 1.0}, "region": {"CN-BJ": 1.0}}
    poor = MODEL.value_distribution(marginals={"dpd": dpd}, totals=TOTALS)
    full = MODEL.value_distribution(marginals=rich, totals=TOTALS)
    none = MODEL.value_distribution(marginals={}, totals=TOTALS)
    assert full.mean == poor.mean
    assert full.tau < poor.tau < none.tau


def test_a_histogram_of_balances_sets_the_luck_of_single_cases() -> None:
    even = {"dpd": {300: 1.0}, "balance": {500.0: 1.0}}
    uneven = {"dpd": {300: 1.0}, "balance": {100.0: 0.9, 4_100.0: 0.1}}
    one = MODEL.value_distribution(marginals=even, totals=TOTALS)
    other = MODEL.value_distribution(marginals=uneven, totals=TOTALS)
    assert other.variance == pytest.approx(
        one.variance * (0.9 * 100**2 + 0.1 * 4100**2) / 500**2
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "either joint or marginals"),
        ({"joint": cells(), "marginals": {}}, "either joint or marginals"),
        ({"joint": cells().assign(count=[60, 41, 0])}, "count in joint sums"),
        ({"joint": cells().assign(balance=[1.0, 2.0, 0.0])}, "balance in joint sums"),
        ({"joint": cells().drop(columns="count")}, "count"),
        ({"joint": cells().assign(balance=[2e4, 3e4, np.nan])}, "balance"),
        (
            {"joint": cells().assign(balance=[2e4, 29_999.0, 1.0])},
            "balance where it has a count",
        ),
        ({"joint": [1]}, "DataFrame"),
        ({"marginals": {"dpd": {"old": 1}}}, "dpd"),
        ({"marginals": {"dpd": {300: -1}}}, "dpd"),
        ({"marginals": {"dpd": {300: 0}}}, "dpd"),
        ({"marginals": {"balance": {-5.0: 1}}}, "balance"),
        ({"joint": cells(), "totals": {"count": 0, "balance": 1.0}}, "count"),
        ({"joint": cells(), "totals": {"count": 100}}, "balance"),
    ],
)
def test_bad_distributions(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        MODEL.value_distribution(**{"totals": TOTALS, **arguments})
