"""When the money comes in."""

import numpy as np
from numpy.typing import NDArray

KNOWN_MONTHS = 12
"""Beyond this the shape of the curve is an assumption."""

_BANDS = np.array([180.0, 365.0, 730.0])
_PACE = np.array([0.20, 0.14, 0.10, 0.07])
"""Monthly rate at which the remaining cash comes in, by age: an assumption."""


def pace(dpd: NDArray[np.float64]) -> NDArray[np.int64]:
    """Class of each case by age, shape (n,); a case of unknown age is among the slowest."""
    known = np.where(np.isnan(dpd), np.inf, dpd)
    return np.searchsorted(_BANDS, known, side="left").astype(np.int64)


def share_paid(months: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Cash by the end of each month as a share of that of 12 months, shape (classes, t).

    Notes
    -----
    :math:`G(t) = (1 - e^{-\lambda t}) / (1 - e^{-12 \lambda})`, with a slower pace
    :math:`\lambda` for older debt.

    Examples
    --------
    >>> share_paid(np.array([0.0, 12.0])).tolist()[0]
    [0.0, 1.0]
    """
    rate = _PACE[:, None]
    result: NDArray[np.float64] = np.expm1(-rate * months) / np.expm1(-rate * KNOWN_MONTHS)
    return result


def present_share(
    horizon: int, annual_rate: float, learned: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Value today of one unit of cash spread over the horizon, by class of pace.

    `learned`, shape (classes, horizon), is the share paid by the end of each month.
    """
    paid = share_paid(np.arange(horizon + 1.0))
    monthly = np.diff(paid, axis=1) / paid[:, -1:]
    if learned is not None and learned.size:
        monthly = np.diff(learned, axis=1, prepend=0.0)
    factor = (1 + annual_rate) ** (-np.arange(1, horizon + 1) / 12)
    result: NDArray[np.float64] = monthly @ factor
    return result
