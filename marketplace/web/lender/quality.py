"""The quality of a portfolio's data, and whether it is ready for the market."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace import portfolios, reports
from marketplace.accounts import Permission
from marketplace.core.exports import csv_file
from marketplace.core.words import Code, _
from marketplace.portfolios import Portfolio
from marketplace.web.downloads import CSV, PDF, download
from marketplace.web.security import clock, requires

pages = Blueprint("quality", __name__, url_prefix="/portfolios/<code>/quality")


@pages.get("/")
@requires(Permission.PORTFOLIO_VIEW)
def show(code: str) -> ResponseReturnValue:
    portfolio = _owned(code)
    found = reports.readiness_of(portfolio, clock().date())
    return render_template("lender/portfolios/quality.html", portfolio=portfolio, found=found)


@pages.get("/readiness.pdf")
@requires(Permission.PORTFOLIO_VIEW)
def paper(code: str) -> ResponseReturnValue:
    found = reports.readiness_of(_owned(code), clock().date())
    return download(reports.readiness_pdf(found, now=clock()), f"{code}-readiness.pdf", PDF)


@pages.get("/problems.csv")
@requires(Permission.PORTFOLIO_VIEW)
def problems(code: str) -> ResponseReturnValue:
    """Cases with impossible or repeated values, as the lender numbers them."""
    portfolio = _owned(code)
    heads = (_("Case number"), _("Case"), _("Problem"), _("Sheet"), _("Row"))
    lines = portfolios.problem_lines(portfolio.id, lender_id=portfolio.lender_id)
    rows = (
        (one.case_no, one.code, str(Code(one.kind)), one.sheet or "", one.row or "")
        for one in lines
    )
    content = csv_file([str(head) for head in heads], rows)
    return download(content, f"{code}-problems.csv", CSV)


def _owned(code: str) -> Portfolio:
    return portfolios.owned_portfolio(code, lender_id=current_user.organisation_id)
