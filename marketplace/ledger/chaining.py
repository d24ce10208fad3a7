"""The chain of journals, followed again from its start without the database's own functions."""

import hashlib
import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Text, cast, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.core.db import db
from marketplace.ledger.models import (
    Journal,
    JournalLink,
    LedgerAccount,
    LedgerPeriod,
    Posting,
)

START = bytes(32)
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Head:
    """The end of the chain."""

    sequence: int
    hash: bytes


@dataclass(frozen=True)
class BrokenChain:
    """Where the books stop being what was posted, and why."""

    journal_id: int | None
    why: str


def verify_chain(*, held: Head | None = None) -> Head | BrokenChain:
    """Follow the chain; return its end, or the first journal that is not what was posted.

    It must contain the heads that closed months have kept, and `held`, a head kept elsewhere.
    Journals of the present transaction are linked when it commits.
    """
    kept = [Head(row.head_sequence or 0, row.head_hash or START) for row in _closed()]
    missing = {head for head in (*kept, held) if head is not None and head.sequence}
    end = Head(0, START)
    with closing(_links()) as links:
        for row in links:
            following = _follow(end, row)
            if isinstance(following, BrokenChain):
                return following
            end = following
            missing.discard(end)
    if missing:
        return BrokenChain(None, "it no longer contains a head that was kept")
    loose = _loose()
    if loose is not None:
        return BrokenChain(loose, "the journal is not in the chain")
    return end


def _follow(end: Head, row: Any) -> Head | BrokenChain:
    if row.sequence != end.sequence + 1:
        return BrokenChain(row.journal_id, "a link before it is missing")
    if row.id is None:
        return BrokenChain(row.journal_id, "the journal is missing")
    digest = hashlib.sha256(end.hash + _body(row).encode()).digest()
    if digest != row.hash:
        return BrokenChain(row.journal_id, "the journal is not what was posted")
    return Head(row.sequence, digest)


def _links() -> Generator[Any, None, None]:
    def listed(column: Any, name: str) -> Any:
        return func.array_agg(aggregate_order_by(column, Posting.id)).label(name)

    lines = (
        select(
            Posting.journal_id,
            listed(cast(LedgerAccount.kind, Text), "kinds"),
            listed(LedgerAccount.organisation_id, "organisations"),
            listed(LedgerAccount.currency, "kept_in"),
            listed(Posting.currency, "currencies"),
            listed(Posting.amount_minor, "amounts"),
        )
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .group_by(Posting.journal_id)
        .subquery()
    )
    columns = [column for column in Journal.__table__.columns if column.name != "facts"]
    query = (
        select(
            JournalLink.sequence,
            JournalLink.hash,
            JournalLink.journal_id,
            *columns,
            cast(Journal.facts, Text).label("facts_text"),
            *[column for column in lines.c if column.name != "journal_id"],
        )
        .outerjoin(Journal, Journal.id == JournalLink.journal_id)
        .outerjoin(lines, lines.c.journal_id == JournalLink.journal_id)
        .order_by(JournalLink.sequence)
        .execution_options(yield_per=_AT_ONCE)
    )
    with db.session.execute(query) as rows:
        yield from rows


def _body(row: Any) -> str:
    """The same text as `app.journal_body`: PostgreSQL and Python write JSON alike."""
    lines = None
    if row.amounts is not None:
        lines = [
            list(line)
            for line in zip(
                row.kinds, row.organisations, row.kept_in, row.currencies, row.amounts,
                strict=True,
            )
        ]  # fmt: skip
    booked = row.booked_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return json.dumps(
        [
            row.id, row.idempotency_key, row.fingerprint, row.effective_on.isoformat(), booked,
            row.words, row.facts_text, row.made_by_id, row.approved_by_id, row.reverses_id,
            lines,
        ],
        ensure_ascii=False,
    )  # fmt: skip


def _closed() -> list[LedgerPeriod]:
    return list(
        db.session.scalars(select(LedgerPeriod).where(LedgerPeriod.closed_at.is_not(None)))
    )


def _loose() -> int | None:
    """A journal that its commit should have linked, but that is in no link."""
    return db.session.scalar(
        select(Journal.id)
        .outerjoin(JournalLink, JournalLink.journal_id == Journal.id)
        .where(
            JournalLink.sequence.is_(None),
            Journal.transaction_id != text("(pg_current_xact_id()::text)::bigint"),
        )
        .order_by(Journal.id)
        .limit(1)
    )
