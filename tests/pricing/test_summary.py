"""A book known by its distribution, valued with what was learned."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pricing import Model, Prior, fit
from pricing._bins import Bins, read_histograms
from pricing._cells import additive_rate
from pricing._past import MOST_KEPT, Past
from tests.pricing.planted import lots_of

CASES, OUTCOMES, LOTS = lots_of(14, 400, seed=1)
NEW, _, NEW_LOTS = lots_of(1, 3_000, seed=8)
MODEL = fit(CASES, OUTCOMES, LOTS, prior=Prior.default("CN"))
TOTALS = {"count": 3_000, "balance": float(NEW["balance"].sum())}
EXACT = MODEL.value_portfolio(NEW)
EDGES: dict[str, list[float]] = {
    "dpd": [0, 500, 800, 1_100, 1_400, 1_700, np.inf],
    "balance": [0, 1_000, 2_000, 4_000, 8_000, np.inf],
    "noise": [-np.inf, -1, 0, 1, np.inf],
}


def histograms(book: pd.DataFrame, *, of: str = "balance") -> dict[str, Any]:
    amount = book["balance"] if of == "balance" else pd.Series(1.0, index=book.index)
    shown: dict[str, Any] = {"product": dict(amount.groupby(book["product"]).sum())}
    for name, edges in EDGES.items():
        shown[name] = amount.groupby(pd.cut(book[name], edges), observed=True).sum()
    return shown


def starting(value: Any, code: str) -> list[str]:
    return [line for line in value.warnings if line.startswith(code)]


@pytest.mark.parametrize(("of", "near"), [("balance", 0.05), ("cases", 0.08)])
def test_histograms_come_near_the_value_of_the_cases(of: str, near: float) -> None:
    value = MODEL.value_distribution(marginals=histograms(NEW, of=of), totals=TOTALS)
    assert value.gross == pytest.approx(EXACT.gross, rel=near)
    assert value.basis == MODEL.value_portfolio(NEW).basis
    assert value.n_outcomes == len(CASES)
    assert value.sigma > EXACT.sigma
    assert any(line.startswith("from-marginals") for line in value.warnings)
    assert not starting(value, "raking-failed")
    table = value.breakdown("dpd")
    assert table["gross"].sum() == pytest.approx(value.gross)
    assert table["rate"].is_monotonic_decreasing


def test_histograms_of_another_mix_are_followed() -> None:
    old = NEW[NEW["dpd"] > 1_400]
    totals = {"count": len(old), "balance": old["balance"].sum()}
    value = MODEL.value_distribution(marginals=histograms(old), totals=totals)
    exact = MODEL.value_portfolio(old).gross
    assert exact / old["balance"].sum() < 0.6 * EXACT.gross / NEW["balance"].sum()
    assert value.gross == pytest.approx(exact, rel=0.15)


def test_a_joint_table_comes_near_the_value_of_the_cases() -> None:
    middle = pd.cut(NEW["dpd"], [*EDGES["dpd"][:-1], 2_000.0])
    cells = NEW.groupby([middle, "product"], observed=True)["balance"].agg(["size", "sum"])
    joint = cells.set_axis(["count", "balance"], axis=1).reset_index()
    joint["dpd"] = [float(interval.mid) for interval in joint["dpd"]]
    value = MODEL.value_distribution(joint=joint, totals=TOTALS)
    assert value.gross == pytest.approx(EXACT.gross, rel=0.1)
    rates = value.breakdown("product")["rate"]
    assert rates["card"] > 1.3 * rates["cash"]
    assert value.sigma > EXACT.sigma


def test_raking_without_support_is_said_and_does_without() -> None:
    shown = histograms(NEW)
    shown["product"] = {"car": TOTALS["balance"] * 0.5, "card": TOTALS["balance"] * 0.5}
    value = MODEL.value_distribution(marginals=shown, totals=TOTALS)
    assert "50% lies in a bin without past cases" in starting(value, "raking-failed")[0]
    assert 0.5 * EXACT.gross < value.gross < 2 * EXACT.gross
    assert np.isfinite(value.band(0.95)).all()


def test_columns_that_were_not_learned_are_said_and_change_nothing() -> None:
    plain = MODEL.value_distribution(marginals=histograms(NEW), totals=TOTALS)
    more = histograms(NEW) | {"colour": {"red": 1.0}}
    value = MODEL.value_distribution(marginals=more, totals=TOTALS)
    assert starting(value, "not-learned: colour")
    assert value.gross == plain.gross


def test_less_is_known_and_the_band_is_wider() -> None:
    shown = histograms(NEW)
    sigmas = [
        MODEL.value_distribution(
            marginals={name: shown[name] for name in names}, totals=TOTALS
        ).sigma
        for names in ([], ["dpd"], ["dpd", "product"], list(shown))
    ]
    assert (np.diff(sigmas) < 0).all()


def test_totals_that_do_not_go_with_the_balances_are_said() -> None:
    value = MODEL.value_distribution(
        marginals=histograms(NEW), totals=TOTALS | {"count": 1_000}
    )
    assert starting(value, "totals-disagree")
    value = MODEL.value_distribution(marginals=histograms(NEW), totals=TOTALS)
    assert not starting(value, "totals-disagree")


@pytest.mark.parametrize(
    ("marginals", "named"),
    [
        ({"dpd": {300: 2_000.0, 900: 500.0}}, "'dpd'.*sums to 2500: neither 1"),
        ({"dpd": {300: -1.0, 900: 2.0}}, r"\['dpd'\]\[300\] must be finite and not negative"),
        ({"dpd": {300: "x"}}, r"\['dpd'\]\[300\] must be a number"),
        ({"noise": {300: np.nan}}, r"\['noise'\]\[300\]"),
        ({"product": {1.0: 1.0}}, "'product'.*numeric bins"),
        ({"noise": dict.fromkeys(range(401), 1 / 401)}, "'noise'.*401 bins.*join some"),
        ({"gender": {"f": 1.0}}, "gender.*protected"),
        ({"balance": {"many": 1.0}}, "balance.*numbers or ranges"),
    ],
)
def test_bad_histograms(marginals: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        MODEL.value_distribution(marginals=marginals, totals=TOTALS)


def test_it_survives_saving(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "model.json")
    back = Model.load(tmp_path / "model.json")
    one = MODEL.value_distribution(marginals=histograms(NEW), totals=TOTALS)
    other = back.value_distribution(marginals=histograms(NEW), totals=TOTALS)
    assert other.gross == one.gross
    assert other.warnings == one.warnings


def test_a_joint_table_of_columns_that_were_not_learned() -> None:
    joint = pd.DataFrame({"count": [3_000], "balance": [TOTALS["balance"]], "colour": ["red"]})
    value = MODEL.value_distribution(joint=joint, totals=TOTALS)
    assert starting(value, "not-learned: colour")
    assert 0.5 * EXACT.gross < value.gross < 2 * EXACT.gross


def test_rare_words_are_not_kept() -> None:
    rare = CASES.assign(town=[f"town {at}" for at in range(len(CASES))])
    rare.loc[:999, "town"] = "large town"
    model = fit(rare, OUTCOMES, LOTS, prior=Prior.default("CN"))
    assert model.learned is not None
    kept = model.learned.past.cases["town"]
    assert kept.dropna().nunique() <= 60
    assert (kept == "large town").sum() == 1_000


def test_the_additive_learner_by_hand() -> None:
    place = [np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])]
    mean, mass = np.array([0.1, 0.2, 0.3, 0.4]), np.full(4, 0.25)
    rate = additive_rate(mean, mass, place, [np.array([0.0, 1.0]), np.array([0.0, 1.0])])
    assert rate == pytest.approx(0.4, rel=0.02)
    assert additive_rate(mean, mass, [], []) == 0.25


def test_places_of_ranges_midpoints_labels_and_missing() -> None:
    values = pd.Series([1.0, 5.0, 9.0, np.nan])
    ranges = tuple(pd.interval_range(0, 10, periods=2))
    half = np.array([0.5, 0.5])
    assert Bins("x", ranges, half, True).place(values).tolist() == [0, 0, 1, 2]
    # Halfway between midpoints.
    assert Bins("x", (9.0, 1.0), half, True).place(values).tolist() == [1, 1, 0, 2]
    assert Bins("x", (None, 1.0), half, True).place(values).tolist() == [1, 1, 1, 0]
    words = pd.Series(["a", "b", None])
    assert Bins("x", ("b", "c"), half, True).place(words).tolist() == [2, 0, 2]


def test_numbers_that_json_made_words_are_numbers() -> None:
    read = read_histograms({"dpd": {"270": 0.5, "900": 0.5}}, 100, 5e4)
    assert read["dpd"].middle.tolist() == [270.0, 900.0]


def test_the_sample_keeps_the_mix() -> None:
    count = 3 * MOST_KEPT
    cases = pd.DataFrame({"balance": np.ones(count), "dpd": np.arange(count, dtype=float)})
    code = np.repeat([0, 1, 2], MOST_KEPT)
    weight = np.repeat([1.0, 2.0, 4.0], MOST_KEPT)
    features = MODEL.learned.features if MODEL.learned else None
    assert features is not None
    cases = cases.assign(product="card", noise=0.0)
    past = Past.sample(cases, features, code, weight, (weight, weight))
    assert abs(len(past) - MOST_KEPT) <= 1
    assert past.weight @ past.mean / past.weight.sum() == pytest.approx(
        weight @ weight / weight.sum(), rel=1e-3
    )
    assert past.cases["dpd"].mean() > count / 2
