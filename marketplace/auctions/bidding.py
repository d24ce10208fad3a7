"""Bidding: sealed rates per cell and a capacity, until the closing time."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from marketplace import audit, licences, placements, releases
from marketplace.accounts import User
from marketplace.auctions.models import Auction, AuctionStatus, Bid, Segment
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import vault
from marketplace.core.words import _


class BiddingClosed(Refusal):
    """The auction takes no bids now."""


class RateOutOfRange(Refusal):
    """A rate lies outside the lender's floor and reserve."""


def place_bid(
    auction_id: int,
    rates: Mapping[str, int],
    *,
    capacity_cases: int,
    capacity_balance_minor: int | None = None,
    by: User,
    now: datetime,
) -> Bid:
    """Seal a bid. A later version replaces an earlier one; the last before the close counts.

    `rates` gives basis points of cash for each cell the agency wants; cells left out are not
    bid on. `capacity_balance_minor` limits the balance of all cases won together.
    """
    auction = _awaiting_bids(auction_id)
    if not auction.is_open(now):
        raise BiddingClosed(
            _("Bidding on this portfolio has closed."),
            next_step=_("You can see the result here once the lender has decided."),
        )
    require_credentials(by.organisation_id, now)
    releases.require_nda(auction.lender_id, by=by)
    _check_rates(auction, rates)
    if capacity_cases < 1:
        raise Refusal(
            _("The capacity must be at least one case."),
            next_step=_("Enter how many cases you can work."),
        )
    if capacity_balance_minor is not None and capacity_balance_minor < 1:
        raise Refusal(
            _("The capacity in money must be more than nothing."),
            next_step=_("Leave it empty if only the number of cases limits you."),
        )
    version = 1 + (
        db.session.scalar(
            select(func.max(Bid.version)).where(
                Bid.auction_id == auction.id, Bid.agency_id == by.organisation_id
            )
        )
        or 0
    )
    plain = json.dumps(dict(rates), sort_keys=True)
    sealed = vault().seal(plain.encode(), place=_place(auction.id, by.organisation_id, version))
    bid = Bid(
        auction_id=auction.id,
        agency_id=by.organisation_id,
        version=version,
        placed_by_id=by.id,
        placed_at=now,
        capacity_cases=capacity_cases,
        capacity_balance_minor=capacity_balance_minor,
        sealed=sealed,
        receipt=receipt_of(sealed, now),
    )
    db.session.add(bid)
    audit.record(
        "bid.placed", bid, by=by, now=now, auction=auction.code, version=version,
        receipt=bid.receipt,
    )  # fmt: skip
    return bid


def withdraw_bid(auction_id: int, *, by: User, now: datetime) -> None:
    """Take every version of the agency's bid back, while bidding is open."""
    auction = _awaiting_bids(auction_id)
    if not auction.is_open(now):
        raise BiddingClosed(_("Bids can be withdrawn only while bidding is open."))
    mine = db.session.scalars(
        select(Bid).where(
            Bid.auction_id == auction.id,
            Bid.agency_id == by.organisation_id,
            Bid.withdrawn_at.is_(None),
        )
    ).all()
    if not mine:
        raise Refusal(_("You have no bid here."))
    for bid in mine:
        bid.withdrawn_at = now
    audit.record("bid.withdrawn", mine[-1], by=by, now=now, auction=auction.code)


def require_credentials(agency_id: int, now: datetime) -> licences.Coverage:
    """What the agency's credentials cover today; a refusal if that is nothing."""
    coverage = licences.coverage_of([agency_id], now.date()).get(agency_id)
    if not coverage:
        raise Refusal(
            _("You have no credential in force."),
            next_step=_("Submit or renew one under Credentials; it must be vetted first."),
        )
    return coverage


def missing_papers(auction: Auction, agency_id: int, now: datetime) -> list[object]:
    """What the lender and the agency still have to sign before an award. Bidding may go on."""
    return [*placements.papers_in_force(auction.lender_id, agency_id, now.date()).missing]


def unseal(bid: Bid) -> dict[str, int]:
    """The rates of a bid. Only the opening calls this."""
    plain = vault().open(bid.sealed, place=_place(bid.auction_id, bid.agency_id, bid.version))
    rates: dict[str, int] = json.loads(plain)
    return rates


def own_rates(bid: Bid, *, by: User) -> dict[str, int]:
    """An agency may always read its own bid."""
    if bid.agency_id != by.organisation_id:
        raise NotFound
    return unseal(bid)


def receipt_of(sealed: bytes, placed_at: datetime) -> str:
    """What the agency keeps: it fixes the sealed rates and the time."""
    return hashlib.sha256(sealed + placed_at.isoformat().encode()).hexdigest()


def _awaiting_bids(auction_id: int) -> Auction:
    """The auction, queued up against its opening: a bid is either in before, or refused."""
    queue_up("bids", auction_id, shared=True)
    auction = db.session.get(Auction, auction_id, populate_existing=True)
    if auction is None or auction.status is AuctionStatus.DRAFT:
        raise NotFound
    return auction


def _check_rates(auction: Auction, rates: Mapping[str, int]) -> None:
    if not rates:
        raise Refusal(
            _("The bid has no rates."), next_step=_("Enter a rate for at least one cell.")
        )
    known = set(db.session.scalars(select(Segment.key).where(Segment.auction_id == auction.id)))
    for key, rate in rates.items():
        if key not in known:
            raise Refusal(_("The cell %(key)s is not in this auction.", key=key))
        if not auction.floor_bps <= rate <= auction.reserve_bps:
            raise RateOutOfRange(
                _(
                    "The rate %(rate)s%% lies outside %(low)s%% to %(high)s%%.",
                    rate=rate / 100,
                    low=auction.floor_bps / 100,
                    high=auction.reserve_bps / 100,
                ),
                next_step=_("Correct the cell %(key)s.", key=key.replace("|", " / ")),
            )


def _place(auction_id: int, agency_id: int, version: int) -> str:
    return f"bid:{auction_id}:{agency_id}:{version}"
