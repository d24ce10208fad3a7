"""What follows what: statement, invoice, payment, transfer, and the ways back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from marketplace import audit, ledger
from marketplace.accounts import User
from marketplace.audit import AuditEvent
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.ledger import Entry
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
from marketplace.settlement import (
    Statement,
    StatementStatus,
    carry,
    entries_of,
    require_undoable,
    undo,
)

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
    """Once the lender has paid, the agency's part goes to the agency."""
    invoice = operation_of(_K.INVOICE, facts.ref, facts.op_id)
    if invoice is None or facts.status != "paid":
        return
    statement = db.session.get_one(Statement, invoice.statement_id)
    if statement.status is StatementStatus.TAKEN_BACK or (
        facts.paid_minor < invoice.amount_minor
    ):
        return
    _carry_from(statement.id, StatementStatus.APPROVED, StatementStatus.INVOICED, now)
    if statement.due_minor > 0:
        _plan_transfer(statement, f"transfer:{statement.code}", now)
    else:
        carry(statement.id, StatementStatus.PAID, now=now)


def _plan_transfer(statement: Statement, op_id: str, now: datetime) -> None:
    outbox.plan(
        op_id, _K.TRANSFER, statement.agency_id, now=now, statement_id=statement.id,
        amount_minor=statement.due_minor, currency=statement.currency,
    )  # fmt: skip


def dispute_changed(facts: DisputeFacts, *, now: datetime) -> None:
    """The bank took the lender's payment back: the agency's part comes back, or stays here.

    If the dispute is won, the agency is paid after all.
    """
    invoice = operation_of(_K.INVOICE, facts.invoice_ref, "")
    if invoice is None:
        return
    statement = db.session.get_one(Statement, invoice.statement_id)
    if statement.undone_at is not None:
        return  # two people gave all of it back already
    if facts.status not in _NOT_TAKEN:
        _take_back(statement, facts.ref, now)
    elif facts.status == "won":
        _pay_after_all(statement, facts.ref, now)


def _take_back(statement: Statement, dispute_ref: str, now: datetime) -> None:
    transfer = _newest_transfer(statement)
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


def _newest_transfer(statement: Statement) -> RailOperation | None:
    """After a dispute that was won it is another one than the first, which came back."""
    made = [one for one in operations_of(statement.id) if one.kind is _K.TRANSFER]
    return outbox.held(made[-1].op_id) if made else None


def _may_have_gone(transfer: RailOperation) -> bool:
    """Is it not certain that nothing was sent?"""
    waits = transfer.status in (_S.PLANNED, _S.REFUSED)
    return not (waits and transfer.doubt is Doubt.NONE)


def _pay_after_all(statement: Statement, dispute_ref: str, now: datetime) -> None:
    if outbox.held(f"reversal:{statement.code}:{dispute_ref}") is not None:
        _plan_transfer(statement, f"transfer:{statement.code}:{dispute_ref}", now)
        return
    _carry_from(statement.id, StatementStatus.TAKEN_BACK, StatementStatus.INVOICED, now)
    transfer = outbox.held(f"transfer:{statement.code}")
    if transfer is None:
        _plan_transfer(statement, f"transfer:{statement.code}", now)
    elif transfer.status is _S.REFUSED:
        transfer.status, transfer.last_error = _S.PLANNED, ""
        outbox.wake(statement.agency_id, now=now)


def claw_back(statement_id: int, *, by: User, now: datetime) -> list[RailOperation]:
    """Propose to undo a paid statement: reverse the transfer, and refund the lender."""
    statement = db.session.get(
        Statement, statement_id, with_for_update=True, populate_existing=True
    )
    if statement is None:
        raise NotFound
    invoice = outbox.held(f"invoice:{statement.code}")
    transfer = _newest_transfer(statement)
    if statement.status is not StatementStatus.PAID or invoice is None or transfer is None:
        raise Refusal(
            _("Only a statement that was paid through Stripe can be taken back."),
            next_step=_("A small correction goes into the next statement."),
        )
    require_undoable(statement)
    _require_no_reversal(statement)
    proposed = {"statement_id": statement.id, "currency": statement.currency,
                "status": _S.PROPOSED, "made_by_id": by.id}  # fmt: skip
    again = _again(statement.id)
    outbox.plan(
        f"reversal:{statement.code}{again}", _K.REVERSAL, statement.agency_id, now=now,
        undoes_id=transfer.id, amount_minor=transfer.amount_minor, **proposed,
    )  # fmt: skip
    outbox.plan(
        f"refund:{statement.code}{again}", _K.REFUND, statement.lender_id, now=now,
        undoes_id=invoice.id, amount_minor=invoice.amount_minor, **proposed,
    )  # fmt: skip
    audit.record(
        "rail.claw_back_proposed", statement, by=by, now=now, code=statement.code,
        parties=[statement.lender_id, statement.agency_id],
    )  # fmt: skip
    return operations_of(statement.id)


def approve_claw_back(statement_id: int, *, by: User, now: datetime) -> None:
    """A second person lets both go, and what the approval posted is reversed in the books.

    From then on the statement counts no more, however long the agency takes to pay back.
    """
    statement = db.session.get_one(Statement, statement_id)
    proposed = [one for one in operations_of(statement_id) if one.status is _S.PROPOSED]
    _require_waiting(proposed)
    _require_no_reversal(statement)
    for operation in proposed:
        outbox.approve_operation(operation.op_id, by=by, now=now)
    undo(statement, by=by, now=now)
    ledger.post(
        f"claw back:{statement.id}",
        [
            Entry(one.kind, one.organisation_id, -one.amount_minor, one.currency)
            for one in entries_of(statement)
        ],
        effective_on=now.date(),
        words=f"Statement {statement.code} taken back",
        made_by_id=proposed[0].made_by_id or 0,
        approved_by=by,
        now=now,
    )


def withdraw_claw_back(statement_id: int, *, by: User, now: datetime) -> None:
    """Whoever proposed to take a statement back thinks better of it; nothing is sent."""
    statement = db.session.get_one(Statement, statement_id)
    proposed = [one for one in operations_of(statement_id) if one.status is _S.PROPOSED]
    _require_waiting(proposed)
    for operation in proposed:
        outbox.withdraw_operation(operation.op_id, by=by, now=now)
    audit.record(
        "rail.claw_back_withdrawn", statement, by=by, now=now, code=statement.code,
        parties=[statement.lender_id, statement.agency_id],
    )  # fmt: skip


def _require_waiting(proposed: Sequence[RailOperation]) -> None:
    if not proposed:
        raise Refusal(
            _("Nothing of this statement waits for approval."),
            next_step=_("Reload the page to see its present state."),
        )


def _require_no_reversal(statement: Statement) -> None:
    """A dispute's reversal may be on its way while the statement still counts as paid."""
    transfer = _newest_transfer(statement)
    if transfer is not None and any(
        one.kind is _K.REVERSAL
        and one.undoes_id == transfer.id
        and one.status not in (_S.PROPOSED, _S.WITHDRAWN)
        for one in operations_of(statement.id)
    ):
        raise Refusal(
            _("Because of a dispute its transfer is being reversed already."),
            next_step=_("Wait for the end of the dispute, and withdraw what was proposed."),
        )


def _again(statement_id: int) -> str:
    """What was withdrawn keeps its name; the next proposal needs another one."""
    withdrawn = [
        one
        for one in operations_of(statement_id)
        if one.kind is _K.REFUND and one.status is _S.WITHDRAWN
    ]
    return f":{len(withdrawn) + 1}" if withdrawn else ""


def operations_of(statement_id: int) -> list[RailOperation]:
    query = select(RailOperation).where(RailOperation.statement_id == statement_id)
    return list(db.session.scalars(query.order_by(RailOperation.id)))


def operation_of(kind: OperationKind, external_ref: str, op_id: str) -> RailOperation | None:
    """Found by Stripe's name for it, or, before that is known here, by the name we gave it."""
    if not (external_ref or op_id):
        return None
    query = select(RailOperation).where(
        RailOperation.kind == kind,
        (RailOperation.external_ref == external_ref) | (RailOperation.op_id == op_id),
    )
    return db.session.scalar(query)
