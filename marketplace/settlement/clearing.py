"""Debts that no later statement takes over: repaid by bank, or written off.

recorded -> confirmed (posted): the debt is gone
   `-> withdrawn: the next statement takes it over, if there is one
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from marketplace import audit, ledger
from marketplace.accounts import Kind, User
from marketplace.audit import AuditEvent
from marketplace.core.db import db, locked, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.ledger import AccountKind, Entry
from marketplace.placements import Rail
from marketplace.settlement.debts import (
    ClearanceWay,
    DebtClearance,
    debt_minor,
    standing_clearances,
)
from marketplace.settlement.models import STANDING, Statement, StatementStatus
from marketplace.settlement.remittances import RemittancePart
from marketplace.settlement.remitting import checked_reference, part_of

# Statements that left a debt which no later one took over, those without an answer first.
_OPEN = """
WITH debts AS (
  SELECT s.id, least(0, app.owed(s)) AS commission,
         CASE s.rail WHEN 'stripe' THEN least(0, s.fee_minor + s.fee_tax_minor
           + s.fee_carried_in_minor) ELSE 0 END AS fee
    FROM statements s
   WHERE s.status = ANY(:standing) AND s.undone_at IS NULL
     AND (CAST(:organisation AS bigint) IS NULL OR :organisation IN (s.lender_id, s.agency_id))
     AND NOT EXISTS (SELECT 1 FROM statements n WHERE n.carried_from_id = s.id
                        AND n.status <> 'cancelled' AND n.undone_at IS NULL))
SELECT d.id, p.part, -p.minor AS amount_minor, c.id IS NOT NULL AS waits
  FROM debts d CROSS JOIN LATERAL (VALUES ('commission', d.commission), ('fee', d.fee))
         p (part, minor)
  LEFT JOIN debt_clearances c
         ON c.statement_id = d.id AND c.part = p.part AND c.withdrawn_at IS NULL
 WHERE p.minor < 0 AND c.confirmed_at IS NULL AND p.part = ANY(:parts)
 ORDER BY d.id, p.part
"""


@dataclass(frozen=True)
class DebtRow:
    """A debt of a statement, and what was said of it, the newest first."""

    part: RemittancePart
    amount_minor: int
    clearances: Sequence[DebtClearance]

    @property
    def standing(self) -> DebtClearance | None:
        """The one that was not withdrawn."""
        return next((one for one in self.clearances if one.withdrawn_at is None), None)


@dataclass(frozen=True)
class OpenDebt:
    """A debt that waits: for the next statement, or for whoever ends it."""

    statement: Statement
    part: RemittancePart
    amount_minor: int
    waits: bool
    """For the second person or side."""


def record_repayment(
    statement_id: int, *, paid_on: date, bank_reference: str, by: User, now: datetime
) -> DebtClearance:
    """Say that a debt was paid by bank, whole: the agency's commission, the platform's fee."""
    part = part_of(by)
    statement = _held(statement_id)
    owes = by.organisation_id == statement.agency_id or part is RemittancePart.FEE
    if not owes:
        raise NotFound
    _require_open(statement, part)
    reference = checked_reference(statement, paid_on, bank_reference, now)
    return _begin(
        statement, part, by, now, way=ClearanceWay.REPAID, paid_on=paid_on,
        bank_reference=reference,
    )  # fmt: skip


def propose_write_off(
    statement_id: int, *, reason: str, by: User, now: datetime
) -> DebtClearance:
    """One person of the lender proposes to give up what the agency owes it back."""
    statement = _held(statement_id)
    if by.organisation_id != statement.lender_id:
        raise NotFound
    _require_open(statement, RemittancePart.COMMISSION)
    if not reason.strip():
        raise Refusal(
            _("Giving up a debt needs a reason."),
            next_step=_("Say why; a colleague decides by it."),
        )
    return _begin(
        statement, RemittancePart.COMMISSION, by, now, way=ClearanceWay.WRITTEN_OFF,
        reason=reason.strip(),
    )  # fmt: skip


def confirm_clearance(clearance_id: int, *, by: User, now: datetime) -> DebtClearance:
    """Say that it came, or agree to give it up: the creditor, or a second person."""
    clearance, statement = _waiting(clearance_id)
    _require_concerned(clearance, by)
    if by.organisation.kind is Kind.AGENCY:
        raise Refusal(
            _("Whoever paid does not confirm that it came."),
            next_step=_("The lender confirms it."),
        )
    if clearance.recorded_by_id == by.id:
        raise Refusal(
            _("You recorded or proposed this, so somebody else must confirm it."),
            next_step=_("Ask a colleague."),
        )
    clearance.confirmed_by_id, clearance.confirmed_at = by.id, now
    db.session.flush()
    _record("debt.cleared", clearance, statement, by, now)
    return clearance


def withdraw_clearance(
    clearance_id: int, *, reason: str, by: User, now: datetime
) -> DebtClearance:
    """Take it back, for a reason: a payment never came, or the debt is not given up."""
    clearance, statement = _waiting(clearance_id)
    _require_concerned(clearance, by)
    if not reason.strip():
        raise Refusal(
            _("Withdrawing it needs a reason."), next_step=_("The other side will read it.")
        )
    clearance.withdrawn_by_id, clearance.withdrawn_at = by.id, now
    clearance.withdrawn_because = reason.strip()
    db.session.flush()
    _record("debt.clearance_withdrawn", clearance, statement, by, now)
    return clearance


def post_clearance(event: AuditEvent, *, now: datetime) -> None:
    """React to a confirmation: the accounts of the debt end, once.

    Neither side may write the books: the worker posts, in the names of both people.
    """
    clearance = db.session.get_one(
        DebtClearance, event.subject_id, with_for_update=True, populate_existing=True
    )
    if clearance.journal_id is not None or clearance.confirmed_by_id is None:
        return
    statement = db.session.get_one(Statement, clearance.statement_id)
    repaid = clearance.way is ClearanceWay.REPAID
    day = clearance.paid_on or (clearance.confirmed_at or now).date()
    clearance.journal_id = ledger.post(
        f"debt:{clearance.id}",
        entries_of_clearance(clearance, statement.rail),
        effective_on=ledger.open_day(day),
        words=f"Debt of statement {statement.code} {'repaid' if repaid else 'written off'}",
        made_by_id=clearance.recorded_by_id,
        approved_by=db.session.get_one(User, clearance.confirmed_by_id),
        now=now,
    ).id


def entries_of_clearance(clearance: DebtClearance, rail: Rail) -> Sequence[Entry]:
    """The reverse of what the debt left in the books of its rail.

    Through Stripe the agency owes the platform and the platform the lender: both end at once.
    """
    lender, agency = clearance.lender_id, clearance.agency_id
    amount, currency = clearance.amount_minor, clearance.currency
    if clearance.part is RemittancePart.FEE:
        return (
            Entry(AccountKind.LENDER_RECEIVABLE, lender, amount, currency),
            Entry(AccountKind.BANK_CLEARING, None, -amount, currency),
        )
    owing, owed = (
        (AccountKind.AGENCY_PAYABLE, AccountKind.LENDER_RECEIVABLE)
        if rail is Rail.STRIPE
        else (AccountKind.MEMO_AGENCY_EARNED, AccountKind.MEMO_LENDER_OWES)
    )
    return (
        Entry(owed, lender, amount, currency),
        Entry(owing, agency, -amount, currency),
    )


def debts_of(statement: Statement) -> list[DebtRow]:
    """What an approved statement left below nothing, part by part."""
    if statement.approved_at is None or statement.undone_at is not None:
        return []
    said = db.session.scalars(
        select(DebtClearance)
        .where(DebtClearance.statement_id == statement.id)
        .order_by(DebtClearance.id.desc())
    ).all()
    return [
        DebtRow(part, minor, [one for one in said if one.part is part])
        for part in RemittancePart
        if (minor := debt_minor(statement, part))
    ]


def taken_over_by(statement: Statement) -> Statement | None:
    """The later statement that took its debt over."""
    return db.session.scalar(
        select(Statement).where(
            Statement.carried_from_id == statement.id,
            Statement.status != StatementStatus.CANCELLED,
            Statement.undone_at.is_(None),
        )
    )


def open_debts(by: User) -> list[OpenDebt]:
    """Debts that no later statement took over, of one side, or all of them for the platform."""
    kind = by.organisation.kind
    parts = [part.value for part in RemittancePart if not _is_hidden(part, kind)]
    rows: Sequence[Any] = db.session.execute(
        text(_OPEN),
        {
            "standing": [status.value for status in STANDING],
            "organisation": None if kind is Kind.PLATFORM else by.organisation_id,
            "parts": parts,
        },
    ).all()
    return [
        OpenDebt(
            db.session.get_one(Statement, row.id), RemittancePart(row.part), row.amount_minor,
            row.waits,
        )
        for row in rows
    ]  # fmt: skip


def _is_hidden(part: RemittancePart, kind: Kind) -> bool:
    """The platform's fee is none of an agency's business."""
    return part is RemittancePart.FEE and kind is Kind.AGENCY


def _held(statement_id: int) -> Statement:
    """In the queue of whoever drafts or undoes a statement of its contract."""
    wanted = select(Statement).where(Statement.id == statement_id)
    contract_id = db.session.scalar(wanted.with_only_columns(Statement.contract_id))
    if contract_id is None:
        raise NotFound
    queue_up("draft statement", contract_id)
    statement = locked(wanted)
    if statement is None:
        raise NotFound
    return statement


def _require_open(statement: Statement, part: RemittancePart) -> None:
    if debt_minor(statement, part) == 0:
        raise Refusal(
            _("This statement left no debt."), next_step=_("Only what is owed back is ended.")
        )
    if statement.status not in STANDING or statement.undone_at is not None:
        raise Refusal(
            _("This statement is not approved, or its payment was charged back."),
            next_step=_("Its debt is ended once it is approved, or billed again."),
        )
    later = taken_over_by(statement)
    if later is not None:
        raise Refusal(
            _("The statement %(code)s has taken this debt over.", code=later.code),
            next_step=_("Cancel that one first if it is not approved yet."),
        )
    if any(one.part is part for one in standing_clearances(statement)):
        raise Refusal(
            _("This debt is repaid or given up already, or waits for a confirmation."),
            next_step=_("Reload the page to see its present state."),
        )


def _begin(
    statement: Statement, part: RemittancePart, by: User, now: datetime, **how: Any
) -> DebtClearance:
    clearance = DebtClearance(
        lender_id=statement.lender_id,
        agency_id=statement.agency_id,
        statement_id=statement.id,
        part=part,
        amount_minor=debt_minor(statement, part),
        currency=statement.currency,
        recorded_by_id=by.id,
        recorded_at=now,
        **how,
    )
    db.session.add(clearance)
    db.session.flush()
    _record("debt.recorded", clearance, statement, by, now)
    return clearance


def _waiting(clearance_id: int) -> tuple[DebtClearance, Statement]:
    clearance = locked(select(DebtClearance).where(DebtClearance.id == clearance_id))
    if clearance is None:
        raise NotFound
    if clearance.withdrawn_at is not None or clearance.confirmed_at is not None:
        raise Refusal(
            _("This has been confirmed or withdrawn already."),
            next_step=_("Reload the page to see its present state."),
        )
    return clearance, db.session.get_one(Statement, clearance.statement_id)


def _require_concerned(clearance: DebtClearance, by: User) -> None:
    """A fee is the platform's to end; commission the lender's, and the agency's if repaid."""
    sides = {clearance.lender_id}
    if clearance.way is ClearanceWay.REPAID:
        sides.add(clearance.agency_id)
    of_mine = clearance.part is RemittancePart.FEE or by.organisation_id in sides
    if clearance.part is not part_of(by) or not of_mine:
        raise NotFound


def _record(
    action: str, clearance: DebtClearance, statement: Statement, by: User, now: datetime
) -> None:
    parties = [statement.lender_id]
    if clearance.part is RemittancePart.COMMISSION:
        parties.append(statement.agency_id)
    audit.record(
        action, clearance, by=by, now=now, parties=parties, code=statement.code,
        part=clearance.part.value, way=clearance.way.value, amount_minor=clearance.amount_minor,
    )  # fmt: skip
