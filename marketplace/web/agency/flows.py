"""The tab of collected money that tells what went to and fro with each lender, day by day."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import Permission
from marketplace.reports import Flow
from marketplace.web.flows import Pages, flow_context, flow_table, flows_between
from marketplace.web.security import requires

_PAGES: Pages = {
    Flow.PLACED: ("agency.placements.index", Permission.PLACEMENT_VIEW, ""),
    Flow.RECALLED: ("agency.placements.index", Permission.PLACEMENT_VIEW, ""),
    Flow.BALANCES: ("agency.queue.index", Permission.CASE_WORK, ""),
    Flow.POSTINGS: ("agency.statements.index", Permission.STATEMENT_VIEW, ""),
    Flow.REPORTS: ("agency.intake.index", Permission.PAYMENT_REPORT, "all"),
    Flow.CONTACTS: ("agency.queue.index", Permission.CASE_WORK, ""),
    Flow.HOLDS: ("agency.queue.index", Permission.CASE_WORK, ""),
    Flow.STATEMENTS: ("agency.statements.index", Permission.STATEMENT_VIEW, ""),
}


@requires(Permission.PAYMENT_REPORT)
def index() -> ResponseReturnValue:
    found = flows_between(current_user.organisation_id)
    return render_template("agency/intake/flows.html", **flow_context(found, _PAGES))


@requires(Permission.PAYMENT_REPORT)
def export() -> ResponseReturnValue:
    return flow_table(flows_between(current_user.organisation_id))
