"""What the rail on the left offers, by audience and permission."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from marketplace.accounts import Kind, Permission


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None


_P = Permission

# (endpoint, label, icon, permission that opens it)
RAIL: dict[str, tuple[tuple[str, str, str, Permission | None], ...]] = {
    "lender": (
        ("lender.home.show", _l("Overview"), "overview", None),
        ("lender.portfolios.index", _l("Portfolios"), "portfolio", _P.PORTFOLIO_VIEW),
        ("lender.valuations.index", _l("Valuations"), "scale", _P.PORTFOLIO_VIEW),
        ("lender.auctions.index", _l("Auctions"), "gavel", _P.AUCTION_VIEW),
        ("lender.placements.index", _l("Placements"), "split", _P.PLACEMENT_VIEW),
        ("lender.cases.index", _l("Cases"), "list", _P.CASE_VIEW),
        ("lender.feeds.index", _l("Feeds"), "refresh", _P.PORTFOLIO_VIEW),
        ("lender.agencies.index", _l("Agencies"), "agencies", _P.AUCTION_VIEW),
        ("lender.payments.index", _l("Payments"), "cash", _P.STATEMENT_VIEW),
        ("lender.intake.index", _l("Reconciliation"), "link", _P.STATEMENT_VIEW),
        ("lender.statements.index", _l("Settlement"), "settlement", _P.STATEMENT_VIEW),
        ("lender.stripe.show", _l("Payments by Stripe"), "link", _P.ENTITY_EDIT),
        ("account.audit.index", _l("Audit"), "audit", _P.AUDIT_VIEW),
    ),
    "agency": (
        ("agency.home.show", _l("Overview"), "overview", None),
        ("agency.queue.index", _l("Queue"), "phone", _P.CASE_WORK),
        ("agency.opportunities.index", _l("Opportunities"), "gavel", _P.AUCTION_VIEW),
        ("agency.placements.index", _l("Placements"), "split", _P.PLACEMENT_VIEW),
        ("agency.credentials.index", _l("Credentials"), "shield", _P.CREDENTIAL_SUBMIT),
        ("agency.intake.index", _l("Collected money"), "cash", _P.PAYMENT_REPORT),
        ("agency.statements.index", _l("Settlement"), "settlement", _P.STATEMENT_VIEW),
        ("agency.stripe.show", _l("Payments by Stripe"), "link", _P.ENTITY_EDIT),
        ("account.audit.index", _l("Audit"), "audit", _P.AUDIT_VIEW),
    ),
    "staff": (
        ("staff.home.show", _l("Overview"), "overview", None),
        ("staff.credentials.index", _l("Vetting"), "shield", _P.CREDENTIAL_VET),
        ("staff.organisations.index", _l("Organisations"), "agencies", None),
        ("staff.models.index", _l("Models"), "chart", _P.MODEL_VIEW),
        ("staff.jobs.index", _l("Jobs"), "refresh", _P.JOBS_VIEW),
        ("account.audit.index", _l("Audit"), "audit", _P.AUDIT_VIEW),
        ("finance.ledger.index", _l("Ledger"), "scale", _P.LEDGER_VIEW),
        ("finance.periods.index", _l("Months"), "calendar", _P.LEDGER_VIEW),
        ("finance.incidents.index", _l("Incidents"), "warning", _P.LEDGER_VIEW),
    ),
    "finance": (
        ("finance.home.show", _l("Overview"), "overview", None),
        ("finance.statements.index", _l("Statements"), "settlement", _P.STATEMENT_VIEW),
        ("finance.intake.index", _l("Reconciliation"), "link", _P.STATEMENT_VIEW),
        ("finance.ledger.index", _l("Ledger"), "scale", _P.LEDGER_VIEW),
        ("finance.rails.index", _l("Rails"), "cash", _P.LEDGER_VIEW),
        ("finance.periods.index", _l("Months"), "calendar", _P.LEDGER_VIEW),
        ("finance.incidents.index", _l("Incidents"), "warning", _P.LEDGER_VIEW),
    ),
}


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"nav": entries()})


def door_of(user: object) -> str:
    """The name of the door a signed-in user enters by."""
    kind = user.organisation.kind  # type: ignore[attr-defined]
    if kind is not Kind.PLATFORM:
        return str(kind.value)
    return "finance" if user.role.value == "finance" else "staff"  # type: ignore[attr-defined]


def entries() -> list[Entry]:
    if not current_user or not current_user.is_authenticated:
        return []
    return [
        Entry(str(label), url_for(endpoint), icon, _is_current(endpoint))
        for endpoint, label, icon, permission in RAIL[door_of(current_user)]
        if (permission is None or current_user.may(permission))
        and endpoint in current_app.view_functions
    ]


def _is_current(endpoint: str) -> bool:
    return (request.endpoint or "").rpartition(".")[0] == endpoint.rpartition(".")[0]
