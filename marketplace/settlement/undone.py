"""Statements that two people took back whole: they count no more, and are stated anew."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, text

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, locked, queue_up
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.placements import Rail
from marketplace.settlement.correcting import corrected_by
from marketplace.settlement.models import HoldbackRelease, Statement, StatementStatus

_WAS_PAID = (StatementStatus.PAID, StatementStatus.TAKEN_BACK)

# What it held back, and the debt that it left.
_CARRIES_ON = """
SELECT EXISTS (SELECT 1 FROM holdback_releases WHERE held_by_id = :statement)
  OR EXISTS (SELECT 1 FROM statements WHERE carried_from_id = :statement
                AND status <> 'cancelled' AND undone_at IS NULL)
"""

_CLEARED = """
SELECT EXISTS (SELECT 1 FROM debt_clearances
                WHERE statement_id = :statement AND withdrawn_at IS NULL)
"""

_TIMES = """
SELECT l.payment_id, count(DISTINCT l.statement_id) AS times FROM statement_lines l
  JOIN statements s ON s.id = l.statement_id AND s.undone_at IS NOT NULL
 WHERE l.payment_id = ANY(:payments) AND l.kind <> 'true_up' GROUP BY 1
"""


def undo(statement: Statement, *, by: User, now: datetime) -> None:
    """Count a paid statement no more, as if it had been cancelled before its approval.

    Its payments, the debt it took over and what it released are free for the next one.
    """
    queue_up("draft statement", statement.contract_id)
    locked(select(Statement).where(Statement.id == statement.id))
    require_undoable(statement)
    statement.undone_at = now
    db.session.flush()
    db.session.execute(
        delete(HoldbackRelease).where(HoldbackRelease.released_by_id == statement.id)
    )
    audit.record(
        "statement.undone", statement, by=by, now=now, code=statement.code,
        parties=[statement.lender_id, statement.agency_id],
    )  # fmt: skip


def require_undoable(statement: Statement) -> None:
    """It was paid through the platform, whoever has that now, and no later one rests on it."""
    paid = statement.rail is Rail.STRIPE and statement.status in _WAS_PAID
    if not paid or statement.undone_at is not None:
        raise Refusal(
            _("Only a statement that was paid through Stripe can be taken back."),
            next_step=_("A small correction goes into the next statement."),
        )
    if corrected_by(statement) or _is(_CARRIES_ON, statement):
        raise Refusal(
            _("A later statement corrects this one, releases what it held back or carries on."),
            next_step=_("Cancel the later one if it is not approved, or correct what is left."),
        )
    if _is(_CLEARED, statement):
        raise Refusal(
            _("A debt that this statement left was repaid or given up, or is about to be."),
            next_step=_("Withdraw that if it is not confirmed yet, or correct what is left."),
        )


def _is(question: str, statement: Statement) -> bool:
    return bool(db.session.execute(text(question), {"statement": statement.id}).scalar_one())


def stated_and_undone(payments: Sequence[int]) -> dict[int, int]:
    """How often each payment was stated by statements that were undone."""
    rows = db.session.execute(text(_TIMES), {"payments": list(payments)})
    return {row.payment_id: row.times for row in rows}
