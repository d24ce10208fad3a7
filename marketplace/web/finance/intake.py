"""Reconciliation as the platform's finance reads it: every lender's months."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace import accounts, intake
from marketplace.accounts import (
    Organisation,
    Permission,
    organisation_codes,
    organisation_names,
)
from marketplace.core.errors import NotFound
from marketplace.web import intake_pages
from marketplace.web.language import language
from marketplace.web.security import requires

pages = Blueprint("intake", __name__, url_prefix="/intake")


@pages.get("/")
@requires(Permission.STATEMENT_VIEW)
def index() -> ResponseReturnValue:
    rows = intake.months()
    ids = [row.lender_id for row in rows]
    return render_template(
        "finance/intake/index.html",
        rows=rows,
        names=organisation_names(ids, locale=language()),
        codes=organisation_codes(ids),
    )


@pages.get("/<short_code>/<month>/")
@requires(Permission.STATEMENT_VIEW)
def show(short_code: str, month: str) -> ResponseReturnValue:
    context = intake_pages.month_context(_lender(short_code), intake_pages.month_of(month))
    return render_template(
        "lender/intake/show.html",
        **context,
        progress=(0, 0),
        proposal=None,
        rate_bps=intake_pages.rate_bps(context["counts"]),
        door="finance",
    )


@pages.get("/<short_code>/<month>/groups.<extension>")
@requires(Permission.STATEMENT_VIEW)
def export(short_code: str, month: str, extension: str) -> ResponseReturnValue:
    lender, start = _lender(short_code), intake_pages.month_of(month)
    intake.month_state(lender.id, start)
    return intake_pages.export(lender, start, extension)


@pages.get("/<short_code>/<month>/groups/<code>")
@requires(Permission.STATEMENT_VIEW)
def group(short_code: str, month: str, code: str) -> ResponseReturnValue:
    """One group as its lender sees it, without what only the lender may do."""
    context = intake_pages.group_context(_lender(short_code), code)
    if context["name"] != month:
        raise NotFound
    return render_template(
        "lender/intake/group.html", **context, error=None, typed={}, texts=None, door="finance"
    )


def _lender(short_code: str) -> Organisation:
    found = accounts.organisation_by_short_code(short_code)
    if found.kind is not accounts.Kind.LENDER:
        raise NotFound
    return found
