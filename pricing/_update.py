"""What the first months of real cash say about the rest."""

import dataclasses

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pricing._pace import LEAST, assumed_variance
from pricing._portfolio import PortfolioValue


def updated(
    value: PortfolioValue, cash_by_month: ArrayLike, pace_variance: NDArray[np.float64]
) -> PortfolioValue:
    """Revalue a lot by its cash so far; the formula stands with `Model.update`.

    `pace_variance`, shape (horizon,), is that of the log of the share paid by each month; an
    assumption takes its place where it is empty.
    """
    cash = np.asarray(cash_by_month, dtype=float)
    if cash.ndim != 1 or len(cash) > value.horizon:
        raise ValueError(f"cash_by_month must have shape (k,), k up to {value.horizon}")
    bad = ~(np.isfinite(cash) & (cash >= 0))
    if bad.any():
        raise ValueError(
            f"cash_by_month must be finite and not negative; month {int(bad.argmax()) + 1}"
        )
    k = len(cash)
    if not k or value.gross <= 0:
        return value
    received = float(cash.sum())
    paid = float(value.expected(k)[-1] / value.gross)
    if k == value.horizon or paid >= 1:
        return _scaled(value, cash, rest=0.0)
    stray = float(pace_variance[k - 1]) if len(pace_variance) else assumed_variance(paid)
    common, ahead = value.tau**2 + value.doubt, paid / (1 - paid)
    # Cash that came early will not come again: hence what is taken off the covariance.
    covariance = common - ahead * stray
    spread = common + stray + value.variance / value.gross**2 / paid
    surprise = np.log(max(received / (value.gross * paid), LEAST))
    factor = float(np.exp(covariance / spread * surprise))
    left = common + ahead**2 * stray - covariance**2 / spread
    return dataclasses.replace(
        _scaled(value, cash, rest=value.gross * (1 - paid) * factor),
        variance=value.variance * (1 - paid) * factor**2,
        tau=float(np.sqrt(left)),
        doubt=0.0,
    )


def _scaled(value: PortfolioValue, cash: NDArray[np.float64], rest: float) -> PortfolioValue:
    gross = float(cash.sum()) + rest
    lift = gross / value.gross
    scaled = value.rows[["_gross", "_net"]].mul(lift)
    # The cost of working the cases does not grow with the cash.
    scaled["_net"] += (
        (lift - 1) * value.cost * value.rows["_cases"] / value.rows["_cases"].sum()
    )
    return dataclasses.replace(
        value,
        gross=gross,
        commission=value.commission * lift,
        discount=value.discount * lift,
        rows=value.rows.assign(**scaled),
        seen=tuple(float(total) for total in np.cumsum(cash)),
    )
