"""What went to and fro between a lender and one of its agencies, day by day."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace import accounts
from marketplace.accounts import Permission
from marketplace.reports import Flow
from marketplace.web.flows import Pages, flow_context, flow_table, flows_between
from marketplace.web.security import requires

_PAGES: Pages = {
    Flow.PLACED: ("lender.placements.index", Permission.PLACEMENT_VIEW, ""),
    Flow.RECALLED: ("lender.placements.index", Permission.PLACEMENT_VIEW, ""),
    Flow.BALANCES: ("lender.feeds.index", Permission.PORTFOLIO_VIEW, ""),
    Flow.POSTINGS: ("lender.payments.index", Permission.STATEMENT_VIEW, ""),
    Flow.REPORTS: ("lender.intake.index", Permission.STATEMENT_VIEW, ""),
    Flow.CONTACTS: ("lender.cases.index", Permission.CASE_VIEW, ""),
    Flow.HOLDS: ("lender.cases.index", Permission.CASE_VIEW, ""),
    Flow.STATEMENTS: ("lender.statements.index", Permission.STATEMENT_VIEW, ""),
}


@requires(Permission.PLACEMENT_VIEW)
def index(short_code: str) -> ResponseReturnValue:
    agency = accounts.agency_by_short_code(short_code)
    found = flows_between(agency.id, current_user.organisation_id)
    return render_template(
        "lender/agencies/flows.html", agency=agency, **flow_context(found, _PAGES)
    )


@requires(Permission.PLACEMENT_VIEW)
def export(short_code: str) -> ResponseReturnValue:
    return flow_table(
        flows_between(
            accounts.agency_by_short_code(short_code).id, current_user.organisation_id
        )
    )
