"""The learning loop: every night, fit each market anew and say whether it may be proposed."""

from datetime import datetime

import pandas as pd

import pricing
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.portfolios import places_of
from marketplace.valuations.history import MONTHS, History, history
from marketplace.valuations.models import ModelStatus, ValuationModel
from marketplace.valuations.registry import CURRENCIES, MARKETS, register, versions
from pricing import evaluate

FEWEST_TO_FIT = 30
FEWEST_OUTCOMES = 300
FEWEST_LOTS = 6
"""Below these a fit is kept for the record and cannot be proposed."""

WORST_COVERAGE_GAP = 0.05
"""How far the share of cases within their 80 % intervals may lie from 80 %."""

BLOCK = 5
MOST_RECOVERED = 1.5
"""A case counts as recovered up to this share of its balance, as when it is fitted."""


def refit_models(*, now: datetime) -> None:
    """Queue a fit of every market, each by itself: one that fails holds up no other."""
    for market in MARKETS:
        jobs.enqueue_once("refit market", f"refit {market}", market=market)


def refit_market(market: str, *, now: datetime) -> None:
    """The job of one night for one market."""
    refit(market, now=now)


def refit(market: str, *, now: datetime) -> ValuationModel | None:
    """Fit one market on all its seasoned cases; None if there is nothing new to learn from."""
    seen = history(places_of(market), currency=CURRENCIES[market], now=now)
    if seen is None or len(seen.cases) in (_learned_so_far(market), *range(FEWEST_TO_FIT)):
        return None
    prior = pricing.Prior.default(market)
    lots = int(seen.lots.nunique())
    model = pricing.fit(seen.cases, seen.outcomes, seen.lots, prior=prior, market=market)
    metrics = _metrics(seen, prior, lots)
    objections = _objections(metrics, len(seen.cases), lots)
    version = register(
        market,
        model,
        now=now,
        status=ModelStatus.UNFIT if objections else ModelStatus.FITTED,
        window_from=seen.window[0],
        window_to=seen.window[1],
        n_outcomes=len(seen.cases),
        n_lots=lots,
        metrics=metrics,
        objections=objections,
    )
    db.session.flush()
    return version


def _learned_so_far(market: str) -> int:
    return max((version.n_outcomes for version in versions(market)), default=0)


def _metrics(seen: History, prior: pricing.Prior, lots: int) -> dict[str, dict[str, float]]:
    """How the method did on lots it had not seen, beside the table and the prior alone."""
    if lots < FEWEST_LOTS:
        return {}
    first = max(lots // 2, 3)
    report = evaluate.forward_chain(
        seen.cases, seen.outcomes, seen.lots, prior=prior, first=first, block=BLOCK, cold=()
    )
    found = {name: _row(report.scores[name]) for name in (evaluate.OURS, evaluate.TABLE)}
    return found | {"prior": _prior_row(seen, prior, first)}


def _row(score: evaluate.Score) -> dict[str, float]:
    figures = {
        "lot_error": score.mean_error,
        "lot_error_median": score.median_error,
        "crps": score.crps,
        "pit_80": score.pit_80,
        "pit_95": score.pit_95,
        "band_80": score.band_80,
        "width_80": score.width_80,
    }
    return {name: round(value, 5) for name, value in figures.items() if value is not None}


def _prior_row(seen: History, prior: pricing.Prior, first: int) -> dict[str, float]:
    """The prior on the same later lots."""
    order = pd.factorize(seen.lots)[0]
    later = order >= first
    values = pricing.Model.from_prior(prior, horizon=MONTHS).value_cases(seen.cases[later])
    balance = seen.cases.loc[later, "balance"].to_numpy(float)
    cash = seen.outcomes[later].to_numpy(float).sum(axis=1)
    recovery = (cash / balance).clip(max=MOST_RECOVERED)
    sums = pd.DataFrame({"expected": balance * values.mean, "actual": balance * recovery})
    by_lot = sums.groupby(order[later]).sum()
    errors = (by_lot["expected"] / by_lot["actual"].clip(lower=1e-9) - 1).abs()
    return {
        "lot_error": round(float(errors.mean()), 5),
        "lot_error_median": round(float(errors.median()), 5),
        "crps": round(float(evaluate.crps(values, recovery).mean()), 5),
    }


def _objections(metrics: dict[str, dict[str, float]], outcomes: int, lots: int) -> list[str]:
    """Why a fit may not be proposed, as codes; none if it may."""
    found = []
    if outcomes < FEWEST_OUTCOMES:
        found.append("too_few_outcomes")
    if lots < FEWEST_LOTS:
        found.append("too_few_lots")
    if not metrics:
        return found
    ours, table, prior = metrics[evaluate.OURS], metrics[evaluate.TABLE], metrics["prior"]
    if ours["crps"] > table["crps"]:
        found.append("no_better_than_table")
    if ours["crps"] > prior["crps"] or ours["lot_error"] > prior["lot_error"]:
        found.append("no_better_than_prior")
    if abs(ours["pit_80"] - 0.8) > WORST_COVERAGE_GAP:
        found.append("coverage_off")
    return found
