"""What a spreadsheet and a textbook would say, to be compared with."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from pricing._cases import LearnedValues
from pricing._features import Features, read_number
from pricing._hurdle import MOST_RECOVERED, Spread

Array = NDArray[np.float64]

_BANDS = 6
_RIDGE = 1.0


@dataclass(frozen=True, eq=False)
class BandTable:
    """Averages by band of score (or of age, without one) and of balance: the spreadsheet."""

    column: str
    edges: tuple[Array, Array]
    p: Array
    c: Array
    spread: Spread

    @classmethod
    def fit(cls, cases: pd.DataFrame, recovery: Array) -> "BandTable":
        """Average recoveries (n,) in six by six bands."""
        column = "score" if "score" in cases.columns else "dpd"
        at = np.arange(1, _BANDS) / _BANDS
        known = (read_number(cases, column), cases["balance"].to_numpy(dtype=float))
        edges = tuple(np.unique(np.nanquantile(value, at)) for value in known)
        cell = _cell(known, (edges[0], edges[1]))
        size = np.bincount(cell, minlength=_BANDS**2)
        paid = np.bincount(cell, recovery > 0, minlength=_BANDS**2)
        cash = np.bincount(cell, recovery, minlength=_BANDS**2)
        whole = recovery.sum() / max(int((recovery > 0).sum()), 1)
        p = np.divide(paid, size, out=np.full(_BANDS**2, (recovery > 0).mean()), where=size > 0)
        c = np.divide(cash, paid, out=np.full(_BANDS**2, whole), where=paid > 0)
        pays = recovery > 0
        spread = Spread.of(c[cell][pays], recovery[pays], np.ones(int(pays.sum())))
        return cls(column, (edges[0], edges[1]), p, c, spread)

    def values(self, cases: pd.DataFrame) -> LearnedValues:
        """Value each case by the average of its band."""
        known = (read_number(cases, self.column), cases["balance"].to_numpy(dtype=float))
        cell = _cell(known, self.edges)
        return _values(self.p[cell], self.c[cell], self.spread)

    def shares(self, cases: pd.DataFrame) -> tuple[Array, Array]:
        """Share of the balance in each band of either column, each (bands,)."""
        balance = cases["balance"].to_numpy(dtype=float)
        known = (read_number(cases, self.column), balance)
        place = np.divmod(_cell(known, self.edges), _BANDS)
        owed = [np.bincount(band, balance, minlength=_BANDS) for band in place]
        return owed[0] / balance.sum(), owed[1] / balance.sum()


@dataclass(frozen=True, eq=False)
class TwoStageGlm:
    """Logistic regression of payment, log-linear regression of recovery given one."""

    features: Features
    centre: Array
    scale: Array
    pays: Array
    amount: Array
    spread: Spread

    @classmethod
    def fit(cls, cases: pd.DataFrame, recovery: Array) -> "TwoStageGlm":
        """Fit both stages by maximum likelihood with a slight ridge."""
        features = Features.of(cases)
        raw = _numeric(features, cases)
        centre, scale = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0)
        scale = np.where(scale > 0, scale, 1.0)
        x = _design(raw, centre, scale)
        paid = recovery > 0
        pays = _minimise(x, paid.astype(float), _logistic)
        amount = _minimise(x[paid], recovery[paid], _gamma)
        c = _amount(x[paid], amount)
        spread = Spread.of(c, recovery[paid], np.ones(len(c)))
        return cls(features, centre, scale, pays, amount, spread)

    def values(self, cases: pd.DataFrame) -> LearnedValues:
        """Value each case."""
        x = _design(_numeric(self.features, cases), self.centre, self.scale)
        p = 1 / (1 + np.exp(-np.clip(x @ self.pays, -20, 20)))
        return _values(p, _amount(x, self.amount), self.spread)


def _values(p: Array, c: Array, spread: Spread) -> LearnedValues:
    return LearnedValues(p * c, given=c, group=spread.group(c), spread=spread)


def _cell(known: tuple[Array, Array], edges: tuple[Array, Array]) -> NDArray[np.int64]:
    rows, columns = (
        np.searchsorted(edge, np.where(np.isnan(value), np.inf, value))
        for value, edge in zip(known, edges, strict=True)
    )
    return (rows * _BANDS + columns).astype(np.int64)


def _numeric(features: Features, cases: pd.DataFrame) -> Array:
    count = len(features.names) - len(features.categories)
    raw = features.matrix(cases)[:, :count]
    # Amounts are skewed; a regression wants their logarithms.
    return np.sign(raw) * np.log1p(np.abs(raw))


def _design(raw: Array, centre: Array, scale: Array) -> Array:
    missing = np.isnan(raw)
    standard = np.where(missing, 0.0, np.clip((raw - centre) / scale, -4, 4))
    return np.column_stack([np.ones(len(raw)), standard, missing.astype(float)])


def _amount(x: Array, slopes: Array) -> Array:
    result: Array = np.clip(np.exp(np.clip(x @ slopes, -12, 1)), 1e-6, MOST_RECOVERED)
    return result


def _logistic(linear: Array, y: Array) -> tuple[float, Array]:
    loss = float(np.sum(np.logaddexp(0, linear) - y * linear))
    return loss, 1 / (1 + np.exp(-np.clip(linear, -30, 30))) - y


def _gamma(linear: Array, y: Array) -> tuple[float, Array]:
    bounded = np.clip(linear, -12, 3)
    ratio = y * np.exp(-bounded)
    return float(np.sum(bounded + ratio)), 1 - ratio


def _minimise(x: Array, y: Array, loss: "Loss") -> Array:
    ridge = np.full(x.shape[1], _RIDGE)
    ridge[0] = 0.0

    def both(slopes: Array) -> tuple[float, Array]:
        value, slope = loss(x @ slopes, y)
        whole = value + float(ridge @ slopes**2) / 2
        return whole, x.T @ slope + ridge * slopes

    start = np.zeros(x.shape[1])
    result: Array = minimize(both, start, jac=True, method="L-BFGS-B").x
    return result


class Loss(Protocol):
    """Loss and its slope by the linear part, (n,)."""

    def __call__(self, linear: Array, y: Array) -> tuple[float, Array]:
        """Evaluate."""
