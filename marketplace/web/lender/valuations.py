"""What books are worth: the page of a value, its papers, values from distributions."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, valuations
from marketplace.accounts import Permission
from marketplace.core import progress
from marketplace.core.db import db, transaction
from marketplace.core.errors import Refusal
from marketplace.core.exports import Sheet, workbook
from marketplace.core.money import MINOR_DIGITS
from marketplace.portfolios import Portfolio
from marketplace.valuations import Valuation
from marketplace.web import figures, inputs
from marketplace.web.caveats import caveat
from marketplace.web.downloads import PDF, XLSX, download
from marketplace.web.security import clock, requires

pages = Blueprint("valuations", __name__, url_prefix="/valuations")

_TEMPLATE = (
    ("total", "", 1200, 36_000_000), ("dpd", 270, 800, 22_000_000),
    ("dpd", 540, 400, 14_000_000), ("product", "credit_card", 900, 25_000_000),
    ("product", "consumer_loan", 300, 11_000_000), ("balance", 15_000, 700, 10_500_000),
    ("balance", 51_000, 500, 25_500_000),
)  # fmt: skip


@pages.get("/")
@requires(Permission.PORTFOLIO_VIEW)
def index() -> ResponseReturnValue:
    return render_template(
        "lender/valuations/index.html",
        rows=valuations.valuations_of(current_user.organisation_id),
    )


@pages.get("/distribution")
@requires(Permission.PORTFOLIO_VALUE)
def distribution() -> ResponseReturnValue:
    return _form()


@pages.get("/distribution-template.xlsx")
@requires(Permission.PORTFOLIO_VALUE)
def template() -> ResponseReturnValue:
    names = ", ".join(valuations.DIMENSIONS)
    sheet = Sheet(
        _("Distribution"), ("dimension", "group", "cases", "balance"), _TEMPLATE
    )  # The headers are the file's own names, the same in every language.
    # The first sheet is the one that is read.
    content = workbook([(_("Dimensions"), names)], [sheet], about_last=True)
    return download(content, "distribution.xlsx", XLSX)


@pages.post("/distribution")
@requires(Permission.PORTFOLIO_VALUE)
def value_distribution() -> ResponseReturnValue:
    try:
        with transaction():
            valuation = _asked()
    except Refusal as refusal:
        return _form(refusal), 422
    flash(_("The valuation is being computed."), "info")
    return redirect(url_for(".show", code=valuation.code), code=303)


@pages.get("/<code>")
@requires(Permission.PORTFOLIO_VIEW)
def show(code: str) -> ResponseReturnValue:
    valuation = _owned(code)
    done = valuation.done_at is not None and not valuation.failure
    return render_template(
        "lender/valuations/show.html",
        valuation=valuation,
        portfolio=_portfolio(valuation),
        progress=progress.told(valuation),
        charts=figures.valuation_charts(valuation) if done else {},
        path=_path(valuation),
        checks=valuations.checks_of(valuation.portfolio_id) if valuation.portfolio_id else [],
        version=db.session.get(valuations.ValuationModel, valuation.model_id)
        if valuation.model_id
        else None,
        coverage=[row for row in valuations.published_coverage() if done
                  and row.market == valuation.figures["prior"]["market"]],
        events=audit.timeline("valuations", valuation.id),
    )  # fmt: skip


@pages.get("/<code>.pdf")
@requires(Permission.PORTFOLIO_VIEW)
def paper(code: str) -> ResponseReturnValue:
    valuation = _finished(code)
    content = valuations.valuation_pdf(valuation, now=clock(), caveats=_caveats(valuation))
    return download(content, f"{code}.pdf", PDF)


@pages.get("/<code>.xlsx")
@requires(Permission.PORTFOLIO_VIEW)
def book(code: str) -> ResponseReturnValue:
    valuation = _finished(code)
    content = valuations.valuation_workbook(valuation, now=clock(), caveats=_caveats(valuation))
    return download(content, f"{code}.xlsx", XLSX)


def _asked() -> Valuation:
    currency = inputs.text("currency")
    if currency not in MINOR_DIGITS:
        raise Refusal(
            _("Choose the currency of the balances."), next_step=_("Choose one of the list.")
        )
    name, content = inputs.uploaded("file", _("File"))
    return valuations.request_distribution_value(
        inputs.text("name"),
        valuations.read_distribution(name, content, digits=MINOR_DIGITS[currency]),
        currency=currency,
        cost_bps=inputs.percent_bps("cost", _("Cost")),
        discount_bps=inputs.percent_bps("discount", _("Discount rate")),
        commission_bps=inputs.percent_bps("commission", _("Commission")),
        by=current_user,
        now=clock(),
    )


def _form(error: Refusal | None = None) -> str:
    return render_template(
        "lender/valuations/distribution.html",
        error=error,
        typed=request.form,
        currencies=list(MINOR_DIGITS),
        dimensions=valuations.DIMENSIONS,
    )


def _owned(code: str) -> Valuation:
    return valuations.owned_valuation(code, lender_id=current_user.organisation_id)


def _finished(code: str) -> Valuation:
    valuation = _owned(code)
    if valuation.done_at is None or valuation.failure:
        raise Refusal(
            _("This valuation has no figures."),
            next_step=_("Wait until it is computed, or ask for it again."),
        )
    return valuation


def _portfolio(valuation: Valuation) -> Portfolio | None:
    return db.session.get(Portfolio, valuation.portfolio_id) if valuation.portfolio_id else None


def _path(valuation: Valuation) -> list[Valuation]:
    """How the value of the same portfolio moved as its cash came in."""
    if valuation.portfolio_id is None:
        return []
    return list(valuations.history_of(valuation.portfolio_id))


def _caveats(valuation: Valuation) -> dict[str, str]:
    held = valuation.figures
    return {line: caveat(line) for line in (*held["warnings"], *held["assumptions"])}
