"""The distribution of what single cases bring in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from pricing._hurdle import LEVELS, Spread

MEAN_IF_PAID = 0.35
"""Assumed mean share of the balance recovered where anything is."""

CONCENTRATION = 2.0
"""Assumed sum of the two parameters of the beta law of that share."""

_A = MEAN_IF_PAID * CONCENTRATION
_B = (1 - MEAN_IF_PAID) * CONCENTRATION
_SPREAD = MEAN_IF_PAID * (1 - MEAN_IF_PAID) / (CONCENTRATION + 1)


@dataclass(frozen=True, eq=False)
class CaseValues:
    r"""Recovery of each case within the horizon, as a share of its balance.

    Notes
    -----
    A hurdle: with probability *p* something is paid, and then a share *X* of the balance.
    The prior says only the mean :math:`m`. That :math:`X \sim \text{Beta}(0.7, 1.3)`, of
    mean :math:`c = 0.35`, is an assumption, and :math:`p = m / c` follows from it. Then

    .. math::
        v = p \, E[X^2] - m^2, \qquad
        Q(q) = \begin{cases} 0 & q \le 1 - p \\ Q_X\big((q - 1 + p) / p\big) & \text{else.}
        \end{cases}

    Cases of a rate above *c* (none in the published priors) have :math:`p = 1` and *X* scaled
    towards 1 to keep the mean.

    Examples
    --------
    >>> values = CaseValues(np.array([0.07]))
    >>> values.p_any.round(6), values.quantile(0.5), values.quantile(0.95).round(2)
    (array([0.2]), array([0.]), array([0.56]))
    """

    mean: NDArray[np.float64]
    """Shape (n,): expected share, in [0, 1]."""

    @property
    def p_any(self) -> NDArray[np.float64]:
        """Shape (n,): probability that anything is paid."""
        return np.minimum(self.mean / MEAN_IF_PAID, 1.0)

    @property
    def var(self) -> NDArray[np.float64]:
        """Shape (n,): variance of the share, given what is common to the whole book."""
        second = _SPREAD + MEAN_IF_PAID**2
        hurdle = self.mean / MEAN_IF_PAID * second - self.mean**2
        certain = _SPREAD * ((1 - self.mean) / (1 - MEAN_IF_PAID)) ** 2
        return np.where(self.mean <= MEAN_IF_PAID, hurdle, certain)

    def quantile(self, q: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Share that each case stays below with probability `q`.

        Parameters
        ----------
        q : float or ndarray, shape (n,)
            In [0, 1]; one for all cases or one for each.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        ValueError
            If `q` lies outside [0, 1].
        """
        p = self.p_any
        inner = _inner(q, p)
        share = betaincinv(_A, _B, np.clip(inner, 0.0, 1.0))
        stretch = np.maximum(self.mean - MEAN_IF_PAID, 0.0) / (1 - MEAN_IF_PAID)
        result: NDArray[np.float64] = np.where(inner > 0, share + stretch * (1 - share), 0.0)
        return result


@dataclass(frozen=True, eq=False)
class LearnedValues(CaseValues):
    r"""Recovery of each case by a learned hurdle.

    Notes
    -----
    .. math:: m = p \, c, \quad v = p \, c^2 h_g - m^2, \quad Q(q) = c \, Q_g((q - 1 + p)/p)

    for :math:`q > 1 - p`, else 0; :math:`Q_g` is the empirical quantile of recovery given
    payment over its mean in the group *g* of cases of similar *c*, :math:`h_g` its mean square.

    References
    ----------
    Bellotti, Brigo, Gambetti and Vrins (2021), Forecasting recovery rates on non-performing
    loans with machine learning, International Journal of Forecasting 37.
    """

    given: NDArray[np.float64]
    """Shape (n,): c, expected share where anything is paid."""

    group: NDArray[np.int64]
    """Shape (n,): group of similar expectation."""

    spread: Spread

    @property
    def p_any(self) -> NDArray[np.float64]:
        """Shape (n,): probability that anything is paid."""
        return np.minimum(self.mean / self.given, 1.0)

    @property
    def var(self) -> NDArray[np.float64]:
        """Shape (n,): variance of the share, given what is common to the whole lot."""
        second = self.spread.second[self.group]
        return np.maximum(self.mean * self.given * second - self.mean**2, 0.0)

    def quantile(self, q: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Share that each case stays below with probability `q` in [0, 1]; shape (n,).

        Raises
        ------
        ValueError
            If `q` lies outside [0, 1].
        """
        inner = _inner(q, self.p_any)
        at = np.clip(inner * LEVELS - 0.5, 0, LEVELS - 1)
        low = at.astype(np.int64)
        high = np.minimum(low + 1, LEVELS - 1)
        table = self.spread.quantiles
        shape = table[self.group, low]
        shape = shape + (at - low) * (table[self.group, high] - shape)
        return np.where(inner > 0, self.given * shape, 0.0)


def _inner(q: float | NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Level within the payers that is `q` among all; not above 0 where nothing is paid."""
    if not np.all((np.asarray(q) >= 0) & (np.asarray(q) <= 1)):
        raise ValueError(f"q must lie between 0 and 1; got {q}")
    return np.divide(q - 1 + p, p, out=np.zeros_like(p), where=p > 0)
