"""Disputing single lines before confirming: they are split out, and decided by two people.

open (raised -> split out) -> proposed -> back (in the next statement) | out (for good)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace import audit
from marketplace.accounts import Kind, User
from marketplace.audit import AuditEvent
from marketplace.casework import Payment
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.core.words import _
from marketplace.settlement.correcting import require_uncorrected
from marketplace.settlement.gathering import Due
from marketplace.settlement.line_disputes import LineDispute, Outcome
from marketplace.settlement.models import LineKind, Statement, StatementLine, StatementStatus
from marketplace.settlement.stating import NothingToSettle, draft_statement, set_aside

_TURNS = {
    Kind.AGENCY: {StatementStatus.DRAFT},
    Kind.LENDER: {StatementStatus.DRAFT, StatementStatus.AGENCY_CONFIRMED},
}


@dataclass(frozen=True)
class DisputeRow:
    dispute: LineDispute
    statement: str
    payment: str
    amount_minor: int
    currency: str
    window_ends_at: datetime
    """Until when further lines of that statement may be disputed."""


def may_dispute(statement: Statement, *, by: User) -> bool:
    """Is it before their confirmation, and within the window by the database's clock?"""
    if statement.status not in _TURNS.get(by.organisation.kind, set()):
        return False
    within = select(Statement.disputes_end_at >= func.now()).where(Statement.id == statement.id)
    return bool(db.session.scalar(within))


def dispute_lines(
    statement_id: int, payments: Sequence[str], *, reason: str, by: User, now: datetime
) -> list[LineDispute]:
    """Dispute lines by the codes of their payments; the statement is drafted anew without."""
    statement = db.session.get(
        Statement, statement_id, with_for_update=True, populate_existing=True
    )
    if statement is None or by.organisation_id not in {
        statement.lender_id, statement.agency_id,
    }:  # fmt: skip
        raise NotFound
    if not may_dispute(statement, by=by):
        raise Refusal(
            _("Lines are disputed before one's own confirmation and within the window."),
            next_step=_("A later correction is a line of the next statement."),
        )
    if not reason.strip():
        raise Refusal(
            _("A dispute needs a reason."), next_step=_("The other side will read it.")
        )
    queue_up("draft statement", statement.contract_id)
    require_uncorrected(statement)
    made = [
        LineDispute(
            lender_id=statement.lender_id, agency_id=statement.agency_id,
            statement_id=statement.id, payment_id=payment_id, reason=reason.strip(),
            raised_by_id=by.id, raised_at=now,
        )
        for payment_id in _lines(statement, payments)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    _record("statement.disputed", statement, by, now, payments=sorted({*payments}),
            reason=reason.strip())  # fmt: skip
    return made


def split_out(event: AuditEvent, *, now: datetime) -> None:
    """React to a dispute: set the version aside, readable, and draft one without the lines.

    Amounts are the platform's to compute, so the worker does it. Both sides confirm anew.
    """
    old = db.session.get_one(
        Statement, event.subject_id, with_for_update=True, populate_existing=True
    )
    if old.status is StatementStatus.CANCELLED:
        return
    set_aside(old)
    db.session.flush()
    due = Due(old.lender_id, old.agency_id, old.contract_id, old.currency, 0, 0)
    maker = db.session.get_one(User, old.made_by_id)
    try:
        new = draft_statement(
            due, period_start=old.period_start, period_end=old.period_end, by=maker, now=now,
            instead_of=old,
        )  # fmt: skip
    except NothingToSettle:
        _record("statement.replaced", old, None, now)
        return
    _record("statement.replaced", old, None, now, replaced_by=new.code)


def propose_outcome(
    dispute_id: int, outcome: Outcome, *, because: str, by: User, now: datetime
) -> LineDispute:
    """Say what should become of a disputed line; it takes somebody else to agree."""
    dispute = _open_dispute(dispute_id, by)
    if not because.strip():
        raise Refusal(
            _("A proposal needs a reason."), next_step=_("The other side will read it.")
        )
    dispute.proposed, dispute.proposed_because = outcome, because.strip()
    dispute.proposed_by_id, dispute.proposed_for_id = by.id, by.organisation_id
    _dispute_record("dispute.proposed", dispute, by, now)
    return dispute


def agree_outcome(
    dispute_id: int, outcome: Outcome | None, *, by: User, now: datetime
) -> LineDispute:
    """Agree to the proposal: the other side, or a second person of the platform's finance.

    Whoever agrees says to what, for it may have been proposed anew since they looked.
    """
    dispute = _open_dispute(dispute_id, by)
    if dispute.proposed is None:
        raise Refusal(
            _("Nobody has proposed an outcome yet."), next_step=_("Propose one yourself.")
        )
    same_side = dispute.proposed_for_id == by.organisation_id
    if dispute.proposed_by_id == by.id or (
        same_side and by.organisation.kind is not Kind.PLATFORM
    ):
        raise Refusal(
            _("Your own side proposed this, so another one must agree."),
            next_step=_("Wait for the other side, or ask the platform's finance to decide."),
        )
    sides = {dispute.lender_id, dispute.agency_id}
    if (dispute.proposed_for_id in sides) is not (by.organisation_id in sides):
        raise Refusal(
            _("The two sides agree with each other, or two people of the platform decide."),
            next_step=_("Propose an outcome yourself, and wait for whoever has to agree."),
        )
    if dispute.proposed is not outcome:
        raise StaleForm(
            _("Another outcome has been proposed meanwhile."),
            next_step=_("Reload the page to see its present state."),
        )
    dispute.decision = dispute.proposed
    dispute.decided_by_id, dispute.decided_at = by.id, now
    _dispute_record("dispute.decided", dispute, by, now)
    return dispute


def dispute_rows(*, organisation_id: int | None) -> list[DisputeRow]:
    """The disputes of one side, or all for the platform: open ones first, then the newest."""
    query = (
        select(LineDispute, Statement.code, Payment.code, Payment.amount_minor,
               Payment.currency, Statement.disputes_end_at)
        .join(Statement, Statement.id == LineDispute.statement_id)
        .join(Payment, Payment.id == LineDispute.payment_id)
        .order_by(LineDispute.decision.is_not(None), LineDispute.id.desc())
        .limit(500)
    )  # fmt: skip
    if organisation_id is not None:
        query = query.where(
            (LineDispute.lender_id == organisation_id)
            | (LineDispute.agency_id == organisation_id)
        )
    return [DisputeRow(*row) for row in db.session.execute(query)]


def _lines(statement: Statement, payments: Sequence[str]) -> list[int]:
    """The payments of lines that can be disputed, all of them on this statement."""
    wanted = {*payments}
    found = {
        row.code: row
        for row in db.session.execute(
            select(Payment.code, Payment.id, StatementLine.kind)
            .join(StatementLine, StatementLine.payment_id == Payment.id)
            .where(StatementLine.statement_id == statement.id, Payment.code.in_(wanted))
        )
    }
    if not wanted or wanted - {*found}:
        raise Refusal(
            _("Choose lines of this statement."), next_step=_("Reload the page and try again.")
        )
    if any(row.kind is LineKind.TRUE_UP for row in found.values()):
        raise Refusal(
            _("A true-up follows from the terms and from other lines."),
            next_step=_("Dispute the line of the payment that caused it."),
        )
    ids = sorted(row.id for row in found.values())
    open_ones = select(LineDispute.id).where(
        LineDispute.payment_id.in_(ids), LineDispute.decision.is_(None)
    )
    if db.session.scalar(open_ones.limit(1)) is not None:
        raise Refusal(
            _("A chosen line is disputed already."),
            next_step=_("Reload the page and try again."),
        )
    return ids


def _open_dispute(dispute_id: int, by: User) -> LineDispute:
    dispute = db.session.get(
        LineDispute, dispute_id, with_for_update=True, populate_existing=True
    )
    platform = by.organisation.kind is Kind.PLATFORM
    if dispute is None or not (
        platform or by.organisation_id in {dispute.lender_id, dispute.agency_id}
    ):
        raise NotFound
    if dispute.decision is not None:
        raise Refusal(
            _("This dispute has been decided."),
            next_step=_("Reload the page to see its outcome."),
        )
    return dispute


def _record(
    action: str, statement: Statement, by: User | None, now: datetime, **details: object
) -> None:
    audit.record(
        action, statement, by=by, now=now, parties=[statement.lender_id, statement.agency_id],
        code=statement.code, **details,
    )  # fmt: skip


def _dispute_record(action: str, dispute: LineDispute, by: User, now: datetime) -> None:
    outcome = dispute.proposed.value if dispute.proposed else ""
    audit.record(
        action, dispute, by=by, now=now, parties=[dispute.lender_id, dispute.agency_id],
        code=dispute.code, outcome=outcome,
    )  # fmt: skip
