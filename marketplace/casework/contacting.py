"""Contacting a debtor: the gate first, then the attempt, then what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text, update

from marketplace import audit, compliance, feeds
from marketplace.accounts import Organisation, User
from marketplace.audit import AuditEvent
from marketplace.casework.models import ANSWERED, Channel, Contact, Outcome, Promise
from marketplace.compliance import (
    BALANCE_RULE,
    PLACEMENT_RULE,
    Attempt,
    Block,
    Decision,
    HoldReason,
    Pressure,
)
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.placements import Placement, PlacementCase, PlacementStatus
from marketplace.portfolios import Case, Debtor

HOLDS_AFTER: dict[Outcome, HoldReason] = {
    Outcome.DISPUTE: HoldReason.DISPUTE,
    Outcome.HARDSHIP: HoldReason.VULNERABLE,
    Outcome.CEASE: HoldReason.STOP_CONTACT,
}
"""Outcomes that stop all further contact until the lender has looked at them."""


@dataclass(frozen=True)
class ContactRequest:
    """The gate's answer and, if it allowed the attempt, the attempt."""

    decision: Decision
    contact: Contact | None


@dataclass(frozen=True)
class PromiseTaken:
    amount_minor: int
    due_on: date


def may_contact(case: Case, channel: Channel, *, by: User, now: datetime) -> Decision:
    """Ask the gate without dialling: what the screen shows beside the button."""
    debtor = db.session.get_one(Debtor, case.debtor_id)
    return _decide(case, debtor, channel, by, now)


def begin_contact(case_id: int, channel: Channel, *, by: User, now: datetime) -> ContactRequest:
    """Pass the gate and reserve the attempt, so that two collectors cannot exceed a cap.

    A blocked attempt is recorded too: the caller commits, then shows the reasons.
    """
    case = db.session.get(Case, case_id)
    if case is None:
        raise NotFound
    debtor = db.session.get_one(Debtor, case.debtor_id)
    decision = _decide(case, debtor, channel, by, now)
    if not decision.allowed:
        audit.record(
            "contact.blocked", case, by=by, now=now, parties=[case.lender_id],
            rules=[block.rule_id for block in decision.blocks], channel=channel.value,
        )  # fmt: skip
        return ContactRequest(decision, None)
    contact = Contact(
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        case_id=case.id,
        placement_id=_placement_id(case),
        collector_id=by.id,
        channel=channel,
        person_index=debtor.person_index,
        number_index=debtor.phone_index,
        started_at=now,
        local_day=_local_day(debtor, now),
        rules=decision.rules_version,
    )
    db.session.add(contact)
    audit.record(
        "contact.begun", contact, by=by, now=now, parties=[case.lender_id], case_id=case.id,
        channel=channel.value, rules=decision.rules_version,
    )  # fmt: skip
    return ContactRequest(decision, contact)


def finish_contact(
    contact_id: int,
    outcome: Outcome,
    *,
    note: str = "",
    promise: PromiseTaken | None = None,
    by: User,
    now: datetime,
) -> Contact:
    """Write down, once, what came of an attempt."""
    contact = db.session.get(Contact, contact_id, with_for_update=True, populate_existing=True)
    if contact is None or contact.collector_id != by.id:
        raise NotFound
    if contact.outcome is not None:
        raise Refusal(
            _("The outcome of this attempt has already been logged."),
            next_step=_("Reload the case to see it."),
        )
    if (outcome is Outcome.PROMISE) is (promise is None):
        raise Refusal(
            _("A promise to pay needs an amount and a date."),
            next_step=_("Enter both, or choose another outcome."),
        )
    contact.outcome = outcome
    contact.answered = outcome in ANSWERED
    contact.note = note.strip()
    if promise is not None:
        _take_promise(contact, promise, by, now)
    if reason := HOLDS_AFTER.get(outcome):
        case = _still_held(contact)
        compliance.place_hold(
            lender_id=case.lender_id, debtor_id=case.debtor_id, reason=reason, note=note,
            by=by, now=now,
        )  # fmt: skip
    audit.record(
        "contact.finished", contact, by=by, now=now, parties=[contact.lender_id],
        case_id=contact.case_id, outcome=outcome.value,
    )  # fmt: skip
    return contact


def close_promises(event: AuditEvent, *, now: datetime) -> None:
    """React to `placement.recalled`: what was promised to the agency is no longer open."""
    lot = select(PlacementCase.case_id).where(PlacementCase.placement_id == event.subject_id)
    db.session.execute(
        update(Promise)
        .where(Promise.case_id.in_(lot), Promise.open)
        .values(open=False)
        .execution_options(synchronize_session=False)
    )


def _take_promise(contact: Contact, promise: PromiseTaken, by: User, now: datetime) -> None:
    case = _still_held(contact)
    if not 0 < promise.amount_minor <= case.balance_minor:
        raise Refusal(
            _("The promised amount must be above zero and at most the balance."),
            next_step=_("Correct the amount."),
        )
    if promise.due_on < now.date():
        raise Refusal(
            _("The promised date lies in the past."), next_step=_("Enter today or a later day.")
        )
    db.session.execute(
        update(Promise).where(Promise.case_id == case.id, Promise.open).values(open=False)
    )
    db.session.add(
        Promise(
            lender_id=case.lender_id,
            agency_id=contact.agency_id,
            case_id=case.id,
            contact_id=contact.id,
            amount_minor=promise.amount_minor,
            due_on=promise.due_on,
            taken_at=now,
        )
    )


def _still_held(contact: Contact) -> Case:
    """The case of an attempt, unless it was recalled between the dialling and the outcome."""
    case = db.session.get(Case, contact.case_id)
    if case is None:
        raise Refusal(
            _("The case was recalled in the meantime."),
            next_step=_("Tell the lender what the debtor said, and log another outcome."),
        )
    return case


def _decide(case: Case, debtor: Debtor, channel: Channel, by: User, now: datetime) -> Decision:
    """The gate, in its order: placement, balances, holds, hours, counters; every reason."""
    lender = db.session.get_one(Organisation, case.lender_id)
    pressure = _pressure(debtor, now)
    held = [hold.reason for hold in compliance.holds_on(debtor.id, now)]
    held += [HoldReason(flag) for flag in case.hold_flags]
    decision = compliance.decide(
        Attempt(channel.value, now, debtor.time_zone),
        pressure,
        holds=held,
        pack=compliance.pack(lender.jurisdiction),
    )
    blocks = [*decision.blocks]
    if feeds.is_locked(case.lender_id, case.portfolio_id, now):
        blocks.insert(
            0,
            Block(BALANCE_RULE, _("What the lender’s feeds told is older than two feed days.")),
        )
    if not _entitled(case, by):
        words = _("Your organisation holds no placement of this case in force.")
        blocks.insert(0, Block(PLACEMENT_RULE, words))
    return Decision(tuple(blocks), decision.rules_version)


def _entitled(case: Case, by: User) -> bool:
    """Derived from the placement at this moment, so that a recall stops contact at once."""
    if by.organisation_id == case.lender_id:
        return case.agency_id is None
    return case.agency_id == by.organisation_id and _placement_id(case) is not None


def _placement_id(case: Case) -> int | None:
    return db.session.scalar(
        select(Placement.id)
        .join(PlacementCase, PlacementCase.placement_id == Placement.id)
        .where(
            PlacementCase.case_id == case.id,
            PlacementCase.open,
            Placement.status == PlacementStatus.ACCEPTED,
            Placement.agency_id == case.agency_id,
        )
    )


def _pressure(debtor: Debtor, now: datetime) -> Pressure:
    row = db.session.execute(
        text("SELECT answered, attempts FROM app.contact_pressure(:person, :number, :day)"),
        {
            "person": debtor.person_index,
            "number": debtor.phone_index,
            "day": _local_day(debtor, now),
        },
    ).one()
    return Pressure(answered=row.answered, attempts_on_number=row.attempts)


def _local_day(debtor: Debtor, now: datetime) -> date:
    return now.astimezone(ZoneInfo(debtor.time_zone)).date()
