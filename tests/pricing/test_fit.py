"""What is learned is what was planted; what cannot be learned is said."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing import Model, Prior, fit
from pricing.evaluate import pit
from tests.pricing.planted import lots_of

PRIOR = Prior.default("CN")
CASES, OUTCOMES, LOTS = lots_of(14, 400, seed=1)
NEW, CASH, NEW_LOTS = lots_of(20, 300, seed=2)
MODEL = fit(CASES, OUTCOMES, LOTS, prior=PRIOR)


def errors(model: Model) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    found = []
    for lot in range(20):
        held = (lot == NEW_LOTS).to_numpy()
        actual = CASH["cash_12m"][held].sum()
        found.append(np.log(model.value_portfolio(NEW[held]).gross / actual))
    return np.abs(found)


def test_it_beats_the_prior_where_there_is_signal() -> None:
    prior = Model.from_prior(PRIOR)
    assert errors(MODEL).mean() < 0.85 * errors(prior).mean()
    recovery = (CASH["cash_12m"] / NEW["balance"]).to_numpy()
    gain = [np.corrcoef(m.value_cases(NEW).mean, recovery)[0, 1] for m in (MODEL, prior)]
    assert gain[0] > gain[1] + 0.01


def test_probabilities_and_quantiles_are_calibrated() -> None:
    # Without a common factor every case is its own draw.
    cases, outcomes, lots = lots_of(12, 500, tau=0.01, seed=3)
    model = fit(cases[lots < 8], outcomes[lots < 8], lots[lots < 8], prior=PRIOR)
    new = (lots >= 8).to_numpy()
    recovery = (outcomes["cash_12m"] / cases["balance"])[new].to_numpy()
    values = model.value_cases(cases[new])
    assert values.p_any.mean() == pytest.approx((recovery > 0).mean(), abs=0.03)
    assert values.mean.mean() == pytest.approx(recovery.mean(), rel=0.1)
    level = pit(values, recovery)
    for inside in (0.8, 0.95):
        covered = (np.abs(level - 0.5) <= inside / 2).mean()
        assert covered == pytest.approx(inside, abs=0.025)
    assert (level <= 0.5).mean() == pytest.approx(0.5, abs=0.04)
    assert (values.quantile(0.9) <= values.quantile(0.95)).all()
    sample = np.mean([values.quantile((j + 0.5) / 400) for j in range(400)], axis=0)
    assert sample == pytest.approx(values.mean, rel=0.05, abs=2e-3)


def test_bands_hold_over_many_lots() -> None:
    held = np.zeros(2)
    for lot in range(20):
        own = (lot == NEW_LOTS).to_numpy()
        value = MODEL.value_portfolio(NEW[own])
        actual = CASH["cash_12m"][own].sum()
        for j, level in enumerate((0.8, 0.95)):
            low, high = value.band(level)
            held[j] += low <= actual <= high
    assert 12 <= held[0] <= 20
    assert held[1] >= 17


def test_a_value_says_what_it_rests_on() -> None:
    value = MODEL.value_portfolio(NEW[:300])
    assert (value.basis, value.n_outcomes, value.n_lots) == ("learned", 5_600, 14)
    assert 0.1 < value.tau < 0.45
    assert value.tau < PRIOR.tau
    low, high = value.band(0.8)
    assert low < value.mean < high
    assert value.curve(12)[-1] == pytest.approx(value.gross)
    # Learned from the months: 0.8 of the last each month.
    assert value.curve(12)[2] / value.gross == pytest.approx(0.52, abs=0.03)


def test_few_outcomes_move_little_and_do_no_harm() -> None:
    ours = []
    for seed in range(10):
        few = np.random.default_rng(seed).choice(len(CASES), 30, replace=False)
        pooled = fit(CASES.iloc[few], OUTCOMES.iloc[few], LOTS.iloc[few], prior=PRIOR)
        ours.append(errors(pooled).mean())
    value = pooled.value_portfolio(NEW)
    assert (value.basis, value.n_outcomes) == ("pooled", 30)
    own = errors(Model.from_prior(PRIOR)).mean()
    assert np.mean(ours) <= own + np.std(ours) / np.sqrt(10)


def test_more_lots_share_the_luck_of_lots() -> None:
    together = MODEL.value_portfolio(NEW)
    apart = MODEL.value_portfolio(NEW, lots=NEW_LOTS)
    assert apart.mean == pytest.approx(together.mean)
    assert apart.tau < 0.5 * together.tau


def test_the_same_twice() -> None:
    some = LOTS < 6
    one, two = (fit(CASES[some], OUTCOMES[some], LOTS[some], prior=PRIOR) for _ in range(2))
    assert (one.value_cases(NEW).mean == two.value_cases(NEW).mean).all()
    assert one.value_portfolio(NEW).band(0.8) == two.value_portfolio(NEW).band(0.8)


def test_a_missing_or_strange_feature_is_said_and_widens() -> None:
    full, without = (MODEL.value_portfolio(c) for c in (NEW, NEW.drop(columns="dpd")))
    assert without.sigma > full.sigma
    assert any(w.startswith("missing-feature: dpd") for w in without.warnings)
    old = MODEL.value_portfolio(NEW.assign(dpd=9_000.0))
    assert any(w.startswith("out-of-support: dpd") for w in old.warnings)


@pytest.mark.parametrize(
    ("outcomes", "lots", "word"),
    [
        (OUTCOMES * 0.0, LOTS, "no case paid"),
        (OUTCOMES + 1.0, LOTS, "every case paid"),
        (OUTCOMES, LOTS * 0, "one lot"),
    ],
)
def test_what_teaches_nothing_leaves_the_prior(
    outcomes: pd.DataFrame, lots: "pd.Series[int]", word: str
) -> None:
    value = fit(CASES, outcomes, lots, prior=PRIOR).value_portfolio(NEW)
    assert value.basis == "prior"
    assert value.mean == Model.from_prior(PRIOR).value_portfolio(NEW).mean
    assert any(w.startswith("not-learned") and word in w for w in value.warnings)


def test_three_cases_leave_the_prior() -> None:
    value = fit(CASES[:3], OUTCOMES[:3], [0, 1, 2], prior=PRIOR).value_portfolio(NEW)
    assert value.basis == "prior"


def test_a_lot_without_cash_is_survived() -> None:
    outcomes = OUTCOMES.mul(LOTS != 13, axis=0)
    value = fit(CASES, outcomes, LOTS, prior=PRIOR).value_portfolio(NEW)
    assert np.isfinite(value.band(0.8)).all()
    assert value.tau > MODEL.value_portfolio(NEW).tau


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"cases": CASES.assign(age=40)}, "age.*protected"),
        ({"cases": CASES.assign(cash_m1=1.0)}, "cash_m1.*outcome"),
        ({"cases": CASES.assign(fees=np.inf)}, "fees must be finite.*row 0"),
        ({"cases": CASES.assign(score="high")}, "score must hold numbers"),
        ({"outcomes": OUTCOMES.drop(index=7).reindex(OUTCOMES.index)}, "cash_12m.*row 7"),
        ({"outcomes": -1.0 - OUTCOMES}, "cash_12m.*row 0"),
        ({"outcomes": OUTCOMES.astype(str) + "x"}, "cash_12m must hold numbers"),
        ({"outcomes": OUTCOMES[:-1]}, "outcomes must have a row per case"),
        ({"outcomes": OUTCOMES[["cash_m1"]]}, "cash_m2"),
        ({"lots": LOTS.where(LOTS.index != 3)}, "lots.*row 3"),
        ({"lots": [1]}, "lots must have shape"),
        ({"horizon": 24}, "horizon"),
    ],
)
def test_bad_input(changes: dict[str, object], named: str) -> None:
    given = {"cases": CASES, "outcomes": OUTCOMES, "lots": LOTS, "prior": PRIOR, **changes}
    with pytest.raises(ValueError, match=named):
        fit(**given)  # type: ignore[arg-type]


def test_shorter_horizons() -> None:
    some = LOTS < 6
    model = fit(CASES[some], OUTCOMES[some], LOTS[some], prior=PRIOR, horizon=3)
    value = model.value_portfolio(NEW)
    assert value.gross < MODEL.value_portfolio(NEW).gross
    assert value.curve(3)[-1] == pytest.approx(value.gross)


@pytest.mark.parametrize("step", [1, 187])
def test_saved_and_loaded_values_the_same(step: int, tmp_path: Path) -> None:
    model = MODEL
    if step > 1:
        model = fit(CASES[::step], OUTCOMES[::step], LOTS[::step], prior=PRIOR)
    model.save(tmp_path / "model.json")
    again = Model.load(tmp_path / "model.json")
    one, two = model.value_portfolio(NEW), again.value_portfolio(NEW)
    assert one.mean == two.mean
    assert one.band(0.8) == two.band(0.8)
    assert (one.curve() == two.curve()).all()
    assert (one.warnings, one.basis) == (two.warnings, two.basis)
    cases = model.value_cases(NEW), again.value_cases(NEW)
    assert (cases[0].quantile(0.9) == cases[1].quantile(0.9)).all()


def test_a_note_is_kept(tmp_path: Path) -> None:
    model = fit(CASES, OUTCOMES, LOTS * 0, prior=PRIOR)
    model.save(tmp_path / "model.json")
    assert Model.load(tmp_path / "model.json") == model


def test_broken_trees(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "model.json")
    content = json.loads((tmp_path / "model.json").read_text())
    content["learned"]["trees"]["pays"] = "rubbish"
    (tmp_path / "model.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match="trees"):
        Model.load(tmp_path / "model.json")
