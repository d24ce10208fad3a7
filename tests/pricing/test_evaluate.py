"""The measures measure what they say."""

from pathlib import Path

import numpy as np
import pytest

from pricing import CaseValues
from pricing._baselines import BandTable
from pricing.evaluate import GLM, OURS, TABLE, crps, forward_chain, pit, read_data
from pricing.evaluate.__main__ import main
from pricing.evaluate._histograms import by_table, columns_of, histograms_of
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
    report = forward_chain(CASES, OUTCOMES, LOTS, first=5, block=2, cold=(30, 200, 10**6))
    assert (report.lots, report.cases, report.updated) == (4, 1_000, 4)
    assert list(report.scores) == [OURS, TABLE, GLM]
    ours, table = report.scores[OURS], report.scores[TABLE]
    assert len(ours.lot_errors) == 4
    assert ours.band_95 is not None
    assert ours.band_80 is not None
    assert 0 <= ours.band_80 <= ours.band_95 <= 1
    assert ours.alone_80 <= ours.band_80
    assert ours.marginal_mean is not None
    assert table.marginal_mean is not None
    assert ours.marginal_mean == pytest.approx(ours.mean_error, abs=0.1)
    assert table.marginal_mean == pytest.approx(table.mean_error, abs=0.1)
    assert ours.update_error is not None
    assert ours.update_error < ours.mean_error
    assert report.histograms == ("balance", "dpd", "product", "noise")
    assert [start.outcomes for start in report.cold] == [30, 200]
    assert all(start.lot_error < start.prior_lot_error for start in report.cold)
    shown = str(report)
    for row in (
        "lot error", "CRPS", "PIT", "independence", "lot factor", "width", "4 histograms",
        "spread about", "raking failed", "after 3 months of cash", "by pace alone",
        "30 outcomes",
    ):  # fmt: skip
        assert row in shown


def test_pace_alone_is_exact_where_all_lots_pay_alike() -> None:
    report = forward_chain(CASES, OUTCOMES, LOTS, first=7, cold=())
    # Planted months are the same shares of every year.
    assert report.pace_error == pytest.approx(0.0, abs=1e-9)


def test_months_that_do_not_add_up_are_left_out() -> None:
    broken = OUTCOMES.assign(cash_m2=OUTCOMES["cash_m2"].where(LOTS != 8, 0.0))
    report = forward_chain(CASES, broken, LOTS, first=7, cold=())
    assert (report.lots, report.updated) == (2, 1)


def test_a_table_from_histograms_takes_its_columns_as_independent() -> None:
    recovery = np.minimum(OUTCOMES["cash_12m"] / CASES["balance"], 1.5).to_numpy()
    table = BandTable.fit(CASES, recovery)
    # Every age with every balance: then nothing is lost.
    grid = CASES[:20].merge(CASES[["dpd"]][20:40], how="cross", suffixes=("_old", ""))
    exact = float(grid["balance"] @ table.values(grid).mean)
    assert by_table(table, grid) == pytest.approx(exact)


def test_histograms_add_up_and_name_what_is_missing() -> None:
    lot = CASES[LOTS == 8].assign(noise=lambda rows: rows["noise"].where(rows["noise"] > 0))
    columns = columns_of(CASES)
    shown = histograms_of(CASES[LOTS < 8], lot, columns)
    for name in columns:
        assert sum(shown[name].values()) == pytest.approx(lot["balance"].sum())
    assert shown["noise"][None] == pytest.approx(lot["balance"][lot["noise"].isna()].sum())
    assert set(shown["product"]) == {"card", "cash"}


def test_the_future_does_not_matter() -> None:
    one = forward_chain(CASES, OUTCOMES, LOTS, first=7, block=1, cold=())
    last = (LOTS == 8).to_numpy()
    changed = OUTCOMES.mul(np.where(last, 0.5, 1.0), axis=0)
    other = forward_chain(CASES, changed, LOTS, first=7, block=1, cold=())
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
