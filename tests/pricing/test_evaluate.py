"""The measures measure what they say."""

from pathlib import Path

import numpy as np
import pytest

from pricing import CaseValues
from pricing.evaluate import GLM, OURS, TABLE, crps, forward_chain, main, pit, read_data
from tests.pricing.planted import lots_of

CASES, OUTCOMES, LOTS = lots_of(9, 250, seed=5)


def drawn(values: CaseValues, seed: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return values.quantile(np.random.default_rng(seed).random(len(values.mean)))


def test_levels_of_a_true_law_are_uniform() -> None:
    values = CaseValues(np.full(8_000, 0.1))
    level = np.sort(pit(values, drawn(values, 1)))
    assert np.abs(level - (np.arange(8_000) + 0.5) / 8_000).max() < 0.025


def test_the_true_law_scores_best() -> None:
    truth = CaseValues(np.full(20_000, 0.1))
    recovery = drawn(truth, 2)
    best = crps(truth, recovery).mean()
    for other in (0.05, 0.2):
        assert best < crps(CaseValues(np.full(20_000, other)), recovery).mean()


def test_crps_of_a_certain_nothing_is_the_distance() -> None:
    values = CaseValues(np.zeros(2))
    assert crps(values, np.array([0.0, 0.3])) == pytest.approx([0.0, 0.3])


def test_forward_chain_reports_every_row_for_all_three() -> None:
    report = forward_chain(CASES, OUTCOMES, LOTS, first=5, block=2)
    assert (report.lots, report.cases) == (4, 1_000)
    assert list(report.scores) == [OURS, TABLE, GLM]
    ours = report.scores[OURS]
    assert len(ours.lot_errors) == 4
    assert ours.band_95 is not None
    assert ours.band_80 is not None
    assert 0 <= ours.band_80 <= ours.band_95 <= 1
    assert ours.update_error is not None
    assert ours.update_error < ours.mean_error
    shown = str(report)
    for row in ("lot error", "CRPS", "PIT", "lot band coverage", "width", "3 months"):
        assert row in shown


def test_the_future_does_not_matter() -> None:
    one = forward_chain(CASES, OUTCOMES, LOTS, first=7, block=1)
    last = (LOTS == 8).to_numpy()
    other = forward_chain(
        CASES, OUTCOMES.mul(np.where(last, 0.5, 1.0), axis=0), LOTS, first=7, block=1
    )
    assert one.scores[OURS].lot_errors[0] == other.scores[OURS].lot_errors[0]


def test_no_later_lots() -> None:
    with pytest.raises(ValueError, match="first"):
        forward_chain(CASES, OUTCOMES, LOTS)


def test_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lots.csv"
    CASES.assign(lot=LOTS, cash_12m=OUTCOMES["cash_12m"], age=40).to_csv(path, index=False)
    cases, outcomes, lots = read_data(path)
    assert list(cases.columns) == list(CASES.columns)
    assert list(outcomes.columns) == ["cash_12m"]
    assert lots.tolist() == LOTS.tolist()
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
    with pytest.raises(ValueError, match="not there"):
        read_data(tmp_path / "none.csv")
