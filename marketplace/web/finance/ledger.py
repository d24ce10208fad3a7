"""The trial balance and the journals."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace import ledger
from marketplace.accounts import Permission, organisation_names
from marketplace.web.language import language
from marketplace.web.security import requires

pages = Blueprint("ledger", __name__, url_prefix="/ledger")


@pages.get("/")
@requires(Permission.LEDGER_VIEW)
def index() -> ResponseReturnValue:
    balances = ledger.balances()
    ids = [row.organisation_id for row in balances if row.organisation_id is not None]
    return render_template(
        "finance/ledger/index.html",
        balances=balances,
        names=organisation_names(ids, locale=language()),
        journals=ledger.journals(),
        balanced=ledger.is_balanced(),
    )
