"""The outbox: what is to be done at Stripe, who is at it, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from marketplace import audit
from marketplace.accounts import Organisation, User
from marketplace.core import jobs
from marketplace.core.db import db, insert_once, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.rails.access import LEASE, is_on, key_is_old
from marketplace.rails.gateway import Line
from marketplace.rails.models import (
    Doubt,
    OperationKind,
    OperationStatus,
    RailAccount,
    RailOperation,
)
from marketplace.settlement import Statement, StatementStatus

_S = OperationStatus

LEAST_WAIT = timedelta(seconds=10)
MOST_WAIT = timedelta(minutes=10)
WAIT_FOR_MONEY = timedelta(minutes=15)


@dataclass(frozen=True)
class Parcel:
    """Everything one attempt needs, so that sending it touches no database."""

    id: int
    kind: OperationKind
    op_id: str
    key: str
    attempt: int
    doubt: Doubt
    key_is_old: bool
    next_key: str
    amount_minor: int
    currency: str
    account_ref: str
    customer_ref: str
    email: str
    name: str
    country: str
    group: str
    undoes_ref: str
    lines: Sequence[Line] = ()

    @property
    def in_doubt(self) -> bool:
        """May an earlier attempt have been carried out, as far as these books know?"""
        return self.doubt is not Doubt.NONE or self.key_is_old

    @property
    def may_renew(self) -> bool:
        """Is the present key of no more use, once a look has proved what was done?"""
        return self.doubt is Doubt.ERROR or self.key_is_old


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt."""

    status: OperationStatus
    external_ref: str = ""
    error: str = ""
    doubt: Doubt = Doubt.NONE
    renewed: bool = False
    """The attempt was made under the next key, after proof that nothing was done before."""
    spent: bool = False
    """The key holds a definite refusal: the next attempt needs another one."""
    wait: timedelta | None = None


def plan(
    op_id: str, kind: OperationKind, organisation_id: int, *, now: datetime, **values: Any
) -> bool:
    """Put an operation in the outbox, once; say whether it is new."""
    new = insert_once(
        RailOperation, op_id=op_id, kind=kind, organisation_id=organisation_id,
        planned_at=now, next_try_at=now, **values,
    )  # fmt: skip
    if new:
        jobs.enqueue("send rail operation")
    return new


def lease(*, now: datetime) -> Parcel | None:
    """Take the next operation that is due, so that nobody else does until the lease ends."""
    if not is_on():
        return None
    due = or_(
        and_(
            RailOperation.status.in_((_S.PLANNED, _S.UNKNOWN)),
            RailOperation.next_try_at <= now,
        ),
        and_(RailOperation.status == _S.LEASED, RailOperation.lease_ends_at <= now),
    )
    query = (
        select(RailOperation).where(due).order_by(RailOperation.next_try_at, RailOperation.id)
    )
    found = db.session.scalar(
        query.limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        return None
    if found.status is _S.LEASED and found.doubt is Doubt.NONE:
        found.doubt = Doubt.SILENCE  # whoever had it is gone, and said nothing
    old = key_is_old(found.key_first_used_at, now)
    found.status, found.lease_ends_at = _S.LEASED, now + LEASE
    found.attempts += 1
    found.key_first_used_at = found.key_first_used_at or now
    db.session.flush()
    # Whatever else is due follows; the last of these finds nothing.
    jobs.enqueue_once("send rail operation", "more rail operations")
    return _parcel(found, old=old)


def _parcel(found: RailOperation, *, old: bool) -> Parcel:
    account = db.session.scalar(
        select(RailAccount).where(RailAccount.organisation_id == found.organisation_id)
    )
    organisation = db.session.get_one(Organisation, found.organisation_id)
    statement = (
        db.session.get_one(Statement, found.statement_id) if found.statement_id else None
    )
    undone = db.session.get_one(RailOperation, found.undoes_id) if found.undoes_id else None
    asked_by = db.session.get(User, account.asked_by_id) if account else None
    return Parcel(
        id=found.id, kind=found.kind, op_id=found.op_id, key=found.key,
        attempt=found.attempts,
        doubt=found.doubt, key_is_old=old,
        next_key=f"{found.op_id}:{found.generation + 1}",
        amount_minor=found.amount_minor, currency=found.currency.lower(),
        account_ref=(account.account_ref if account else "") or "",
        customer_ref=(account.customer_ref if account else "") or "",
        email=asked_by.email if asked_by else "",
        name=organisation.name, country=account.country if account else "",
        group=statement.code if statement else found.op_id.partition(":")[2],
        undoes_ref=(undone.external_ref if undone else "") or "",
        lines=_lines(statement) if statement and found.kind is OperationKind.INVOICE else (),
    )  # fmt: skip


def _lines(statement: Statement) -> list[Line]:
    """What the lender is billed for; the same amounts as on the statement."""
    owed = (
        ("commission", "Commission", statement.earned_minor),
        ("commission_tax", "VAT on commission", statement.commission_tax_minor),
        ("carried", "Carried over from an earlier statement", statement.carried_in_minor),
    )
    fees = (
        ("fee", "Platform fee", statement.fee_minor),
        ("fee_tax", "VAT on the fee", statement.fee_tax_minor),
        ("fee_carried", "Fee carried over from an earlier statement",
         statement.fee_carried_in_minor),
    )  # fmt: skip
    named = (
        *(owed if statement.due_minor else ()),
        *(fees if statement.fee_due_minor else ()),
    )
    return [
        Line(name, f"{words}, statement {statement.code}", amount)
        for name, words, amount in named
        if amount
    ]


def record(parcel: Parcel, outcome: Outcome, *, now: datetime) -> RailOperation | None:
    """Write down what came of an attempt; the operation, if this attempt still holds it."""
    found = db.session.get_one(
        RailOperation, parcel.id, with_for_update=True, populate_existing=True
    )
    if found.status is not _S.LEASED or found.attempts != parcel.attempt:
        return None  # another one has taken over, and will find what this one did
    found.status, found.doubt = outcome.status, outcome.doubt
    found.last_error, found.lease_ends_at = outcome.error, None
    if outcome.renewed:
        found.generation, found.key_first_used_at = found.generation + 1, now
    if outcome.status is _S.DONE:
        found.external_ref, found.done_at = outcome.external_ref, now
        audit.record(
            "rail.done", found, by=None, now=now, parties=[found.organisation_id],
            op_id=found.op_id, external_ref=outcome.external_ref,
        )  # fmt: skip
        return found
    if outcome.spent:
        found.generation, found.key_first_used_at = found.generation + 1, None
    if outcome.status is not _S.REFUSED:
        found.next_try_at = now + (outcome.wait or backoff(found.attempts))
        jobs.enqueue("send rail operation", run_at=found.next_try_at)
    return found


def backoff(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to ten minutes.

    >>> backoff(1).seconds, backoff(3).seconds, backoff(40).seconds
    (10, 40, 600)
    """
    doubled: int = 1 << min(attempts - 1, 10)
    return min(LEAST_WAIT * doubled, MOST_WAIT)


def wake(organisation_id: int, *, now: datetime) -> None:
    """Something changed for this organisation: what waits for it is due now."""
    db.session.execute(
        update(RailOperation)
        .where(
            RailOperation.organisation_id == organisation_id,
            RailOperation.status.in_((_S.PLANNED, _S.UNKNOWN)),
        )
        .values(next_try_at=now)
    )
    jobs.enqueue("send rail operation")


def retry(op_id: str, *, by: User, now: datetime) -> RailOperation:
    """A person has removed the obstacle. What may have been done is looked up first."""
    found = required(op_id)
    if found.status not in {_S.REFUSED, _S.UNKNOWN, _S.PLANNED}:
        raise Refusal(
            _("This operation is not waiting for anybody."),
            next_step=_("Reload the page to see its present state."),
        )
    if found.kind is OperationKind.TRANSFER and _is_charged_back(found):
        raise Refusal(
            _("The lender's payment was charged back, so the agency is not paid from it."),
            next_step=_("Bill the statement again, or take it back whole."),
        )
    found.status = _S.UNKNOWN if found.doubt is not Doubt.NONE else _S.PLANNED
    found.next_try_at = now
    jobs.enqueue("send rail operation")
    audit.record("rail.retried", found, by=by, now=now, op_id=op_id)
    return found


def _is_charged_back(operation: RailOperation) -> bool:
    statement = db.session.get_one(Statement, operation.statement_id, populate_existing=True)
    return statement.status is StatementStatus.TAKEN_BACK


def approve_operation(op_id: str, *, by: User, now: datetime) -> RailOperation:
    """A second person lets the money go; where none goes out, it is done with that."""
    found = required(op_id)
    if found.status is not _S.PROPOSED:
        raise Refusal(
            _("This operation has been approved already."),
            next_step=_("Reload the page to see its present state."),
        )
    if found.made_by_id == by.id:
        raise Refusal(
            _("You proposed this, so somebody else must approve it."),
            next_step=_("Ask a colleague in finance."),
        )
    found.approved_by_id = by.id
    if found.kind is OperationKind.UNDO:
        found.status, found.done_at = _S.DONE, now
    else:
        found.status, found.next_try_at = _S.PLANNED, now
        jobs.enqueue("send rail operation")
    audit.record("rail.approved", found, by=by, now=now, op_id=op_id)
    return found


def withdraw_operation(op_id: str, *, by: User, now: datetime) -> RailOperation:
    """Whoever proposed it takes it back, as long as nobody let it go."""
    found = required(op_id)
    if found.status is not _S.PROPOSED:
        raise Refusal(
            _("This operation no longer waits for a second person."),
            next_step=_("Reload the page to see its present state."),
        )
    if found.made_by_id != by.id:
        raise Refusal(
            _("Somebody else proposed this, and only they can withdraw it."),
            next_step=_("Ask them to withdraw it."),
        )
    found.status, found.withdrawn_at = _S.WITHDRAWN, now
    return found


def held(op_id: str) -> RailOperation | None:
    """Locked, so that nobody leases it while it is decided what becomes of it."""
    return locked(select(RailOperation).where(RailOperation.op_id == op_id))


def required(op_id: str) -> RailOperation:
    found = held(op_id)
    if found is None:
        raise NotFound
    return found


def with_next_key(parcel: Parcel) -> Parcel:
    return replace(parcel, key=parcel.next_key)
