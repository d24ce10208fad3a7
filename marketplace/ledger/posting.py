"""Posting to the books: once per key, balanced, by two people, into an open month."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import LARGEST_MINOR
from marketplace.core.words import _
from marketplace.ledger.models import (
    AccountKind,
    Journal,
    LedgerAccount,
    LedgerPeriod,
    Posting,
)

FURTHEST = timedelta(days=366)
"""How far ahead a journal may take effect: further is a slip of the keyboard."""


class OutOfBalance(Refusal):
    """The entries do not add up to zero in every currency."""


class MonthClosed(Refusal):
    """The day a journal concerns lies in a month that is closed."""


@dataclass(frozen=True)
class Entry:
    """One line of a journal: positive is a debit, negative a credit."""

    kind: AccountKind
    organisation_id: int | None
    amount_minor: int
    currency: str


def post(
    key: str,
    entries: Sequence[Entry],
    *,
    effective_on: date,
    words: str,
    made_by_id: int,
    approved_by: User,
    now: datetime,
    facts: Mapping[str, str] | None = None,
    reverses_id: int | None = None,
) -> Journal:
    """Post a balanced journal once per `key`; the same key with other content is refused.

    `facts` say where the amounts come from, such as a rate. The database books it by its own
    clock; `now` only tells how far ahead the day is.
    """
    lines = [entry for entry in entries if entry.amount_minor]
    _require_sense(lines, effective_on, now)
    known_facts = dict(facts or {})
    fingerprint = _fingerprint(lines, effective_on, known_facts, reverses_id)
    known = _known(key)
    if known is None:
        _require_open_month(effective_on)
        made: Journal | None = db.session.scalar(
            insert(Journal)
            .values(
                idempotency_key=key,
                fingerprint=fingerprint,
                effective_on=effective_on,
                words=words,
                facts=known_facts,
                made_by_id=made_by_id,
                approved_by_id=approved_by.id,
                reverses_id=reverses_id,
            )
            .on_conflict_do_nothing()
            .returning(Journal)
        )
        if made is not None:
            _write_lines(made.id, lines)
            return made
        # Somebody else posted it while this transaction waited for them.
        known = _known(key)
    if known is None or known.fingerprint != fingerprint:
        raise Refusal(
            _("This has already been posted with other amounts."),
            next_step=_("Correct it by a reversal and a new posting."),
        )
    return known


def reverse(
    journal_id: int,
    *,
    reason: str,
    effective_on: date,
    made_by_id: int,
    approved_by: User,
    now: datetime,
) -> Journal:
    """Take a journal back, once, by its exact mirror in an open month, for a reason."""
    original = db.session.get(Journal, journal_id)
    if original is None:
        raise NotFound
    _require_reversible(original, reason, made_by_id, approved_by)
    mirrored = [
        Entry(AccountKind(row.kind), row.organisation_id, -row.amount_minor, row.currency)
        for row in db.session.execute(
            select(
                LedgerAccount.kind,
                LedgerAccount.organisation_id,
                Posting.amount_minor,
                Posting.currency,
            )
            .join(Posting, Posting.account_id == LedgerAccount.id)
            .where(Posting.journal_id == original.id)
            .order_by(Posting.id)
        )
    ]
    journal = post(
        f"reverse:{original.id}",
        mirrored,
        effective_on=effective_on,
        words=f"Reversal of journal {original.id} of {original.effective_on.isoformat()}",
        made_by_id=made_by_id,
        approved_by=approved_by,
        now=now,
        facts={"reason": reason.strip()},
        reverses_id=original.id,
    )
    audit.record(
        "journal.reversed", original, by=approved_by, now=now, journal=journal.id,
        made_by=made_by_id,
    )  # fmt: skip
    return journal


def require_two_people(made_by_id: int, approved_by: User) -> None:
    if made_by_id == approved_by.id:
        raise Refusal(
            _("Whoever proposes a journal does not approve it."),
            next_step=_("Ask a colleague in finance."),
        )


def _require_reversible(
    original: Journal, reason: str, made_by_id: int, approved_by: User
) -> None:
    require_two_people(made_by_id, approved_by)
    if not reason.strip():
        raise Refusal(
            _("A reversal needs a reason."), next_step=_("Say in a sentence what was wrong.")
        )
    if original.reverses_id is not None:
        raise Refusal(
            _("Journal %(number)s is itself a reversal.", number=original.id),
            next_step=_("Post what should stand as a new journal."),
        )
    # Whoever reverses the same journal waits here, and then sees that it is done.
    queue_up("reverse journal", original.id)
    done = db.session.scalar(select(Journal.id).where(Journal.reverses_id == original.id))
    if done is not None:
        raise Refusal(
            _(
                "Journal %(number)s has been reversed by journal %(by)s.",
                number=original.id,
                by=done,
            ),
            next_step=_("Post what should stand as a new journal."),
        )


def _require_sense(lines: Sequence[Entry], effective_on: date, now: datetime) -> None:
    if not lines:
        raise OutOfBalance(
            _("A journal without amounts says nothing."),
            next_step=_("Enter at least one debit and one credit."),
        )
    for currency in sorted({entry.currency for entry in lines}):
        if sum(entry.amount_minor for entry in lines if entry.currency == currency):
            raise OutOfBalance(_("The entries in %(c)s do not add up to zero.", c=currency))
    if any(abs(entry.amount_minor) > LARGEST_MINOR for entry in lines):
        raise Refusal(
            _("An amount is larger than the books take."),
            next_step=_("Look for a zero too many."),
        )
    if effective_on > now.date() + FURTHEST:
        raise Refusal(
            _("The day %(day)s is more than a year ahead.", day=effective_on),
            next_step=_("Look for a slip in the year."),
        )


def open_day(day: date) -> date:
    """The day itself, or the first one after it in a month that is still open."""
    while _is_closed(day):
        day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day


def _is_closed(day: date) -> bool:
    # The month cannot be closed between this look and the commit.
    queue_up("ledger period", 0, shared=True)
    closed = select(LedgerPeriod.month_start).where(
        LedgerPeriod.month_start == day.replace(day=1), LedgerPeriod.closed_at.is_not(None)
    )
    return db.session.scalar(closed) is not None


def _require_open_month(effective_on: date) -> None:
    if _is_closed(effective_on):
        raise MonthClosed(
            _("%(month)s is closed.", month=f"{effective_on:%Y-%m}"),
            next_step=_("Post it in the open month, with the day it concerns in its words."),
        )


def _known(key: str) -> Journal | None:
    return db.session.scalar(select(Journal).where(Journal.idempotency_key == key))


def _write_lines(journal_id: int, lines: Sequence[Entry]) -> None:
    account_of = {
        place: _account(place)
        for place in sorted(
            {(line.kind, line.organisation_id, line.currency) for line in lines},
            key=lambda place: (place[0].value, place[1] or 0, place[2]),
        )
    }
    db.session.execute(
        plain_insert(Posting),
        [
            {
                "journal_id": journal_id,
                "account_id": account_of[line.kind, line.organisation_id, line.currency],
                "amount_minor": line.amount_minor,
                "currency": line.currency,
            }
            for line in lines
        ],
    )


def _account(place: tuple[AccountKind, int | None, str]) -> int:
    kind, organisation_id, currency = place
    wanted = select(LedgerAccount.id).where(
        LedgerAccount.kind == kind,
        LedgerAccount.organisation_id.is_not_distinct_from(organisation_id),
        LedgerAccount.currency == currency,
    )
    found = db.session.scalar(wanted)
    if found is None:
        db.session.execute(
            insert(LedgerAccount)
            .values(kind=kind, organisation_id=organisation_id, currency=currency)
            .on_conflict_do_nothing()
        )
        found = db.session.execute(wanted).scalar_one()
    return found


def _fingerprint(
    entries: Sequence[Entry],
    effective_on: date,
    facts: Mapping[str, str],
    reverses_id: int | None,
) -> str:
    lines = sorted(
        (entry.kind.value, entry.organisation_id or 0, entry.amount_minor, entry.currency)
        for entry in entries
    )
    content = [lines, effective_on.isoformat(), sorted(facts.items()), reverses_id]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
