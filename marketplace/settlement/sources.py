"""From a journal back to the statement it came from, and to what happened to it."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.settlement.debts import DebtClearance
from marketplace.settlement.models import Statement
from marketplace.settlement.remittances import Remittance


@dataclass(frozen=True)
class JournalSource:
    """The statement a journal came from; with what was paid, or what ended its debt."""

    statement: Statement
    remittance: Remittance | None = None
    clearance: DebtClearance | None = None


def source_of_journal(journal_id: int) -> JournalSource | None:
    """None where no approval, payment by bank or end of a debt posted the journal."""
    approved = select(Statement).where(Statement.journal_id == journal_id)
    if (statement := db.session.scalar(approved)) is not None:
        return JournalSource(statement)
    paid = select(Remittance).where(Remittance.journal_id == journal_id)
    if (remittance := db.session.scalar(paid)) is not None:
        return JournalSource(_statement(remittance.statement_id), remittance=remittance)
    ended = select(DebtClearance).where(DebtClearance.journal_id == journal_id)
    if (clearance := db.session.scalar(ended)) is not None:
        return JournalSource(_statement(clearance.statement_id), clearance=clearance)
    return None


def _statement(statement_id: int) -> Statement:
    return db.session.get_one(Statement, statement_id)
