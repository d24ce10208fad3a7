"""What a case page needs, for the lender's and the agency's door alike."""

from typing import Any

from flask import render_template
from flask_login import current_user

from marketplace import audit, casework, compliance, portfolios
from marketplace.casework import Channel
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.security import clock


def case_context(code: str) -> dict[str, Any]:
    page = casework.case_page(code, by=current_user)
    now = clock()
    return {
        "page": page,
        "case": page.case,
        "debtor": page.debtor,
        "holds": compliance.holds_on(page.debtor.id, now),
        "decision": casework.may_contact(page.case, Channel.CALL, by=current_user, now=now),
        "channels": Channel,
        "events": audit.timeline("cases", page.case.id),
        "today": now.date(),
    }


def reveal_person(code: str) -> str:
    """Show a debtor's data in full, once, with the reason on record."""
    page = casework.case_page(code, by=current_user)
    with transaction():
        person = portfolios.reveal(
            page.debtor.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    return render_template("shared/cases/revealed.html", person=person, code=code)
