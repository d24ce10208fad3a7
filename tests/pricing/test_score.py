"""A score is worth what it is measured to be."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pricing import score_report

RNG = np.random.default_rng(0)
SCORE = RNG.normal(size=3_000)


def paid_by(chance: Any) -> Any:
    return (np.random.default_rng(1).random(3_000) < chance) * 10.0


def test_a_good_score() -> None:
    report = score_report(SCORE, paid_by(1 / (1 + np.exp(1 - SCORE))))
    assert report.verdict == "monotone"
    assert 0.70 < report.auc < 0.80
    assert report.lift > 1.5
    assert report.bands["paid"].is_monotonic_increasing
    assert report.bands["cases"].sum() == report.n == 3_000


def test_noise_is_called_uninformative() -> None:
    assert score_report(SCORE, paid_by(0.3)).verdict == "uninformative"


def test_a_reversed_score_and_a_bent_one() -> None:
    assert score_report(-SCORE, paid_by(1 / (1 + np.exp(1 - SCORE)))).verdict == "reversed"
    bent = np.where(SCORE > 1, 0.1, 1 / (1 + np.exp(1 - 2 * SCORE)))
    assert score_report(SCORE, paid_by(bent)).verdict == "not monotone"


def test_auc_against_all_pairs() -> None:
    score, cash = np.round(SCORE[:200], 1), paid_by(0.4)[:200]
    pairs = score[cash > 0][:, None] - score[cash == 0][None, :]
    by_hand = (pairs > 0).mean() + (pairs == 0).mean() / 2
    assert score_report(score, cash).auc == pytest.approx(by_hand)


def test_missing_scores_are_counted() -> None:
    score = SCORE.copy()
    score[:100] = np.nan
    report = score_report(score, pd.DataFrame({"cash_12m": paid_by(0.3)}))
    assert (report.n, report.missing) == (2_900, 100)


@pytest.mark.parametrize(
    ("score", "outcomes", "named"),
    [
        (SCORE, np.zeros(3_000), "payers"),
        (SCORE[:10], paid_by(0.5)[:10], "50 cases"),
        (SCORE[:-1], paid_by(0.5), "shape"),
        (np.where(SCORE > 2, np.inf, SCORE), paid_by(0.5), "score must be finite"),
        (SCORE, -paid_by(0.5), "outcomes must be finite"),
        (SCORE, np.full(3_000, np.nan), "outcomes.*row 0"),
        (["x"] * 3_000, paid_by(0.5), "score must hold numbers"),
        (SCORE, pd.DataFrame({"cash": [1.0]}), "cash_12m"),
    ],
)
def test_bad_input(score: Any, outcomes: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        score_report(score, outcomes)
