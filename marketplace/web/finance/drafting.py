"""Drafting, approving and cancelling statements."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from marketplace import settlement
from marketplace.accounts import Permission, organisation_names
from marketplace.core.db import transaction
from marketplace.core.money import MINOR_DIGITS, in_units
from marketplace.settlement import Preview
from marketplace.web import inputs
from marketplace.web.downloads import CSV, download
from marketplace.web.language import language
from marketplace.web.security import clock, requires

pages = Blueprint("drafting", __name__, url_prefix="/drafts")

LINES_SHOWN = 50
"""Of each row of a preview; the table for machines has all."""


@pages.get("/")
@requires(Permission.STATEMENT_DRAFT)
def index() -> ResponseReturnValue:
    end = _period_end()
    due = settlement.due_statements(end)
    ids = [i for one in due for i in (one.lender_id, one.agency_id)]
    return render_template(
        "finance/statements/due.html",
        due=due,
        names=organisation_names(ids, locale=language()),
        period_start=(end - timedelta(days=1)).replace(day=1),
        period_end=end,
    )


@pages.get("/preview")
@requires(Permission.STATEMENT_DRAFT)
def preview() -> ResponseReturnValue:
    """What drafting would make now, beside the last statement of each contract."""
    end = _period_end()
    previews = _previews(end)
    ids = [i for one in previews for i in (one.due.lender_id, one.due.agency_id)]
    names = organisation_names(ids, locale=language())
    return render_template(
        "finance/statements/preview.html",
        previews=previews,
        period_end=end,
        lines_of=settlement.preview_lines,
        most=LINES_SHOWN,
        names=names,
        bars={
            currency: _agency_bars([p for p in previews if p.due.currency == currency], names)
            for currency in sorted({one.due.currency for one in previews})
        },
        amounts_of=settlement.amounts_of,
        methods=settlement.METHODS,
        holds=settlement.HOLDS,
    )


@pages.get("/preview.csv")
@requires(Permission.STATEMENT_DRAFT)
def preview_table() -> ResponseReturnValue:
    return download(settlement.preview_csv(_previews(_period_end())), "preview.csv", CSV)


@pages.get("/preview-lines.csv")
@requires(Permission.STATEMENT_DRAFT)
def preview_lines_table() -> ResponseReturnValue:
    content = settlement.preview_lines_csv(_previews(_period_end()))
    return download(content, "preview-lines.csv", CSV)


def _period_end() -> date:
    """Up to which day is asked for, itself excluded; without one, today is the last."""
    return inputs.day_asked("period_end", clock().date() + timedelta(days=1))


def _previews(end: date) -> list[Preview]:
    return [
        settlement.preview_statement(due, period_end=end)
        for due in settlement.due_statements(end)
    ]


def _agency_bars(previews: Sequence[Preview], names: Mapping[int, str]) -> dict[str, Any]:
    """What each agency would earn now, beside what the last statements gave it."""
    currency = previews[0].due.currency
    now: dict[int, int] = {}
    last: dict[int, int] = {}
    for one in previews:
        agency = one.due.agency_id
        now[agency] = now.get(agency, 0) + one.commission_minor
        last[agency] = last.get(agency, 0) + one.commission_minor - one.change_minor
    order = sorted(now, key=lambda agency: -now[agency])
    return {
        "x": [names[agency] for agency in order],
        "x_label": _("Agency"),
        "unit": "",
        "digits": MINOR_DIGITS[currency],
        "horizontal": True,
        "series": [
            {"name": name, "values": [in_units(sums[agency], currency) for agency in order]}
            for name, sums in ((_("Commission now"), now), (_("Commission last"), last))
        ],
    }


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
