"""Our balance at Stripe, mirrored in the books: one journal per balance transaction.

A movement that an operation of ours explains is posted in the name of the two people who stand
behind its statement. One that nothing explains (a top-up, a payout, a fee) waits for two people
to say what it is; until then the books differ from Stripe by exactly that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from marketplace import audit, ledger
from marketplace.accounts import User, user_by_id
from marketplace.core.db import db, insert_once, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.ledger import AccountKind, Entry
from marketplace.rails.access import is_on, open_gateway
from marketplace.rails.gateway import Movement
from marketplace.rails.models import RailOperation, RailTransaction
from marketplace.settlement import Statement

_K = AccountKind
OVERLAP = timedelta(days=2)
"""How far before the newest known movement we ask again."""

_OF_LENDER = {"charge", "payment", "refund", "payment_refund", "adjustment",
              "payment_failure_refund", "refund_failure"}  # fmt: skip
_OF_AGENCY = {"transfer", "transfer_refund", "transfer_cancel", "transfer_failure"}
_BY_BANK = {"topup", "topup_reversal", "payout", "payout_cancel", "payout_failure"}


@dataclass(frozen=True)
class Known:
    """From when to ask, and what need not be told again."""

    since: int
    refs: Sequence[str]


def take(*, now: datetime) -> Known | None:
    if not is_on():
        return None
    newest = db.session.scalar(select(func.max(RailTransaction.moved_at)))
    since = newest - OVERLAP if newest else datetime.fromtimestamp(0, UTC)
    refs = db.session.scalars(
        select(RailTransaction.transaction_ref).where(RailTransaction.moved_at >= since)
    )
    return Known(int(since.timestamp()), list(refs))


def look(known: Known) -> list[Movement]:
    """What moved since. Opens no transaction."""
    return open_gateway().movements(known.since, known.refs)


def keep(_known: Known, movements: Sequence[Movement], *, now: datetime) -> None:
    for movement in movements:
        statement_id = _statement_of(movement.explained_by)
        new = insert_once(
            RailTransaction, transaction_ref=movement.ref, kind=movement.kind,
            amount_minor=movement.amount_minor, fee_minor=movement.fee_minor,
            net_minor=movement.net_minor, currency=movement.currency,
            source_ref=movement.source_ref, statement_id=statement_id,
            moved_at=datetime.fromtimestamp(movement.created, UTC),
        )  # fmt: skip
        if new and statement_id is not None:
            _post_explained(movement.ref, statement_id, now)


def _statement_of(external_ref: str) -> int | None:
    if not external_ref:
        return None
    return db.session.scalar(
        select(RailOperation.statement_id).where(RailOperation.external_ref == external_ref)
    )


def _post_explained(ref: str, statement_id: int, now: datetime) -> None:
    moved = _locked(ref)
    statement = db.session.get_one(Statement, statement_id)
    other: tuple[AccountKind, int] | None = None
    if moved.kind in _OF_LENDER:
        other = (_K.LENDER_RECEIVABLE, statement.lender_id)
    elif moved.kind in _OF_AGENCY:
        other = (_K.AGENCY_PAYABLE, statement.agency_id)
    if other is not None:
        approver = user_by_id(statement.approved_by_id or 0)
        _post(moved, *other, made_by_id=statement.made_by_id, approved_by=approver, now=now)


def _post(
    moved: RailTransaction,
    other: AccountKind,
    organisation_id: int | None,
    *,
    made_by_id: int,
    approved_by: User,
    now: datetime,
) -> None:
    currency = moved.currency
    journal = ledger.post(
        f"stripe:{moved.transaction_ref}",
        [
            Entry(_K.STRIPE_BALANCE, None, moved.net_minor, currency),
            Entry(_K.STRIPE_COST, None, moved.fee_minor, currency),
            Entry(other, organisation_id, -moved.amount_minor, currency),
        ],
        effective_on=ledger.open_day(moved.moved_at.date()),
        words=f"Stripe {moved.kind} {moved.transaction_ref}",
        made_by_id=made_by_id,
        approved_by=approved_by,
        now=now,
    )
    moved.journal_id = journal.id


def name_transaction(ref: str, *, by: User, now: datetime) -> None:
    """Propose to book an unexplained movement; a second person does so."""
    moved = _open(ref)
    moved.named_by_id = by.id
    audit.record("rail.movement_named", moved, by=by, now=now, ref=ref)


def book_transaction(ref: str, *, by: User, now: datetime) -> None:
    """Post it: to bank clearing if it came from or went to a bank, else as a cost."""
    moved = _open(ref)
    if moved.named_by_id is None or moved.named_by_id == by.id:
        raise Refusal(
            _("Two people book a movement that nothing here explains."),
            next_step=_("Ask a colleague in finance."),
        )
    other = _K.BANK_CLEARING if moved.kind in _BY_BANK else _K.STRIPE_COST
    _post(moved, other, None, made_by_id=moved.named_by_id, approved_by=by, now=now)
    audit.record("rail.movement_booked", moved, by=by, now=now, ref=ref)


def _open(ref: str) -> RailTransaction:
    moved = _locked(ref)
    if moved.journal_id is not None:
        raise Refusal(
            _("This movement is in the books already."),
            next_step=_("Reload the page to see its present state."),
        )
    return moved


def _locked(ref: str) -> RailTransaction:
    moved = locked(select(RailTransaction).where(RailTransaction.transaction_ref == ref))
    if moved is None:
        raise NotFound
    return moved
