"""The end of a statement: closed once nothing is left to pay, to the agency or to us."""

from datetime import datetime

from sqlalchemy import select

from marketplace.audit import AuditEvent
from marketplace.core.db import db, locked
from marketplace.placements import Rail
from marketplace.settlement.invoices import ReceivedInvoice, is_invoiced
from marketplace.settlement.models import Statement, StatementStatus
from marketplace.settlement.remittances import Remittance, RemittancePart
from marketplace.settlement.stating import carry

_ENDING = {StatementStatus.APPROVED, StatementStatus.INVOICED, StatementStatus.RECEIVED}


def owed_minor(statement: Statement, part: RemittancePart) -> int:
    """What is to be paid of a statement: commission to the agency, or fee to the platform."""
    if part is RemittancePart.FEE:
        return statement.fee_due_minor
    return statement.due_minor


def close_settled(event: AuditEvent, *, now: datetime) -> None:
    """React to an approval or an invoice: what leaves nothing to pay is done with.

    Neither the approver nor the agency may close it: they do not see all that was paid.
    """
    statement_id = event.subject_id
    if event.subject_table == ReceivedInvoice.__tablename__:
        statement_id = db.session.get_one(ReceivedInvoice, event.subject_id).statement_id
    statement = locked(select(Statement).where(Statement.id == statement_id))
    if statement is not None:
        close_if_settled(statement, now=now)


def close_if_settled(statement: Statement, *, now: datetime) -> None:
    """Close it unless a payment or an invoice is still to come."""
    if statement.status in _ENDING and not (_is_owed(statement) or _awaits_invoice(statement)):
        carry(statement.id, StatementStatus.CLOSED, now=now)


def _is_owed(statement: Statement) -> bool:
    paid = set(
        db.session.scalars(
            select(Remittance.part).where(
                Remittance.statement_id == statement.id, Remittance.confirmed_at.is_not(None)
            )
        )
    )
    return any(owed_minor(statement, part) and part not in paid for part in RemittancePart)


def _awaits_invoice(statement: Statement) -> bool:
    """In yuan commission is invoiced even where a debt that was carried over eats it up."""
    if statement.rail is not Rail.BANK or statement.currency != "CNY":
        return False
    return statement.earned_minor > 0 and not is_invoiced(statement)
