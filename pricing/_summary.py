"""Valuing a book that is known only by its distribution."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing import _distribution, _doubt
from pricing._bins import Bins, Histogram, read_histograms
from pricing._cells import additive_rate, cell_rates
from pricing._learned import Learned
from pricing._past import Past
from pricing._raking import rake
from pricing._tape import days_past_due

Array = NDArray[np.float64]

JOINT = "from-joint: valued from a joint table, not from cases"
MARGINALS = "from-marginals: valued from single histograms, not from cases"
BALANCES_DIFFER = 0.25
"""Relative difference between the mean balance of a histogram and the totals' that is said."""


@dataclass(frozen=True, eq=False)
class Summary:
    """A book in cells, valued."""

    cells: pd.DataFrame
    """`count`, `balance` and the columns of the table; of histograms, by age."""

    dpd: Array
    rate: Array
    """Shape (cells,): expected cash as a share of balance."""

    variance: float
    """Of the cash, from the luck of single cases."""

    extra: float
    """Variance on the log scale for what the distribution does not tell."""

    warnings: list[str]


def summarised(
    learned: Learned | None,
    prior_rate: Callable[[Array], Array],
    prior_var: Callable[[Array], Array],
    given: tuple[pd.DataFrame | None, Mapping[str, Histogram] | None],
    totals: Mapping[str, float],
) -> Summary:
    """Value a joint table or histograms; `given` holds one of the two.

    `prior_rate` gives the rates of ages in days, and `prior_var` the variances of rates.
    """
    joint, marginals = given
    count, balance = _distribution.checked_totals(totals)
    if (joint is None) == (marginals is None):
        raise ValueError("give either joint or marginals")
    histograms: dict[str, Bins] = {}
    if joint is not None:
        known = cells = _distribution.checked_cells(joint, count, balance)
        dispersion, warnings = _distribution.JOINT_DISPERSION, [JOINT]
    else:
        histograms = read_histograms(marginals or {}, count, balance)
        cells = _distribution.cells_by_age(histograms, count, balance)
        dispersion = _distribution.mean_square(histograms)
        known = cells.assign(**{n: 0 for n in histograms if n not in cells})
        if "dpd" not in histograms:
            known = known.drop(columns="dpd")
        warnings = [MARGINALS, *_balances(histograms, count, balance)]
    dpd, owed = days_past_due(cells), cells["balance"].to_numpy(float)
    if learned is None:
        rate = prior_rate(dpd)
        var = prior_var(rate)
        extra, more = _doubt.of_columns(known, owed, dpd)
    else:
        past = learned.past
        rate, more = _by_learner(learned, cells, histograms, joint is not None)
        var = rate * float(past.mass @ past.var) / float(past.mass @ past.mean)
        extra = learned.missing(known)
    variance = dispersion * float(owed**2 / cells["count"].to_numpy(float) @ var)
    spread = extra + _doubt.MARGINALS_SPREAD**2
    cells = cells.assign(count=cells["count"].astype(float))
    return Summary(cells, dpd, rate, variance, spread, [*warnings, *more])


def _by_learner(
    learned: Learned, cells: pd.DataFrame, histograms: Mapping[str, Bins], joint: bool
) -> tuple[Array, list[str]]:
    past, lift = learned.past, float(np.exp(learned.factor.bias))
    names = [n for n in cells.columns if n not in ("count", "balance")]
    names = names if joint else list(histograms)
    shared = [name for name in names if name in past.cases.columns]
    warnings = [
        f"not-learned: {name} was not learned from and says nothing here"
        for name in names
        if name not in shared
    ]
    if joint:
        return lift * cell_rates(past, cells, shared), warnings
    whole, failed = _of_histograms(past, [histograms[name] for name in shared])
    # By age as past cases were, at the level of the whole.
    shape = np.full(len(cells), float(past.mass @ past.mean))
    if "dpd" in shared:
        shape = _mean_by(past, histograms["dpd"])[histograms["dpd"].share > 0]
    owed = cells["balance"].to_numpy(float)
    return lift * shape * whole * owed.sum() / float(owed @ shape), [*warnings, *failed]


def _of_histograms(past: Past, histograms: list[Bins]) -> tuple[float, list[str]]:
    """Rate of a book, before the common level of lots, and a warning where raking failed."""
    mean, mass = past.mean, past.mass
    places = [bins.place(past.cases[bins.name]) for bins in histograms]
    shares = [
        bins.share if bins.of_balances else _of_balance(past, bins, place)
        for bins, place in zip(histograms, places, strict=True)
    ]
    learned = additive_rate(mean, mass, places, shares)
    raked = rake(mass, places, shares)
    if raked.failure:
        return learned, [
            f"raking-failed: {raked.failure}; valued by what was learned of single bins"
        ]
    return float(np.sqrt(learned * (raked.weight @ mean))), []


def _of_balance(past: Past, bins: Bins, place: NDArray[np.int64]) -> Array:
    """Shares of balance from shares of cases, by the mean balances of past cases."""
    balance, weight = past.cases["balance"].to_numpy(float), past.weight
    count = len(bins.share) + 1
    total = np.bincount(place, weight * balance, minlength=count)
    cases = np.bincount(place, weight, minlength=count)
    mean = np.full(count, total.sum() / cases.sum())
    if bins.name == "balance":
        mean[:-1] = bins.middle
    owed = bins.share * np.divide(total, cases, out=mean, where=cases > 0)[:-1]
    result: Array = owed / owed.sum()
    return result


def _mean_by(past: Past, bins: Bins) -> Array:
    """Mean rate of past cases in each bin; that of all where there are none."""
    place, count = bins.place(past.cases[bins.name]), len(bins.share) + 1
    mass = np.bincount(place, past.mass, minlength=count)
    cash = np.bincount(place, past.mass * past.mean, minlength=count)
    level = np.full(count, float(past.mass @ past.mean))
    result: Array = np.divide(cash, mass, out=level, where=mass > 0)[:-1]
    return result


def _balances(histograms: Mapping[str, Bins], count: float, balance: float) -> list[str]:
    """Say so where a histogram of balances and the totals do not agree."""
    if "balance" not in histograms:
        return []
    bins, owed = histograms["balance"], balance / count
    mean = float(bins.share @ bins.middle)
    if bins.of_balances:
        mean = 1 / float(bins.share @ (1 / bins.middle))
    if abs(mean / owed - 1) <= BALANCES_DIFFER:
        return []
    return [
        f"totals-disagree: the histogram of balance has mean {mean:.4g}, "
        f"the totals have {owed:.4g}"
    ]
