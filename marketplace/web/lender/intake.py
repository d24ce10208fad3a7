"""Payment intake: files of a month brought in, and the month with its queue."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts, intake
from marketplace.accounts import Permission
from marketplace.core import progress
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.intake import Batch, Brought, FileKind
from marketplace.web import inputs, intake_pages
from marketplace.web.security import clock, requires
from marketplace.web.vocabulary import word

pages = Blueprint("intake", __name__, url_prefix="/intake")
_KINDS = (FileKind.LEDGER, FileKind.BANK, FileKind.CLAIMS, FileKind.HOLIDAYS, FileKind.DEBTORS)


@pages.get("/")
@requires(Permission.STATEMENT_VIEW)
def index() -> ResponseReturnValue:
    return _index()


@pages.post("/")
@requires(Permission.PAYMENT_RECORD)
def bring() -> ResponseReturnValue:
    try:
        with transaction():
            batch = _brought()
    except Refusal as error:
        return _index(error), 422
    flash(_("The files are kept. The month is being matched."), "info")
    return redirect(url_for(".show", month=f"{batch.month_start:%Y-%m}"), code=303)


@pages.get("/<month>/")
@requires(Permission.STATEMENT_VIEW)
def show(month: str) -> ResponseReturnValue:
    context = intake_pages.month_context(
        current_user.organisation, intake_pages.month_of(month)
    )
    waiting = context["held"].waiting
    return render_template(
        "lender/intake/show.html",
        **context,
        progress=progress.told(waiting) if waiting else (0, 0),
        proposal=_proposal(context),
        rate_bps=intake_pages.rate_bps(context["counts"]),
        door="lender",
    )


@pages.get("/<month>/groups.<extension>")
@requires(Permission.STATEMENT_VIEW)
def export(month: str, extension: str) -> ResponseReturnValue:
    return intake_pages.export(current_user.organisation, _kept(month), extension)


@pages.get("/<month>/decisions")
@requires(Permission.STATEMENT_VIEW)
def decisions(month: str) -> ResponseReturnValue:
    rows = intake.decisions(current_user.organisation_id, _kept(month))
    return render_template(
        "lender/intake/decisions.html",
        name=month,
        rows=rows,
        people=accounts.user_names(
            {one for row in rows for one in (row.made_by_id, row.checked_by_id) if one}
        ),
        currency=_currency(month),
    )


def _kept(month: str) -> date:
    """A month of which something was brought in."""
    start = intake_pages.month_of(month)
    intake.month_state(current_user.organisation_id, start)
    return start


def _currency(month: str) -> str:
    state = intake.month_state(current_user.organisation_id, intake_pages.month_of(month))
    return state.run.currency if state.run else "CNY"


def _proposal(context: dict[str, Any]) -> Any:
    """The approval of automatic matches that waits for a second person, if any."""
    rows = intake.decisions(current_user.organisation_id, context["month"])
    waiting = (row for row in rows if row.kind == "automatic" and row.checked_at is None)
    return next((row for row in waiting if not row.superseded), None)


def _brought() -> Batch:
    files = [
        Brought(
            kind,
            *inputs.uploaded(kind.value, word(f"file_{kind.value}")),
            inputs.text("agency"),
        )
        for kind in _KINDS
        if _given(kind.value)
    ]
    profile = inputs.uploaded("profile", _("Profile"))[1] if _given("profile") else None
    return intake.bring_in(
        files,
        month=intake_pages.typed_month(inputs.text("month")),
        profile=profile,
        by=current_user,
        now=clock(),
    )


def _given(name: str) -> bool:
    file = request.files.get(name)
    return file is not None and bool(file.filename)


def _index(error: Refusal | None = None) -> str:
    lender_id = current_user.organisation_id
    return render_template(
        "lender/intake/index.html",
        error=error,
        rows=intake.months(lender_id),
        agencies=intake.agencies_of(lender_id),
        columns={"ledger": intake.LEDGER_COLUMNS, "claims": intake.CLAIM_COLUMNS},
        current=f"{clock():%Y-%m}",
        typed=request.form,
    )
