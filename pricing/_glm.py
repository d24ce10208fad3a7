"""A small model that starts at the prior and moves as far as few outcomes warrant."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEVEL_SPREAD = 0.5
"""How far off the prior's level is believed to be, on the log scale."""

SLOPE_SPREAD = 0.2
"""The same of the effect of one standard deviation of a feature."""

_STEPS = 30


@dataclass(frozen=True, eq=False)
class MapGlm:
    r"""Log-linear model of mean recovery about the prior, at its posterior mode.

    Notes
    -----
    :math:`\log \mu = \log m_0 + x'\beta` with independent
    :math:`\beta_j \sim N(0, s_j^2)`, quasi-likelihood of variance :math:`\varphi\mu`.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, chapter 9.
    """

    centre: Array
    scale: Array
    slopes: Array
    """Each shape (k,); `slopes` has the level first, shape (k + 1,)."""

    @classmethod
    def fit(cls, x: Array, recovery: Array, weight: Array, prior: Array) -> "MapGlm":
        """Fit to features (n, k) with NaN where missing; the others (n,)."""
        known = ~np.isnan(x)
        count = np.maximum(known.sum(axis=0), 1)
        centre = np.where(known, x, 0.0).sum(axis=0) / count
        scale = np.sqrt((np.where(known, x - centre, 0.0) ** 2).sum(axis=0) / count)
        scale = np.where(scale > 0, scale, 1.0)
        basis = design(x, centre, scale)
        precision = np.full(basis.shape[1], SLOPE_SPREAD**-2.0)
        precision[0] = LEVEL_SPREAD**-2.0
        slopes = np.zeros(basis.shape[1])
        for _ in range(_STEPS):
            mean = prior * np.exp(np.clip(basis @ slopes, -5, 5))
            residual = recovery - mean
            spread = max(float(np.mean(residual**2 / mean)), 1e-3)
            pull = basis.T @ (weight * residual) / spread - precision * slopes
            bend = (basis.T * (weight * mean / spread)) @ basis + np.diag(precision)
            step = np.linalg.solve(bend, pull)
            slopes = slopes + np.clip(step, -0.5, 0.5)
            if np.abs(step).max() < 1e-8:
                break
        return cls(centre, scale, slopes)

    def predict(self, x: Array, prior: Array) -> Array:
        """Mean recovery, shape (n,)."""
        moved = np.clip(design(x, self.centre, self.scale) @ self.slopes, -3, 3)
        result: Array = prior * np.exp(moved)
        return result


def design(x: Array, centre: Array, scale: Array) -> Array:
    """A column of ones and the standardised features, shape (n, k + 1); missing is 0."""
    standard = np.clip((x - centre) / scale, -3, 3)
    return np.column_stack([np.ones(len(x)), np.where(np.isnan(standard), 0.0, standard)])
