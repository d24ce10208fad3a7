"""What is on the market, and the bid sheet."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import auctions, portfolios, valuations
from marketplace.accounts import Permission
from marketplace.auctions import Auction
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web import figures, inputs
from marketplace.web.security import clock, requires

pages = Blueprint("opportunities", __name__, url_prefix="/opportunities")


@pages.get("/")
@requires(Permission.AUCTION_VIEW)
def index() -> ResponseReturnValue:
    return render_template(
        "agency/opportunities/index.html", lines=auctions.auction_lines(), now=clock()
    )


@pages.get("/<code>")
@requires(Permission.AUCTION_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _sheet(auctions.visible_auction(code))


@pages.post("/<code>/bid")
@requires(Permission.BID_PLACE)
def bid(code: str) -> ResponseReturnValue:
    auction = auctions.visible_auction(code)
    currency = portfolios.listed_portfolio(auction.portfolio_id).currency
    try:
        rates = _rates(auction)
        capacity = inputs.whole("capacity", _("Capacity"))
        money = inputs.amount_minor_or_none("capacity_money", _("Capacity in money"), currency)
        with transaction():
            placed = auctions.place_bid(
                auction.id,
                rates,
                capacity_cases=capacity,
                capacity_balance_minor=money,
                by=current_user,
                now=clock(),
            )
    except auctions.BiddingClosed:
        raise
    except Refusal as error:
        return _sheet(auction, error), 422
    flash(_("Sealed. Your receipt: %(receipt)s", receipt=placed.receipt), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/withdraw")
@requires(Permission.BID_PLACE)
def withdraw(code: str) -> ResponseReturnValue:
    auction = auctions.visible_auction(code)
    with transaction():
        auctions.withdraw_bid(auction.id, by=current_user, now=clock())
    flash(_("Your bid is withdrawn. You may place another one until the closing time."), "ok")
    return redirect(url_for(".show", code=code), code=303)


def _rates(auction: Auction) -> dict[str, int]:
    """The cells filled in. One rate for all fills the empty ones."""
    common = inputs.text("all_rates")
    rates = {}
    for segment in auctions.segments_of(auction.id):
        written = inputs.text(f"rate-{segment.number}") or common
        if written:
            label = _("Cell %(n)s", n=segment.number + 1)
            rates[segment.key] = inputs.bps_of(written, label)
    return rates


def _sheet(auction: Auction, error: Refusal | None = None) -> str:
    mine = auctions.own_bids(auction.id, by=current_user)
    standing = next((bid for bid in mine if bid.withdrawn_at is None), None)
    valuation = valuations.latest_valuation(auction.portfolio_id)
    return render_template(
        "agency/opportunities/show.html",
        auction=auction,
        error=error,
        typed=request.form,
        is_open=auction.is_open(clock()),
        segments=auctions.segments_of(auction.id),
        valuation=valuation,
        fan=figures.value_fan(valuation) if valuation else None,
        portfolio=portfolios.listed_portfolio(auction.portfolio_id),
        missing=auctions.missing_papers(auction, current_user.organisation_id, clock()),
        bids=mine,
        rates=auctions.own_rates(standing, by=current_user) if standing else {},
        standing=standing,
        share=auctions.own_share(auction, by=current_user),
    )
