"""The adapter to `pricing`: what a portfolio is worth, in minor units, with its assumptions."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import select, text

import pricing
from marketplace import audit
from marketplace.accounts import Organisation, User
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import BPS
from marketplace.core.words import _
from marketplace.portfolios.bands import AGE_BAND_SQL, REGION_GROUP_SQL, SCORE_BAND_SQL
from marketplace.portfolios.checking import in_english, market_of
from marketplace.portfolios.models import Portfolio, Valuation

LEVEL = 0.8
MONTHS = 12
_DIMENSIONS = {
    "region": "region_group", "product": "product", "age": "dpd_band", "score": "score_band",
}  # fmt: skip


def request_valuation(
    portfolio_id: int,
    *,
    cost_bps: int,
    discount_bps: int,
    commission_bps: int,
    by: User,
    now: datetime,
) -> Valuation:
    """Ask for a valuation; the job makes it.

    `commission_bps` and `cost_bps` are shares of the cash, `discount_bps` is a rate per year.
    """
    portfolio = db.session.get(Portfolio, portfolio_id)
    if portfolio is None or portfolio.lender_id != by.organisation_id:
        raise NotFound
    if min(cost_bps, commission_bps, discount_bps) < 0 or cost_bps + commission_bps > BPS:
        raise Refusal(
            _("Cost and commission together must lie between 0 and 100 % of the cash."),
            next_step=_("Correct the percentages and ask again."),
        )
    if discount_bps > 10 * BPS:
        raise Refusal(_("A discount rate above 1000 % a year is not plausible."))
    valuation = Valuation(
        lender_id=portfolio.lender_id,
        portfolio_id=portfolio.id,
        requested_by_id=by.id,
        requested_at=now,
        cost_bps=cost_bps,
        discount_bps=discount_bps,
        figures={"commission_bps": commission_bps},
    )
    db.session.add(valuation)
    audit.record(
        "valuation.requested", valuation, by=by, now=now, portfolio_id=portfolio.id,
        cost_bps=cost_bps, discount_bps=discount_bps, commission_bps=commission_bps,
    )  # fmt: skip
    jobs.enqueue("value portfolio", valuation_id=valuation.id)
    return valuation


def run_valuation(valuation_id: int, *, now: datetime) -> None:
    """Value the cases as they are now; once, however often it is run."""
    valuation = db.session.get(
        Valuation, valuation_id, with_for_update=True, populate_existing=True
    )
    if valuation is None:
        raise NotFound
    if valuation.done_at is not None:
        return
    valuation.done_at = now
    try:
        _value(valuation)
    except Refusal as refusal:
        valuation.failure = in_english(refusal)
    except ValueError as error:
        valuation.failure = f"The cases cannot be valued: {error}"
    audit.record(
        "valuation.done", valuation, by=None, now=now, parties=[valuation.lender_id],
        portfolio_id=valuation.portfolio_id, mean_minor=valuation.mean_minor,
        failed=valuation.failure is not None,
    )  # fmt: skip


def latest_valuation(portfolio_id: int) -> Valuation | None:
    """The newest valuation that came to an end well."""
    return db.session.scalar(
        select(Valuation)
        .where(
            Valuation.portfolio_id == portfolio_id,
            Valuation.done_at.is_not(None),
            Valuation.failure.is_(None),
        )
        .order_by(Valuation.id.desc())
        .limit(1)
    )


def valuation_under_way(portfolio_id: int) -> Valuation | None:
    """The newest valuation asked for, done or not: to say "being computed" or why it failed."""
    return db.session.scalar(
        select(Valuation)
        .where(Valuation.portfolio_id == portfolio_id)
        .order_by(Valuation.id.desc())
        .limit(1)
    )


def _value(valuation: Valuation) -> None:
    cases = _cases(valuation.portfolio_id)
    if cases.empty:
        raise Refusal(
            _("This portfolio has no cases to value."), next_step=_("Import a tape first.")
        )
    lender = db.session.get_one(Organisation, valuation.lender_id)
    prior = pricing.Prior.default(market_of(lender.jurisdiction))
    commission_bps = int(valuation.figures["commission_bps"])
    # Both are shares of the cash, so that each segment bears its own part of them.
    value = pricing.Model.from_prior(prior).value_portfolio(
        cases,
        discount=valuation.discount_bps / BPS,
        commission=(commission_bps + valuation.cost_bps) / BPS,
    )
    low, high = value.band(LEVEL)
    median, _above = value.band(1e-9)
    valuation.mean_minor, valuation.basis = round(value.mean), value.basis
    valuation.p10_minor, valuation.p50_minor, valuation.p90_minor = (
        round(low), round(median), round(high),
    )  # fmt: skip
    curve = value.curve(MONTHS)
    valuation.figures = {
        "commission_bps": commission_bps,
        "curve": _whole(curve),
        "band_curve": [
            _whole(curve * (low / value.mean if value.mean else 0)),
            _whole(curve * (high / value.mean if value.mean else 0)),
        ],
        "breakdown": {
            name: _groups(value.breakdown(column)) for name, column in _DIMENSIONS.items()
        },
        "waterfall": _waterfall(value, commission_bps, valuation.cost_bps),
        "warnings": list(value.warnings),
        "assumptions": list(value.assumptions),
        "sources": [asdict(row) for row in prior.sources],
        "prior": {"market": prior.market, "label": prior.label, "version": prior.version},
        "n": len(cases),
        "balance_minor": round(value.balance),
        "tau": value.tau,
        "horizon": value.horizon,
    }


def _cases(portfolio_id: int) -> pd.DataFrame:
    rows = db.session.execute(
        text(
            f"SELECT c.id, c.balance_minor, c.product, c.dpd, c.region, c.score, c.currency,"  # noqa: S608
            f" {REGION_GROUP_SQL}, {AGE_BAND_SQL}, {SCORE_BAND_SQL}"
            " FROM cases c WHERE c.portfolio_id = :portfolio ORDER BY c.id"
        ),
        {"portfolio": portfolio_id},
    ).all()
    names = (
        "case_id", "balance", "product", "dpd", "region", "score", "currency", "region_group",
        "dpd_band", "score_band",
    )  # fmt: skip
    return pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(names))


def _whole(amounts: Sequence[float] | Any) -> list[int]:
    return [round(amount) for amount in amounts]


def _groups(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "group": str(group),
            "cases": round(row["cases"]),
            "balance_minor": round(row["balance"]),
            "gross_minor": round(row["gross"]),
            "mean_minor": round(row["mean"]),
            "rate_bps": round(row["rate"] * BPS),
        }
        for group, row in table.iterrows()
    ]


def _waterfall(
    value: pricing.PortfolioValue, commission_bps: int, cost_bps: int
) -> dict[str, int]:
    """From gross cash to the net mean, adding up to the last minor unit."""
    gross, net = round(value.gross), round(value.mean)
    commission = round(value.gross * commission_bps / BPS)
    cost = round(value.gross * cost_bps / BPS)
    return {
        "gross_minor": gross,
        "commission_minor": commission,
        "cost_minor": cost,
        "discount_minor": gross - commission - cost - net,
        "net_minor": net,
    }
