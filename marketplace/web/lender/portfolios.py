"""Portfolios: what is in them, what they are worth, how they are doing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, casework, placements, portfolios, reports, valuations
from marketplace.accounts import Permission, organisation_names
from marketplace.core.db import transaction
from marketplace.placements import PlacementStatus
from marketplace.portfolios import Portfolio
from marketplace.web import figures, inputs
from marketplace.web.downloads import XLSX, download
from marketplace.web.language import language
from marketplace.web.provinces import is_province, province
from marketplace.web.security import clock, requires

pages = Blueprint("portfolios", __name__, url_prefix="/portfolios")


@pages.get("/")
@requires(Permission.PORTFOLIO_VIEW)
def index() -> ResponseReturnValue:
    return render_template(
        "lender/portfolios/index.html",
        lines=portfolios.portfolio_lines(
            current_user.organisation_id, status=request.args.get("state") or None
        ),
        tapes=portfolios.tape_lines(current_user.organisation_id, limit=10),
    )


@pages.get("/<code>")
@requires(Permission.PORTFOLIO_VIEW)
def show(code: str) -> ResponseReturnValue:
    portfolio = _owned(code)
    valuation = valuations.latest_valuation(portfolio.id)
    asked = valuations.valuation_under_way(portfolio.id)
    strata, places = portfolios.strata(portfolio.id), portfolios.places_in(portfolio.id)
    return render_template(
        "lender/portfolios/show.html",
        portfolio=portfolio,
        valuation=valuation,
        asked=asked if asked and (valuation is None or asked.id != valuation.id) else None,
        followed=valuations.latest_revaluation(portfolio.id),
        fan=figures.value_fan(valuation) if valuation else None,
        waterfall=figures.waterfall(valuation) if valuation else None,
        bars={name: figures.strata_bars(strata, name) for name in ("region", "age", "score")},
        spread={
            name: figures.spread_bars(bins)
            for name, bins in portfolios.spread_of(portfolio.id, portfolio.currency).items()
        },
        facts=portfolios.facts_of(portfolio.id),
        places=figures.places(places, portfolio.currency),
        elsewhere=[place for place in places if not is_province(place.code)],
        monitor=_monitor(portfolio, valuation),
        creditors=portfolios.creditors_of(portfolio.id),
        today=clock().date(),
        events=audit.timeline("portfolios", portfolio.id),
    )


@pages.get("/<code>/strats.xlsx")
@requires(Permission.PORTFOLIO_VIEW)
def strats(code: str) -> ResponseReturnValue:
    content = reports.strats_workbook(
        _owned(code), now=clock(), place_name=lambda place: province(place, language())
    )
    return download(content, f"{code}-strats.xlsx", XLSX)


@pages.post("/<code>/value")
@requires(Permission.PORTFOLIO_VALUE)
def value(code: str) -> ResponseReturnValue:
    portfolio = _owned(code)
    with transaction():
        asked = valuations.request_valuation(
            portfolio.id,
            cost_bps=inputs.percent_bps("cost", _("Cost")),
            discount_bps=inputs.percent_bps("discount", _("Discount rate")),
            commission_bps=inputs.percent_bps("commission", _("Commission")),
            by=current_user,
            now=clock(),
        )
    flash(_("The valuation is being computed."), "info")
    return redirect(url_for("lender.valuations.show", code=asked.code), code=303)


@pages.post("/<code>/creditors")
@requires(Permission.CONTRACT_EDIT)
def creditors(code: str) -> ResponseReturnValue:
    """Record a change of creditor, or the shares of co-lenders, from a day on."""
    portfolio = _owned(code)
    notice = (
        inputs.day("notice_on", _("Debtors notified on")) if inputs.text("notice_on") else None
    )
    shares = [
        portfolios.Share(
            inputs.text(f"creditor-{i}"),
            inputs.percent_bps(f"share-{i}", _("Share")),
            notice_on=notice,
        )
        for i in (1, 2, 3)
        if inputs.text(f"creditor-{i}")
    ]
    with transaction():
        portfolios.change_creditors(
            portfolio.id,
            shares,
            valid_from=inputs.day("valid_from", _("Valid from")),
            by=current_user,
            now=clock(),
        )
    flash(_("The change of creditor is recorded."), "ok")
    return redirect(url_for(".show", code=code), code=303)


def _owned(code: str) -> Portfolio:
    return portfolios.owned_portfolio(code, lender_id=current_user.organisation_id)


def _monitor(portfolio: Portfolio, valuation: valuations.Valuation | None) -> dict[str, object]:
    """Cash against the valued band, per agency: the liquidation curve."""
    placed: dict[int, int] = {}
    first = None
    for line in placements.placement_lines(lender_id=portfolio.lender_id):
        one = line.placement
        worked = one.status not in {PlacementStatus.OFFERED, PlacementStatus.DECLINED}
        if one.portfolio_id == portfolio.id and worked:
            placed[one.agency_id] = placed.get(one.agency_id, 0) + one.balance_minor
            first = min(first or one.starts_on, one.starts_on)
    if not placed or first is None:
        return {}
    cash = casework.cash_by_month(portfolio.id)
    names = organisation_names(placed, locale=language())
    latest = max((row.month for row in cash), default=0) + 1
    months = max((clock().date() - first).days // 30, latest)
    return {
        "curve": figures.liquidation(valuation, cash, placed, names, months),
        "cash_minor": sum(row.amount_minor for row in cash),
        "placed_minor": sum(placed.values()),
    }
