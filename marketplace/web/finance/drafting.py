"""Drafting, approving and cancelling statements."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from marketplace import settlement
from marketplace.accounts import Permission, organisation_names
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.downloads import CSV, download
from marketplace.web.language import language
from marketplace.web.security import clock, requires

pages = Blueprint("drafting", __name__, url_prefix="/drafts")


@pages.get("/")
@requires(Permission.STATEMENT_DRAFT)
def index() -> ResponseReturnValue:
    tomorrow = clock().date() + timedelta(days=1)
    due = settlement.due_statements(tomorrow)
    ids = [i for one in due for i in (one.lender_id, one.agency_id)]
    return render_template(
        "finance/statements/due.html",
        due=due,
        names=organisation_names(ids, locale=language()),
        period_start=clock().date().replace(day=1),
        period_end=tomorrow,
    )


@pages.get("/preview")
@requires(Permission.STATEMENT_DRAFT)
def preview() -> ResponseReturnValue:
    """What drafting would make now, beside the last statement of each contract."""
    previews = _previews()
    ids = [i for one in previews for i in (one.due.lender_id, one.due.agency_id)]
    return render_template(
        "finance/statements/preview.html",
        previews=previews,
        names=organisation_names(ids, locale=language()),
    )


@pages.get("/preview.csv")
@requires(Permission.STATEMENT_DRAFT)
def preview_table() -> ResponseReturnValue:
    return download(settlement.preview_csv(_previews()), "preview.csv", CSV)


def _previews() -> list[settlement.Preview]:
    tomorrow = clock().date() + timedelta(days=1)
    return [
        settlement.preview_statement(due, period_end=tomorrow)
        for due in settlement.due_statements(tomorrow)
    ]


@pages.post("/")
@requires(Permission.STATEMENT_DRAFT)
def draft() -> ResponseReturnValue:
    """One statement for every lender and agency with verified cash in the period."""
    start = inputs.day("period_start", _("Period from"))
    end = inputs.day("period_end", _("Period to"))
    with transaction():
        due = settlement.due_statements(end)
        for one in due:
            settlement.draft_statement(
                one, period_start=start, period_end=end, by=current_user, now=clock()
            )
    flash(
        ngettext("%(num)s statement drafted.", "%(num)s statements drafted.", len(due)),
        "ok" if due else "info",
    )
    return redirect(url_for("finance.statements.index"), code=303)


@pages.post("/<code>/approve")
@requires(Permission.STATEMENT_APPROVE)
def approve(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        settlement.approve(statement.id, by=current_user, now=clock())
    flash(_("Approved and posted to the ledger."), "ok")
    return redirect(url_for("finance.statements.show", code=code), code=303)


@pages.post("/<code>/cancel")
@requires(Permission.STATEMENT_DRAFT)
def cancel(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        settlement.cancel(
            statement.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Cancelled. Its payments are free for another statement."), "ok")
    return redirect(url_for("finance.statements.show", code=code), code=303)
