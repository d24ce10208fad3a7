"""Real cash moves the value towards itself and narrows the band."""

from typing import Any

import numpy as np
import pytest

from pricing import Model, Prior, fit
from tests.pricing.planted import lots_of

PRIOR = Model.from_prior(Prior.default("CN"))
CASES, OUTCOMES, LOTS = lots_of(14, 400, seed=1)
NEW, CASH, NEW_LOTS = lots_of(16, 300, tau=0.4, seed=4)
MODEL = fit(CASES, OUTCOMES, LOTS, prior=PRIOR.prior)
MONTHS = [f"cash_m{k}" for k in range(1, 13)]


def test_three_months_bring_the_value_nearer() -> None:
    before, after, held = [], [], 0
    for lot in range(16):
        own = (lot == NEW_LOTS).to_numpy()
        cash = CASH[MONTHS][own].sum().to_numpy()
        new = MODEL.update(NEW[own], cash[:3])
        before.append(abs(np.log(MODEL.value_portfolio(NEW[own]).gross / cash.sum())))
        after.append(abs(np.log(new.gross / cash.sum())))
        low, high = new.band(0.8)
        held += low <= cash.sum() <= high
    assert np.mean(after) < 0.5 * np.mean(before)
    assert held >= 11


@pytest.mark.parametrize("model", [PRIOR, MODEL])
def test_the_band_narrows_month_by_month(model: Model) -> None:
    cash = model.value_portfolio(NEW).curve()
    monthly = np.diff(cash, prepend=0.0)
    widths = []
    for k in range(13):
        value = model.update(NEW, monthly[:k])
        # Cash as expected changes nothing but the band.
        assert value.gross == pytest.approx(cash[-1])
        low, high = value.band(0.8)
        widths.append(high - low)
    assert (np.diff(widths) < 0).all()
    assert widths[-1] == pytest.approx(0.0, abs=1e-6)


def test_the_curve_goes_through_the_cash() -> None:
    cash = [5e4, 4e4, 2e4]
    value = MODEL.update(NEW, cash, cost=3.0, commission=0.2, discount=0.1)
    curve = value.curve()
    assert curve[:3] == pytest.approx(np.cumsum(cash))
    assert (np.diff(curve) > 0).all()
    assert curve[-1] == pytest.approx(value.gross)
    table = value.breakdown("product")
    assert table["gross"].sum() == pytest.approx(value.gross)
    assert table["mean"].sum() == pytest.approx(value.mean)
    low, _ = MODEL.update(NEW, cash).band(0.99)
    assert low > sum(cash)


def test_no_cash_at_all() -> None:
    value = MODEL.update(NEW, np.zeros(3))
    assert 0 < value.gross < 0.5 * MODEL.value_portfolio(NEW).gross
    assert np.isfinite(value.band(0.95)).all()


@pytest.mark.parametrize("cash", [[-1.0], [np.nan], [[1.0]], np.ones(13)])
def test_bad_cash(cash: Any) -> None:
    with pytest.raises(ValueError, match="cash_by_month"):
        MODEL.update(NEW, cash)
