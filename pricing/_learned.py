"""What was learned from outcomes, and how it joins the prior."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._cases import MEAN_IF_PAID, LearnedValues
from pricing._doubt import of_fresh
from pricing._early import FRESHEST_DPD
from pricing._factor import Factor
from pricing._facts import Facts
from pricing._features import Features
from pricing._glm import MapGlm
from pricing._hurdle import MOST_RECOVERED, Hurdle, Spread
from pricing._pace import Pace
from pricing._past import Past
from pricing._tape import check_tape

Array = NDArray[np.float64]

PRIOR_WEIGHS = 300.0
"""Outcomes that weigh as much as the prior."""

HAND_OVER = (1_000.0, 2_000.0)
"""Between these numbers of outcomes the prior's remaining weight goes to nothing."""

FEWEST_OF_EACH = 25
"""Payers and others below which no trees are grown."""

MISSING_SPREAD = 0.5
"""What missing all features would add to the band, on the log scale."""

PIECE = 2**16
"""Cases whose features are read at once."""


def learner_share(n: int) -> float:
    """Weight of what was learned from `n` outcomes, against the prior.

    Examples
    --------
    >>> [round(learner_share(n), 2) for n in (30, 300, 1_000, 2_000)]
    [0.09, 0.5, 0.77, 1.0]
    """
    start, end = HAND_OVER
    left = PRIOR_WEIGHS / (n + PRIOR_WEIGHS)
    return 1 - left * float(np.clip((end - n) / (end - start), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Core:
    r"""Probability and amount of a case, from prior and outcomes.

    Notes
    -----
    With prior :math:`m_0`, small model :math:`m_1`, trees :math:`m_2` and weight *z*,

    .. math:: \log m = (1 - z) \log m_0 + z (\log m_1 + \log m_2) / 2

    and likewise for the probability; at :math:`z = 1` the trees stand alone.
    """

    share: float
    glm: MapGlm
    hurdle: Hurdle | None
    numeric: int
    """The first columns of the features, which the small model reads."""

    @classmethod
    def fit(
        cls, x: Array, recovery: Array, weight: Array, prior: Array, features: Features, n: int
    ) -> "Core":
        """Fit to features (n, k), the others (n,); `n` is what the weight is set by."""
        numeric = x.shape[1] - len(features.categories)
        glm = MapGlm.fit(x[:, :numeric], recovery, weight, prior)
        paid = int((recovery > 0).sum())
        hurdle = None
        if min(paid, len(recovery) - paid) >= FEWEST_OF_EACH:
            hurdle = Hurdle.fit(x, recovery, weight, features.categorical)
        return cls(learner_share(n), glm, hurdle, numeric)

    def predict(self, x: Array, prior: Array) -> tuple[Array, Array]:
        """Probability of any payment and recovery given one, each (n,)."""
        if self.hurdle is not None:
            p, c = self.hurdle.predict(x)
            if self.share >= 1:
                return p, c
        small = self.glm.predict(x[:, : self.numeric], prior)
        if self.hurdle is None:
            mean = small
            p = np.minimum(small / MEAN_IF_PAID, 1.0)
        else:
            mean = np.sqrt(small * np.maximum(p * c, 1e-9))
        mean = np.exp((1 - self.share) * np.log(prior) + self.share * np.log(mean))
        before = np.minimum(prior / MEAN_IF_PAID, 1.0)
        p = np.exp((1 - self.share) * np.log(before) + self.share * np.log(p))
        return _within(mean, p)


@dataclass(frozen=True, eq=False)
class Learned:
    """Everything `fit` found."""

    features: Features
    core: Core
    spread: Spread
    factor: Factor
    past: Past
    n_outcomes: int
    n_lots: int
    pace: Pace = field(default_factory=Pace)
    importance: dict[str, float] = field(default_factory=dict)
    """Share of the trees' gain by column of the tape."""

    @property
    def basis(self) -> str:
        """'pooled' while the prior has weight, then 'learned'."""
        return "pooled" if self.core.share < 1 else "learned"

    def values(self, cases: pd.DataFrame, prior: Array) -> LearnedValues:
        """Value each case, given its prior rate (n,)."""
        p, c = np.zeros(len(cases)), np.zeros(len(cases))
        # In pieces, so that the features of a large book are never all in memory.
        for start in range(0, len(cases), PIECE):
            some = slice(start, start + PIECE)
            x = self.features.matrix(cases.iloc[some])
            p[some], c[some] = self.core.predict(x, prior[some])
        group = self.spread.group(c)
        lift = np.exp(self.factor.bias)
        p, c = _within(np.minimum(p * c * lift, MOST_RECOVERED), p * np.sqrt(lift))
        return LearnedValues(p * c, given=c, group=group, spread=self.spread)

    def doubt(self, cases: pd.DataFrame) -> tuple[float, list[str]]:
        """Variance on the log scale for missing features, and warnings."""
        balance, dpd = check_tape(cases)
        return self.doubt_of(Facts.of(cases, balance, dpd, self.features))

    def doubt_of(self, facts: Facts) -> tuple[float, list[str]]:
        """The same, from what was counted."""
        missing = 0.0
        for name, share in self.importance.items():
            gone = facts.rows > 0 and facts.counts[f"unknown {name}"] == facts.rows
            missing += share if gone else 0.0
        extra, warnings = missing * MISSING_SPREAD**2, self.features.warnings(facts)
        youngest = self.features.ranges.get("dpd", (np.inf, np.inf))[0]
        if youngest < FRESHEST_DPD:
            return extra, warnings
        # None of the outcomes is of debt before charge-off.
        fresh, said = of_fresh(facts)
        return extra + fresh, [*warnings, *said]

    def missing(self, cases: pd.DataFrame) -> float:
        """Variance on the log scale for features of which nothing is known."""
        gone = [
            share
            for name, share in self.importance.items()
            if name not in cases.columns or cases[name].isna().all()
        ]
        return float(sum(gone)) * MISSING_SPREAD**2


def _within(mean: Array, p: Array) -> tuple[Array, Array]:
    """Split a mean into a probability and an amount that are both possible."""
    mean = np.clip(mean, 1e-9, MOST_RECOVERED)
    p = np.clip(p, mean / MOST_RECOVERED, 1.0)
    return p, mean / p
