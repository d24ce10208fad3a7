"""Reading the books: balances by day, journals, and what one journal consists of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.ledger.models import AccountKind, Journal, JournalLink, LedgerAccount, Posting


@dataclass(frozen=True)
class Balance:
    kind: AccountKind
    organisation_id: int | None
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def net_minor(self) -> int:
        return self.debit_minor - self.credit_minor


@dataclass(frozen=True)
class Line:
    """One posting with the account it went to."""

    kind: AccountKind
    organisation_id: int | None
    currency: str
    amount_minor: int


@dataclass(frozen=True)
class JournalSheet:
    """A journal as a page shows it. People appear by their code."""

    journal: Journal
    lines: list[Line]
    made_by: str
    approved_by: str
    reversed_by_id: int | None
    sequence: int | None
    hash: str


def balances(*, as_of: date | None = None) -> list[Balance]:
    """The trial balance at the end of a day, computed from the postings: none is stored."""
    query = (
        select(
            LedgerAccount.kind,
            LedgerAccount.organisation_id,
            LedgerAccount.currency,
            func.coalesce(func.sum(Posting.amount_minor).filter(Posting.amount_minor > 0), 0),
            func.coalesce(func.sum(-Posting.amount_minor).filter(Posting.amount_minor < 0), 0),
        )
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id)
        .order_by(LedgerAccount.kind, LedgerAccount.organisation_id, LedgerAccount.currency)
    )
    if as_of is not None:
        query = query.join(Journal, Journal.id == Posting.journal_id).where(_until(as_of))
    rows = db.session.execute(query)
    return [Balance(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows]


def balance(
    kind: AccountKind,
    organisation_id: int | None,
    currency: str,
    *,
    as_of: date | None = None,
) -> int:
    """What stands on one account at the end of a day: debits less credits."""
    account = (
        select(LedgerAccount.id)
        .where(
            LedgerAccount.kind == kind,
            LedgerAccount.organisation_id.is_not_distinct_from(organisation_id),
            LedgerAccount.currency == currency,
        )
        .scalar_subquery()
    )
    query = select(func.coalesce(func.sum(Posting.amount_minor), 0)).where(
        Posting.account_id == account
    )
    if as_of is not None:
        query = query.join(Journal, Journal.id == Posting.journal_id).where(_until(as_of))
    return int(db.session.execute(query).scalar_one())


def is_balanced() -> bool:
    """Do debits equal credits in every journal and every currency?"""
    wrong = db.session.execute(
        select(Posting.journal_id)
        .group_by(Posting.journal_id, Posting.currency)
        .having(func.sum(Posting.amount_minor) != 0)
        .limit(1)
    ).first()
    return wrong is None


def journals(*, limit: int = 100, page: int = 1) -> list[Journal]:
    """The newest first, a page at a time."""
    query = select(Journal).order_by(Journal.id.desc()).limit(limit).offset((page - 1) * limit)
    return list(db.session.scalars(query))


def count_journals() -> int:
    return int(db.session.execute(select(func.count()).select_from(Journal)).scalar_one())


def journal_sheet(journal_id: int) -> JournalSheet:
    """A journal with its lines, its people and its place in the chain."""
    undoing = aliased(Journal)
    row = db.session.execute(
        select(Journal, undoing.id, JournalLink.sequence, JournalLink.hash)
        .outerjoin(undoing, undoing.reverses_id == Journal.id)
        .outerjoin(JournalLink, JournalLink.journal_id == Journal.id)
        .where(Journal.id == journal_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    journal, reversed_by_id, sequence, digest = row
    lines = db.session.execute(
        select(
            LedgerAccount.kind,
            LedgerAccount.organisation_id,
            Posting.currency,
            Posting.amount_minor,
        )
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .where(Posting.journal_id == journal.id)
        .order_by(Posting.id)
    )
    return JournalSheet(
        journal,
        [Line(*line) for line in lines],
        user_code(journal.made_by_id),
        user_code(journal.approved_by_id),
        reversed_by_id,
        sequence,
        digest.hex() if digest else "",
    )


def user_code(user_id: int) -> str:
    """A person's code, also where the reader has no right to their row."""
    prefix, digits = "US", 5
    return str(db.session.scalar(select(func.app.public_code(prefix, user_id, digits))))


def _until(day: date) -> ColumnElement[bool]:
    return Journal.effective_on <= day
