"""Finance at a glance: what waits for whom, what is not reconciled, which rail carried what."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import checks, intake, ledger, rails, settlement
from marketplace.accounts import Permission
from marketplace.web.ageing import ageing_charts
from marketplace.web.security import clock

pages = Blueprint("home", __name__)

MONTHS = 6
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Queue:
    """What waits for somebody, how many, and the page on which it is dealt with."""

    label: str
    count: int
    url: str


@pages.get("/")
def show() -> ResponseReturnValue:
    today = clock().date()
    due = settlement.due_statements(today + timedelta(days=1))
    aged = intake.unreconciled(on=today)
    incidents = ledger.incidents(open_only=True)
    return render_template(
        "finance/home.html",
        due=due,
        unreconciled=sum(one.items for one in aged),
        ageing=ageing_charts(aged),
        queues=_queues(len(incidents)),
        months=ledger.months()[:MONTHS],
        by_rail=settlement.cash_by_rail(since=today - YEAR),
        rows=settlement.statement_rows(size=10)[0],
        incidents=incidents,
        last=checks.last_check(),
        stripe_on=rails.is_on(),
        now=clock(),
    )


def _queues(incidents: int) -> list[Queue]:
    """Those that the reader may open."""
    waiting, may = settlement.waiting(), current_user.may
    found = [
        (Permission.STATEMENT_APPROVE, _("Statements to approve"), waiting.to_approve,
         "finance.statements.index"),
        (Permission.STATEMENT_VIEW, _("Disputed lines without a decision"), waiting.disputes,
         "finance.disputes.index"),
        (Permission.REMITTANCE_CONFIRM, _("Fees recorded, to be confirmed by a colleague"),
         waiting.fees, "finance.statements.index"),
        (Permission.LEDGER_VIEW, _("Journals proposed by hand"), ledger.undecided_proposals(),
         "finance.proposals.index"),
        (Permission.LEDGER_VIEW, _("Operations at Stripe that need a person"),
         rails.operations_waiting(), "finance.rails.index"),
        (Permission.LEDGER_VIEW, _("Movements at Stripe that nothing explains"),
         len(rails.unexplained()), "finance.rails.index"),
        (Permission.LEDGER_VIEW, _("Open incidents"), incidents, "finance.incidents.index"),
    ]  # fmt: skip
    return [
        Queue(label, count, url_for(endpoint))
        for permission, label, count, endpoint in found
        if may(permission)
    ]
