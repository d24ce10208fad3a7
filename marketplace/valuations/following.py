"""Following a placed book: revalue it as its cash arrives, and see whether its band held."""

from datetime import datetime

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

import pricing
from marketplace import audit
from marketplace.accounts import Organisation
from marketplace.core import jobs
from marketplace.core.db import db, queue_up
from marketplace.core.money import BPS
from marketplace.placements import Placement, PlacementStatus
from marketplace.portfolios import market_of
from marketplace.valuations.figuring import LEVEL, MONTHS, fill_in
from marketplace.valuations.history import Placed, placed
from marketplace.valuations.models import (
    BandCheck,
    CoverageFigure,
    Valuation,
    ValuationKind,
    ValuationModel,
)
from marketplace.valuations.registry import model_of
from marketplace.valuations.requesting import latest_valuation

WORKED = (PlacementStatus.ACCEPTED, PlacementStatus.RECALLED, PlacementStatus.RETURNED)


def follow_portfolios(*, now: datetime) -> None:
    """Queue a revaluation of every portfolio that agencies work or worked."""
    for portfolio_id in db.session.scalars(
        select(Placement.portfolio_id).where(Placement.status.in_(WORKED)).distinct()
    ):
        jobs.enqueue_once(
            "revalue portfolio", f"revalue {portfolio_id}", portfolio_id=portfolio_id
        )
    jobs.enqueue_once("publish coverage", "publish coverage")


def revalue_portfolio(portfolio_id: int, *, now: datetime) -> None:
    """Count the cash of the months that are over; once a month, however often it is run.

    The lot is valued by the model that first valued it, so that its band is the band that was
    given, of the cases that were then placed.
    """
    queue_up("revalue", portfolio_id)
    given = latest_valuation(portfolio_id)
    state = placed(portfolio_id, now=now) if given else None
    if given is None or state is None or not state.cash:
        return
    k = len(state.cash)
    done = select(Valuation.id).where(
        Valuation.portfolio_id == portfolio_id,
        Valuation.kind == ValuationKind.REVALUATION,
        Valuation.months_seen == k,
    )
    if db.session.scalar(done) is not None:
        return
    version = db.session.get(ValuationModel, given.model_id) if given.model_id else None
    lender = db.session.get_one(Organisation, given.lender_id)
    model = model_of(version, market_of(lender.jurisdiction))
    _check_band(given, model, state, market=market_of(lender.jurisdiction), now=now)
    revaluation = _revaluation(given, state, now=now)
    value = model.update(
        state.cases, state.cash, discount=given.discount_bps / BPS,
        commission=(given.commission_bps + given.cost_bps) / BPS,
    )  # fmt: skip
    fill_in(revaluation, value, model, n=len(state.cases))
    db.session.add(revaluation)
    audit.record(
        "valuation.followed", revaluation, by=None, now=now, parties=[given.lender_id],
        portfolio_id=portfolio_id, months=k, mean_minor=revaluation.mean_minor,
    )  # fmt: skip


def _revaluation(given: Valuation, state: Placed, *, now: datetime) -> Valuation:
    return Valuation(
        lender_id=given.lender_id,
        portfolio_id=given.portfolio_id,
        kind=ValuationKind.REVALUATION,
        name=given.name,
        currency=given.currency,
        model_id=given.model_id,
        months_seen=len(state.cash),
        cash_minor=sum(state.cash),
        requested_at=now,
        done_at=now,
        cost_bps=given.cost_bps,
        discount_bps=given.discount_bps,
        commission_bps=given.commission_bps,
    )


def _check_band(
    given: Valuation, model: pricing.Model, state: Placed, *, market: str, now: datetime
) -> None:
    """Did the cash of the whole months so far lie within the band given at the start?

    At twelve months it is the band of the value itself; before, that band by its curve.
    """
    value = model.value_portfolio(state.cases)
    low, high = value.band(LEVEL)
    k, cash = len(state.cash), sum(state.cash)
    share = float(value.curve(MONTHS)[k - 1] / value.gross) if value.gross else 1.0
    ends = round(low * share), round(high * share)
    check = {
        "lender_id": given.lender_id,
        "valuation_id": given.id,
        "market": market,
        "months": k,
        "low_minor": ends[0],
        "high_minor": ends[1],
        "cash_minor": cash,
        "held": ends[0] <= cash <= ends[1],
        "checked_at": now,
    }
    db.session.execute(insert(BandCheck).values(check).on_conflict_do_nothing())


def publish_coverage(*, now: datetime) -> None:
    """Count anew, by market and months, how many bands were given and how many held."""
    db.session.execute(delete(CoverageFigure))
    counted = select(
        BandCheck.market,
        BandCheck.months,
        func.count(),
        func.count().filter(BandCheck.held),
        literal(now),
    ).group_by(BandCheck.market, BandCheck.months)
    names = ["market", "months", "given", "held", "as_of"]
    db.session.execute(insert(CoverageFigure).from_select(names, counted))


def published_coverage() -> list[CoverageFigure]:
    """The platform's running coverage, by market and months."""
    return list(
        db.session.scalars(
            select(CoverageFigure).order_by(CoverageFigure.market, CoverageFigure.months)
        )
    )


def checks_of(portfolio_id: int) -> list[BandCheck]:
    """How the bands given for one portfolio did, month by month."""
    return list(
        db.session.scalars(
            select(BandCheck)
            .join(Valuation, Valuation.id == BandCheck.valuation_id)
            .where(Valuation.portfolio_id == portfolio_id)
            .order_by(BandCheck.months, BandCheck.id)
        )
    )
