"""The daily self-check: statements, ledger, mirror, and both chains from their start."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from marketplace import audit, ledger
from marketplace.audit import AuditEvent, AuditHead
from marketplace.checks.comparing import ledger_differences
from marketplace.checks.differences import Difference
from marketplace.checks.mirrored import mirror_differences
from marketplace.checks.models import BookCheck
from marketplace.checks.restating import statement_differences
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.ledger import BrokenChain, Head
from marketplace.settlement import Statement, StatementStatus

TASK = "check books"
_AT_ONCE = 2_000


def check_books(*, now: datetime) -> None:
    """Look for any difference of one minor unit or more; each opens an incident."""
    chain = ledger.verify_chain(held=_held())
    found = [*statement_differences(), *ledger_differences(now), *mirror_differences()]
    if isinstance(chain, BrokenChain):
        journal = chain.journal_id or 0
        found.append(
            Difference("journal_chain", "journals", {"journal": journal, "why": chain.why})
        )
    events = 0
    for head in db.session.scalars(select(AuditHead).order_by(AuditHead.chain)).all():
        events += head.sequence
        found += _audit_differences(head)
    for one in found:
        ledger.open_incident(one.kind, one.subject, one.details, now=now)
    check = BookCheck(
        checked_at=now,
        statements=_statements(),
        journals=chain.sequence if isinstance(chain, Head) else ledger.count_journals(),
        audit_events=events,
        differences=len(found),
    )
    db.session.add(check)
    kept: dict[str, Any] = {}
    if isinstance(chain, Head):
        kept = {"sequence": chain.sequence, "head": chain.hash.hex()}
    audit.record("books.checked", check, by=None, now=now, differences=len(found), **kept)


def ask_for_check() -> bool:
    """Let the worker check the books soon; False if it is about to anyway."""
    return jobs.enqueue_once(TASK, "check books")


def last_check() -> BookCheck | None:
    return db.session.scalar(select(BookCheck).order_by(BookCheck.id.desc()).limit(1))


def _held() -> Head | None:
    """The end of the chain at the last check, as the audit trail keeps it."""
    kept = db.session.scalar(
        select(AuditEvent.details)
        .where(AuditEvent.action == "books.checked", AuditEvent.details.has_key("head"))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return Head(kept["sequence"], bytes.fromhex(kept["head"])) if kept else None


def _statements() -> int:
    query = select(func.count()).select_from(Statement)
    query = query.where(Statement.status != StatementStatus.CANCELLED)
    return int(db.session.execute(query).scalar_one())


def _audit_differences(head: AuditHead) -> Iterator[Difference]:
    with closing(_events(head.chain)) as events:
        outcome = audit.verify_events(events)
    subject = f"{head.chain}"
    if isinstance(outcome, audit.Broken):
        yield Difference(
            "audit_chain", subject, {"event": outcome.sequence, "why": outcome.why}
        )
    elif outcome != head.hash:
        yield Difference(
            "audit_chain", subject,
            {"event": head.sequence, "why": "the chain does not end at its head"},
        )  # fmt: skip


def _events(chain: int) -> Generator[Mapping[str, Any], None, None]:
    query = (
        select(
            AuditEvent.sequence,
            AuditEvent.action,
            AuditEvent.actor_id,
            AuditEvent.subject_table,
            AuditEvent.subject_id,
            AuditEvent.details,
            AuditEvent.body,
            func.encode(AuditEvent.hash, "hex").label("hash"),
        )
        .where(AuditEvent.chain == chain)
        .order_by(AuditEvent.sequence)
        .execution_options(yield_per=_AT_ONCE)
    )
    with db.session.execute(query) as rows:
        for row in rows.mappings():
            yield dict(row)
