"""What the first months of real cash say about the rest."""

import dataclasses

import numpy as np
from numpy.typing import ArrayLike

from pricing._portfolio import PortfolioValue

PACE_SPREAD = 0.22
"""How far the curve of a lot strays from the expected, on the log scale: of European lots."""

LEAST = 0.05
"""A lot behind its curve by more than this factor counts as being behind by it."""


def updated(value: PortfolioValue, cash_by_month: ArrayLike) -> PortfolioValue:
    """Revalue a lot by its cash so far; the formula stands with `Model.update`."""
    cash = np.asarray(cash_by_month, dtype=float)
    if cash.ndim != 1 or len(cash) > value.horizon:
        raise ValueError(f"cash_by_month must have shape (k,), k up to {value.horizon}")
    bad = ~(np.isfinite(cash) & (cash >= 0))
    if bad.any():
        raise ValueError(
            f"cash_by_month must be finite and not negative; month {int(bad.argmax()) + 1}"
        )
    if not len(cash) or value.gross <= 0:
        return value
    received = float(cash.sum())
    paid = float(value.expected(len(cash))[-1] / value.gross)
    common = value.tau**2 + value.doubt
    luck = value.variance / value.gross**2 / paid + PACE_SPREAD**2 * (1 - paid)
    trust = common / (common + luck)
    factor = max(received / (value.gross * paid), LEAST) ** trust
    rest = value.gross * (1 - paid) * factor if len(cash) < value.horizon else 0.0
    lift = (received + rest) / value.gross
    scaled = value.rows[["_gross", "_net"]].mul(lift)
    # The cost of working the cases does not grow with the cash.
    scaled["_net"] += (
        (lift - 1) * value.cost * value.rows["_cases"] / value.rows["_cases"].sum()
    )
    return dataclasses.replace(
        value,
        gross=received + rest,
        commission=value.commission * lift,
        discount=value.discount * lift,
        variance=value.variance * (1 - paid) * factor**2,
        tau=float(np.sqrt(common * (1 - trust))),
        doubt=PACE_SPREAD**2,
        rows=value.rows.assign(**scaled),
        seen=tuple(float(total) for total in np.cumsum(cash)),
    )
