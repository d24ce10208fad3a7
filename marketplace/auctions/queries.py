"""Auctions, bids and splits, for screens. One query each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.accounts import Organisation, User
from marketplace.auctions.models import (
    Auction,
    AuctionStatus,
    Bid,
    Segment,
    Split,
    SplitCase,
    SplitShare,
)
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.words import Name
from marketplace.portfolios import Case, Portfolio


@dataclass(frozen=True)
class AuctionLine:
    auction: Auction
    portfolio: str
    portfolio_code: str
    cases: int
    balance_minor: int
    currency: str
    lender: Name


@dataclass(frozen=True)
class BidLine:
    bid: Bid
    agency: Name
    lowest_bps: int
    highest_bps: int


@dataclass(frozen=True)
class ShareLine:
    share: SplitShare
    agency: Name


@dataclass(frozen=True)
class PlacedLine:
    """One case of a split; without an agency it stays with the lender."""

    case_code: str
    balance_minor: int
    region: str
    agency_id: int | None
    agency: Name
    rate_bps: int | None


def owned_auction(code: str, *, lender_id: int) -> Auction:
    """The auction, if it sells one of this lender's portfolios."""
    auction = db.session.scalar(
        select(Auction).where(Auction.code == code, Auction.lender_id == lender_id)
    )
    if auction is None:
        raise NotFound
    return auction


def visible_auction(code: str) -> Auction:
    """An auction that is on the market, for an agency."""
    auction = db.session.scalar(
        select(Auction).where(Auction.code == code, Auction.status != AuctionStatus.DRAFT)
    )
    if auction is None:
        raise NotFound
    return auction


def auction_lines(*, lender_id: int | None = None) -> list[AuctionLine]:
    """A lender's auctions, or (for agencies) all that are on the market, newest first."""
    query = (
        select(
            Auction,
            Portfolio.name,
            Portfolio.code,
            Auction.listed_cases,
            Auction.listed_balance_minor,
            Portfolio.currency,
            Organisation.called,
        )
        .join(Portfolio, Portfolio.id == Auction.portfolio_id)
        .join(Organisation, Organisation.id == Auction.lender_id)
        .order_by(Auction.id.desc())
        .limit(200)
    )
    if lender_id is None:
        query = query.where(Auction.status != AuctionStatus.DRAFT)
    else:
        query = query.where(Auction.lender_id == lender_id)
    return [AuctionLine(*row) for row in db.session.execute(query)]


def segments_of(auction_id: int) -> list[Segment]:
    return list(
        db.session.scalars(
            select(Segment).where(Segment.auction_id == auction_id).order_by(Segment.number)
        )
    )


def bid_count(auction_id: int) -> int:
    """How many agencies have bid. The lender learns it only once the bids are opened."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(Bid.agency_id))).where(
                Bid.auction_id == auction_id, Bid.withdrawn_at.is_(None)
            )
        )
        or 0
    )


def bid_lines(auction_id: int) -> list[BidLine]:
    """The opened bids that count, the lowest rates first."""
    rows = db.session.execute(
        select(Bid, Organisation.called)
        .join(Organisation, Organisation.id == Bid.agency_id)
        .where(Bid.auction_id == auction_id, Bid.withdrawn_at.is_(None), Bid.rates.is_not(None))
    )
    lines = [
        BidLine(bid, agency, min(bid.rates.values()), max(bid.rates.values()))
        for bid, agency in rows
        if bid.rates
    ]
    return sorted(lines, key=lambda line: (line.lowest_bps, line.bid.id))


def own_bids(auction_id: int, *, by: User) -> list[Bid]:
    """The agency's versions, the latest first."""
    return list(
        db.session.scalars(
            select(Bid)
            .where(Bid.auction_id == auction_id, Bid.agency_id == by.organisation_id)
            .order_by(Bid.version.desc())
        )
    )


def splits_of(auction_id: int) -> list[Split]:
    return list(
        db.session.scalars(
            select(Split).where(Split.auction_id == auction_id).order_by(Split.id.desc())
        )
    )


def owned_split(code: str, *, lender_id: int) -> Split:
    split = db.session.scalar(
        select(Split).where(Split.code == code, Split.lender_id == lender_id)
    )
    if split is None:
        raise NotFound
    return split


def share_lines(split_id: int) -> list[ShareLine]:
    rows = db.session.execute(
        select(SplitShare, Organisation.called)
        .join(Organisation, Organisation.id == SplitShare.agency_id)
        .where(SplitShare.split_id == split_id)
        .order_by(SplitShare.balance_minor.desc(), SplitShare.agency_id)
    )
    return [ShareLine(*row) for row in rows]


def placed_lines(split_id: int, *, page: int, size: int = 50) -> list[PlacedLine]:
    """Where the cases of a split go, the largest balances first."""
    rows = db.session.execute(
        select(
            Case.code,
            Case.balance_minor,
            Case.region,
            SplitCase.agency_id,
            Organisation.called,
            SplitCase.rate_bps,
        )
        .join(Case, Case.id == SplitCase.case_id)
        .outerjoin(Organisation, Organisation.id == SplitCase.agency_id)
        .where(SplitCase.split_id == split_id)
        .order_by(Case.balance_minor.desc(), Case.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return [PlacedLine(*row) for row in rows]


def own_share(auction: Auction, *, by: User) -> SplitShare | None:
    """What the award gave this agency; None before it, or without a bid."""
    if auction.proposed_split_id is None or auction.status is not AuctionStatus.AWARDED:
        return None
    return db.session.scalar(
        select(SplitShare).where(
            SplitShare.split_id == auction.proposed_split_id,
            SplitShare.agency_id == by.organisation_id,
        )
    )


def closing_soon(now: datetime) -> list[Auction]:
    return list(
        db.session.scalars(
            select(Auction)
            .where(Auction.status == AuctionStatus.OPEN, Auction.closes_at > now)
            .order_by(Auction.closes_at)
            .limit(20)
        )
    )
