"""What follows what: statement, invoice, payment, transfer, and the ways back."""

from datetime import datetime

from sqlalchemy import select

from marketplace.audit import AuditEvent
from marketplace.core.db import db, queue_up
from marketplace.placements import Rail
from marketplace.rails import checkout, outbox
from marketplace.rails.gateway import DisputeFacts, InvoiceFacts
from marketplace.rails.models import (
    Doubt,
    OperationKind,
    OperationStatus,
    RailAccount,
    RailOperation,
)
from marketplace.rails.outbox import Outcome, Parcel
from marketplace.settlement import Statement, StatementStatus, carry, invoice_problems

_K, _S = OperationKind, OperationStatus
_NOT_TAKEN = {
    "won",
    "warning_closed",
    "warning_needs_response",
    "warning_under_review",
    "prevented",
}
"""States of a dispute in which the money is not, or no longer, taken."""


def start(event: AuditEvent, *, now: datetime) -> None:
    """React to an approval: bill the lender, if this statement goes by Stripe."""
    statement = db.session.get_one(Statement, event.subject_id)
    total = billed_minor(statement)
    if statement.rail is Rail.STRIPE and total > 0:
        outbox.plan(
            f"invoice:{statement.code}", _K.INVOICE, statement.lender_id, now=now,
            statement_id=statement.id, amount_minor=total, currency=statement.currency,
        )  # fmt: skip


def billed_minor(statement: Statement) -> int:
    """All that the lender pays by this statement: commission and fee, each with its tax."""
    return statement.due_minor + statement.fee_due_minor


def record(parcel: Parcel, outcome: Outcome, *, now: datetime) -> None:
    """Write down an attempt, and let follow what follows from it."""
    operation = outbox.record(parcel, outcome, now=now)
    if operation is None or operation.status is not _S.DONE:
        return
    if operation.kind in (_K.ACCOUNT, _K.CUSTOMER):
        _keep_reference(operation, now)
        return
    if operation.kind is _K.CHECKOUT:
        checkout.keep_session(operation)
        return
    statement_id = operation.statement_id or 0
    if operation.kind is _K.INVOICE:
        _carry_from(statement_id, StatementStatus.APPROVED, StatementStatus.INVOICED, now)
    elif operation.kind is _K.TRANSFER:
        carry(statement_id, StatementStatus.PAID, now=now)
    elif operation.kind is _K.REVERSAL:
        carry(statement_id, StatementStatus.TAKEN_BACK, now=now)


def _carry_from(
    statement_id: int, start: StatementStatus, to: StatementStatus, now: datetime
) -> None:
    if db.session.get_one(Statement, statement_id, populate_existing=True).status is start:
        carry(statement_id, to, now=now)


def _keep_reference(operation: RailOperation, now: datetime) -> None:
    account = db.session.scalars(
        select(RailAccount)
        .where(RailAccount.organisation_id == operation.organisation_id)
        .with_for_update()
    ).one()
    if operation.kind is _K.ACCOUNT:
        account.account_ref = operation.external_ref
    else:
        account.customer_ref = operation.external_ref
    outbox.wake(operation.organisation_id, now=now)


def invoice_changed(facts: InvoiceFacts, *, now: datetime) -> None:
    """Once the lender has paid, the agency's part goes to the agency.

    If invoices that the agency issued do not fit, it waits: open invoices are looked at again
    every hour.
    """
    invoice = operation_of(_K.INVOICE, facts.ref, facts.op_id)
    if invoice is None or facts.status != "paid":
        return
    statement = queue_for(invoice.statement_id or 0)
    if statement.status is StatementStatus.TAKEN_BACK or (
        facts.paid_minor < invoice.amount_minor or invoice is not standing_invoice(statement)
    ):
        return
    _carry_from(statement.id, StatementStatus.APPROVED, StatementStatus.INVOICED, now)
    if statement.due_minor > 0:
        if not invoice_problems(statement):
            _plan_transfer(statement, _transfer_for(invoice), now)
    else:
        carry(statement.id, StatementStatus.PAID, now=now)


def _transfer_for(invoice: RailOperation) -> str:
    """What the transfer is called that an invoice pays for."""
    return f"{_K.TRANSFER}{invoice.op_id.removeprefix(_K.INVOICE)}"


def _plan_transfer(statement: Statement, op_id: str, now: datetime) -> None:
    outbox.plan(
        op_id, _K.TRANSFER, statement.agency_id, now=now, statement_id=statement.id,
        amount_minor=statement.due_minor, currency=statement.currency,
    )  # fmt: skip


def dispute_changed(facts: DisputeFacts, *, now: datetime) -> None:
    """The bank took the lender's payment back: the agency's part comes back, or stays here.

    If the dispute is won, the agency is paid after all; unless the lender was billed again
    meanwhile, or owes nothing any more: what comes back late is the lender's.
    """
    invoice = operation_of(_K.INVOICE, facts.invoice_ref, "")
    if invoice is None:
        return
    statement = queue_for(invoice.statement_id or 0)
    if statement.undone_at is not None or invoice is not standing_invoice(statement):
        if facts.status == "won":
            _give_back(statement, invoice, facts.ref, now)
    elif facts.status not in _NOT_TAKEN:
        _take_back(statement, facts.ref, now)
    elif facts.status == "won":
        _pay_after_all(statement, invoice, facts.ref, now)


def _give_back(
    statement: Statement, invoice: RailOperation, dispute_ref: str, now: datetime
) -> None:
    """Refund what was won of an invoice that counts no more, unless it is refunded already."""
    if not any(
        (one.kind, one.undoes_id) == (_K.REFUND, invoice.id) and one.status is not _S.WITHDRAWN
        for one in operations_of(statement.id)
    ):
        outbox.plan(
            f"refund:{statement.code}:{dispute_ref}", _K.REFUND, statement.lender_id, now=now,
            statement_id=statement.id, undoes_id=invoice.id,
            amount_minor=invoice.amount_minor, currency=statement.currency,
        )  # fmt: skip


def _take_back(statement: Statement, dispute_ref: str, now: datetime) -> None:
    transfer = newest_transfer(statement)
    if transfer is not None and _may_have_gone(transfer):
        outbox.plan(
            f"reversal:{statement.code}:{dispute_ref}", _K.REVERSAL, statement.agency_id,
            now=now, statement_id=statement.id, undoes_id=transfer.id,
            amount_minor=transfer.amount_minor, currency=statement.currency,
        )  # fmt: skip
        return
    if transfer is not None:
        transfer.status = _S.REFUSED
        transfer.last_error = "The lender's payment was charged back before it was sent."
    _carry_from(statement.id, StatementStatus.APPROVED, StatementStatus.INVOICED, now)
    carry(statement.id, StatementStatus.TAKEN_BACK, now=now)


def _may_have_gone(transfer: RailOperation) -> bool:
    """Is it not certain that nothing was sent?"""
    waits = transfer.status in (_S.PLANNED, _S.REFUSED)
    return not (waits and transfer.doubt is Doubt.NONE)


def _pay_after_all(
    statement: Statement, invoice: RailOperation, dispute_ref: str, now: datetime
) -> None:
    if outbox.held(f"reversal:{statement.code}:{dispute_ref}") is not None:
        _plan_transfer(statement, f"transfer:{statement.code}:{dispute_ref}", now)
        return
    _carry_from(statement.id, StatementStatus.TAKEN_BACK, StatementStatus.INVOICED, now)
    transfer = outbox.held(_transfer_for(invoice))
    if transfer is None:
        _plan_transfer(statement, _transfer_for(invoice), now)
    elif transfer.status is _S.REFUSED:
        transfer.status, transfer.last_error = _S.PLANNED, ""
        outbox.wake(statement.agency_id, now=now)


def queue_for(statement_id: int) -> Statement:
    """What Stripe tells of a statement, and what people decide on it, one after the other."""
    queue_up("rail statement", statement_id)
    return db.session.get_one(Statement, statement_id, populate_existing=True)


def standing_invoice(statement: Statement) -> RailOperation | None:
    """The bill that counts: the newest one that was let go. An earlier one was charged back."""
    made = [one for one in operations_of(statement.id) if _is_bill(one)]
    return made[-1] if made else None


def newest_transfer(statement: Statement) -> RailOperation | None:
    """What the agency has, or is to get; none once it came back or was given up."""
    operations = operations_of(statement.id)
    back = {
        one.undoes_id for one in operations if one.kind is _K.REVERSAL and one.status is _S.DONE
    }
    made = [
        one
        for one in operations
        if one.kind is _K.TRANSFER and one.status is not _S.WITHDRAWN and one.id not in back
    ]
    return outbox.held(made[-1].op_id) if made else None


def _is_bill(operation: RailOperation) -> bool:
    return operation.kind is _K.INVOICE and operation.status not in (_S.PROPOSED, _S.WITHDRAWN)


def operations_of(statement_id: int) -> list[RailOperation]:
    query = select(RailOperation).where(RailOperation.statement_id == statement_id)
    query = query.order_by(RailOperation.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def operation_of(kind: OperationKind, external_ref: str, op_id: str) -> RailOperation | None:
    """Found by Stripe's name for it, or, before that is known here, by the name we gave it."""
    if not (external_ref or op_id):
        return None
    query = select(RailOperation).where(
        RailOperation.kind == kind,
        (RailOperation.external_ref == external_ref) | (RailOperation.op_id == op_id),
    )
    return db.session.scalar(query)
