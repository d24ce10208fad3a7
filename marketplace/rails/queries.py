"""Operations, movements and the state of the balance, for the finance page."""

from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace import ledger
from marketplace.accounts import Organisation
from marketplace.core.db import db
from marketplace.core.words import Name
from marketplace.ledger import AccountKind, Journal
from marketplace.rails.flow import operations_of
from marketplace.rails.models import OperationStatus, RailOperation, RailTransaction
from marketplace.rails.proposing import CLAW_BACK
from marketplace.settlement import Statement

_FOR_A_PERSON = (OperationStatus.REFUSED, OperationStatus.UNKNOWN, OperationStatus.PROPOSED)


@dataclass(frozen=True)
class OperationRow:
    operation: RailOperation
    organisation: Name
    statement_code: str | None


@dataclass(frozen=True)
class BalanceRow:
    """One currency: what Stripe moved, and what of it is in the books."""

    currency: str
    mirrored_minor: int
    booked_minor: int

    @property
    def missing_minor(self) -> int:
        return self.mirrored_minor - self.booked_minor


def operation_rows(*, limit: int = 200) -> list[OperationRow]:
    """What still needs somebody first, then the newest."""
    waiting = RailOperation.status.in_(_FOR_A_PERSON)
    rows = db.session.execute(
        select(RailOperation, Organisation.called, Statement.code)
        .join(Organisation, Organisation.id == RailOperation.organisation_id)
        .outerjoin(Statement, Statement.id == RailOperation.statement_id)
        .order_by(waiting.desc(), RailOperation.id.desc())
        .limit(limit)
    )
    return [OperationRow(*row) for row in rows]


def operations_waiting() -> int:
    """How many operations a person has to look at."""
    waiting = RailOperation.status.in_(_FOR_A_PERSON)
    query = select(func.count()).select_from(RailOperation).where(waiting)
    return int(db.session.execute(query).scalar_one())


@dataclass(frozen=True)
class RailSource:
    """What at Stripe a journal came from: a movement, or a statement that was taken back."""

    movement: RailTransaction | None
    statement: Statement | None
    operations: list[RailOperation]


def source_of_journal(journal: Journal) -> RailSource | None:
    """None where neither a movement nor a claw-back posted it."""
    query = select(RailTransaction).where(RailTransaction.journal_id == journal.id)
    movement = db.session.scalar(query)
    statement_id = movement.statement_id if movement is not None else None
    if movement is None:
        of, found, number = journal.idempotency_key.partition(CLAW_BACK)
        if of or not found:
            return None
        statement_id = int(number)
    if statement_id is None:
        return RailSource(movement, None, [])
    statement = db.session.get_one(Statement, statement_id)
    return RailSource(movement, statement, operations_of(statement.id))


def unexplained() -> list[RailTransaction]:
    """Movements that nothing here explains and nobody has booked yet."""
    query = select(RailTransaction).where(RailTransaction.journal_id.is_(None))
    return list(db.session.scalars(query.order_by(RailTransaction.id)))


def balance_rows() -> list[BalanceRow]:
    mirrored = db.session.execute(
        select(RailTransaction.currency, func.sum(RailTransaction.net_minor)).group_by(
            RailTransaction.currency
        )
    )
    booked = {
        one.currency: one.net_minor
        for one in ledger.balances()
        if one.kind is AccountKind.STRIPE_BALANCE
    }
    return [
        BalanceRow(currency, int(total), booked.get(currency, 0))
        for currency, total in sorted((row[0], row[1]) for row in mirrored)
    ]
