"""What people decide on a statement's money: take it back whole, or bill it once more.

One proposes, another approves; until then whoever proposed may withdraw.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from marketplace import audit, ledger
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.ledger import Entry
from marketplace.rails import outbox
from marketplace.rails.flow import (
    billed_minor,
    newest_transfer,
    operations_of,
    queue_for,
    standing_invoice,
)
from marketplace.rails.models import OperationKind, OperationStatus, RailOperation
from marketplace.settlement import (
    Statement,
    StatementStatus,
    carry,
    entries_of,
    require_undoable,
    undo,
)

CLAW_BACK = "claw back:"
"""How the key of a journal begins that takes a statement back, before its number."""

_K, _S = OperationKind, OperationStatus
_TAKES_BACK = (_K.REVERSAL, _K.REFUND, _K.UNDO)


def claw_back(statement_id: int, *, by: User, now: datetime) -> list[RailOperation]:
    """Propose to undo a statement: reverse the transfer, and refund the lender.

    After a charge-back both have happened already, and nothing is sent.
    """
    statement = _held(statement_id)
    invoice, transfer = standing_invoice(statement), newest_transfer(statement)
    charged_back = statement.status is StatementStatus.TAKEN_BACK
    if invoice is None or not (charged_back or transfer is not None):
        raise Refusal(
            _("Only a statement that was paid through Stripe can be taken back."),
            next_step=_("A small correction goes into the next statement."),
        )
    require_undoable(statement)
    _require_no_reversal(statement)
    _require_nothing_proposed(statement)
    if charged_back:
        _propose(statement, _K.UNDO, statement.lender_id, invoice, by, now)
    elif transfer is not None:
        _propose(statement, _K.REVERSAL, statement.agency_id, transfer, by, now)
        _propose(statement, _K.REFUND, statement.lender_id, invoice, by, now)
    _record("rail.claw_back_proposed", statement, by, now)
    return operations_of(statement.id)


def approve_claw_back(statement_id: int, *, by: User, now: datetime) -> None:
    """A second person lets both go, and what the approval posted is reversed in the books.

    From then on the statement counts no more, however long the agency takes to pay back.
    """
    statement = queue_for(statement_id)
    proposed = _waiting(statement, _TAKES_BACK)
    _require_no_reversal(statement)
    charged_back = statement.status is StatementStatus.TAKEN_BACK
    if charged_back is not any(one.kind is _K.UNDO for one in proposed):
        raise _changed_since()
    for operation in proposed:
        outbox.approve_operation(operation.op_id, by=by, now=now)
    _give_up_transfer(statement, now)
    undo(statement, by=by, now=now)
    ledger.post(
        f"{CLAW_BACK}{statement.id}",
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
    _withdraw(statement_id, _TAKES_BACK, "rail.claw_back_withdrawn", by, now)


def bill_again(statement_id: int, *, by: User, now: datetime) -> RailOperation:
    """Propose a new invoice for a statement whose payment the lender's bank took back."""
    statement = _held(statement_id)
    _require_charged_back(statement)
    _require_nothing_proposed(statement)
    bills = [one for one in operations_of(statement.id) if one.kind is _K.INVOICE]
    op_id = f"invoice:{statement.code}:{len(bills) + 1}"
    outbox.plan(
        op_id, _K.INVOICE, statement.lender_id, now=now, statement_id=statement.id,
        amount_minor=billed_minor(statement), currency=statement.currency,
        status=_S.PROPOSED, made_by_id=by.id,
    )  # fmt: skip
    _record("rail.bill_again_proposed", statement, by, now)
    return outbox.required(op_id)


def approve_bill_again(statement_id: int, *, by: User, now: datetime) -> None:
    """A second person agrees: from here on it goes as after the statement's approval."""
    statement = queue_for(statement_id)
    (proposed,) = _waiting(statement, (_K.INVOICE,))
    _require_charged_back(statement)
    outbox.approve_operation(proposed.op_id, by=by, now=now)
    _give_up_transfer(statement, now)
    db.session.flush()
    carry(statement.id, StatementStatus.APPROVED, now=now)
    _record("rail.billed_again", statement, by, now)


def withdraw_bill_again(statement_id: int, *, by: User, now: datetime) -> None:
    """Whoever proposed to bill a statement again thinks better of it; nothing is sent."""
    _withdraw(statement_id, (_K.INVOICE,), "rail.bill_again_withdrawn", by, now)


def _held(statement_id: int) -> Statement:
    if db.session.get(Statement, statement_id) is None:
        raise NotFound
    return queue_for(statement_id)


def _propose(
    statement: Statement, kind: OperationKind, organisation_id: int, undoes: RailOperation,
    by: User, now: datetime,
) -> None:  # fmt: skip
    """What was withdrawn keeps its name; the next proposal needs another one."""
    before = [
        one
        for one in operations_of(statement.id)
        if one.kind is kind and one.status is _S.WITHDRAWN
    ]
    again = f":{len(before) + 1}" if before else ""
    outbox.plan(
        f"{kind}:{statement.code}{again}", kind, organisation_id, now=now,
        statement_id=statement.id, undoes_id=undoes.id, amount_minor=undoes.amount_minor,
        currency=statement.currency, status=_S.PROPOSED, made_by_id=by.id,
    )  # fmt: skip


def _withdraw(
    statement_id: int, kinds: Collection[OperationKind], action: str, by: User, now: datetime
) -> None:
    statement = queue_for(statement_id)
    for operation in _waiting(statement, kinds):
        outbox.withdraw_operation(operation.op_id, by=by, now=now)
    _record(action, statement, by, now)


def _waiting(statement: Statement, kinds: Collection[OperationKind]) -> Sequence[RailOperation]:
    proposed = [one for one in _proposed(statement) if one.kind in kinds]
    if not proposed:
        raise Refusal(
            _("Nothing of this statement waits for approval."),
            next_step=_("Reload the page to see its present state."),
        )
    return proposed


def _proposed(statement: Statement) -> list[RailOperation]:
    return [one for one in operations_of(statement.id) if one.status is _S.PROPOSED]


def _require_nothing_proposed(statement: Statement) -> None:
    if _proposed(statement):
        raise Refusal(
            _("A proposal for this statement waits for a second person already."),
            next_step=_("Approve or withdraw it on the page of the rails first."),
        )


def _require_charged_back(statement: Statement) -> None:
    """Its transfer came back, or was never sent: nobody has any of the money."""
    if _is_reversing(statement):
        raise Refusal(
            _("The agency has not paid its transfer back yet: nothing is billed before that."),
            next_step=_("Wait until the reversal is done; it is tried again by itself."),
        )
    if statement.status is not StatementStatus.TAKEN_BACK or statement.undone_at is not None:
        raise Refusal(
            _("Only a statement whose payment was charged back is billed again."),
            next_step=_("Reload the page to see its present state."),
        )


def _require_no_reversal(statement: Statement) -> None:
    """A dispute's reversal may be on its way while the statement still counts as paid."""
    if _is_reversing(statement):
        raise Refusal(
            _("Because of a dispute its transfer is being reversed already."),
            next_step=_("Wait for the end of the dispute, and withdraw what was proposed."),
        )


def _is_reversing(statement: Statement) -> bool:
    transfer = newest_transfer(statement)
    return transfer is not None and any(
        one.kind is _K.REVERSAL
        and one.undoes_id == transfer.id
        and one.status not in (_S.PROPOSED, _S.WITHDRAWN)
        for one in operations_of(statement.id)
    )


def _give_up_transfer(statement: Statement, now: datetime) -> None:
    """What a charge-back stopped before it was sent is never sent."""
    transfer = newest_transfer(statement)
    if statement.status is StatementStatus.TAKEN_BACK and transfer is not None:
        transfer.status, transfer.withdrawn_at = _S.WITHDRAWN, now


def _changed_since() -> Refusal:
    return Refusal(
        _("What became of the payment has changed since this was proposed."),
        next_step=_("Withdraw the proposal, and decide by the present state."),
    )


def _record(action: str, statement: Statement, by: User, now: datetime) -> None:
    audit.record(
        action, statement, by=by, now=now, code=statement.code,
        parties=[statement.lender_id, statement.agency_id],
    )  # fmt: skip
