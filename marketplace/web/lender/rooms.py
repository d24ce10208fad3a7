"""A lender's side of the data room: who looked, what they asked, and the text they sign."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import auctions, portfolios, releases, rooms
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("rooms", __name__, url_prefix="/rooms")


@pages.get("/nda")
@requires(Permission.AUCTION_VIEW)
def nda() -> ResponseReturnValue:
    lender_id = current_user.organisation_id
    return render_template(
        "lender/rooms/nda.html",
        nda=releases.current_nda(lender_id),
        signatures=releases.signatures_of(lender_id),
    )


@pages.post("/nda")
@requires(Permission.CONTRACT_EDIT)
def set_nda() -> ResponseReturnValue:
    with transaction():
        made = releases.set_nda(inputs.text("body"), by=current_user, now=clock())
    flash(_("Version %(n)s is in force: agencies sign it from now on.", n=made.version), "ok")
    return redirect(url_for(".nda"), code=303)


@pages.get("/auctions/<code>")
@requires(Permission.AUCTION_VIEW)
def show(code: str) -> ResponseReturnValue:
    auction = auctions.owned_auction(code, lender_id=current_user.organisation_id)
    return render_template(
        "lender/rooms/show.html",
        auction=auction,
        portfolio=portfolios.listed_portfolio(auction.portfolio_id),
        classes=releases.classes_of(auction.release_id),
        release=releases.release_of(auction.release_id),
        heat=rooms.heat_of(auction.id, now=clock()),
        views=rooms.view_lines(auction.id),
        questions=rooms.questions_of(auction.id),
    )


@pages.post("/auctions/<code>/questions/<int:question_id>")
@requires(Permission.AUCTION_LIST)
def answer(code: str, question_id: int) -> ResponseReturnValue:
    auctions.owned_auction(code, lender_id=current_user.organisation_id)
    with transaction():
        rooms.answer(question_id, inputs.text("answer"), by=current_user, now=clock())
    flash(_("Answered, to everybody."), "ok")
    return redirect(url_for(".show", code=code), code=303)
