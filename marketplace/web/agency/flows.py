"""The tab of collected money that tells what went to and fro with each lender, day by day."""

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import reports
from marketplace.accounts import Permission
from marketplace.core.exports import Cell, csv_file
from marketplace.core.installation import installed
from marketplace.reports import Flow, FlowDay, LenderFlows
from marketplace.web.downloads import CSV, download
from marketplace.web.language import when
from marketplace.web.security import clock, requires
from marketplace.web.vocabulary import word

_PAGES: dict[Flow, tuple[str, Permission]] = {
    Flow.PLACED: ("agency.placements.index", Permission.PLACEMENT_VIEW),
    Flow.RECALLED: ("agency.placements.index", Permission.PLACEMENT_VIEW),
    Flow.BALANCES: ("agency.queue.index", Permission.CASE_WORK),
    Flow.POSTINGS: ("agency.statements.index", Permission.STATEMENT_VIEW),
    Flow.REPORTS: ("agency.intake.index", Permission.PAYMENT_REPORT),
    Flow.CONTACTS: ("agency.queue.index", Permission.CASE_WORK),
    Flow.HOLDS: ("agency.queue.index", Permission.CASE_WORK),
    Flow.STATEMENTS: ("agency.statements.index", Permission.STATEMENT_VIEW),
}
"""Where what flowed is shown, and who may look there."""


@requires(Permission.PAYMENT_REPORT)
def index() -> ResponseReturnValue:
    found = _found()
    return render_template(
        "agency/intake/flows.html",
        found=found,
        days=_days(),
        flows=list(Flow),
        links={
            flow: url_for(page, show="all" if flow is Flow.REPORTS else None)
            for flow, (page, needed) in _PAGES.items()
            if current_user.may(needed)
        },
        late=reports.late_flows(found),
        now=clock(),
    )


@requires(Permission.PAYMENT_REPORT)
def export() -> ResponseReturnValue:
    """The same table, one line for each lender, day and flow."""
    headers = [
        _("Lender"), _("Day"), _("Flow"), _("Direction"), _("Number"), _("Promises"),
        _("State"), _("Due"),
    ]  # fmt: skip
    cells = [
        _cells(of, day, flow, of.on(day, flow))
        for of in _found()
        for day in _days()
        for flow in Flow
    ]
    return download(csv_file(headers, cells), "flows.csv", CSV)


def _found() -> list[LenderFlows]:
    mine, zone = current_user.organisation_id, installed().time_zone
    return reports.flows_of(mine, zone=zone, now=clock())


def _days() -> list[date]:
    return reports.flow_days(installed().time_zone, clock())


def _cells(of: LenderFlows, day: date, flow: Flow, shown: FlowDay) -> list[Cell]:
    return [
        str(of.lender.called),
        day.isoformat(),
        word(f"flow_{flow}"),
        word(f"from_{flow}"),
        shown.items,
        shown.promises if flow is Flow.CONTACTS else None,
        word(f"flow_{shown.standing}") if shown.standing else "",
        when(shown.due_at) if shown.due_at else "",
    ]
