"""Whether a score says anything of recovery: measured, never assumed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from pricing._tape import numbers

Array = NDArray[np.float64]

BANDS = 5
FEWEST = 50
SURE = 1.96


@dataclass(frozen=True)
class ScoreReport:
    """What a score is worth."""

    verdict: str
    """'monotone', 'not monotone', 'reversed' (a higher score pays less) or 'uninformative'."""

    auc: float
    """Chance that a payer's score is above a non-payer's; 0.5 says nothing."""

    auc_error: float
    """Standard error of the AUC."""

    lift: float
    """Share of payers in the best-scored fifth over that of all."""

    bands: pd.DataFrame
    """By fifth of the score, lowest first: `low`, `high`, `cases`, `paid` (share), `error`."""

    n: int
    missing: int


def score_report(score: ArrayLike, outcomes: ArrayLike | pd.DataFrame) -> ScoreReport:
    r"""Measure a score against cash.

    Parameters
    ----------
    score : array_like, shape (n,)
        Higher is said to be better; NaN where missing.
    outcomes : array_like, shape (n,), or DataFrame with `cash_12m`
        Cash of each case; anything above 0 is a payment.

    Raises
    ------
    ValueError
        If the shapes differ, an outcome is missing, infinite or negative, a score is
        infinite, or fewer than 50 cases, or cases of one kind only, have a score.

    Notes
    -----
    The error of the AUC *A* of *m* payers and *k* others is Hanley and McNeil's,

    .. math:: s^2 = \big(A(1-A) + (m-1)(A/(2-A) - A^2) + (k-1)(2A^2/(1+A) - A^2)\big) / (mk).

    Uninformative: *A* within :math:`1.96 s` of a half, or nearer to it than 0.02. Monotone:
    no fifth pays less than the one below by more than 1.96 standard errors.

    References
    ----------
    Hanley and McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143.

    Examples
    --------
    >>> score = np.arange(200.0)
    >>> paid = (score * 7 % 200 < score).astype(float)
    >>> report = score_report(score, paid)
    >>> report.verdict, report.auc > 0.7, report.lift > 1.5
    ('monotone', True, True)
    >>> score_report(score * 7 % 20, paid).verdict
    'uninformative'
    """
    value, paid = _read(score, outcomes)
    known = ~np.isnan(value)
    missing = int((~known).sum())
    value, paid = value[known], paid[known]
    payers, others = int(paid.sum()), int((~paid).sum())
    if len(value) < FEWEST or not payers or not others:
        raise ValueError(
            f"score must be known for {FEWEST} cases, payers and others among them; got "
            f"{payers} payers and {others} others"
        )
    ranks = rankdata(value)
    auc = float((ranks[paid].sum() - payers * (payers + 1) / 2) / (payers * others))
    error = _auc_error(auc, payers, others)
    bands = _bands(value, paid)
    lift = float(bands["paid"].iloc[-1] / paid.mean())
    verdict = _verdict(auc, error, bands)
    return ScoreReport(verdict, auc, error, lift, bands, len(value), missing)


def _read(
    score: ArrayLike, outcomes: ArrayLike | pd.DataFrame
) -> tuple[Array, NDArray[np.bool_]]:
    if isinstance(outcomes, pd.DataFrame):
        if "cash_12m" not in outcomes.columns:
            raise ValueError("outcomes must have a column 'cash_12m'")
        outcomes = outcomes["cash_12m"]
    value = numbers(pd.Series(np.asarray(score)), "score")
    cash = numbers(pd.Series(np.asarray(outcomes)), "outcomes")
    if value.shape != cash.shape:
        raise ValueError(f"score must have shape {cash.shape}; got {value.shape}")
    for name, bad in (
        ("score", np.isinf(value)),
        ("outcomes", ~np.isfinite(cash) | (cash < 0)),
    ):
        if bad.any():
            raise ValueError(f"{name} must be finite; row {int(bad.argmax())}")
    return value, cash > 0


def _auc_error(auc: float, payers: int, others: int) -> float:
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (payers - 1) * (q1 - auc**2) + (others - 1) * (q2 - auc**2)
    return float(np.sqrt(max(spread, 0.0) / (payers * others)))


def _bands(value: Array, paid: NDArray[np.bool_]) -> pd.DataFrame:
    edges = np.unique(np.quantile(value, np.arange(1, BANDS) / BANDS, method="inverted_cdf"))
    band = np.searchsorted(edges, value, side="left")
    table = pd.DataFrame({"band": band, "score": value, "paid": paid.astype(float)})
    result = table.groupby("band").agg(
        low=("score", "min"),
        high=("score", "max"),
        cases=("paid", "size"),
        paid=("paid", "mean"),
    )
    # One success and one failure more keep the error of an extreme band above nothing.
    rate = (result["paid"] * result["cases"] + 1) / (result["cases"] + 2)
    error = np.sqrt(rate * (1 - rate) / result["cases"])
    return result.assign(error=error).reset_index(drop=True)


def _verdict(auc: float, error: float, bands: pd.DataFrame) -> str:
    if abs(auc - 0.5) <= max(SURE * error, 0.02):
        return "uninformative"
    if auc < 0.5:
        return "reversed"
    step = np.diff(bands["paid"].to_numpy())
    noise = np.hypot(bands["error"].to_numpy()[1:], bands["error"].to_numpy()[:-1])
    return "monotone" if (step >= -SURE * noise).all() else "not monotone"
