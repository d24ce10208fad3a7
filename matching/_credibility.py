"""How far each pair stands from what was expected of it: variance components and posterior."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

USUAL_SPREAD = 0.25
"""Standard deviation that each kind of difference usually has, as a share of the expected."""

DOUBT = 0.5
"""By how much the logarithm of a spread may itself be off, before the history is seen."""

BOUNDS = (0.02, 1.0)
"""Spreads are looked for between these."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """What was observed of the logarithm of each pair's ratio, S segments and K agencies.

    Where some records of a pair were drawn by lot and others chosen, this is the mean of the
    two by their precision, and their difference is a second observation, independent of it.
    Precisions are 1 over the variance about where the pair stands, 0 where nothing was seen.
    """

    log: Floats
    """Shape (K, S)."""

    precision: Floats
    """Shape (K, S)."""

    chosen: Floats
    """Shape (K, S): weight of the chosen in it, where the choice may mislead, else 0."""

    contrast: Floats
    """Shape (K, S): that of the chosen less that of the drawn."""

    contrast_precision: Floats
    """Shape (K, S): 0 where either is missing."""


@dataclass(frozen=True)
class Standing:
    """Where every pair stands: the sum of its terms, shape (K, S)."""

    log: Floats
    variance: Floats
    apart: float
    """Variance between pairs before anything is seen."""


def standing(seen: Seen, levels: NDArray[np.int64]) -> Standing:
    r"""Posterior of where every pair stands.

    Parameters
    ----------
    seen : Seen
    levels : ndarray of int64, shape (S, L)
        Of each segment, its value in each of L coarser attributes.

    Notes
    -----
    The logarithm of the ratio of agency *j* on segment *s* is, but for its mean,

    .. math::
        a_j + \sum_l b_{jl,\text{level}_l(s)} + c_{sj},

    and chosen records show :math:`d_j` more. All terms are independent and normal around 0,
    with one variance per kind of term. The variances maximise the likelihood times a
    log-normal prior; given them everything is linear, and since no two agencies share a term,
    the work is one small system per agency (Woodbury's identity) [1]_.

    References
    ----------
    .. [1] G. Robinson, "That BLUP is a good thing", *Statistical Science* 6 (1991).
    """
    model = _Model(seen, levels)
    start = np.full(model.kinds, np.log(USUAL_SPREAD))
    edges = [tuple(np.log(BOUNDS).tolist())] * model.kinds
    found = minimize(model.badness, start, jac=True, method="L-BFGS-B", bounds=edges)
    return model.posterior(np.exp(2 * found.x))


class _Model:
    """The linear model of all agencies at once: columns for a, the b's, and d at the end."""

    def __init__(self, seen: Seen, levels: NDArray[np.int64]) -> None:
        self.seen = seen
        s = levels.shape[0]
        parts = [np.ones((s, 1))]
        for level in levels.T:
            parts.append((level[:, None] == np.unique(level)).astype(float))
        self.common = np.hstack(parts)
        sizes = [part.shape[1] for part in parts]
        # Kinds of terms: one per part, then the choice, then the pair's own.
        self.kind = np.append(np.repeat(np.arange(len(parts)), sizes), len(parts))
        self.kinds = len(parts) + 2

    def badness(self, log_spread: Floats) -> tuple[float, Floats]:
        """Minus the logarithm of likelihood times prior, and its gradient."""
        variance = np.exp(2 * log_spread)
        state = _State(self, variance)
        off = (log_spread - np.log(USUAL_SPREAD)) / DOUBT
        value = state.badness() + float(off @ off) / 2
        return value, state.slope() * 2 * variance + off / DOUBT

    def posterior(self, variance: Floats) -> Standing:
        """Mean and variance of every pair at these variances."""
        state = _State(self, variance)
        z, own = self.common, variance[-1]
        q = z.shape[1]
        carried = own * state.trust
        mean = state.effect[:, :q] @ z.T + carried * state.left
        # A pair's own term takes the share `carried` of what the shared ones leave open.
        load = (1 - carried)[:, :, None] * z
        shared = state.variance_of(load, -carried * self.seen.chosen)
        apart = float(variance[: self.kinds - 2].sum() + own)
        return Standing(mean, shared + own * (1 - carried), apart)


class _State:
    """The solved systems at given variances."""

    def __init__(self, model: _Model, variance: Floats) -> None:
        seen, z = model.seen, model.common
        self.model = model
        self.per_term = variance[model.kind]
        held = seen.precision > 0
        spread = variance[-1] + 1 / np.where(held, seen.precision, 1.0)
        self.trust = np.where(held, 1 / spread, 0.0)
        self._spread = np.where(held, spread, 1.0)
        k, q = seen.log.shape[0], z.shape[1]
        gram = np.zeros((k, q + 1, q + 1))
        gram[:, :q, :q] = np.einsum("ks,sp,sq->kpq", self.trust, z, z, optimize=True)
        cross = (self.trust * seen.chosen) @ z
        gram[:, :q, q], gram[:, q, :q] = cross, cross
        gram[:, q, q] = (self.trust * seen.chosen**2 + seen.contrast_precision).sum(axis=1)
        self._gram = gram
        self.inverse = np.linalg.inv(gram + np.diag(1 / self.per_term))
        told = np.empty((k, q + 1))
        told[:, :q] = (self.trust * seen.log) @ z
        told[:, q] = (self.trust * seen.chosen * seen.log).sum(axis=1)
        told[:, q] += (seen.contrast_precision * seen.contrast).sum(axis=1)
        self._told = told
        self.effect = np.einsum("kpq,kq->kp", self.inverse, told)
        self.left = seen.log - self.effect[:, :q] @ z.T - self.effect[:, q:] * seen.chosen

    def badness(self) -> float:
        seen = self.model.seen
        square = (self.trust * seen.log**2).sum() + (
            seen.contrast_precision * seen.contrast**2
        ).sum()
        square -= (self._told * self.effect).sum()
        # |V| = |D| |T| |T^-1 + Z'D^-1Z|, per agency.
        logs = np.log(self._spread).sum() - np.linalg.slogdet(self.inverse)[1].sum()
        logs += seen.log.shape[0] * np.log(self.per_term).sum()
        return float(square + logs) / 2

    def variance_of(self, load: Floats, of_choice: Floats) -> Floats:
        """Variance of sums of the shared terms, (K, S, q), and of the choice's, (K, S)."""
        full = np.concatenate([load, of_choice[:, :, None]], axis=2)
        variance: Floats = np.einsum("ksp,kpq,ksq->ks", full, self.inverse, full, optimize=True)
        return variance

    def slope(self) -> Floats:
        """Derivative of the badness by each variance."""
        model, kinds = self.model, self.model.kinds
        pull = self._told - np.einsum("kpq,kq->kp", self._gram, self.effect)
        gone = self._gram - self._gram @ self.inverse @ self._gram
        by_term = (np.diagonal(gone, axis1=1, axis2=2) - pull**2).sum(axis=0) / 2
        out = np.bincount(model.kind, weights=by_term, minlength=kinds).astype(float)
        load = np.broadcast_to(model.common, (*self.trust.shape, model.common.shape[1]))
        known = self.variance_of(load, model.seen.chosen)
        sure = self.trust - self.trust**2 * known
        out[-1] = (sure - (self.trust * self.left) ** 2).sum() / 2
        return out
