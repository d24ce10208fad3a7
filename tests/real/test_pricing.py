"""Values on real purchased lots, each valued before it was seen, beside the spreadsheet.

The data lies beside the project, never in it; where it is absent the test is skipped and says
so.
"""

import pytest

from pricing.evaluate import GLM, OURS, TABLE, forward_chain, read_data
from tests.conftest import ROOT

LOTS = ROOT.parent / "shared" / "data" / "npl_lots.parquet"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not LOTS.exists(), reason=f"{LOTS} is not there"),
]


def test_values_hold_on_lots_that_were_not_seen() -> None:
    report = forward_chain(*read_data(LOTS))
    print(report)
    ours, table, glm = (report.scores[name] for name in (OURS, TABLE, GLM))
    assert report.lots == 25
    assert ours.mean_error <= 0.16
    assert ours.median_error <= 0.13
    assert ours.mean_error < min(table.mean_error, glm.mean_error)
    assert ours.crps <= 0.92 * table.crps
    assert abs(ours.pit_80 - 0.80) <= 0.025
    assert abs(ours.pit_95 - 0.95) <= 0.025
    assert ours.band_80 is not None
    assert ours.band_95 is not None
    assert ours.width_80 is not None
    assert ours.band_80 >= 0.7
    assert ours.band_95 >= 0.9
    assert ours.width_80 <= 0.80
