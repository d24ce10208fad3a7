"""Posting to the books, and reading them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.ledger.models import AccountKind, Journal, LedgerAccount, Posting


class OutOfBalance(Refusal):
    """The entries do not add up to zero in every currency."""


@dataclass(frozen=True)
class Entry:
    """One line of a journal: positive is a debit, negative a credit."""

    kind: AccountKind
    organisation_id: int | None
    amount_minor: int
    currency: str


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


def post(
    key: str,
    entries: Sequence[Entry],
    *,
    effective_on: date,
    words: str,
    made_by_id: int,
    approved_by: User,
    now: datetime,
) -> Journal:
    """Post a balanced journal once per `key`; the same key with other content is refused."""
    lines = [entry for entry in entries if entry.amount_minor]
    for currency in {entry.currency for entry in lines}:
        if sum(entry.amount_minor for entry in lines if entry.currency == currency):
            raise OutOfBalance(_("The entries in %(c)s do not add up to zero.", c=currency))
    fingerprint = _fingerprint(lines)
    known = db.session.scalar(select(Journal).where(Journal.idempotency_key == key))
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Refusal(
                _("This has already been posted with other amounts."),
                next_step=_("Correct it by a reversal and a new posting."),
            )
        return known
    journal = Journal(
        idempotency_key=key,
        fingerprint=fingerprint,
        effective_on=effective_on,
        booked_at=now,
        words=words,
        made_by_id=made_by_id,
        approved_by_id=approved_by.id,
    )
    db.session.add(journal)
    db.session.flush()
    db.session.add_all(
        Posting(
            journal_id=journal.id,
            account_id=_account(entry),
            amount_minor=entry.amount_minor,
            currency=entry.currency,
        )
        for entry in lines
    )
    db.session.flush()
    return journal


def balances() -> list[Balance]:
    """The trial balance, computed from the postings: no balance is stored."""
    rows = db.session.execute(
        select(
            LedgerAccount.kind,
            LedgerAccount.organisation_id,
            LedgerAccount.currency,
            func.coalesce(func.sum(Posting.amount_minor).filter(Posting.amount_minor > 0), 0),
            func.coalesce(func.sum(-Posting.amount_minor).filter(Posting.amount_minor < 0), 0),
        )
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id)
        .order_by(LedgerAccount.kind, LedgerAccount.organisation_id)
    )
    return [Balance(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows]


def is_balanced() -> bool:
    """Do debits equal credits in every journal and every currency?"""
    wrong = db.session.execute(
        select(Posting.journal_id)
        .group_by(Posting.journal_id, Posting.currency)
        .having(func.sum(Posting.amount_minor) != 0)
        .limit(1)
    ).first()
    return wrong is None


def journals(*, limit: int = 100) -> list[Journal]:
    return list(db.session.scalars(select(Journal).order_by(Journal.id.desc()).limit(limit)))


def _account(entry: Entry) -> int:
    db.session.execute(
        insert(LedgerAccount)
        .values(kind=entry.kind, organisation_id=entry.organisation_id, currency=entry.currency)
        .on_conflict_do_nothing()
    )
    return db.session.execute(
        select(LedgerAccount.id).where(
            LedgerAccount.kind == entry.kind,
            LedgerAccount.organisation_id.is_not_distinct_from(entry.organisation_id),
            LedgerAccount.currency == entry.currency,
        )
    ).scalar_one()


def _fingerprint(entries: Sequence[Entry]) -> str:
    content = sorted(
        (entry.kind.value, entry.organisation_id or 0, entry.amount_minor, entry.currency)
        for entry in entries
    )
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
