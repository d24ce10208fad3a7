"""What a later statement corrects must not go from under it: neither set aside nor undone."""

from sqlalchemy import text

from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.settlement.models import Statement

# A reversal of what a line states, or a true-up of it; the line may be a true-up itself.
_CORRECTED = """
  FROM statement_lines o
  JOIN payments p ON o.payment_id IN (p.id, p.reversal_of_id)
  JOIN statement_lines l ON l.payment_id = p.id AND l.statement_id > o.statement_id
  JOIN statements a ON a.id = o.statement_id AND a.undone_at IS NULL
  JOIN statements b ON b.id = l.statement_id AND b.undone_at IS NULL
 WHERE (l.kind = 'true_up' OR p.reversal_of_id = o.payment_id)
"""

_CORRECTED_BY = f"SELECT b.code {_CORRECTED} AND a.id = :statement LIMIT 1"
_CORRECTS_OPEN = (
    f"SELECT a.code {_CORRECTED} AND b.id = :statement AND a.approved_at IS NULL LIMIT 1"
)


def corrected_by(statement: Statement) -> str | None:
    """A later statement that takes back or makes up for what this one says."""
    return _code(_CORRECTED_BY, statement)


def require_uncorrected(statement: Statement) -> None:
    """Whoever sets a statement aside takes its lines away."""
    later = corrected_by(statement)
    if later is not None:
        raise Refusal(
            _("The later statement %(code)s corrects lines of this one.", code=later),
            next_step=_("Ask the platform to cancel the later one first."),
        )


def require_approved_before(statement: Statement) -> None:
    """Once it is approved nobody cancels it: what it corrects must stand by then."""
    earlier = _code(_CORRECTS_OPEN, statement)
    if earlier is not None:
        raise Refusal(
            _("It corrects lines of %(code)s, which is not approved yet.", code=earlier),
            next_step=_("Approve that one first, or cancel this one."),
        )


def _code(query: str, statement: Statement) -> str | None:
    found: str | None = db.session.scalar(text(query), {"statement": statement.id})
    return found
