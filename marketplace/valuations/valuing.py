"""The adapter to `pricing`: what a book is worth, in minor units, with its assumptions."""

from datetime import datetime

import pandas as pd
import polars as pl

import pricing
from marketplace import audit
from marketplace.accounts import Organisation
from marketplace.core import progress
from marketplace.core.bulk import read_rows
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import BPS
from marketplace.core.told import Told
from marketplace.core.words import _
from marketplace.portfolios import (
    AGE_BAND_SQL,
    REGION_GROUP_SQL,
    SCORE_BAND_SQL,
    market_of,
)
from marketplace.valuations.figuring import MAY_BE_MISSING, fill_in, price_gaps
from marketplace.valuations.histograms import tables_of
from marketplace.valuations.history import CASE, FEATURES_SQL, as_tape
from marketplace.valuations.models import Valuation, ValuationKind
from marketplace.valuations.registry import CURRENCIES, active_version, model_of

STEPS = 3
"""What a valuation says it has done: read the cases, valued them, summed them up."""


def run_valuation(valuation_id: int, *, now: datetime) -> None:
    """Value a book as it is now; once, however often it is run."""
    valuation = db.session.get(
        Valuation, valuation_id, with_for_update=True, populate_existing=True
    )
    if valuation is None:
        raise NotFound
    if valuation.done_at is not None:
        return
    valuation.done_at = now
    try:
        _value(valuation, now)
    except Refusal as refusal:
        valuation.failure = Told.why(refusal)
    except ValueError as error:
        valuation.failure = Told((_("The cases cannot be valued: %(why)s", why=error),))
    audit.record(
        "valuation.done", valuation, by=None, now=now, parties=[valuation.lender_id],
        portfolio_id=valuation.portfolio_id, mean_minor=valuation.mean_minor,
        model_id=valuation.model_id, failed=valuation.failure is not None,
    )  # fmt: skip


def model_for(valuation: Valuation) -> pricing.Model:
    """The model in force for the lender's market; the valuation remembers which it was."""
    lender = db.session.get_one(Organisation, valuation.lender_id)
    market = market_of(lender.jurisdiction)
    version = active_version(market)
    if version is not None and valuation.currency != CURRENCIES[market]:
        # What was learned in another currency says nothing about amounts in this one.
        version = None
    valuation.model_id = version.id if version else None
    return model_of(version, market)


def _value(valuation: Valuation, now: datetime) -> None:
    model = model_for(valuation)
    discount = valuation.discount_bps / BPS
    # Both are shares of the cash, so that each segment bears its own part of them.
    commission = (valuation.commission_bps + valuation.cost_bps) / BPS
    if valuation.kind is ValuationKind.DISTRIBUTION:
        value = model.value_distribution(
            **tables_of(valuation.source), discount=discount, commission=commission
        )
        fill_in(valuation, value, model, n=int(valuation.source["count"]))
        return
    cases = _cases(int(valuation.portfolio_id or 0))
    if cases.empty:
        raise Refusal(
            _("This portfolio has no cases to value."), next_step=_("Import a tape first.")
        )
    progress.say(valuation, 1, STEPS, now=now)
    value = model.value_portfolio(cases, discount=discount, commission=commission)
    progress.say(valuation, 2, STEPS, now=now)
    fill_in(valuation, value, model, n=len(cases))
    gaps = pricing.missing_effects(
        model, cases, list(MAY_BE_MISSING), discount=discount, commission=commission
    )
    valuation.figures = valuation.figures | {"missing": price_gaps(gaps)}


def _cases(portfolio_id: int) -> pd.DataFrame:
    table = read_rows(
        f"SELECT c.id, c.balance_minor, {FEATURES_SQL}, {REGION_GROUP_SQL}, {AGE_BAND_SQL},"  # noqa: S608
        f" {SCORE_BAND_SQL} FROM cases c WHERE c.portfolio_id = %(portfolio)s ORDER BY c.id",
        {"portfolio": portfolio_id},
        CASE | {"region_group": pl.String, "dpd_band": pl.String, "score_band": pl.String},
    )
    return as_tape(table)
