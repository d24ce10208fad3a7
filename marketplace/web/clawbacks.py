"""Claw-backs and open disputes of lines, the same list for each side and for the platform."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace import settlement
from marketplace.accounts import Kind, Permission, organisation_names
from marketplace.web import inputs
from marketplace.web.downloads import CSV, download
from marketplace.web.language import language
from marketplace.web.security import clock, requires


def clawback_pages() -> Blueprint:
    """A blueprint for one door: the list, and all of it as a table."""
    pages = Blueprint("clawbacks", __name__, url_prefix="/clawbacks")
    pages.add_url_rule("/", "index", _index)
    pages.add_url_rule("/clawbacks.csv", "table", _table)
    return pages


@requires(Permission.STATEMENT_VIEW)
def _index() -> ResponseReturnValue:
    side = _side()
    page = inputs.page_number()
    chains, total = settlement.clawback_chains(organisation_id=side, page=page)
    disputes = settlement.dispute_rows(organisation_id=side)
    debts = settlement.open_debts(current_user)
    parties = {i for one in chains for i in (one.root.lender_id, one.root.agency_id)}
    parties |= {i for one in debts for i in (one.statement.lender_id, one.statement.agency_id)}
    return render_template(
        "shared/statements/clawbacks.html",
        chains=chains,
        total=total,
        page=page,
        size=settlement.CHAINS,
        disputes=[row for row in disputes if row.dispute.decision is None],
        debts=debts,
        names=organisation_names(parties, locale=language()),
        now=clock(),
    )


@requires(Permission.STATEMENT_VIEW)
def _table() -> ResponseReturnValue:
    return download(settlement.clawback_csv(organisation_id=_side()), "clawbacks.csv", CSV)


def _side() -> int | None:
    """Whose corrections are shown; the platform sees all."""
    platform = current_user.organisation.kind is Kind.PLATFORM
    return None if platform else current_user.organisation_id
