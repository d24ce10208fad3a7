"""Learners that see past cases only as a table or histograms show them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._bins import Bins
from pricing._hurdle import MOST_RECOVERED, boost
from pricing._past import Past

Array = NDArray[np.float64]

RIDGE = 3e-3
"""Pull of the effect of a bin towards none, as a share of the balance in it."""

LEAST = 0.15
"""The rate of a book is taken as at least so much of that of all past cases."""


def additive_rate(
    mean: Array, mass: Array, places: Sequence[NDArray[np.int64]], shares: Sequence[Array]
) -> float:
    r"""Rate of a book from the balance in each bin of each histogram.

    Parameters
    ----------
    mean, mass : (n,)
        Expected share of balance of past cases, and what they count; `mass` sums to 1.
    places, shares
        As for `rake`.

    Notes
    -----
    Ridge regression :math:`m_i = \alpha + \sum_j \beta_{j, \text{bin}_j(i)}`. Being additive,
    its mean over a book follows from the histograms alone, whatever their joint law.

    Examples
    --------
    >>> place = np.array([0, 0, 1, 1])
    >>> mean = np.array([0.1, 0.1, 0.2, 0.2])
    >>> round(additive_rate(mean, np.full(4, 0.25), [place], [np.array([0.2, 0.8])]), 3)
    0.18
    """
    level = float(mass @ mean)
    if not places:
        return level
    # Bins without past cases have no effect that could be learned.
    used = [np.unique(place) for place in places]
    blocks = [place[:, None] == held for place, held in zip(places, used, strict=True)]
    design = np.hstack(blocks).astype(float)
    centre = mass @ design
    design = design - centre
    bend = (design * mass[:, None]).T @ design + RIDGE * np.eye(design.shape[1])
    slopes = np.linalg.solve(bend, design.T @ (mass * (mean - level)))
    target = np.concatenate(
        [np.append(share, 0.0)[held] for share, held in zip(shares, used, strict=True)]
    )
    return max(level + float((target - centre) @ slopes), LEAST * level)


def cell_rates(past: Past, cells: pd.DataFrame, names: Sequence[str]) -> Array:
    """Rate of each cell of a joint table, shape (cells,), by boosted trees.

    Parameters
    ----------
    past : Past
    cells : DataFrame
        `count`, `balance` and `names`: midpoints or labels.
    names : sequence of str
        Columns that both have.

    Notes
    -----
    Past cases are put into the same cells, lot by lot; the learner sees of each the midpoints
    or labels and the mean balance of its cell, as it does of the cells to be valued.
    """
    mine: list[Array] = []
    theirs: list[Array] = []
    codes = [past.lot]
    categorical = []
    for at, name in enumerate(names, start=1):
        bins = _bins(cells[name], name)
        code, held = bins.place(past.cases[name]), bins.place(cells[name])
        codes.append(code)
        if not bins.numeric:
            categorical.append(at)
        value = np.append(bins.middle if bins.numeric else np.arange(len(bins.keys)), np.nan)
        mine.append(value[code])
        theirs.append(value[held])
    balance = past.cases["balance"].to_numpy(dtype=float)
    group = pd.DataFrame(codes).T.groupby(list(range(len(codes)))).ngroup().to_numpy()
    size = np.bincount(group, past.weight * balance) / np.bincount(group, past.weight)
    owed = cells["balance"].to_numpy(dtype=float) / cells["count"].to_numpy(dtype=float)
    x = np.column_stack([np.log(size[group]), *mine])
    booster = boost("gamma", x, past.mean, past.mass, categorical)
    found = booster.predict(np.column_stack([np.log(owed), *theirs]), num_threads=1)
    result: Array = np.clip(np.asarray(found, dtype=float), 1e-6, MOST_RECOVERED)
    return result


def _bins(column: "pd.Series[Any]", name: str) -> Bins:
    keys = tuple(column.drop_duplicates())
    return Bins(name, keys, np.full(len(keys), 1 / len(keys)), True)
