"""Reversals and exchanges by hand: one person asks, another decides, and then it is posted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, locked, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.ledger.exchanging import Rate, exchange, require_legs
from marketplace.ledger.models import AccountKind, Journal, JournalProposal
from marketplace.ledger.posting import Entry, reverse


@dataclass(frozen=True)
class Exchange:
    """What is given for what, on which accounts of the platform, and at which rate."""

    sold_from: AccountKind
    sold_minor: int
    sold_currency: str
    bought_to: AccountKind
    bought_minor: int
    bought_currency: str
    rate: Rate

    @property
    def legs(self) -> tuple[Entry, Entry]:
        return (
            Entry(self.sold_from, None, -self.sold_minor, self.sold_currency),
            Entry(self.bought_to, None, self.bought_minor, self.bought_currency),
        )


def propose_reversal(
    journal_id: int, *, reason: str, effective_on: date, by: User, now: datetime
) -> JournalProposal:
    """Ask for a journal to be taken back by its mirror."""
    if db.session.get(Journal, journal_id) is None:
        raise NotFound
    queue_up("reverse journal", journal_id)
    known = select(Journal.id).where(Journal.reverses_id == journal_id)
    if db.session.scalar(known) is not None or _open_reversal(journal_id) is not None:
        raise Refusal(
            _("This journal is reversed, or its reversal is proposed already."),
            next_step=_("Reload the page to see its present state."),
        )
    return _propose(reason, effective_on, by, now, reverses_id=journal_id, terms={})


def propose_exchange(
    terms: Exchange, *, reason: str, effective_on: date, by: User, now: datetime
) -> JournalProposal:
    """Ask for one currency to be exchanged for another."""
    require_legs(*terms.legs, terms.rate)
    rate = terms.rate
    kept = {
        "sold_from": terms.sold_from.value, "sold_minor": terms.sold_minor,
        "sold_currency": terms.sold_currency, "bought_to": terms.bought_to.value,
        "bought_minor": terms.bought_minor, "bought_currency": terms.bought_currency,
        "rate": rate.quoted, "source": rate.source, "quoted_on": rate.quoted_on.isoformat(),
    }  # fmt: skip
    return _propose(reason, effective_on, by, now, reverses_id=None, terms=kept)


def _propose(
    reason: str, effective_on: date, by: User, now: datetime, **values: object
) -> JournalProposal:
    if not reason.strip():
        raise Refusal(
            _("A proposal needs a reason."), next_step=_("Say why; a colleague decides by it.")
        )
    made = JournalProposal(
        reason=reason.strip(),
        effective_on=effective_on,
        made_by_id=by.id,
        made_at=now,
        **values,
    )
    db.session.add(made)
    audit.record("journal.proposed", made, by=by, now=now, reverses=made.reverses_id)
    return made


def approve_proposal(proposal_id: int, *, by: User, now: datetime) -> Journal:
    """A second person agrees, and it is posted in the same moment."""
    found = _undecided(proposal_id, by)
    if found.reverses_id is not None:
        journal = reverse(
            found.reverses_id, reason=found.reason, effective_on=found.effective_on,
            made_by_id=found.made_by_id, approved_by=by, now=now,
        )  # fmt: skip
    else:
        terms = exchange_of(found)
        journal = exchange(
            f"exchange:{found.id}", *terms.legs, terms.rate, effective_on=found.effective_on,
            made_by_id=found.made_by_id, approved_by=by, now=now,
        )  # fmt: skip
    found.decided_by_id, found.decided_at, found.journal_id = by.id, now, journal.id
    audit.record("journal.proposal_approved", found, by=by, now=now, journal=journal.id)
    return journal


def refuse_proposal(proposal_id: int, *, by: User, now: datetime) -> JournalProposal:
    found = _undecided(proposal_id, by)
    found.decided_by_id, found.decided_at = by.id, now
    audit.record("journal.proposal_refused", found, by=by, now=now)
    return found


def exchange_of(proposal: JournalProposal) -> Exchange:
    terms = proposal.terms
    return Exchange(
        AccountKind(terms["sold_from"]), terms["sold_minor"], terms["sold_currency"],
        AccountKind(terms["bought_to"]), terms["bought_minor"], terms["bought_currency"],
        Rate(terms["rate"], terms["source"], date.fromisoformat(terms["quoted_on"])),
    )  # fmt: skip


def proposals(*, limit: int = 100) -> list[JournalProposal]:
    """The undecided ones first, then the newest."""
    query = select(JournalProposal).order_by(
        JournalProposal.decided_at.is_not(None), JournalProposal.id.desc()
    )
    return list(db.session.scalars(query.limit(limit)))


def proposal_of_journal(journal_id: int) -> JournalProposal | None:
    """What was asked for by hand and then posted as this journal."""
    query = select(JournalProposal).where(JournalProposal.journal_id == journal_id)
    return db.session.scalar(query)


def undecided_proposals() -> int:
    query = select(func.count()).where(JournalProposal.decided_at.is_(None))
    return int(db.session.execute(query).scalar_one())


def _open_reversal(journal_id: int) -> JournalProposal | None:
    return db.session.scalar(
        select(JournalProposal).where(
            JournalProposal.reverses_id == journal_id, JournalProposal.decided_at.is_(None)
        )
    )


def _undecided(proposal_id: int, by: User) -> JournalProposal:
    found = locked(select(JournalProposal).where(JournalProposal.id == proposal_id))
    if found is None:
        raise NotFound
    if found.decided_at is not None:
        raise Refusal(
            _("This proposal has been decided already."),
            next_step=_("Reload the page to see its present state."),
        )
    if found.made_by_id == by.id:
        raise Refusal(
            _("You proposed this, so somebody else must decide it."),
            next_step=_("Ask a colleague in finance."),
        )
    return found
