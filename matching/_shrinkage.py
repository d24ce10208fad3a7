"""Past recovery rates, drawn towards a prior as far as they are thin."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_SPREAD = 0.25
"""Agencies, and segments within an agency, are taken to differ by at least this much.

A relative standard deviation; without it a quiet history would make newcomers look certain.
"""

MOST_SPREAD = 0.5
"""And by no more than this, lest one lucky case pass for a gifted agency."""

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Rates:
    """Recovery rates of each segment with each agency; every array is (S, K)."""

    rate: NDArray[np.float64]
    """Estimate, as a share of exposure."""

    low: NDArray[np.float64]
    """Lower end of the 95 % interval."""

    high: NDArray[np.float64]
    """Upper end of the 95 % interval."""

    exposure: NDArray[np.float64]
    """Amount the estimate rests on, in the unit of the input; 0 for a newcomer."""

    records: NDArray[np.int64]
    """Cases the estimate rests on."""


def shrink(
    recovered: ArrayLike,
    exposure: ArrayLike,
    agency: ArrayLike,
    segment: ArrayLike,
    *,
    prior: ArrayLike,
    shape: tuple[int, int] | None = None,
    cases: ArrayLike | None = None,
) -> Rates:
    r"""Estimate recovery rates by agency and segment from a history that may be thin.

    Parameters
    ----------
    recovered : array_like, shape (M,)
        Amount recovered in each past record (a case, or a batch), not negative.
    exposure : array_like, shape (M,)
        Amount placed in each record, same unit, positive.
    agency, segment : array_like of int, shape (M,)
        Indices of the agency and the segment of each record.
    prior : array_like, scalar or shape (S,) or (S, K)
        Rate expected before any history, in (0, 1].
    shape : (int, int), optional
        (S, K), needed when the history does not reach the last segment or agency; otherwise
        taken from `prior` and the largest indices.
    cases : array_like of int, shape (M,), optional
        How many cases each record sums up, at least 1; by default a record is a case.

    Returns
    -------
    Rates
        Pairs without history get the prior, moved by what is known of the agency elsewhere.

    Raises
    ------
    ValueError
        If shapes disagree or an argument lies out of range.

    Notes
    -----
    With :math:`\mu` the prior, a record of exposure *e* has variance :math:`\varphi \mu e`;
    :math:`\varphi` is the mean square of the residuals within pairs (the mean exposure of a
    case when no pair has two records). On the scale of ratios to the prior, :math:`y_j` for an
    agency as a whole and :math:`y_{sj}` for a pair, with weights :math:`X = \sum \mu e`:

    .. math::
        a_j = 1 + Z_j (y_j - 1), \quad Z_j = \frac{\tau_a^2}{\tau_a^2 + \varphi / X_j}, \\
        c_{sj} = a_j + Z_{sj} (y_{sj} - a_j), \quad
        Z_{sj} = \frac{\tau_c^2}{\tau_c^2 + \varphi / X_{sj}},

    and the rate is :math:`\mu c`. Both :math:`\tau^2` are estimated by moments,
    :math:`\sum X ((y - \text{centre})^2 - \varphi/X) / \sum X`, and kept between
    :math:`0.25^2` and :math:`0.5^2`. The interval is
    log-normal with variance :math:`\tau_c^2 (1 - Z_{sj}) + (1 - Z_{sj})^2 \tau_a^2 (1 - Z_j)`
    and is clipped to [0, 1]. See [1]_.

    References
    ----------
    .. [1] H. Bühlmann and A. Gisler, *A Course in Credibility Theory*, 2005, chapters 4 and 6.

    Examples
    --------
    Agency 0 recovered twice what was expected, on a large book; agency 1 is new:

    >>> rates = shrink([90, 110] * 50, [500] * 100, [0] * 100, [0] * 100,
    ...                prior=0.1, shape=(1, 2))
    >>> rates.rate.round(3)
    array([[0.2, 0.1]])
    >>> bool((rates.high - rates.low)[0, 1] > (rates.high - rates.low)[0, 0])
    True
    """
    got, owed = _amounts("recovered", recovered), _amounts("exposure", exposure)
    j, s = _indices("agency", agency), _indices("segment", segment)
    if not got.shape == owed.shape == j.shape == s.shape:
        raise ValueError("recovered, exposure, agency and segment must have the same length")
    count = np.ones_like(j) if cases is None else _indices("cases", cases)
    if count.shape != j.shape or (count < 1).any():
        raise ValueError("cases must be as many as the records, each at least 1")
    if (owed <= 0).any():
        raise ValueError("exposure must be positive")
    expected = _prior(prior, shape, (int(s.max(initial=-1)) + 1, int(j.max(initial=-1)) + 1))
    cell = s * expected.shape[1] + j
    total = _by_cell(cell, got, expected)
    placed = _by_cell(cell, owed, expected)
    records = _by_cell(cell, count, expected)
    noise = _noise(got, owed, count, cell, total, placed, expected)

    weight = placed * expected
    centre, doubt = _level(
        total.sum(axis=0), weight.sum(axis=0), np.ones(expected.shape[1]), noise
    )
    start = np.broadcast_to(centre, expected.shape)
    ratio, own = _level(total, weight, start, noise)
    spread = _spread(total, weight, start, noise)
    variance = own + (own / spread) ** 2 * doubt
    width = NORMAL_95 * np.sqrt(np.log1p(variance / ratio**2))
    rate = np.minimum(expected * ratio, 1.0)
    return Rates(
        rate,
        rate * np.exp(-width),
        np.minimum(rate * np.exp(width), 1.0),
        placed,
        records.astype(np.int64),
    )


def _level(
    total: NDArray[np.float64],
    weight: NDArray[np.float64],
    centre: NDArray[np.float64],
    noise: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shrunken ratio and its remaining variance."""
    spread = _spread(total, weight, centre, noise)
    known = spread * weight / (spread * weight + noise)
    ratio = np.divide(total, weight, out=centre.copy(), where=weight > 0)
    return centre + known * (ratio - centre), spread * (1 - known)


def _spread(
    total: NDArray[np.float64],
    weight: NDArray[np.float64],
    centre: NDArray[np.float64],
    noise: float,
) -> float:
    seen = weight > 0
    if not seen.any():
        return LEAST_SPREAD**2
    w = weight[seen]
    square = (total[seen] / w - centre[seen]) ** 2
    moment = float((w * square - noise).sum() / w.sum())
    return min(max(moment, LEAST_SPREAD**2), MOST_SPREAD**2)


def _noise(
    got: NDArray[np.float64],
    owed: NDArray[np.float64],
    count: NDArray[np.int64],
    cell: NDArray[np.int64],
    total: NDArray[np.float64],
    placed: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> float:
    spare = got.size - int((placed > 0).sum())
    if spare == 0:
        # Nothing to measure it by: as if every case were all or nothing.
        return float(owed.sum() / count.sum()) if owed.size else 1.0
    rate = np.divide(total, placed, out=np.zeros_like(total), where=placed > 0).ravel()[cell]
    square = (got - rate * owed) ** 2 / (expected.ravel()[cell] * owed)
    # Never quite 0, so that a history without any scatter still leaves some doubt.
    return max(float(square.sum() / spare), 1e-9 * float(owed.mean()))


def _by_cell(
    cell: NDArray[np.int64],
    amount: NDArray[np.float64] | NDArray[np.int64],
    expected: NDArray[np.float64],
) -> NDArray[np.float64]:
    sums = np.bincount(cell, weights=amount, minlength=expected.size).astype(float)
    return sums.reshape(expected.shape)


def _amounts(name: str, value: ArrayLike) -> NDArray[np.float64]:
    amount = np.asarray(value, dtype=float)
    if amount.ndim != 1 or not np.isfinite(amount).all() or (amount < 0).any():
        raise ValueError(f"{name} must be one-dimensional, finite and not negative")
    return amount


def _indices(name: str, value: ArrayLike) -> NDArray[np.int64]:
    index = np.asarray(value)
    whole = index.size == 0 or np.issubdtype(index.dtype, np.integer)
    if index.ndim != 1 or not whole or (index.size and index.min() < 0):
        raise ValueError(f"{name} must be one-dimensional and hold non-negative integers")
    return index.astype(np.int64)


def _prior(
    prior: ArrayLike, shape: tuple[int, int] | None, seen: tuple[int, int]
) -> NDArray[np.float64]:
    rate = np.asarray(prior, dtype=float)
    if rate.ndim == 1:
        rate = rate[:, None]
    known = rate.shape if rate.ndim == 2 else (1, 1)
    wanted = shape or (max(known[0], seen[0]), max(known[1], seen[1]))
    if wanted[0] < seen[0] or wanted[1] < seen[1]:
        raise ValueError(f"shape must be at least {seen} to hold the history; got {wanted}")
    try:
        full = np.broadcast_to(rate, wanted).astype(float)
    except ValueError as error:
        raise ValueError(
            f"prior must be a rate per segment, or one for all {wanted}"
        ) from error
    if not ((full > 0) & (full <= 1)).all():
        raise ValueError("prior must lie above 0 and at most at 1")
    return full
