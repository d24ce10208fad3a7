"""Awarding: a manager proposes a certified split, an approver lets it win."""

from datetime import datetime, timedelta

from sqlalchemy import Select, literal, select

from marketplace import audit, licences, placements
from marketplace.accounts import Organisation, User
from marketplace.auctions.models import (
    Auction,
    AuctionStatus,
    Segment,
    Split,
    SplitCase,
    SplitShare,
)
from marketplace.auctions.opening import StillOpen, latest_bids
from marketplace.core.days import local_day
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.placements import Placement, Terms
from marketplace.portfolios import Portfolio, PortfolioStatus


class AlreadyAwarded(Refusal):
    """The auction has been decided."""


def propose_award(auction_id: int, split_id: int, *, by: User, now: datetime) -> Auction:
    """Put a computed split before an approver."""
    auction = _locked(auction_id, by, now)
    split = db.session.get(Split, split_id)
    if split is None or split.auction_id != auction.id:
        raise NotFound
    if split.done_at is None or split.failure or not split.verified:
        raise Refusal(
            _("This split has no certificate that checks."),
            next_step=_("Have the split computed again."),
        )
    auction.status = AuctionStatus.PROPOSED
    auction.proposed_split_id = split.id
    auction.proposed_by_id, auction.proposed_at = by.id, now
    audit.record(
        "award.proposed", auction, by=by, now=now, split=split.code, certificate=split.digest
    )
    return auction


def award(auction_id: int, *, by: User, now: datetime) -> list[Placement]:
    """Let the certified split win and offer each agency its lot."""
    # Locked, so that two approvers cannot award the same auction twice.
    auction = _locked(auction_id, by, now)
    if auction.status is not AuctionStatus.PROPOSED or auction.proposed_split_id is None:
        raise Refusal(
            _("No award has been proposed."),
            next_step=_("A manager first proposes one of the splits."),
        )
    if auction.proposed_by_id == by.id:
        raise Refusal(
            _("You proposed this award, so somebody else must approve it."),
            next_step=_("Ask an approver of your organisation."),
        )
    split = db.session.get_one(Split, auction.proposed_split_id)
    portfolio = db.session.get_one(Portfolio, auction.portfolio_id)
    shares = _winning_shares(split.id)
    _require_credentials(shares, now)
    offered = [
        placements.offer(
            portfolio,
            share.agency_id,
            _lot(split, share.agency_id),
            terms=_terms(auction, now),
            by=by,
            now=now,
        )
        for share in shares
    ]
    auction.status = AuctionStatus.AWARDED
    auction.awarded_by_id, auction.awarded_at = by.id, now
    portfolio.status = PortfolioStatus.PLACED
    audit.record(
        "auction.awarded", auction, by=by, now=now,
        parties=[bid.agency_id for bid in latest_bids(auction.id)], code=auction.code,
        certificate=split.digest, placements=[placement.code for placement in offered],
    )  # fmt: skip
    return offered


def _locked(auction_id: int, by: User, now: datetime) -> Auction:
    auction = db.session.get(Auction, auction_id, with_for_update=True, populate_existing=True)
    if auction is None or auction.lender_id != by.organisation_id:
        raise NotFound
    if auction.status is AuctionStatus.AWARDED:
        raise AlreadyAwarded(
            _("This auction has already been awarded."),
            next_step=_("Reload the page to see the placements."),
        )
    if auction.status is AuctionStatus.WITHDRAWN:
        raise Refusal(
            _("This listing was withdrawn."), next_step=_("List the portfolio again.")
        )
    if auction.opened_at is None:
        raise StillOpen(
            _("The bids have not been opened yet."),
            next_step=_("They open by themselves at the closing time."),
        )
    return auction


def _winning_shares(split_id: int) -> list[SplitShare]:
    return list(
        db.session.scalars(
            select(SplitShare)
            .where(SplitShare.split_id == split_id, SplitShare.cases > 0)
            .order_by(SplitShare.agency_id)
        )
    )


def _require_credentials(shares: list[SplitShare], now: datetime) -> None:
    """A credential may have run out between the bid and the award."""
    coverage = licences.coverage_of([share.agency_id for share in shares], now.date())
    for share in shares:
        agency = db.session.get_one(Organisation, share.agency_id)
        if not coverage.get(agency.id) or agency.suspended_at is not None:
            raise Refusal(
                _("%(agency)s has no credential in force any more.", agency=agency.called),
                next_step=_(
                    "Have the split computed again without it, or wait for the renewal."
                ),
            )


def _lot(split: Split, agency_id: int) -> Select[int, int | None, str]:
    return (
        select(
            SplitCase.case_id,
            SplitCase.rate_bps,
            Segment.key.label("segment"),
        )
        .join(
            Segment,
            (Segment.auction_id == literal(split.auction_id))
            & (Segment.number == SplitCase.segment),
        )
        .where(SplitCase.split_id == split.id, SplitCase.agency_id == agency_id)
    )


def _terms(auction: Auction, now: datetime) -> Terms:
    return Terms(
        award_reference=auction.code,
        starts_on=local_day(now),
        term_days=auction.term_days,
        answer_due_at=now + timedelta(days=auction.answer_days),
        result_weight_bps=auction.result_weight_bps,
        rates_include_tax=auction.rates_include_tax,
    )
