"""Asking for a value, and finding the values there are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import BPS
from marketplace.core.words import _
from marketplace.portfolios import Portfolio
from marketplace.valuations.histograms import Distribution
from marketplace.valuations.models import Valuation, ValuationKind


def request_valuation(
    portfolio_id: int,
    *,
    cost_bps: int,
    discount_bps: int,
    commission_bps: int,
    by: User,
    now: datetime,
) -> Valuation:
    """Ask for a portfolio to be valued; a job does it.

    `commission_bps` and `cost_bps` are shares of the cash, `discount_bps` is a rate per year.
    """
    portfolio = db.session.get(Portfolio, portfolio_id)
    if portfolio is None or portfolio.lender_id != by.organisation_id:
        raise NotFound
    _check_terms(cost_bps, discount_bps, commission_bps)
    return _ask(
        Valuation(
            lender_id=portfolio.lender_id,
            portfolio_id=portfolio.id,
            name=portfolio.name,
            currency=portfolio.currency,
            requested_by_id=by.id,
            requested_at=now,
            cost_bps=cost_bps,
            discount_bps=discount_bps,
            commission_bps=commission_bps,
        ),
        by=by,
        now=now,
    )


def request_distribution_value(
    name: str,
    distribution: Distribution,
    *,
    currency: str,
    cost_bps: int,
    discount_bps: int,
    commission_bps: int,
    by: User,
    now: datetime,
) -> Valuation:
    """Ask for a book to be valued of which only distributions are shared, no case at all."""
    _check_terms(cost_bps, discount_bps, commission_bps)
    if not name.strip():
        raise Refusal(
            _("The book needs a name."), next_step=_("Type a name you will recognise.")
        )
    return _ask(
        Valuation(
            lender_id=by.organisation_id,
            kind=ValuationKind.DISTRIBUTION,
            name=name.strip(),
            currency=currency,
            requested_by_id=by.id,
            requested_at=now,
            cost_bps=cost_bps,
            discount_bps=discount_bps,
            commission_bps=commission_bps,
            source=distribution.as_json(),
        ),
        by=by,
        now=now,
    )


def owned_valuation(code: str, *, lender_id: int) -> Valuation:
    valuation = db.session.scalar(
        select(Valuation).where(Valuation.code == code, Valuation.lender_id == lender_id)
    )
    if valuation is None:
        raise NotFound
    return valuation


def valuations_of(lender_id: int, *, limit: int = 200) -> Sequence[Valuation]:
    """A lender's values, newest first."""
    return db.session.scalars(
        select(Valuation)
        .where(Valuation.lender_id == lender_id)
        .order_by(Valuation.id.desc())
        .limit(limit)
    ).all()


def history_of(portfolio_id: int) -> Sequence[Valuation]:
    """Every value a portfolio was given, oldest first: how it moved."""
    return db.session.scalars(
        _good(portfolio_id).order_by(Valuation.months_seen, Valuation.id)
    ).all()


def latest_valuation(portfolio_id: int) -> Valuation | None:
    """The newest value of a portfolio before any of its cash was counted."""
    return _newest(portfolio_id, ValuationKind.CASES)


def latest_revaluation(portfolio_id: int) -> Valuation | None:
    """The newest value that counts the cash so far."""
    return _newest(portfolio_id, ValuationKind.REVALUATION)


def valuation_under_way(portfolio_id: int) -> Valuation | None:
    """The newest valuation asked for, done or not: to say "being computed" or why it failed."""
    return db.session.scalar(
        select(Valuation)
        .where(Valuation.portfolio_id == portfolio_id, Valuation.kind == ValuationKind.CASES)
        .order_by(Valuation.id.desc())
        .limit(1)
    )


def _newest(portfolio_id: int, kind: ValuationKind) -> Valuation | None:
    # Values from cases have seen no month: of these the last asked for is the newest.
    return db.session.scalar(
        _good(portfolio_id)
        .where(Valuation.kind == kind)
        .order_by(Valuation.months_seen.desc(), Valuation.id.desc())
        .limit(1)
    )


def _good(portfolio_id: int) -> Select[Valuation]:
    return select(Valuation).where(
        Valuation.portfolio_id == portfolio_id,
        Valuation.done_at.is_not(None),
        Valuation.failure.is_(None),
    )


def _check_terms(cost_bps: int, discount_bps: int, commission_bps: int) -> None:
    if min(cost_bps, commission_bps, discount_bps) < 0 or cost_bps + commission_bps > BPS:
        raise Refusal(
            _("Cost and commission together must lie between 0 and 100 % of the cash."),
            next_step=_("Correct the percentages and ask again."),
        )
    if discount_bps > 10 * BPS:
        raise Refusal(_("A discount rate above 1000 % a year is not plausible."))


def _ask(valuation: Valuation, *, by: User, now: datetime) -> Valuation:
    db.session.add(valuation)
    audit.record(
        "valuation.requested", valuation, by=by, now=now, portfolio_id=valuation.portfolio_id,
        kind=valuation.kind, cost_bps=valuation.cost_bps, discount_bps=valuation.discount_bps,
        commission_bps=valuation.commission_bps,
    )  # fmt: skip
    jobs.enqueue("value portfolio", valuation_id=valuation.id)
    return valuation
