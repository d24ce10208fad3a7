"""Which cash earns commission: a table of how it was paid by what held the debtor then."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marketplace.casework import PaymentMethod
from marketplace.compliance import HoldReason
from marketplace.settlement.terms import CommissionTerms

NO_HOLD = "none"
HOLDS = (NO_HOLD, *(reason.value for reason in HoldReason))
METHODS = tuple(method.value for method in PaymentMethod)

_NOT_WORKED_FOR = frozenset(("set_off", "insurer", "refund"))
_WORK_STANDS = frozenset((
    "dispute", "complaint", "minor", "deceased", "bankruptcy", "breathing_space", "fraud",
))  # fmt: skip

USUAL: Mapping[str, list[str]] = {
    method: []
    if method in _NOT_WORKED_FOR
    else [hold for hold in HOLDS if hold not in _WORK_STANDS]
    for method in METHODS
}
"""Where a contract says nothing: instalments of a plan earn, what came during a dispute or a
complaint does not, nor what the agency had no part in."""


BEFORE_ACTIVITY = "before_activity"


def why_not(
    method: str,
    holds: Sequence[str],
    terms: CommissionTerms | None,
    *,
    value_on: date,
    active_on: date | None,
) -> str:
    """Why a payment earns nothing: its way, a hold, or that nobody had worked; "" if it earns.

    `active_on` is the day on which the agency first worked the case, if it has.
    """
    table: Mapping[str, Any] = terms.paid_for if terms is not None else USUAL
    allowed = table.get(method, [])
    if not allowed:
        return method
    barred = [hold for hold in (holds or (NO_HOLD,)) if hold not in allowed]
    if barred:
        return barred[0]
    worked = active_on is not None and active_on <= value_on
    if terms is not None and terms.from_first_activity and not worked:
        return BEFORE_ACTIVITY
    return ""
