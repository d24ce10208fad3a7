"""How fast cash comes in is learned from lots, each as one observation."""

import numpy as np
import pandas as pd
import pytest

from pricing import Prior, fit
from pricing._pace import Pace, assumed_variance, learn_pace
from tests.pricing.planted import lots_of

LOTS, EACH = 30, 200


def planted(stray: float, share: float = 0.25, seed: int = 3) -> Pace:
    """Curve learned from lots that have paid `share`, times e^(stray z), after 3 months."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(LOTS), EACH)
    first = np.clip(share * np.exp(stray * rng.normal(size=LOTS)), 0.01, 0.9)[code]
    cash = rng.gamma(2.0, 50.0, LOTS * EACH)
    months = np.empty((LOTS * EACH, 12))
    months[:, :3] = (cash * first / 3)[:, None]
    months[:, 3:] = (cash * (1 - first) / 9)[:, None]
    dpd = np.full(LOTS * EACH, 270.0)
    return learn_pace(months, dpd, code, np.full(len(cash), 100.0), np.full(len(cash), 5e3))


def test_the_curve_is_that_of_the_lots() -> None:
    pace = planted(0.0)
    assert pace.shares[1, 2] == pytest.approx(0.25, rel=0.02)
    assert pace.shares[:, -1] == pytest.approx(1.0)
    assert (np.diff(pace.shares, axis=1) >= 0).all()


def test_the_spread_of_pace_is_found() -> None:
    steady, wild = planted(0.0).variance[2], planted(0.4).variance[2]
    assert steady < assumed_variance(0.25) < wild
    assert wild == pytest.approx(0.4**2, rel=0.5)
    assert planted(0.4).variance[-1] == 0.0


def test_a_large_lot_counts_no_more_than_another() -> None:
    code = np.repeat(np.arange(11), 200)
    large = code == 5
    months = np.full((2_200, 12), 10.0)
    months[large] = 0.0
    months[large, 0] = 1e6
    pace = learn_pace(months, np.full(2_200, 270.0), code, np.ones(2_200), np.ones(2_200))
    assert pace.shares[1, 5] < 0.65


def test_without_months_nothing_is_known() -> None:
    nothing = learn_pace(
        np.zeros((5, 0)), np.zeros(5), np.zeros(5, dtype=np.int64), np.ones(5), np.ones(5)
    )
    assert nothing.shares.size == nothing.variance.size == 0


@pytest.mark.parametrize(
    ("month", "named"),
    [([-1.0], "cash_m2 must be finite.*row 7"), (["x"], "cash_m2 must hold numbers")],
)
def test_bad_months(month: list[object], named: str) -> None:
    cases, outcomes, lots = lots_of(4, 50, seed=2)
    column = outcomes["cash_m2"].astype(object)
    column[7] = month[0]
    with pytest.raises(ValueError, match=named):
        fit(cases, outcomes.assign(cash_m2=pd.Series(column)), lots, prior=Prior.default("CN"))
