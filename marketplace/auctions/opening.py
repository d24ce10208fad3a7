"""Opening the sealed bids, once, after the closing time."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from marketplace import audit
from marketplace.accounts import User
from marketplace.auctions.bidding import receipt_of, unseal
from marketplace.auctions.models import Auction, AuctionStatus, Bid
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.vault import Unreadable
from marketplace.core.words import _

_log = logging.getLogger(__name__)


class StillOpen(Refusal):
    """Agencies may still improve their bids."""


def open_bids(auction_id: int, *, by: User | None, now: datetime) -> int:
    """Open an auction's bids; return how many count. `by` is None for the clock itself."""
    # Queued up and locked, so that a bid cannot slip in while the bids are read.
    queue_up("bids", auction_id)
    auction = db.session.get(Auction, auction_id, with_for_update=True, populate_existing=True)
    if auction is None or (by and auction.lender_id != by.organisation_id):
        raise NotFound
    if auction.status is not AuctionStatus.OPEN:
        raise Refusal(_("The bids of this auction have already been opened."))
    if now < auction.closes_at:
        raise StillOpen(
            _("Bidding is still open."),
            next_step=_("The bids open by themselves at the closing time."),
        )
    auction.status, auction.opened_at = AuctionStatus.OPENED, now
    db.session.flush()  # from here on the lender may read the bids
    counting = latest_bids(auction.id)
    for bid in counting:
        bid.rates = _opened(bid)
    audit.record(
        "bids.opened", auction, by=by, now=now, parties=[bid.agency_id for bid in counting],
        bids=len(counting), receipts=[bid.receipt for bid in counting],
    )  # fmt: skip
    return len(counting)


def _opened(bid: Bid) -> dict[str, int]:
    """The rates, if the bid is the one its agency holds the receipt of."""
    altered = Refusal(
        _("The bid %(code)s does not match its receipt.", code=bid.code),
        next_step=_("Stop, and tell the platform: this bid was altered."),
    )
    if bid.receipt != receipt_of(bid.sealed, bid.placed_at):
        raise altered
    try:
        return unseal(bid)
    except Unreadable as error:
        raise altered from error


def latest_bids(auction_id: int) -> list[Bid]:
    """The last version of every agency that was not withdrawn."""
    return list(
        db.session.scalars(
            select(Bid)
            .where(Bid.auction_id == auction_id, Bid.withdrawn_at.is_(None))
            .ext(distinct_on(Bid.agency_id))
            .order_by(Bid.agency_id, Bid.version.desc())
        )
    )


def open_due_bids(*, now: datetime) -> None:
    """Every minute: open what has closed. One that will not open keeps no other shut."""
    due = db.session.scalars(
        select(Auction.id).where(Auction.status == AuctionStatus.OPEN, Auction.closes_at <= now)
    ).all()
    for auction_id in due:
        try:
            with db.session.begin_nested():
                open_bids(auction_id, by=None, now=now)
        except Refusal as refusal:
            _log.error("auction %s was not opened: %s", auction_id, refusal)
