"""The months of the books: proposed and closed by two people."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import ledger
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import NotFound
from marketplace.web.security import clock, requires

pages = Blueprint("periods", __name__, url_prefix="/months")


@pages.get("/")
@requires(Permission.LEDGER_VIEW)
def index() -> ResponseReturnValue:
    return render_template(
        "finance/periods/index.html",
        months=ledger.months(),
        current=clock().date().replace(day=1),
        incidents=ledger.open_incidents(),
    )


@pages.post("/<month>/propose")
@requires(Permission.PERIOD_CLOSE)
def propose(month: str) -> ResponseReturnValue:
    with transaction():
        ledger.propose_close(_month(month), by=current_user, now=clock())
    flash(_("Proposed. A colleague in finance confirms it."), "ok")
    return redirect(url_for(".index"), code=303)


@pages.post("/<month>/close")
@requires(Permission.PERIOD_CLOSE)
def close(month: str) -> ResponseReturnValue:
    with transaction():
        ledger.close_period(_month(month), by=current_user, now=clock())
    flash(_("%(month)s is closed. Corrections go to the open month.", month=month), "ok")
    return redirect(url_for(".index"), code=303)


def _month(name: str) -> date:
    """The month of an address such as 2026-03."""
    try:
        return date.fromisoformat(f"{name}-01")
    except ValueError as error:
        raise NotFound from error
