"""Values on real purchased lots, each valued before it was seen, beside the spreadsheet.

The data lies beside the project, never in it; where it is absent the tests are skipped and say
so.
"""

import pandas as pd
import polars as pl
import pytest

from pricing import score_report
from pricing.evaluate import GLM, OURS, TABLE, Report, forward_chain, read_data
from tests.conftest import ROOT

DATA = ROOT.parent / "shared" / "data"
LOTS = DATA / "npl_lots.parquet"
LOANS = DATA / "us_charged_off_loans.parquet"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not LOTS.exists(), reason=f"{LOTS} is not there"),
    pytest.mark.skipif(not LOANS.exists(), reason=f"{LOANS} is not there"),
]


@pytest.fixture(scope="module")
def report() -> Report:
    result = forward_chain(*read_data(LOTS))
    print(result)
    return result


def test_values_of_lots_hold(report: Report) -> None:
    ours, table, glm = (report.scores[name] for name in (OURS, TABLE, GLM))
    assert report.lots == 25
    assert ours.mean_error <= 0.16
    assert ours.median_error <= 0.125
    assert ours.mean_error < min(table.mean_error, glm.mean_error)


def test_laws_of_cases_hold(report: Report) -> None:
    ours, table, glm = (report.scores[name] for name in (OURS, TABLE, GLM))
    assert ours.crps <= 0.92 * table.crps
    assert ours.crps < glm.crps
    assert abs(ours.pit_80 - 0.80) <= 0.02
    assert abs(ours.pit_95 - 0.95) <= 0.02


def test_bands_of_lots_hold_where_independence_does_not(report: Report) -> None:
    ours = report.scores[OURS]
    assert ours.band_80 is not None
    assert ours.band_95 is not None
    assert ours.width_80 is not None
    assert 0.70 <= ours.band_80 <= 0.92
    assert ours.band_95 >= 0.90
    assert ours.width_80 <= 0.75
    assert ours.alone_80 < 0.70


def test_twelve_histograms_are_enough_for_an_answer(report: Report) -> None:
    ours, table = report.scores[OURS], report.scores[TABLE]
    assert len(report.histograms) == 12
    assert ours.marginal_errors is not None
    assert len(ours.marginal_errors) == report.lots
    assert all(-1 < error < float("inf") for error in ours.marginal_errors)
    assert ours.marginal_median is not None
    assert ours.marginal_mean is not None
    assert table.marginal_mean is not None
    assert ours.marginal_median <= 0.15
    assert ours.marginal_mean <= 0.24
    assert ours.marginal_mean < table.marginal_mean


def test_three_months_of_cash_bring_a_value_near(report: Report) -> None:
    error = report.scores[OURS].update_error
    assert report.updated == 19
    assert error is not None
    assert report.pace_error is not None
    assert error <= 0.105
    assert error < report.pace_error


def test_few_outcomes_are_no_worse_than_none(report: Report) -> None:
    assert [start.outcomes for start in report.cold] == [30, 100, 300, 1_000]
    for start in report.cold:
        assert start.lot_error <= start.prior_lot_error + start.lot_error_se
        assert start.crps <= start.prior_crps + start.crps_se


def test_a_score_at_origination_says_nothing_of_recovery() -> None:
    loans = pd.DataFrame(pl.read_parquet(LOANS).to_dict(as_series=False))
    # Nearly every loan brought in a few cents: a tenth of the balance is asked for as well.
    for paid in (loans["recoveries"], (loans["rr"] > 0.1).astype(float)):
        found = score_report(loans["fico"], paid)
        print(found)
        assert found.verdict == "uninformative"
        assert found.n == len(loans)
        assert abs(found.auc - 0.5) <= 1.96 * found.auc_error
        assert abs(found.lift - 1) < 0.1
        assert not found.bands["paid"].is_monotonic_increasing
