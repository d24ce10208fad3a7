"""A lender's cases: the list, one case, holds, personal data."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, casework, compliance, feeds, portfolios, rails
from marketplace.accounts import Permission
from marketplace.compliance import HoldReason
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.core.exports import Sheet, workbook
from marketplace.portfolios import CaseFilter, CaseLine, Product
from marketplace.web import inputs
from marketplace.web.cases import case_context, reveal_person
from marketplace.web.downloads import XLSX, download
from marketplace.web.provinces import PROVINCES
from marketplace.web.security import clock, requires
from marketplace.web.vocabulary import word

pages = Blueprint("cases", __name__, url_prefix="/cases")
EXPORT_ROWS = 10_000


@pages.get("/")
@requires(Permission.CASE_VIEW)
def index() -> ResponseReturnValue:
    found = portfolios.case_lines(
        current_user.organisation_id,
        _filter(),
        request.args.get("sort", "-balance"),
        inputs.page_number(),
    )
    return render_template(
        "lender/cases/index.html", found=found, products=Product, provinces=PROVINCES
    )


@pages.get("/cases.xlsx")
@requires(Permission.CASE_VIEW)
def export() -> ResponseReturnValue:
    """Exactly the list that is shown, masked, with its filter in the first sheet."""
    now = clock()
    found = portfolios.case_lines(
        current_user.organisation_id,
        _filter(),
        request.args.get("sort", "-balance"),
        size=EXPORT_ROWS,
    )
    with transaction():
        audit.record(
            "cases.exported", current_user.organisation, by=current_user, now=now,
            rows=len(found.lines), filter=request.query_string.decode(),
        )  # fmt: skip
    about = [
        (_("Exported by"), current_user.name),
        (_("Exported at"), now.strftime("%Y-%m-%d %H:%M UTC")),
        (_("Filter"), request.query_string.decode() or "–"),
        (_("Rows"), str(len(found.lines))),
    ]
    return download(workbook(about, [_sheet(found.lines)]), "cases.xlsx", XLSX)


def _sheet(lines: list[CaseLine]) -> Sheet:
    headers = (
        _("Case"), _("Case number"), _("Debtor"), _("Product"), _("Province"),
        _("Days past due"), _("Balance"), _("Currency"), _("Balances as of"),
        _("List (SHA-256)"), _("Sheet"), _("Row"),
    )  # fmt: skip
    return Sheet(
        _("Cases"),
        headers,
        [
            (
                line.code,
                line.lender_case_no,
                line.name_masked,
                word(line.product),
                line.region,
                line.dpd,
                line.balance_minor / 100,
                line.currency,
                line.balance_as_of.isoformat(),
                line.file_sha256,
                line.sheet,
                line.row,
            )
            for line in lines
        ],
    )


def _filter() -> CaseFilter:
    """The filter is the address."""
    portfolio_id = None
    if chosen := request.args.get("portfolio", ""):
        owned = portfolios.owned_portfolio(chosen, lender_id=current_user.organisation_id)
        portfolio_id = owned.id
    return CaseFilter(
        portfolio_id=portfolio_id,
        product=request.args.get("product", ""),
        region=request.args.get("region", ""),
        text=request.args.get("q", ""),
    )


@pages.get("/<code>")
@requires(Permission.CASE_VIEW)
def show(code: str) -> ResponseReturnValue:
    context = case_context(code)
    case_id = context["case"].id
    lines = portfolios.balance_lines(case_id, lender_id=current_user.organisation_id)
    return render_template(
        "lender/cases/show.html",
        reasons=HoldReason,
        balances=lines,
        delivered=feeds.delivery_codes({one.delivery_id for one in lines if one.delivery_id}),
        absent_since=feeds.absent_since(case_id),
        paid=portfolios.PAID in context["case"].hold_flags,
        stripe_on=rails.is_on(),
        checkouts=rails.checkouts_of(case_id, lender_id=current_user.organisation_id),
        **context,
    )


@pages.post("/<code>/hold")
@requires(Permission.HOLD_PLACE)
def hold(code: str) -> ResponseReturnValue:
    page = casework.case_page(code, by=current_user)
    try:
        reason = HoldReason(request.form.get("reason", ""))
    except ValueError as error:
        raise Refusal(_("Choose a reason for the hold.")) from error
    with transaction():
        compliance.place_hold(
            lender_id=page.case.lender_id,
            debtor_id=page.debtor.id,
            reason=reason,
            note=inputs.text("note"),
            by=current_user,
            now=clock(),
        )
    flash(_("On hold. Nobody can contact this debtor now."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/checkout")
@requires(Permission.PAYMENT_RECORD)
def checkout(code: str) -> ResponseReturnValue:
    """Ask for a page at Stripe where the debtor can pay."""
    case = casework.case_page(code, by=current_user).case
    amount = inputs.amount_minor("amount", _("Amount"), currency=case.currency)
    with transaction():
        rails.ask_for_checkout(case.id, amount, by=current_user, now=clock())
    flash(_("Asked for. The payment page is there in a minute."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/reopen")
@requires(Permission.HOLD_PLACE)
def reopen(code: str) -> ResponseReturnValue:
    page = casework.case_page(code, by=current_user)
    with transaction():
        portfolios.reopen_case(
            page.case.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("The debt is no longer marked as paid."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/holds/<int:hold_id>/lift")
@requires(Permission.HOLD_PLACE)
def lift(code: str, hold_id: int) -> ResponseReturnValue:
    with transaction():
        compliance.lift_hold(hold_id, by=current_user, now=clock())
    flash(_("The hold is lifted."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/reveal")
@requires(Permission.CASE_REVEAL)
def reveal(code: str) -> ResponseReturnValue:
    return reveal_person(code)


@pages.post("/<code>/forget")
@requires(Permission.DEBTOR_FORGET)
def forget(code: str) -> ResponseReturnValue:
    page = casework.case_page(code, by=current_user)
    with transaction():
        portfolios.forget(page.debtor.id, by=current_user, now=clock())
    flash(_("The key to this person's data is destroyed. It cannot be brought back."), "ok")
    return redirect(url_for(".show", code=code), code=303)
