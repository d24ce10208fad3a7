"""How fast the cash of past lots came in, and how far lots stray from that."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._factor import Factor, estimate
from pricing._tape import numbers
from pricing._timing import pace, share_paid

Array = NDArray[np.float64]

ASSUMED_SPREAD = 0.22
"""How far a lot strays from its curve, on the log scale: of European lots."""

ASSUMED_LOTS = 4.0
"""Lots whose own evidence weighs as much as that assumption."""

CURVE_WEIGHT = 0.05
"""What the assumed curve counts in each class of age, as a share of what was seen."""

HALF_LIFE = 8.0
"""Lots after which one says half as much about the curve of the next."""

PAYERS = 50.0
"""A lot of so many payers counts half as much as a very large one."""

LEAST = 0.05
"""A lot behind its curve by more than this factor counts as being behind by it."""


@dataclass(frozen=True, eq=False)
class Pace:
    """Curves by class of age, and the variance of a lot about them; empty if none is known."""

    shares: Array = field(default_factory=lambda: np.zeros((0, 0)))
    """Shape (classes, horizon): cash by the end of each month over all of it."""

    variance: Array = field(default_factory=lambda: np.zeros(0))
    """Shape (horizon,): of the log of the share paid by the end of each month."""


def assumed_variance(paid: float) -> float:
    """Variance of the log of the share paid, where `paid` of it was expected.

    Examples
    --------
    >>> assumed_variance(1.0), round(assumed_variance(0.0), 4)
    (0.0, 0.0484)
    """
    return ASSUMED_SPREAD**2 * (1 - paid)


def read_months(outcomes: pd.DataFrame, horizon: int) -> Array:
    """Cash of each case by month, shape (n, horizon), NaN where not known; or (n, 0).

    Raises
    ------
    ValueError
        If an entry is not a number, negative or infinite.
    """
    names = [f"cash_m{k}" for k in range(1, horizon + 1)]
    if any(name not in outcomes.columns for name in names):
        return np.zeros((len(outcomes), 0))
    months = np.column_stack([numbers(outcomes[name], name) for name in names])
    bad = (months < 0) | np.isinf(months)
    if bad.any():
        row, month = np.argwhere(bad)[0]
        raise ValueError(
            f"{names[month]} must be finite and not negative; row {outcomes.index[row]}"
        )
    return months


def learn_pace(
    months: Array, dpd: Array, code: NDArray[np.int64], expected: Array, scatter: Array
) -> Pace:
    r"""Learn curves from the cases whose months are all known.

    Parameters
    ----------
    months : (n, horizon)
    dpd, expected, scatter : (n,)
        Days past due; cash expected of each case without its own lot, and its variance.
    code : (n,)
        Lot, in order of time.

    Notes
    -----
    Each lot is one observation of pace, however large: its months count as shares of its own
    cash, by :math:`2^{-a/8}` where *a* lots followed and by :math:`n / (n + 50)` for its *n*
    payers. The shares :math:`G_k` that follow are then held against each lot,

    .. math:: \log\frac{C_{kl}}{A_l G_{kl}} \sim
              N(\delta_k, s_k^2 + \frac{V_l}{E_l^2} \frac{1 - G_{kl}}{G_{kl}}),

    by restricted maximum likelihood, as the common factor is. The drift :math:`\delta_k` goes
    into the curve; :math:`s_k^2` is averaged with :math:`0.22^2 (1 - G_k)`, which weighs
    like four lots.
    """
    known = np.isfinite(months).all(axis=1) & (months.shape[1] > 0)
    cash, lot, classes = months[known], code[known], pace(dpd)[known]
    if not cash.sum() > 0:
        return Pace()
    weight = _weights(cash.sum(axis=1), lot, int(code.max()))
    shares = _curves(cash * weight[:, None], classes)
    sums = _by_lot(np.column_stack([expected[known], scatter[known]]), lot)
    luck = sums[:, 1] / np.maximum(sums[:, 0], 1e-12) ** 2
    seen = np.cumsum(_by_lot(cash, lot), axis=1)
    due = _by_lot(expected[known, None] * shares[classes], lot) / sums[:, :1]
    held = (seen[:, -1] > 0) & (sums[:, 0] > 0)
    return _adjusted(shares, seen[held], due[held], luck[held])


def _adjusted(shares: Array, seen: Array, due: Array, luck: Array) -> Pace:
    """Drift goes into the curves, what remains is the spread; arrays (lots, horizon)."""
    horizon = shares.shape[1]
    curves, variance = shares.copy(), np.zeros(horizon)
    for k in range(horizon - 1):
        paid = float(due[:, k].mean())
        assumed = assumed_variance(paid)
        ratio = np.log(np.maximum(seen[:, k] / (seen[:, -1] * due[:, k]), LEAST))
        own = luck * (1 - due[:, k]) / due[:, k]
        found = estimate(ratio, np.maximum(own, 1e-8), float(np.sqrt(assumed)))
        # At most half of what would remain may be paid earlier than the lots say.
        curves[:, k] = np.minimum(shares[:, k] * np.exp(found.bias), (1 + shares[:, k]) / 2)
        variance[k] = _mixed(found, assumed, len(ratio))
    return Pace(np.maximum.accumulate(curves, axis=1), variance)


def _mixed(found: Factor, assumed: float, lots: int) -> float:
    weight = found.dof + 1 if lots > 1 else 0.0
    mean = (ASSUMED_LOTS * assumed + weight * found.tau**2) / (ASSUMED_LOTS + weight)
    return mean + found.bias_variance


def _weights(cash: Array, lot: NDArray[np.int64], last: int) -> Array:
    """What the cash of each case counts, so that a lot counts by its payers and its age."""
    total = np.bincount(lot, cash)[lot]
    payers = np.bincount(lot, cash > 0)[lot]
    counts = 0.5 ** ((last - lot) / HALF_LIFE) * payers / (payers + PAYERS)
    return np.divide(counts, total, out=np.zeros(len(cash)), where=total > 0)


def _curves(cash: Array, classes: NDArray[np.int64]) -> Array:
    shape = share_paid(np.arange(cash.shape[1] + 1.0))
    assumed = np.diff(shape, axis=1) / shape[:, -1:]
    seen = np.array([np.bincount(classes, month, minlength=len(shape)) for month in cash.T]).T
    mixed = seen + CURVE_WEIGHT * seen.sum() * assumed
    result: Array = np.cumsum(mixed, axis=1) / mixed.sum(axis=1, keepdims=True)
    return result


def _by_lot(values: Array, lot: NDArray[np.int64]) -> Array:
    """Sums over each lot that occurs, shape (lots, columns)."""
    place = np.unique(lot, return_inverse=True)[1]
    return np.array([np.bincount(place, column) for column in values.T]).T
