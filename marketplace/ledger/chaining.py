"""The chain of journals, followed again from its start without the database's own functions."""

import hashlib
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from marketplace.core.db import db
from marketplace.ledger.models import Journal, JournalLink, LedgerPeriod

START = bytes(32)
_AT_ONCE = 2_000

# The text that `app.journal_body` makes, but not by that function: it may have been replaced.
LINKS = """
SELECT l.sequence, l.journal_id, l.hash, j.id, json_build_array(
         j.id, j.idempotency_key, j.fingerprint, to_char(j.effective_on, 'YYYY-MM-DD'),
         to_char(j.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
         j.words, j.facts::text, j.made_by_id, j.approved_by_id, j.reverses_id,
         (SELECT json_agg(json_build_array(a.kind, a.organisation_id, a.currency, p.currency,
                                           p.amount_minor) ORDER BY p.id)
            FROM postings p JOIN ledger_accounts a ON a.id = p.account_id
           WHERE p.journal_id = j.id)
       )::text AS body
  FROM journal_links l LEFT JOIN journals j ON j.id = l.journal_id
 ORDER BY l.sequence
"""


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
    digest = hashlib.sha256(end.hash + row.body.encode()).digest()
    if digest != row.hash:
        return BrokenChain(row.journal_id, "the journal is not what was posted")
    return Head(row.sequence, digest)


def _links() -> Generator[Any, None, None]:
    with db.session.execute(text(LINKS), execution_options={"yield_per": _AT_ONCE}) as rows:
        yield from rows


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
