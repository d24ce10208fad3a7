"""Listing: a manager drafts the terms, an approver puts them on the market."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace import audit
from marketplace.accounts import Kind, User, organisations_of_kind
from marketplace.auctions.grid import lay_grid
from marketplace.auctions.models import Auction, AuctionStatus
from marketplace.auctions.scrubbing import scrubbed
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import BPS
from marketplace.core.words import _
from marketplace.portfolios import Portfolio, PortfolioStatus

INCENTIVE_RULE = "CN-INC-1"
MOST_RESULT_BPS = 7_000
"""Platform policy: at least 30 % of a plan rewards conduct and quality, with a veto."""

LEAST_DEBTORS = 10
"""Debtors that anything told to bidders must be about, unless a listing asks for more."""

MOST_HIDING = 1_000
MOST_NEWCOMER_BPS, MOST_EXPLORATION_BPS, MOST_AGENCIES = 5_000, 1_000, 50


@dataclass(frozen=True)
class ListingTerms:
    opens_at: datetime
    closes_at: datetime
    floor_bps: int
    reserve_bps: int
    max_share_bps: int = 4_000
    newcomer_share_bps: int = 0
    min_agencies: int = 1
    exploration_bps: int = 0
    debtors_together: bool = False
    include_time_barred: bool = False
    least_debtors: int = LEAST_DEBTORS
    """Debtors that anything told to bidders must be about."""

    term_days: int = 180
    answer_days: int = 3
    result_weight_bps: int = MOST_RESULT_BPS
    rates_include_tax: bool = False


def draft(portfolio_id: int, terms: ListingTerms, *, by: User, now: datetime) -> Auction:
    """Write down the terms of a sealed auction and lay its grid."""
    portfolio = db.session.get(
        Portfolio, portfolio_id, with_for_update=True, populate_existing=True
    )
    if portfolio is None or portfolio.lender_id != by.organisation_id:
        raise NotFound
    if portfolio.status is not PortfolioStatus.READY:
        raise Refusal(
            _("This portfolio is already listed or placed."),
            next_step=_("Withdraw the listing first, or recall the placements."),
        )
    _check(terms, now)
    wanted = dict(vars(terms))
    least = wanted.pop("least_debtors")
    auction = Auction(
        lender_id=by.organisation_id,
        portfolio_id=portfolio.id,
        made_by_id=by.id,
        made_at=now,
        **wanted,
    )
    found = scrubbed(portfolio, now.date()).scrubs
    left_out = {
        one.reason: [one.cases, one.balance_minor]
        for one in found
        if not (terms.include_time_barred and one.waivable)
    }
    db.session.add(auction)
    db.session.flush()
    lay_grid(auction, least=least, left_out=left_out, by=by, now=now)
    audit.record(
        "auction.drafted", auction, by=by, now=now, code=auction.code,
        left_out=left_out, include_time_barred=terms.include_time_barred,
    )  # fmt: skip
    return auction


def publish(auction_id: int, *, by: User, now: datetime) -> Auction:
    """A second person approves the listing: agencies see it from now on."""
    auction = _locked(auction_id, by)
    if auction.status is not AuctionStatus.DRAFT:
        raise Refusal(_("This listing has already been published or withdrawn."))
    if auction.made_by_id == by.id:
        raise Refusal(
            _("You drafted this listing, so somebody else must approve it."),
            next_step=_("Ask an approver of your organisation."),
        )
    if auction.closes_at <= now:
        raise Refusal(
            _("The bidding time has passed before the listing was approved."),
            next_step=_("Withdraw it and draft it again with later times."),
        )
    # Locked, so that two drafts of one portfolio cannot both go on the market.
    portfolio = db.session.get_one(
        Portfolio, auction.portfolio_id, with_for_update=True, populate_existing=True
    )
    if portfolio.status is not PortfolioStatus.READY:
        raise Refusal(
            _("This portfolio is already listed or placed."),
            next_step=_("Withdraw the listing first, or recall the placements."),
        )
    auction.status = AuctionStatus.OPEN
    auction.approved_by_id, auction.approved_at = by.id, now
    portfolio.status = PortfolioStatus.LISTED
    agencies = [agency.id for agency in organisations_of_kind(Kind.AGENCY)]
    audit.record(
        "auction.listed", auction, by=by, now=now, parties=agencies, code=auction.code,
        closes_at=auction.closes_at,
    )  # fmt: skip
    return auction


def withdraw(auction_id: int, *, reason: str, by: User, now: datetime) -> Auction:
    """Take a listing off the market before it is awarded."""
    auction = _locked(auction_id, by)
    if auction.status in {AuctionStatus.AWARDED, AuctionStatus.WITHDRAWN}:
        raise Refusal(_("This listing has already ended."))
    if not reason.strip():
        raise Refusal(
            _("A withdrawal needs a reason."), next_step=_("The bidders will read it.")
        )
    if auction.status is not AuctionStatus.DRAFT:
        portfolio = db.session.get_one(Portfolio, auction.portfolio_id)
        portfolio.status = PortfolioStatus.READY
    auction.status = AuctionStatus.WITHDRAWN
    audit.record(
        "auction.withdrawn", auction, by=by, now=now, code=auction.code, reason=reason.strip()
    )
    return auction


def _check(terms: ListingTerms, now: datetime) -> None:
    if terms.closes_at <= max(now, terms.opens_at) + timedelta(minutes=1):
        raise Refusal(
            _("Bidding would close before it opens."),
            next_step=_("Give agencies at least a few hours, better three days."),
        )
    if not 1 <= terms.floor_bps <= terms.reserve_bps <= 10_000:
        raise Refusal(
            _("The lowest rate must not exceed the highest rate."),
            next_step=_("Enter two percentages between 0.01 and 100."),
        )
    if terms.result_weight_bps > MOST_RESULT_BPS:
        raise Refusal(
            _(
                "A plan that pays for cash alone is refused (rule %(rule)s):"
                " conduct and quality count for at least 30%%.",
                rule=INCENTIVE_RULE,
            ),
            next_step=_(
                "Set the weight of results to 70 percent or less. The split is platform policy."
            ),
        )
    if not 30 <= terms.term_days <= 365:
        raise Refusal(
            _("A placement lasts between 30 and 365 days."), next_step=_("Correct the term.")
        )
    _check_spread(terms)


def _check_spread(terms: ListingTerms) -> None:
    if not 1 <= terms.max_share_bps <= BPS:
        raise Refusal(
            _("The largest share must lie between 0.01 and 100 percent."),
            next_step=_("Correct the largest share."),
        )
    if not 1 <= terms.min_agencies <= MOST_AGENCIES:
        raise Refusal(
            _("The least number of agencies must lie between 1 and %(n)s.", n=MOST_AGENCIES),
            next_step=_("Correct the number of agencies."),
        )
    if not 1 <= terms.least_debtors <= MOST_HIDING:
        raise Refusal(
            _("Each debtor must hide among between 1 and %(n)s.", n=MOST_HIDING),
            next_step=_("Enter how many debtors anything told must be about."),
        )
    for share, most, what in (
        (terms.newcomer_share_bps, MOST_NEWCOMER_BPS, _("The newcomers' share")),
        (terms.exploration_bps, MOST_EXPLORATION_BPS, _("The share placed by lot")),
    ):
        if not 0 <= share <= most:
            raise Refusal(
                _("%(what)s must lie between 0 and %(most)s percent.", what=what,
                  most=most // 100),
                next_step=_("Correct it; 0 does without."),
            )  # fmt: skip


def _locked(auction_id: int, by: User) -> Auction:
    auction = db.session.get(Auction, auction_id, with_for_update=True, populate_existing=True)
    if auction is None or auction.lender_id != by.organisation_id:
        raise NotFound
    return auction
