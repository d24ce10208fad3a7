"""What the eight flows between an agency and a lender are called when people read them."""

from flask_babel import lazy_gettext as _l

WORDS: dict[str, object] = {
    "flow_placed": _l("Newly placed cases"), "flow_recalled": _l("Recalled cases"),
    "flow_balances": _l("Balance files"), "flow_postings": _l("Payments posted"),
    "flow_reports": _l("Payments reported"), "flow_contacts": _l("Contacts (promises)"),
    "flow_holds": _l("Disputes and holds"), "flow_statements": _l("Statements"),
    "flow_late": _l("Late"), "flow_due": _l("Due"), "flow_came_late": _l("Came late"),
}  # fmt: skip
