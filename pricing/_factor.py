"""What is common to all cases of a lot, and never diversifies away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Array = NDArray[np.float64]

HALF_LIFE = 8.0
"""Lots after which one says half as much about the next."""

FEWEST_LOTS = 3
"""With fewer, the common factor is no narrower than the prior's."""


@dataclass(frozen=True)
class Factor:
    r"""Common factor of a lot, on the log scale.

    Notes
    -----
    Of past lots, with actual cash :math:`A_l`, out-of-fold expectation :math:`E_l` and
    variance :math:`V_l` of single cases,

    .. math:: \log(A_l / E_l) \sim N(b, \tau^2 + s_l^2), \quad s_l^2 = \log(1 + V_l/E_l^2),

    estimated by restricted maximum likelihood, in which lot *l* of *k* counts
    :math:`2^{-(k - l)/8}`. The next is :math:`t_{k' - 1}` with :math:`k'` the effective number
    of lots.

    References
    ----------
    Patterson and Thompson (1971), Recovery of inter-block information when block sizes are
    unequal, Biometrika 58.
    """

    bias: float
    tau: float
    bias_variance: float
    dof: float


def estimate(log_ratio: Array, own: Array, prior_tau: float) -> Factor:
    """Estimate the factor from lots in order of time, each array (lots,).

    `own` is the variance of each ratio from the luck of single cases.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> factor = estimate(0.1 + 0.3 * rng.normal(size=200), np.full(200, 1e-4), 0.5)
    >>> abs(factor.bias - 0.1) < 0.15, abs(factor.tau - 0.3) < 0.08
    (True, True)
    """
    count = len(log_ratio)
    if count < 2:
        return Factor(0.0, prior_tau, 0.0, 30.0)
    weight = 0.5 ** (np.arange(count)[::-1] / HALF_LIFE)

    def loss(log_variance: float) -> float:
        precision = weight / (np.exp(log_variance) + own)
        mean = precision @ log_ratio / precision.sum()
        fit = precision @ (log_ratio - mean) ** 2 - weight @ np.log(precision / weight)
        return float(fit + np.log(precision.sum()))

    found = minimize_scalar(loss, bounds=(np.log(1e-4), np.log(9.0)), method="bounded")
    tau = float(np.exp(found.x / 2))
    if count < FEWEST_LOTS:
        tau = max(tau, prior_tau)
    precision = weight / (tau**2 + own)
    mean = float(precision @ log_ratio / precision.sum())
    effective = float(precision.sum() ** 2 / (precision**2).sum())
    # Each lot has its variance, however little it counts: hence the second power.
    variance = float((precision**2 @ (tau**2 + own)) / precision.sum() ** 2)
    return Factor(mean, tau, variance, max(effective - 1, 2.0))
