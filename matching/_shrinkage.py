"""Past recovery rates, drawn towards a prior as far as they are thin."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching._credibility import Seen, standing

LOG_BOUNDS = (-4.0, 4.0)
"""No pair is taken to stand further than this from what was expected of it."""

LEAST_NOISE = 1e-6

ROUNDS = 8

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
    levels: ArrayLike | None = None,
    drawn: ArrayLike | None = None,
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
    levels : array_like of int, shape (S, L), optional
        Coarser attributes of each segment, such as region, product and age: what an agency
        shows on one segment is then believed, in part, of those like it. Default none.
    drawn : array_like of bool, shape (M,), optional
        True for records of cases that came to the agency by lot (the challengers' share, an
        exploration slice), False where they were chosen for it and may flatter or harm it.
        By default nothing is made of how cases came.

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
    Agency *j* recovers :math:`\mu_{sj} \exp(\eta_{sj})` per unit of exposure on segment
    *s*, with :math:`\mu` the prior and

    .. math::
        \eta_{sj} = -\tfrac{1}{2} \textstyle\sum \tau^2
        + a_j + \sum_l b_{jl,\text{level}_l(s)} + c_{sj},

    terms that are normal and independent around 0, each kind with its variance
    :math:`\tau^2`; the mean of the exponential is 1. Chosen records show :math:`d_j` more. A
    record of exposure *e* and *n* cases has variance
    :math:`\varphi \mu \exp(\eta) e^2 / n`, in which :math:`\varphi`, 1 where cases pay all
    or nothing, is measured within pairs (1 when no pair has two records).

    The :math:`\tau^2` are those of greatest posterior density under a log-normal prior around
    :math:`0.25^2`, so that a quiet history does not make newcomers look certain; they and
    :math:`\eta` are found by penalised quasi-likelihood [1]_, which for one agency and one
    segment is the credibility formula of Bühlmann and Straub [2]_. The rate is the posterior
    mean, and the interval log-normal, both clipped to [0, 1].

    References
    ----------
    .. [1] N. Breslow and D. Clayton, "Approximate inference in generalized linear mixed
       models", *JASA* 88 (1993).
    .. [2] H. Bühlmann and A. Gisler, *A Course in Credibility Theory*, 2005, chapters 4 and 6.

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
    history = _History(got, owed, count, s * expected.shape[1] + j, expected)
    evidence = history.evidence(_lots(drawn, j.size))
    log, variance = _standing(evidence, _levels(levels, expected.shape[0]))
    width = NORMAL_95 * np.sqrt(variance)
    return Rates(
        np.minimum(expected * np.exp(log + variance / 2), 1.0),
        np.minimum(expected * np.exp(log - width), 1.0),
        np.minimum(expected * np.exp(log + width), 1.0),
        history.by_pair(owed),
        history.by_pair(count).astype(np.int64),
    )


def _standing(
    evidence: "_Evidence", levels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logarithm of every pair's ratio, and its variance: shape (S, K) each.

    Scoring rounds: around the last estimate the ratio is linear in its logarithm, and pairs
    that stand higher also scatter more.
    """
    log, half = np.zeros(evidence.chosen.weight.shape), 0.0
    for _ in range(ROUNDS):
        found = standing(evidence.seen(log, half), levels)
        half = found.apart / 2
        log = np.clip(found.log.T - half, *LOG_BOUNDS)
    return log, found.variance.T


@dataclass(frozen=True)
class _Sums:
    """Some of the records, summed by pair: shape (S, K) each."""

    ratio: NDArray[np.float64]
    """Recovered over expected; 0 where nothing was expected."""

    weight: NDArray[np.float64]
    """Amount expected."""

    square: NDArray[np.float64]
    """Variance of the amount recovered, where pairs stand as expected."""

    def around(
        self, log: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What the records say of the logarithm, and how precisely, near this estimate."""
        told = np.where(self.weight > 0, log + self.ratio / np.exp(log) - 1, 0.0)
        return told, _share(self.weight**2 * np.exp(log), self.square)


@dataclass(frozen=True)
class _Evidence:
    """What the records come to, those of chosen and of drawn cases apart."""

    chosen: _Sums
    drawn: _Sums
    misled: bool
    """Whether it is known which cases were chosen, so that their choice may mislead."""

    def seen(self, log: NDArray[np.float64], half: float) -> Seen:
        """Ratios as logarithms and their precisions, around the estimate `log`, (S, K)."""
        one, sure = self.chosen.around(log)
        other, certain = self.drawn.around(log)
        total = sure + certain
        both = (sure > 0) & (certain > 0)
        mean = _share(sure * one + certain * other, total) + half
        harmonic = np.where(both, _share(sure * certain, total), 0.0)
        chosen = _share(sure, total) * self.misled
        contrast = np.where(both, one - other, 0.0)
        return Seen(mean.T, total.T, chosen.T, contrast.T, harmonic.T)


@dataclass(frozen=True)
class _History:
    """The records, and the pair of each: segment times K plus agency."""

    got: NDArray[np.float64]
    owed: NDArray[np.float64]
    count: NDArray[np.int64]
    pair: NDArray[np.int64]
    expected: NDArray[np.float64]
    """Shape (S, K)."""

    def by_pair(self, amount: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
        """Sums over the records of every pair, shape (S, K)."""
        sums = np.bincount(self.pair, weights=amount, minlength=self.expected.size)
        return sums.astype(float).reshape(self.expected.shape)

    def evidence(self, drawn: NDArray[np.bool_] | None) -> _Evidence:
        """Sums by pair; without `drawn` no more is made of how cases came."""
        lot = np.zeros(self.pair.size, dtype=bool) if drawn is None else drawn
        noise = self._noise(lot)
        return _Evidence(self._sums(~lot, noise), self._sums(lot, noise), drawn is not None)

    def _sums(self, which: NDArray[np.bool_], noise: float) -> _Sums:
        weight = self.by_pair(self.owed * which) * self.expected
        ratio = _share(self.by_pair(self.got * which), weight)
        return _Sums(ratio, weight, self.by_pair(self._square * which) * noise)

    @property
    def _square(self) -> NDArray[np.float64]:
        """Variance of each record's amount, up to the noise."""
        expected: NDArray[np.float64] = self.expected.ravel()[self.pair]
        return expected * self.owed**2 / self.count

    def _noise(self, lot: NDArray[np.bool_]) -> float:
        """How much records differ within a pair, where all cases being all or nothing is 1."""
        _, at = np.unique(2 * self.pair + lot, return_inverse=True)
        rate = np.bincount(at, self.got) / np.bincount(at, self.owed)
        square = (self.got - rate[at] * self.owed) ** 2
        # The rate is the records' own: it takes up a share of what each would differ by.
        part = self.owed / np.bincount(at, self.owed)[at]
        within = np.bincount(at, self._square)[at]
        free = self._square * (1 - 2 * part) + part**2 * within
        spare = float(free.sum())
        if spare <= 1e-9 * float(self._square.sum()):
            return 1.0
        # Never quite 0, so that a history without any scatter still leaves some doubt.
        return max(float(square.sum()) / spare, LEAST_NOISE)


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """One by the other, 0 where the other is 0."""
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)


def _lots(drawn: ArrayLike | None, size: int) -> NDArray[np.bool_] | None:
    if drawn is None:
        return None
    lot = np.asarray(drawn)
    if lot.shape != (size,) or (size and lot.dtype != np.bool_):
        raise ValueError("drawn must hold True or False for each record")
    return lot.astype(np.bool_)


def _levels(levels: ArrayLike | None, segments: int) -> NDArray[np.int64]:
    if levels is None:
        return np.zeros((segments, 0), dtype=np.int64)
    level = np.asarray(levels)
    if level.ndim != 2 or level.shape[0] != segments:
        raise ValueError(f"levels must have one row for each of the {segments} segments")
    if level.size and not np.issubdtype(level.dtype, np.integer):
        raise ValueError("levels must hold integers")
    return level.astype(np.int64)


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
