"""Reading the books: balances by day, journals, and what one journal consists of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, cast, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
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
    account_id: int

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
    account_id: int


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
            LedgerAccount.id,
        )
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id)
        .order_by(LedgerAccount.kind, LedgerAccount.organisation_id, LedgerAccount.currency)
    )
    if as_of is not None:
        query = query.join(Journal, Journal.id == Posting.journal_id).where(_until(as_of))
    rows = db.session.execute(query)
    return [Balance(row[0], row[1], row[2], int(row[3]), int(row[4]), row[5]) for row in rows]


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


def journals(
    *, limit: int = 100, page: int = 1, account_id: int | None = None
) -> list[Journal]:
    """The newest first, a page at a time; of one account, if it is named."""
    query = select(Journal).order_by(Journal.id.desc()).limit(limit).offset((page - 1) * limit)
    return list(db.session.scalars(query.where(_touches(account_id))))


def count_journals(*, account_id: int | None = None) -> int:
    query = select(func.count()).select_from(Journal).where(_touches(account_id))
    return int(db.session.execute(query).scalar_one())


def account(account_id: int) -> LedgerAccount:
    found = db.session.get(LedgerAccount, account_id)
    if found is None:
        raise NotFound
    return found


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
            LedgerAccount.id,
        )
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .where(Posting.journal_id == journal.id)
        .order_by(Posting.id)
    )
    codes = user_codes([journal.made_by_id, journal.approved_by_id])
    return JournalSheet(
        journal,
        [Line(*line) for line in lines],
        codes[journal.made_by_id],
        codes[journal.approved_by_id],
        reversed_by_id,
        sequence,
        digest.hex() if digest else "",
    )


def user_codes(ids: Iterable[int]) -> dict[int, str]:
    """People's codes, also where the reader has no right to their rows."""
    prefix, digits = "US", 5
    wanted = select(func.unnest(cast(sorted({*ids}), ARRAY(BigInteger))).label("id")).subquery()
    rows = db.session.execute(
        select(wanted.c.id, func.app.public_code(prefix, wanted.c.id, digits))
    )
    return {row[0]: row[1] for row in rows}


def _touches(account_id: int | None) -> ColumnElement[bool]:
    if account_id is None:
        return true()
    return Journal.id.in_(select(Posting.journal_id).where(Posting.account_id == account_id))


def _until(day: date) -> ColumnElement[bool]:
    return Journal.effective_on <= day
