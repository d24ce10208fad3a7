"""Cases that a thing stands behind: what its sale brings in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from pricing._cases import CaseValues, LearnedValues
from pricing._tape import first_row, numbers

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """How a kind of collateral sells. All are assumptions but where stated."""

    price: float
    """Sale price over the appraised value, at the median."""

    costs: float
    """Costs of enforcement and sale, as a share of the price."""

    months: float
    """Median time to the sale."""

    spread: float
    """Standard deviation of the price of one thing, on the log scale."""


TERMS = {
    # Between the lowest first reserve price of a Chinese court auction, 0.70 of the
    # appraisal, and the lowest second, 0.56 (Supreme People's Court, Fa Shi [2016] 18).
    "property": Terms(price=0.63, costs=0.08, months=18.0, spread=0.25),
    "vehicle": Terms(price=0.55, costs=0.12, months=4.0, spread=0.30),
}

_NAMES = {
    "property": "property", "real_estate": "property", "house": "property", "home": "property",
    "mortgage": "property", "房产": "property", "住房": "property", "不动产": "property",
    "vehicle": "vehicle", "auto": "vehicle", "car": "vehicle", "车辆": "vehicle",
    "汽车": "vehicle",
}  # fmt: skip

TIMING_SPREAD = 0.5
"""Standard deviation of the time to a sale, on the log scale: an assumption."""

COMMON_SPREAD = 0.3
"""The same of what all sales share, the market's price and pace: an assumption."""

LATEST = 60
"""Months; a later sale is taken as one of this month."""

ASSUMPTION = (
    "collateral sells at 0.63 (property) or 0.55 (vehicle) of its value, less costs of 8 or"
    " 12 percent, in 18 or 4 months unless stated; what a sale leaves owing brings nothing"
)


def sold(expected: Array, months: Array) -> Array:
    """Probability of a sale by some month, given the median time to it; broadcast."""
    result: Array = ndtr(np.log(months / expected) / TIMING_SPREAD)
    return result


@dataclass(frozen=True, eq=False)
class Sales:
    """The secured cases of a tape."""

    at: NDArray[np.bool_]
    """Shape (n,): whether the case is secured. The others have one entry per such case."""

    month: NDArray[np.int64]
    """Median month of the sale, 1 to 60."""

    level: Array
    """Median of the net proceeds over the balance."""

    spread: Array

    @classmethod
    def of(cls, cases: pd.DataFrame, balance: Array) -> "Sales | None":
        """Read the columns of collateral; None if no case has any.

        Raises
        ------
        ValueError
            If a value is not positive and finite, or a time to sale not positive, or a kind
            of collateral not known. The message names column and row.
        """
        if "collateral_value" not in cases.columns:
            return None
        value = numbers(cases["collateral_value"], "collateral_value")
        at = ~np.isnan(value)
        _refuse(cases, at & ~(np.isfinite(value) & (value > 0)), "collateral_value")
        if not at.any():
            return None
        kinds = _kinds(cases, at)
        terms = [TERMS[kind] for kind in kinds]
        months = np.array([term.months for term in terms])
        if "time_to_sale_months" in cases.columns:
            stated = numbers(cases["time_to_sale_months"], "time_to_sale_months")
            wrong = ~np.isnan(stated) & ~(np.isfinite(stated) & (stated > 0))
            _refuse(cases, at & wrong, "time_to_sale_months")
            months = np.where(np.isnan(stated[at]), months, stated[at])
        kept = np.array([term.price * (1 - term.costs) for term in terms])
        spread = np.array([term.spread for term in terms])
        month = np.clip(np.rint(months), 1, LATEST).astype(np.int64)
        return cls(at, month, kept * value[at] / balance[at], spread)


@dataclass(frozen=True, eq=False)
class MixedValues(CaseValues):
    r"""Recovery of each case, some of them by the sale of collateral.

    Notes
    -----
    A sale within the horizon has probability :math:`\pi = \Phi(\log(h/t)/0.5)`; *t* is the
    median time to it. Its net proceeds over the balance are :math:`X = x e^{s Z}`, and the case
    recovers :math:`\min(X, 1)`, so that with :math:`d = \log x / s`

    .. math:: E = \pi \big(x e^{s^2/2} \Phi(-d - s) + \Phi(d)\big), \quad
              E_2 = \pi \big(x^2 e^{2 s^2} \Phi(-d - 2 s) + \Phi(d)\big), \quad v = E_2 - E^2.

    The first is the Black-Scholes formula of a debt that a thing secures.

    References
    ----------
    Merton (1974), On the pricing of corporate debt, Journal of Finance 29.
    """

    rest: CaseValues
    """Of all cases, whatever secures them."""

    sales: Sales
    horizon: int

    @classmethod
    def over(cls, rest: CaseValues, sales: Sales, horizon: int) -> "MixedValues":
        """Replace the values of the secured cases."""
        mean = rest.mean.copy()
        mean[sales.at] = _moment(sales, horizon, 1)
        return cls(mean, rest, sales, horizon)

    @property
    def p_any(self) -> Array:
        """Shape (n,): probability that anything comes in."""
        p = self.rest.p_any.copy()
        p[self.sales.at] = _within(self.sales, self.horizon)
        return p

    @property
    def var(self) -> Array:
        """Shape (n,): variance of the share, given what is common to the whole book."""
        var = self.rest.var.copy()
        second = _moment(self.sales, self.horizon, 2)
        var[self.sales.at] = np.maximum(second - self.mean[self.sales.at] ** 2, 0.0)
        return var

    def quantile(self, q: float | Array) -> Array:
        """Share that each case stays below with probability `q` in [0, 1]; shape (n,).

        Raises
        ------
        ValueError
            If `q` lies outside [0, 1].
        """
        result = self.rest.quantile(q).copy()
        sales, p = self.sales, _within(self.sales, self.horizon)
        level = np.broadcast_to(np.asarray(q, dtype=float), result.shape)[sales.at]
        inner = np.clip((level - 1 + p) / np.maximum(p, 1e-300), 0.0, 1.0)
        share = np.minimum(sales.level * np.exp(sales.spread * ndtri(inner)), 1.0)
        result[sales.at] = np.where(level > 1 - p, share, 0.0)
        return result


def joined(parts: Sequence[CaseValues]) -> CaseValues:
    """Values of the cases of all parts, one after the other; all of one model."""
    mixed = [part for part in parts if isinstance(part, MixedValues)]
    rest = [part.rest if isinstance(part, MixedValues) else part for part in parts]
    base = CaseValues(np.concatenate([part.mean for part in rest]))
    learned = [part for part in rest if isinstance(part, LearnedValues)]
    if learned:
        base = LearnedValues(
            base.mean,
            given=np.concatenate([part.given for part in learned]),
            group=np.concatenate([part.group for part in learned]),
            spread=learned[0].spread,
        )
    if not mixed:
        return base
    at = [
        part.sales.at if isinstance(part, MixedValues) else np.zeros(len(part.mean), dtype=bool)
        for part in parts
    ]
    sales = Sales(
        np.concatenate(at),
        np.concatenate([part.sales.month for part in mixed]),
        np.concatenate([part.sales.level for part in mixed]),
        np.concatenate([part.sales.spread for part in mixed]),
    )
    return MixedValues.over(base, sales, mixed[0].horizon)


def _within(sales: Sales, horizon: int) -> Array:
    return sold(sales.month.astype(float), np.array(float(horizon)))


def _moment(sales: Sales, horizon: int, power: int) -> Array:
    s, x = sales.spread, sales.level
    d = np.log(x) / s
    grown = x**power * np.exp((power * s) ** 2 / 2)
    result: Array = _within(sales, horizon) * (grown * ndtr(-d - power * s) + ndtr(d))
    return result


def _kinds(cases: pd.DataFrame, at: NDArray[np.bool_]) -> list[str]:
    """Kind of each thing; from `product` where `collateral_type` does not say."""
    stated = pd.Series([None] * len(cases), index=cases.index, dtype=object)
    for column in ("product", "collateral_type"):
        if column in cases.columns:
            own = cases[column].astype(object)
            stated = own.where(own.notna(), stated)
    names = [_NAMES.get(str(name).strip().lower()) for name in stated[at]]
    unknown = np.zeros(len(cases), dtype=bool)
    unknown[at] = [name is None for name in names]
    if unknown.any():
        raise ValueError(
            f"collateral_type must be one of {sorted(set(_NAMES.values()))} where there is a "
            f"collateral_value; row {first_row(cases, unknown)}"
        )
    return [name for name in names if name is not None]


def _refuse(cases: pd.DataFrame, bad: NDArray[np.bool_], name: str) -> None:
    if bad.any():
        raise ValueError(
            f"{name} must be positive and finite, or missing; row {first_row(cases, bad)}"
        )


def kinds_with(kinds: NDArray[np.int64], sales: Sales | None, first: int) -> Any:
    """Kinds of cases with those of the secured ones put in, shape (n,)."""
    if sales is None:
        return kinds
    result = kinds.copy()
    result[sales.at] = first - 1 + sales.month
    return result
