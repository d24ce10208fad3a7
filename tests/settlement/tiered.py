"""A placement of which every part of a statement's line has a share."""

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.placements import FrameworkContract
from marketplace.portfolios import Case, Portfolio
from marketplace.settlement import RateBasis, TierMode
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY


def tiered_cases(lender: User, agency: User) -> list[Case]:
    """Rates in two tiers, conduct at 85 %, a tenth held back."""
    placed = factories.placement(lender, agency, rate_bps=2_250)
    placed.result_weight_bps = 7_000
    contract = db.session.scalars(db.select(FrameworkContract)).one()
    terms = settlement.propose_terms(
        contract.id, valid_from=factories.LAST_YEAR, basis=RateBasis.PAYMENT,
        tier_mode=TierMode.MARGINAL, scale=[{"tiers": [[50_001, 2_500], [None, 1_801]]}],
        holdback_bps=1_000, holdback_days=30, by=lender, now=NOON,
    )  # fmt: skip
    settlement.agree_to_terms(terms.id, by=agency, now=NOON)
    settlement.score_quality(
        agency.organisation_id, TODAY, 8_500, source="Sample of 40 calls", by=lender, now=NOON
    )
    return factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))
