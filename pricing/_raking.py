"""Past cases weighed so that they look like a book of which only histograms are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SWEEPS = 100
CLOSE = 1e-6
"""Largest difference of a share at which the weights count as settled."""

FAR = 0.02
"""Largest difference of a share, or share without any past case, that is let pass."""

FEWEST_EFFECTIVE = 30.0
"""Weights no more even than those of so many equal cases are not trusted."""


@dataclass(frozen=True, eq=False)
class Raked:
    """Weights of past cases."""

    weight: Array
    """Shape (n,), sums to 1."""

    failure: str
    """Why the weights are not to be used; empty if they are."""

    effective: float
    """Cases of equal weight that would say as much."""


def rake(weight: Array, places: Sequence[NDArray[np.int64]], shares: Sequence[Array]) -> Raked:
    r"""Weigh cases to the shares of several histograms at once.

    Parameters
    ----------
    weight : (n,)
        Positive; what the cases count before.
    places : sequence of (n,)
        Bin of each case in each histogram; a place beyond the last bin is in none of them.
    shares : sequence of (bins,)
        Share of each bin; each sums to 1.

    Notes
    -----
    Iterative proportional fitting finds the weights nearest to those before, by
    :math:`\sum_i w_i \log (w_i / w_i^0)`, that have the shares of all histograms. There may be
    none: a bin may hold no past case, or the histograms may contradict each other on the cases
    there are. Then the sweeps do not settle, or few cases carry everything.

    References
    ----------
    Deming and Stephan (1940), On a least squares adjustment of a sampled frequency table when
    the expected marginal totals are known, Annals of Mathematical Statistics 11; Csiszár
    (1975), I-divergence geometry of probability distributions, Annals of Probability 3.

    Examples
    --------
    >>> place = np.array([0, 0, 1, 1])
    >>> rake(np.ones(4), [place], [np.array([0.8, 0.2])]).weight
    array([0.4, 0.4, 0.1, 0.1])
    >>> rake(np.ones(4), [place], [np.array([0.8, 0.1, 0.1])]).failure
    '10% lies in a bin without past cases'
    """
    lacking = 0.0
    targets = []
    for place, share in zip(places, shares, strict=True):
        held = np.bincount(place, weight, minlength=len(share) + 1)[: len(share)] > 0
        lacking = max(lacking, float(share[~held].sum()))
        # What no past case can stand for is spread over the other bins.
        kept = np.where(held, share, 0.0)
        targets.append(np.append(kept, 0.0) / max(float(kept.sum()), 1e-12))
    if lacking > FAR:
        failure = f"{lacking:.0%} lies in a bin without past cases"
        return Raked(weight / weight.sum(), failure, 0.0)
    found, worst = _settled(weight / weight.sum(), places, targets)
    if not found.sum() > 0:
        return Raked(weight / weight.sum(), "no past case is like the book", 0.0)
    found = found / found.sum()
    effective = float(1 / (found**2).sum())
    failure = ""
    if worst > FAR:
        failure = f"the histograms were still missed by {worst:.0%}"
    elif effective < FEWEST_EFFECTIVE:
        failure = f"it rests on the weight of {effective:.0f} past cases"
    return Raked(found, failure, effective)


def _settled(
    weight: Array, places: Sequence[NDArray[np.int64]], targets: Sequence[Array]
) -> tuple[Array, float]:
    worst = 0.0
    for _ in range(SWEEPS):
        worst = 0.0
        for place, target in zip(places, targets, strict=True):
            now = np.bincount(place, weight, minlength=len(target))
            worst = max(worst, float(np.abs(now - target).max()))
            weight = (
                weight * np.divide(target, now, out=np.zeros(len(now)), where=now > 0)[place]
            )
        if worst <= CLOSE:
            break
    return weight, worst
