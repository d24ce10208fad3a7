"""Which cash earns commission: a table of how it was paid by what held the debtor then."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.casework import PaymentMethod
from marketplace.compliance import HoldReason
from marketplace.settlement.models import CommissionTerms

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


def why_not(method: str, holds: Sequence[str], terms: CommissionTerms | None) -> str:
    """Why a payment earns nothing: the way it came, or a hold; "" if it earns."""
    table: Mapping[str, Any] = terms.paid_for if terms is not None else USUAL
    allowed = table.get(method, [])
    if not allowed:
        return method
    barred = [hold for hold in (holds or (NO_HOLD,)) if hold not in allowed]
    return barred[0] if barred else ""
