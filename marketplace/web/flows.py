"""The table of eight flows between a lender and an agency, the same for either side."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import reports
from marketplace.accounts import Kind, Permission
from marketplace.core.exports import Cell, csv_file
from marketplace.core.installation import installed
from marketplace.reports import Flow, FlowDay, LenderFlows
from marketplace.web.downloads import CSV, download
from marketplace.web.language import when
from marketplace.web.security import clock
from marketplace.web.vocabulary import word

Pages = Mapping[Flow, tuple[str, Permission, str]]
"""Where what flowed is shown, who may look there, and which of its lists."""

_FROM_LENDER = {Flow.PLACED, Flow.RECALLED, Flow.BALANCES, Flow.POSTINGS}
_FROM_AGENCY = {Flow.REPORTS, Flow.CONTACTS}


def flows_between(agency_id: int, lender_id: int | None = None) -> list[LenderFlows]:
    zone = installed().time_zone
    return reports.flows_of(agency_id, lender_id=lender_id, zone=zone, now=clock())


def flow_context(found: Sequence[LenderFlows], pages: Pages) -> dict[str, Any]:
    """What the tables show, with links to the pages that the reader may open."""
    return {
        "found": found,
        "days": _days(),
        "flows": list(Flow),
        "sides": [(direction(flow), n) for flow, n in _SPANS],
        "links": {
            flow: url_for(page, show=more or None)
            for flow, (page, needed, more) in pages.items()
            if current_user.may(needed)
        },
        "late": reports.late_flows(found),
        "now": clock(),
    }


_SPANS = ((Flow.PLACED, 4), (Flow.REPORTS, 2), (Flow.HOLDS, 2))
"""The first flow of each direction in the table, and how many there are."""


def direction(flow: Flow) -> str:
    """Whence a flow comes, as the reader calls that side."""
    is_agency = current_user.organisation.kind is Kind.AGENCY
    if flow in _FROM_LENDER:
        return str(_("From the lender") if is_agency else _("From you"))
    if flow in _FROM_AGENCY:
        return str(_("From you") if is_agency else _("From the agency"))
    return str(_("Both ways"))


def flow_table(found: Sequence[LenderFlows]) -> Response:
    """The same as a file, one line for each lender, day and flow."""
    headers = [
        _("Lender"), _("Day"), _("Flow"), _("Direction"), _("Number"), _("Promises"),
        _("State"), _("Due"),
    ]  # fmt: skip
    cells = [
        _cells(of, day, flow, of.on(day, flow))
        for of in found
        for day in _days()
        for flow in Flow
    ]
    return download(csv_file(headers, cells), "flows.csv", CSV)


def _days() -> list[date]:
    return reports.flow_days(installed().time_zone, clock())


def _cells(of: LenderFlows, day: date, flow: Flow, shown: FlowDay) -> list[Cell]:
    return [
        str(of.lender.called),
        day.isoformat(),
        word(f"flow_{flow}"),
        direction(flow),
        shown.items,
        shown.promises if flow is Flow.CONTACTS else None,
        word(f"flow_{shown.standing}") if shown.standing else "",
        when(shown.due_at) if shown.due_at else "",
    ]
