"""What a case page needs, for the lender's and the agency's door alike."""

from typing import Any

from flask_login import current_user

from marketplace import audit, casework, compliance
from marketplace.casework import Channel
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
