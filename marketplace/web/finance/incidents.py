"""Differences that a self-check found, until finance closes them in words."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import checks, ledger
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("incidents", __name__, url_prefix="/incidents")


@pages.get("/")
@requires(Permission.LEDGER_VIEW)
def index() -> ResponseReturnValue:
    found = ledger.incidents()
    return render_template(
        "finance/incidents/index.html",
        opened=[incident for incident in found if incident.closed_at is None],
        closed=[incident for incident in found if incident.closed_at is not None],
        codes=ledger.user_codes([row.closed_by_id for row in found if row.closed_by_id]),
        last=checks.last_check(),
    )


@pages.post("/<int:incident_id>/close")
@requires(Permission.INCIDENT_CLOSE)
def close(incident_id: int) -> ResponseReturnValue:
    with transaction():
        ledger.close_incident(
            incident_id, note=inputs.text("note"), by=current_user, now=clock()
        )
    flash(_("Closed. If the difference is still there, the next check opens it again."), "ok")
    return redirect(url_for(".index"), code=303)


@pages.post("/check")
@requires(Permission.INCIDENT_CLOSE)
def check() -> ResponseReturnValue:
    with transaction():
        asked = checks.ask_for_check()
    flash(
        _("The books are being checked. Reload the page in a moment.")
        if asked
        else _("A check is waiting already. Reload the page in a moment."),
        "info",
    )
    return redirect(url_for(".index"), code=303)
