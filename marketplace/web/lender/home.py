"""A lender's day at a glance."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace import auctions, casework, feeds, notifications, placements, portfolios
from marketplace.auctions import AuctionStatus
from marketplace.placements import PlacementStatus
from marketplace.web.security import clock

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> ResponseReturnValue:
    lender_id = current_user.organisation_id
    lines = auctions.auction_lines(lender_id=lender_id)
    placed = placements.placement_lines(lender_id=lender_id)
    return render_template(
        "lender/home.html",
        to_approve=[
            line
            for line in lines
            if line.auction.status in {AuctionStatus.DRAFT, AuctionStatus.PROPOSED}
        ],
        live=[line for line in lines if line.auction.status is AuctionStatus.OPEN],
        unverified=len(casework.unverified_payments(lender_id)),
        at_work=[line for line in placed if line.placement.status is PlacementStatus.ACCEPTED],
        portfolios=portfolios.portfolio_lines(lender_id, limit=8),
        late_feeds=[
            line
            for line in feeds.feed_lines(lender_id, now=clock())
            if line.punctuality.late_days or line.waiting
        ],
        news=notifications.latest(current_user, limit=8),
    )
