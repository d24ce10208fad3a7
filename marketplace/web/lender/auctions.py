"""A lender's auctions: draft, approve, open, split, propose, award."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from marketplace import accounts, auctions, audit, placements, portfolios, releases
from marketplace.accounts import Permission
from marketplace.auctions import Auction, AuctionStatus
from marketplace.core import progress as job_progress
from marketplace.core.db import db, transaction
from marketplace.core.errors import Refusal
from marketplace.core.exports import csv_file
from marketplace.web import figures, inputs
from marketplace.web.downloads import CSV, ZIP, download
from marketplace.web.language import language, typed_money
from marketplace.web.provinces import province
from marketplace.web.security import clock, requires
from marketplace.web.vocabulary import code_name

pages = Blueprint("auctions", __name__, url_prefix="/auctions")


@pages.get("/")
@requires(Permission.AUCTION_VIEW)
def index() -> ResponseReturnValue:
    lines = auctions.auction_lines(lender_id=current_user.organisation_id)
    return render_template("lender/auctions/index.html", lines=lines)


@pages.get("/new/<portfolio_code>")
@requires(Permission.AUCTION_LIST)
def new(portfolio_code: str) -> ResponseReturnValue:
    return _form(portfolio_code)


@pages.post("/new/<portfolio_code>")
@requires(Permission.AUCTION_LIST)
def draft(portfolio_code: str) -> ResponseReturnValue:
    portfolio = portfolios.owned_portfolio(
        portfolio_code, lender_id=current_user.organisation_id
    )
    try:
        with transaction():
            auction = auctions.draft(portfolio.id, _terms(), by=current_user, now=clock())
    except Refusal as error:
        return _form(portfolio_code, error), 422
    flash(_("Drafted. An approver of your organisation must publish it."), "ok")
    return redirect(url_for(".show", code=auction.code), code=303)


@pages.get("/new/<portfolio_code>/left-out.csv")
@requires(Permission.AUCTION_LIST)
def left_out(portfolio_code: str) -> ResponseReturnValue:
    """Every case that a listing leaves out, with the reason in words."""
    portfolio = portfolios.owned_portfolio(
        portfolio_code, lender_id=current_user.organisation_id
    )
    table = auctions.scrubbed_cases(portfolio, clock().date())
    heading = (_("Case number"), _("Case"), _("Reason"), _("Balance"), _("Limitation"))
    rows = [
        (no, code, str(code_name(reason)), typed_money(balance, portfolio.currency), day)
        for no, code, reason, balance, day in table.iter_rows()
    ]
    return download(csv_file(heading, rows), f"left-out-{portfolio.code}.csv", CSV)


@pages.get("/<code>")
@requires(Permission.AUCTION_VIEW)
def show(code: str) -> ResponseReturnValue:
    auction = _owned(code)
    splits = auctions.splits_of(auction.id)
    chosen = request.args.get("split")
    split = next((s for s in splits if s.code == chosen), splits[0] if splits else None)
    shares = auctions.share_lines(split.id) if split else []
    portfolio = portfolios.listed_portfolio(auction.portfolio_id)
    return render_template(
        "lender/auctions/show.html",
        auction=auction,
        portfolio=portfolio,
        release=releases.release_of(auction.release_id),
        is_open=auction.is_open(clock()),
        is_due=auction.status is AuctionStatus.OPEN and auction.closes_at <= clock(),
        segments=auctions.segments_of(auction.id),
        bids=auctions.bid_lines(auction.id),
        splits=splits,
        split=split,
        shares=shares,
        flows=figures.flows(shares, portfolio) if shares else None,
        offers=[
            line
            for line in placements.placement_lines(lender_id=auction.lender_id)
            if line.placement.award_reference == auction.code
        ],
        clash=_clash(split) if split else None,
        events=audit.timeline("auctions", auction.id),
    )


@pages.post("/<code>/publish")
@requires(Permission.AUCTION_APPROVE)
def publish(code: str) -> ResponseReturnValue:
    auction = _owned(code)
    with transaction():
        auctions.publish(auction.id, by=current_user, now=clock())
    flash(_("Published. Vetted agencies can bid now."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/withdraw")
@requires(Permission.AUCTION_LIST)
def withdraw(code: str) -> ResponseReturnValue:
    auction = _owned(code)
    with transaction():
        auctions.withdraw(
            auction.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Withdrawn."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/open")
@requires(Permission.AUCTION_SPLIT)
def open_bids(code: str) -> ResponseReturnValue:
    auction = _owned(code)
    with transaction():
        count = auctions.open_bids(auction.id, by=current_user, now=clock())
    flash(ngettext("%(num)s bid opened.", "%(num)s bids opened.", count), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/split")
@requires(Permission.AUCTION_SPLIT)
def split(code: str) -> ResponseReturnValue:
    auction = _owned(code)
    with transaction():
        auctions.request_split(
            auction.id,
            place_all=bool(inputs.text("place_all")),
            without_spread=bool(inputs.text("without_spread")),
            by=current_user,
            now=clock(),
        )
    flash(_("The split is being computed."), "info")
    return redirect(url_for(".show", code=code), code=303)


@pages.get("/<code>/splits/<split_code>/progress")
@requires(Permission.AUCTION_VIEW)
def progress(code: str, split_code: str) -> ResponseReturnValue:
    found = auctions.owned_split(split_code, lender_id=current_user.organisation_id)
    return render_template(
        "lender/auctions/progress.html",
        split=found,
        code=code,
        done=job_progress.told(found),
    )


@pages.get("/<code>/splits/<split_code>/cases")
@requires(Permission.AUCTION_VIEW)
def placed(code: str, split_code: str) -> ResponseReturnValue:
    """Where every case goes; a code typed in leads to its reasons."""
    auction, found = _owned(code), _split(split_code)
    wanted = request.args.get("case", "").strip().upper()
    if wanted:
        return redirect(
            url_for(".why", code=code, split_code=split_code, case_code=wanted), code=303
        )
    page = inputs.page_number()
    return render_template(
        "lender/auctions/placed.html",
        auction=auction,
        split=found,
        page=page,
        lines=auctions.placed_lines(found.id, page=page),
        currency=_currency(auction),
    )


@pages.get("/<code>/splits/<split_code>/cases/<case_code>")
@requires(Permission.AUCTION_VIEW)
def why(code: str, split_code: str, case_code: str) -> ResponseReturnValue:
    """Why this agency: each bidder's value for the case, and the prices that decided."""
    auction, found = _owned(code), _split(split_code)
    reasons = auctions.why_case(found, case_code)
    ids = [choice.agency_id for choice in reasons.choices if choice.agency_id]
    return render_template(
        "lender/auctions/why.html",
        auction=auction,
        split=found,
        why=reasons,
        names=accounts.organisation_names(ids, locale=language()),
        currency=_currency(auction),
    )


@pages.get("/<code>/splits/<split_code>/certificate.zip")
@requires(Permission.AUCTION_VIEW)
def certificate(code: str, split_code: str) -> ResponseReturnValue:
    found = auctions.owned_split(split_code, lender_id=current_user.organisation_id)
    content = auctions.certificate_files(found)
    return download(content, f"certificate-{found.code}.zip", ZIP)


@pages.post("/<code>/splits/<split_code>/propose")
@requires(Permission.AWARD_PROPOSE)
def propose(code: str, split_code: str) -> ResponseReturnValue:
    auction = _owned(code)
    found = auctions.owned_split(split_code, lender_id=current_user.organisation_id)
    with transaction():
        auctions.propose_award(auction.id, found.id, by=current_user, now=clock())
    flash(_("Proposed. An approver must let it win."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/award")
@requires(Permission.AWARD_APPROVE)
def award(code: str) -> ResponseReturnValue:
    auction = _owned(code)
    with transaction():
        offered = auctions.award(auction.id, by=current_user, now=clock())
    flash(
        ngettext(
            "Awarded. %(num)s agency has been offered its lot.",
            "Awarded. %(num)s agencies have been offered their lots.",
            len(offered),
        ),
        "ok",
    )
    return redirect(url_for(".show", code=code), code=303)


def _owned(code: str) -> Auction:
    return auctions.owned_auction(code, lender_id=current_user.organisation_id)


def _clash(split: auctions.Split) -> dict[str, Any] | None:
    """What cannot all be had, with names; None if a split was found."""
    clash = split.notes.get("clash")
    if not clash:
        return None
    names = accounts.organisation_names(clash["agencies"], locale=language())
    return {
        **clash,
        "agencies": [names.get(one, "") for one in clash["agencies"]],
        "regions": [province(code, language()) for code in clash["regions"]],
        "terms": [_limit(name) for name in clash["terms"]],
    }


def _limit(name: str) -> str:
    """A limit of the matcher in the lender's words."""
    words: dict[str, str] = {
        "segment": _("every case must be placed"),
        "capacity": _("capacities in cases, and the largest share"),
        "balance_capacity": _("capacities in money"),
        "group": _("all cases of a debtor go to one agency"),
        "newcomer_share": _("the share for newcomers"),
        "min_agencies": _("the least number of agencies"),
        "exploration": _("the share placed by lot"),
    }
    return words[name]


def _split(split_code: str) -> auctions.Split:
    return auctions.owned_split(split_code, lender_id=current_user.organisation_id)


def _currency(auction: Auction) -> str:
    return db.session.get_one(portfolios.Portfolio, auction.portfolio_id).currency


def _terms() -> auctions.ListingTerms:
    return auctions.ListingTerms(
        opens_at=clock(),
        closes_at=inputs.moment("closes_at", _("Closing time")),
        floor_bps=inputs.percent_bps("floor", _("Lowest rate")),
        reserve_bps=inputs.percent_bps("reserve", _("Highest rate")),
        max_share_bps=inputs.percent_bps("max_share", _("Largest share")),
        newcomer_share_bps=inputs.percent_bps("newcomer_share", _("Share for newcomers")),
        min_agencies=inputs.whole("min_agencies", _("Least number of agencies")),
        exploration_bps=inputs.percent_bps("exploration", _("Share placed by lot")),
        debtors_together=bool(inputs.text("debtors_together")),
        include_time_barred=bool(inputs.text("include_time_barred")),
        least_debtors=_least_debtors(),
        term_days=inputs.whole("term_days", _("Term")),
        result_weight_bps=inputs.percent_bps("result_weight", _("Weight of results")),
        rates_include_tax=inputs.text("rates_include_tax") == "yes",
    )


def _least_debtors() -> int:
    least = inputs.whole("least_debtors", _("Debtors among whom each must hide"))
    if least < auctions.LEAST_DEBTORS:
        raise Refusal(
            _("Each debtor must hide among at least %(n)s.", n=auctions.LEAST_DEBTORS),
            next_step=_("Enter that number or a larger one."),
        )
    return least


def _form(portfolio_code: str, error: Refusal | None = None) -> str:
    portfolio = portfolios.owned_portfolio(
        portfolio_code, lender_id=current_user.organisation_id
    )
    return render_template(
        "lender/auctions/new.html",
        portfolio=portfolio,
        error=error,
        typed=request.form,
        scrubbed=auctions.scrubbed(portfolio, clock().date()),
        closes_at=clock() + timedelta(days=3),
    )
