"""Learning from outcomes."""

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pricing._cases import LearnedValues
from pricing._factor import Factor, estimate
from pricing._features import Features
from pricing._hurdle import MOST_RECOVERED, Spread, folds_of
from pricing._learned import Core, Learned
from pricing._market import agreed
from pricing._model import Model
from pricing._outcomes import read_lots, read_outcomes
from pricing._pace import learn_pace, read_months
from pricing._past import Past
from pricing._prior import Prior
from pricing._tape import days_past_due

Array = NDArray[np.float64]

RECENCY = 20.0
"""Lots after which an outcome counts half."""

MOST_OWN = 0.25
"""Squared relative luck of a lot above which it is merged with the next."""

FEWEST_OUTCOMES = 20
FEWEST_PAYERS_FOR_SHAPE = 50


def fit(
    cases: pd.DataFrame,
    outcomes: pd.DataFrame,
    lots: ArrayLike,
    *,
    prior: Prior,
    horizon: int = 12,
    market: str | None = None,
) -> Model:
    r"""Learn a valuation from outcomes, starting at the prior.

    Parameters
    ----------
    cases : DataFrame, n rows
        As for `Model.value_cases`. Every further column that is not a protected attribute is
        a feature, numeric or categorical; missing entries are allowed.
    outcomes : DataFrame, n rows
        `cash_12m`, or `cash_m1` ... up to the horizon: cash in the unit of `balance`. Where
        the months are there too, the curve is learned from the rows that have all of them.
    lots : array_like, shape (n,)
        Label of each case's lot; labels sort in order of time.
    prior : Prior
    horizon : int
        Months of cash to count, 1 to 12.
    market : str, optional
        Market the outcomes are from, as "CN"; it must be the prior's. If neither it nor a
        column `currency` says so, every value warns that it was not stated.

    Returns
    -------
    Model
        Of basis 'pooled' (the prior still has weight), 'learned', or, where the outcomes
        teach nothing, 'prior', with a warning in every value.

    Raises
    ------
    ValueError
        If a column is a protected attribute or an outcome, a balance or outcome is not
        possible, the shapes differ, or the outcomes are of another market than the prior.
        The message names the column, and the row if any.

    Notes
    -----
    A hurdle: payment by a boosted logistic model, recovery given payment (cut off at 1.5) by
    a boosted gamma model; the scatter and the common factor of lots from predictions made
    without the case's own lot. An outcome counts :math:`2^{-a/20}` where *a* lots followed,
    more with a larger balance (:math:`b^{0.3}`), less in a larger lot (:math:`n_l^{-0.5}`).

    References
    ----------
    Loterman et al. (2012), Benchmarking regression algorithms for loss given default
    modeling, International Journal of Forecasting 28; Kriebel and Yam (2020).
    """
    model = dataclasses.replace(
        Model.from_prior(prior, horizon=horizon), notes=tuple(agreed(prior, market, cases))
    )
    if horizon > 12:
        raise ValueError("horizon must be at most 12 months to learn from outcomes")
    features = Features.of(cases)
    balance = cases["balance"].to_numpy(dtype=float)
    recovery = np.minimum(
        read_outcomes(outcomes, len(cases), horizon) / balance, MOST_RECOVERED
    )
    code, names = read_lots(lots, len(cases))
    reason = _degenerate(recovery, len(names))
    if reason:
        note = f"not-learned: {reason}; valued by prior"
        return dataclasses.replace(model, notes=(*model.notes, note))
    rate = model.prior_rate(days_past_due(cases))
    learned, values = _learn(features, cases, balance, recovery, code, rate, prior.tau)
    pace = learn_pace(
        read_months(outcomes, horizon),
        days_past_due(cases),
        code,
        balance * values.mean,
        balance**2 * values.var,
    )
    return dataclasses.replace(model, learned=dataclasses.replace(learned, pace=pace))


def _learn(
    features: Features,
    cases: pd.DataFrame,
    balance: Array,
    recovery: Array,
    code: NDArray[np.int64],
    rate: Array,
    prior_tau: float,
) -> tuple[Learned, LearnedValues]:
    """What was learned, and each case's value learned without its lot."""
    x, n = features.matrix(cases), len(cases)
    weight = weights(balance, code)
    fold = folds_of(code)
    p, c = np.zeros(n), np.zeros(n)
    for held in range(int(fold.max()) + 1):
        rest, out = fold != held, fold == held
        core = Core.fit(x[rest], recovery[rest], weight[rest], rate[rest], features, n)
        p[out], c[out] = core.predict(x[out], rate[out])
    paid = recovery > 0
    spread = Spread.assumed()
    if paid.sum() >= FEWEST_PAYERS_FOR_SHAPE:
        spread = Spread.of(c[paid], recovery[paid], weight[paid])
    values = LearnedValues(p * c, given=c, group=spread.group(c), spread=spread)
    core = Core.fit(x, recovery, weight, rate, features, n)
    lots = int(code.max()) + 1
    learned = Learned(
        features=features,
        core=core,
        spread=spread,
        past=Past.sample(cases, features, code, counted(code), (values.mean, values.var)),
        factor=_factor(balance, recovery, values, code, prior_tau),
        n_outcomes=n,
        n_lots=lots,
        importance=_importance(features, core),
    )
    return learned, values


def weights(balance: Array, code: NDArray[np.int64]) -> Array:
    """What each outcome counts in learning, shape (n,), of mean 1."""
    weight = counted(code) * (balance / np.median(balance)) ** 0.3
    result: Array = weight / weight.mean()
    return result


def counted(code: NDArray[np.int64]) -> Array:
    """What a case counts by the age and the size of its lot, shape (n,)."""
    result: Array = 0.5 ** ((code.max() - code) / RECENCY) * np.bincount(code)[code] ** -0.5
    return result


def _factor(
    balance: Array,
    recovery: Array,
    values: LearnedValues,
    code: NDArray[np.int64],
    prior_tau: float,
) -> Factor:
    columns = (balance * values.mean, balance * recovery, balance**2 * values.var)
    sums = np.array([np.bincount(code, column) for column in columns])
    expected, actual, scatter = _merged(sums)
    own = np.log1p(scatter / expected**2)
    # A lot of no cash at all has no logarithm: it counts as having had a little. The mean
    # of a logarithm lies below that of its number by half the variance.
    ratio = np.log(np.maximum(actual / expected, 0.05)) + own / 2
    factor = estimate(ratio, own, prior_tau)
    # The level is believed to lie near 1: what few lots say of it counts less.
    sure = prior_tau**2 / (prior_tau**2 + factor.bias_variance)
    return dataclasses.replace(
        factor, bias=factor.bias * sure, bias_variance=factor.bias_variance * sure
    )


def _merged(sums: Array) -> Array:
    """Sum successive lots until luck alone no longer decides; shape (3, lots).

    Rows are expected and actual cash and the variance of the latter.
    """
    kept, open_ = [], np.zeros(3)
    for lot in sums.T:
        open_ = open_ + lot
        if open_[2] <= MOST_OWN * open_[0] ** 2:
            kept.append(open_)
            open_ = np.zeros(3)
    if not kept:
        kept.append(open_)
    else:
        kept[-1] = kept[-1] + open_
    return np.array(kept).T


def _degenerate(recovery: Array, lots: int) -> str:
    """Why nothing can be learned; empty if something can."""
    paid = int((recovery > 0).sum())
    if len(recovery) < FEWEST_OUTCOMES:
        return f"{len(recovery)} outcomes are fewer than {FEWEST_OUTCOMES}"
    if lots < 2:
        return "outcomes of one lot say nothing of how lots differ"
    if paid == 0:
        return "no case paid anything"
    return "every case paid something" if paid == len(recovery) else ""


def _importance(features: Features, core: Core) -> dict[str, float]:
    if core.hurdle is None:
        return {}
    gain = np.zeros(len(features.names))
    for booster in (core.hurdle.pays, core.hurdle.amount):
        own = np.asarray(booster.feature_importance("gain"), dtype=float)
        gain += own / max(float(own.sum()), 1e-12) / 2
    result: dict[str, float] = {}
    for name, share in zip(features.names, gain, strict=True):
        result[name] = result.get(name, 0.0) + float(share)
    return result
