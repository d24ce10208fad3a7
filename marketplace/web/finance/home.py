"""Finance at a glance: what waits for whom."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace import checks, ledger, rails, settlement
from marketplace.accounts import organisation_names
from marketplace.web.language import language
from marketplace.web.security import clock

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> ResponseReturnValue:
    due = settlement.due_statements(clock().date() + timedelta(days=1))
    ids = [i for one in due for i in (one.lender_id, one.agency_id)]
    return render_template(
        "finance/home.html",
        due=due,
        names=organisation_names(ids, locale=language()),
        rows=settlement.statement_rows()[:10],
        incidents=ledger.incidents(open_only=True),
        last=checks.last_check(),
        stripe_on=rails.is_on(),
    )
