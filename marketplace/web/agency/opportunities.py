"""What is on the market, and the bid sheet."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import auctions, portfolios, releases, rooms, valuations
from marketplace.accounts import Permission
from marketplace.auctions import Auction
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.rooms import Looked
from marketplace.web import figures, inputs
from marketplace.web.downloads import XLSX, download
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
    auction = auctions.visible_auction(code)
    nda = releases.unsigned_nda(auction.lender_id, by=current_user)
    looked = Looked.ROOM if nda is None else Looked.HEADLINE
    with transaction():
        rooms.note_view(auction, looked, by=current_user, now=clock())
    if nda is None:
        return _sheet(auction)
    return render_template(
        "agency/opportunities/headline.html",
        auction=auction,
        nda=nda,
        portfolio=portfolios.listed_portfolio(auction.portfolio_id),
    )


@pages.post("/<code>/sign")
@requires(Permission.BID_PLACE)
def sign(code: str) -> ResponseReturnValue:
    """Sign the text that was read: its number comes with the form."""
    auction = auctions.visible_auction(code)
    nda = releases.current_nda(auction.lender_id)
    if nda is None or inputs.whole("version", _("Version")) != nda.version:
        raise Refusal(
            _("The lender has replaced this text."),
            next_step=_("Reload the page and read the new one."),
        )
    with transaction():
        releases.sign_nda(
            nda.id, signed_as=inputs.text("signed_as"), by=current_user, now=clock()
        )
    flash(_("Signed. The data room is open to you."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.get("/<code>/room")
@requires(Permission.AUCTION_VIEW)
def room(code: str) -> ResponseReturnValue:
    """Classes and strata; filters choose whole classes."""
    auction = auctions.visible_auction(code)
    releases.require_nda(auction.lender_id, by=current_user)
    with transaction():
        view = rooms.note_view(auction, Looked.ROOM, by=current_user, now=clock())
    every = releases.classes_of(auction.release_id)
    wanted = {part: request.args.get(part, "") for part in releases.PARTS}
    return render_template(
        "agency/opportunities/room.html",
        auction=auction,
        view=view,
        portfolio=portfolios.listed_portfolio(auction.portfolio_id),
        classes=[
            one
            for one in every
            if all(value in ("", getattr(one, part)) for part, value in wanted.items())
        ],
        choices={part: sorted({getattr(one, part) for one in every}) for part in wanted},
        wanted=wanted,
        questions=rooms.questions_of(auction.id),
        own=rooms.own_question_ids(auction.id),
        is_open=auction.is_open(clock()),
    )


@pages.get("/<code>/tape.xlsx")
@requires(Permission.AUCTION_VIEW)
def tape(code: str) -> ResponseReturnValue:
    auction = auctions.visible_auction(code)
    releases.require_nda(auction.lender_id, by=current_user)
    with transaction():
        view = rooms.note_view(auction, Looked.TAPE, by=current_user, now=clock())
    content = rooms.tape_workbook(
        releases.classes_of(auction.release_id),
        view,
        currency=portfolios.listed_portfolio(auction.portfolio_id).currency,
        who=f"{current_user.organisation.called} / {current_user.name}",
        now=clock(),
    )
    return download(content, f"{auction.code}-{view.code}.xlsx", XLSX)


@pages.post("/<code>/questions")
@requires(Permission.BID_PLACE)
def ask(code: str) -> ResponseReturnValue:
    auction = auctions.visible_auction(code)
    with transaction():
        rooms.ask(auction, inputs.text("question"), by=current_user, now=clock())
    flash(_("Asked. The lender does not learn by whom; everybody reads the answer."), "ok")
    return redirect(url_for(".room", code=code), code=303)


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
        expected=_expected(auction, valuation),
        fan=figures.value_fan(valuation) if valuation else None,
        portfolio=portfolios.listed_portfolio(auction.portfolio_id),
        missing=auctions.missing_papers(auction, current_user.organisation_id, clock()),
        bids=mine,
        rates=auctions.own_rates(standing, by=current_user) if standing else {},
        standing=standing,
        share=auctions.own_share(auction, by=current_user),
    )


def _expected(auction: Auction, valuation: valuations.Valuation | None) -> int | None:
    """Expected cash, from a rate so round that no single debtor shows in it."""
    if valuation is None:
        return None
    gross = int(valuation.figures["waterfall"]["gross_minor"])
    balance = int(valuation.figures["balance_minor"])
    per_mille = round(1_000 * gross / balance) if balance else 0
    return auction.listed_balance_minor * per_mille // 1_000
