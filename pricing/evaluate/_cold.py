"""How a model does that has seen few outcomes only."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._fit import fit
from pricing._model import Model
from pricing._prior import Prior
from pricing.evaluate._proper import crps
from pricing.evaluate._report import ColdStart

Array = NDArray[np.float64]

SUBSAMPLES = 20
SCORED = 10_000
"""About so many cases are scored by CRPS, evenly spread; all count for the lot errors."""


def cold_starts(
    earlier: tuple[pd.DataFrame, pd.DataFrame, NDArray[np.int64]],
    later: tuple[pd.DataFrame, Array, NDArray[np.int64]],
    prior: Prior,
    sizes: tuple[int, ...],
    said: Callable[[str], None],
) -> tuple[ColdStart, ...]:
    """Learn from random few of the earlier cases and value all later lots.

    Parameters
    ----------
    earlier : cases, outcomes, lots
    later : cases, recovery (n,), lots
    prior, sizes, said
        Numbers of outcomes; those that there are not enough cases for are left out.
    """
    cases, outcomes, code = earlier
    before = _judged(Model.from_prior(prior), later)
    result = []
    for size in sizes:
        if size > len(cases):
            continue
        said(f"cold start: {SUBSAMPLES} times {size} outcomes")
        found = np.empty((SUBSAMPLES, 2))
        for seed in range(SUBSAMPLES):
            rng = np.random.default_rng([size, seed])
            pick = np.sort(rng.choice(len(cases), size, replace=False))
            model = fit(cases.iloc[pick], outcomes.iloc[pick], code[pick], prior=prior)
            found[seed] = _judged(model, later)
        mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(SUBSAMPLES)
        result.append(
            ColdStart(
                size,
                lot_error=float(mean[0]),
                lot_error_se=float(error[0]),
                crps=float(mean[1]),
                crps_se=float(error[1]),
                prior_lot_error=before[0],
                prior_crps=before[1],
            )
        )
    return tuple(result)


def _judged(
    model: Model, later: tuple[pd.DataFrame, Array, NDArray[np.int64]]
) -> tuple[float, float]:
    """Mean absolute lot error, and CRPS."""
    cases, recovery, code = later
    balance = cases["balance"].to_numpy(dtype=float)
    expected = np.bincount(code, balance * model.value_cases(cases).mean)
    actual = np.bincount(code, balance * recovery)
    held = actual > 0
    error = float(np.abs(expected[held] / actual[held] - 1).mean())
    every = slice(None, None, max(len(cases) // SCORED, 1))
    score = crps(model.value_cases(cases.iloc[every]), recovery[every])
    return error, float(score.mean())
