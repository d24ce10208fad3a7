"""The learner: whether a case pays, how much if it does, and how that scatters."""

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

Array = NDArray[np.float64]

MOST_RECOVERED = 1.5
"""Recovery as a share of balance is cut off here: more is interest and fees since the date."""

GROUPS = 40
LEVELS = 200
PAYERS_PER_GROUP = 25
FOLDS = 4
ROUNDS = 150

_SETTINGS: dict[str, Any] = {
    "num_leaves": 15,
    "learning_rate": 0.06,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 63,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}


@dataclass(frozen=True, eq=False)
class Spread:
    """Shapes of recovery given payment: empirical quantiles over their mean, by group.

    Cases are grouped by their expected recovery given payment.
    """

    edges: Array
    """Shape (groups - 1,): between the groups, ascending."""

    quantiles: Array
    """Shape (groups, levels): at (j + 1/2) / levels, of mean 1."""

    @property
    def second(self) -> Array:
        """Shape (groups,): mean square, over the squared mean."""
        result: Array = (self.quantiles**2).mean(axis=1)
        return result

    def group(self, expected: Array) -> NDArray[np.int64]:
        """Group of each case, shape (n,)."""
        return np.searchsorted(self.edges, expected, side="right").astype(np.int64)

    @classmethod
    def assumed(cls) -> "Spread":
        """One group of the shape that the prior assumes: Beta(0.7, 1.3)."""
        levels = (np.arange(LEVELS) + 0.5) / LEVELS
        shape = betaincinv(0.7, 1.3, levels)
        return cls(np.zeros(0), (shape / shape.mean())[None, :])

    @classmethod
    def of(cls, expected: Array, recovery: Array, weight: Array) -> "Spread":
        """Measure on payers, each array (payers,); `expected` must be out of fold."""
        count = int(np.clip(len(expected) // PAYERS_PER_GROUP, 1, GROUPS))
        # Edges are values that occur, so that no group is empty.
        at = np.arange(1, count) / count
        edges = np.unique(np.quantile(expected, at, method="inverted_cdf"))
        edges = edges[edges > expected.min()]
        group = np.searchsorted(edges, expected, side="right")
        rows = [
            _weighted_quantiles(recovery[group == g], weight[group == g])
            for g in range(len(edges) + 1)
        ]
        table = np.array(rows)
        return cls(edges, table / table.mean(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class Hurdle:
    """Two boosted models, LightGBM: of any payment, and of recovery given payment."""

    pays: lightgbm.Booster
    amount: lightgbm.Booster

    @classmethod
    def fit(cls, x: Array, recovery: Array, weight: Array, categorical: list[int]) -> "Hurdle":
        """Learn from features (n, k), recovery and weight (n,)."""
        paid = recovery > 0
        pays = boost("binary", x, paid.astype(float), weight, categorical)
        amount = boost("gamma", x[paid], recovery[paid], weight[paid], categorical)
        return cls(pays, amount)

    def predict(self, x: Array) -> tuple[Array, Array]:
        """Probability of any payment, and expected recovery given one, each (n,)."""
        if not len(x):
            return np.zeros(0), np.zeros(0)
        p = np.asarray(self.pays.predict(x, num_threads=1), dtype=float)
        c = np.asarray(self.amount.predict(x, num_threads=1), dtype=float)
        return p, np.clip(c, 1e-6, MOST_RECOVERED)


def folds_of(lots: NDArray[np.int64], count: int = FOLDS) -> NDArray[np.int64]:
    """Fold of each case, shape (n,), such that no lot is split.

    The largest lots are dealt first, each to the smallest fold.

    Examples
    --------
    >>> folds_of(np.array([0, 0, 0, 1, 1, 2]), 2).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    size = np.bincount(lots)
    load = np.zeros(min(count, len(size)))
    fold = np.zeros(len(size), dtype=np.int64)
    for lot in np.argsort(-size, kind="stable"):
        fold[lot] = int(load.argmin())
        load[fold[lot]] += size[lot]
    return fold[lots]


def boost(
    objective: str,
    x: Array,
    y: Array,
    weight: Array,
    categorical: list[int],
) -> lightgbm.Booster:
    """Grow trees on features (n, k) and outcomes (n,), each counting by `weight`."""
    settings = {
        **_SETTINGS,
        "objective": objective,
        "min_data_in_leaf": int(np.clip(len(y) // 50, 5, 100)),
    }
    data = lightgbm.Dataset(
        x,
        y,
        weight=weight / weight.mean(),
        categorical_feature=categorical,
        params={"max_bin": _SETTINGS["max_bin"], "verbose": -1},
    )
    return lightgbm.train(settings, data, ROUNDS)


def _weighted_quantiles(value: Array, weight: Array) -> Array:
    order = np.argsort(value, kind="stable")
    at = np.cumsum(weight[order]) - weight[order] / 2
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    result: Array = np.interp(levels, at / weight.sum(), value[order])
    return result
