"""Measures of a predicted law against what came."""

import numpy as np
from numpy.typing import NDArray

from pricing._cases import CaseValues

Array = NDArray[np.float64]

_GRID = (np.arange(50) + 0.5) / 50


def crps(values: CaseValues, recovery: Array) -> Array:
    """Continuous ranked probability score of each case, shape (n,)."""
    total = np.zeros(len(recovery))
    for level in _GRID:
        above = recovery - values.quantile(float(level))
        total += np.maximum(level * above, (level - 1) * above)
    result: Array = 2 * total / len(_GRID)
    return result


def pit(values: CaseValues, recovery: Array, seed: int = 0) -> Array:
    """Level at which each case came in, shape (n,); uniform if the values are honest."""
    rng = np.random.default_rng(seed)
    low, high = np.zeros(len(recovery)), np.ones(len(recovery))
    for _ in range(12):
        middle = (low + high) / 2
        below = values.quantile(middle) < recovery
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    nothing = rng.random(len(recovery)) * (1 - values.p_any)
    result: Array = np.where(recovery > 0, (low + high) / 2, nothing)
    return result
