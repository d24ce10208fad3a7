"""What the past was thought to be worth, how that held, and the model learned from it."""

from datetime import datetime, time

from sqlalchemy import select

from marketplace import valuations
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Portfolio
from marketplace.valuations import ModelStatus, Valuation

COST_BPS, DISCOUNT_BPS, COMMISSION_BPS = 0, 800, 2_500


def value_past(now: datetime, *, by: User) -> None:
    """Value each past portfolio as of its day, follow it, and propose what was learned."""
    for portfolio in db.session.scalars(select(Portfolio).order_by(Portfolio.id)):
        placed_at = datetime.combine(portfolio.balance_as_of, time(), tzinfo=now.tzinfo)
        valuation = Valuation(
            lender_id=portfolio.lender_id,
            portfolio_id=portfolio.id,
            name=portfolio.name,
            currency=portfolio.currency,
            requested_at=placed_at,
            cost_bps=COST_BPS,
            discount_bps=DISCOUNT_BPS,
            commission_bps=COMMISSION_BPS,
        )
        db.session.add(valuation)
        db.session.flush()
        valuations.run_valuation(valuation.id, now=placed_at)
        valuations.revalue_portfolio(portfolio.id, now=now)
    valuations.publish_coverage(now=now)
    version = valuations.refit("CN", now=now)
    if version is not None and version.status is ModelStatus.FITTED:
        valuations.nominate(version.code, reason="首个以平台结果拟合的模型", by=by, now=now)
