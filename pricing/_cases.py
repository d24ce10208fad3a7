"""The distribution of what single cases bring in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

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

    def quantile(self, q: float) -> NDArray[np.float64]:
        """Share that each case stays below with probability `q`.

        Parameters
        ----------
        q : float
            In [0, 1].

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        ValueError
            If `q` lies outside [0, 1].
        """
        if not 0 <= q <= 1:
            raise ValueError(f"q must lie between 0 and 1; got {q}")
        p = self.p_any
        inner = np.divide(q - 1 + p, p, out=np.zeros_like(p), where=p > 0)
        share = betaincinv(_A, _B, np.clip(inner, 0.0, 1.0))
        stretch = np.maximum(self.mean - MEAN_IF_PAID, 0.0) / (1 - MEAN_IF_PAID)
        result: NDArray[np.float64] = np.where(inner > 0, share + stretch * (1 - share), 0.0)
        return result
