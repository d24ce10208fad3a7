"""The agencies at work: contacts through the gate, and the cash that the truth gives."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select

from marketplace import casework, placements
from marketplace.accounts import Organisation
from marketplace.casework import Appropriation, Channel, Outcome, PaymentRow, PromiseTaken
from marketplace.core.db import acting, db
from marketplace.demo.cast import AGENCIES, email
from marketplace.demo.truth import base_rate, payments, plant
from marketplace.demo.world import SEED
from marketplace.placements import Placement, PlacementCase
from marketplace.portfolios import Case
from marketplace.reactions import SYSTEM, drain

if TYPE_CHECKING:
    from marketplace.demo.story import Story

CALLS_EACH = 12
"""Contacts the story logs per agency: enough to show the gate, few enough to be quick."""

_OUTCOMES = (Outcome.NO_ANSWER, Outcome.CALLBACK, Outcome.PROMISE, Outcome.REFUSED)


def work(story: "Story", auction_code: str) -> None:
    """Every winner's collector calls some debtors, by day and once too late."""
    from marketplace.demo.story import as_person  # noqa: PLC0415 -- the two tell one story

    rng = np.random.default_rng(story.seed)
    morning = _at(story.now + timedelta(days=1), 10)
    allowed = blocked = 0
    for firm in AGENCIES:
        with as_person(email(firm.code, "collector")) as by:
            lines = casework.queue(by.organisation_id, limit=CALLS_EACH)
            codes = [line.code for line in lines]
        for i, code in enumerate(codes):
            when = (
                _at(morning, 23) if i == CALLS_EACH - 1 else morning + timedelta(minutes=6 * i)
            )
            with as_person(email(firm.code, "collector")) as by:
                page = casework.case_page(code, by=by)
                request = casework.begin_contact(page.case.id, Channel.CALL, by=by, now=when)
                allowed += request.decision.allowed
                blocked += not request.decision.allowed
                contact_id = request.contact.id if request.contact else None
                balance = page.case.balance_minor
            if contact_id is not None:
                with as_person(email(firm.code, "collector")) as by:
                    _finish(contact_id, balance, rng, by, when)
    drain(morning)
    story.now = _at(story.now + timedelta(days=30 * 3), 12)
    story.say(f"  {allowed} contacts allowed by the gate, {blocked} blocked")


def pay(story: "Story", auction_code: str) -> int:
    """Three months of cash arrive at the lender; one person records, another verifies."""
    from marketplace.demo.story import as_person, demo_lender  # noqa: PLC0415

    rows = _cash_of(story, auction_code)
    with as_person(demo_lender("finance")) as by:
        casework.record_payments(rows, by=by, now=story.now)
    with as_person(demo_lender("approver")) as by:
        waiting = casework.unverified_payments(by.organisation_id)
        casework.verify_payments(waiting, by=by, now=story.now)
    drain(story.now)
    return sum(row.amount_minor for row in rows)


def _finish(contact_id: int, balance: int, rng: np.random.Generator, by, when) -> None:  # type: ignore[no-untyped-def]
    outcome = _OUTCOMES[int(rng.integers(0, len(_OUTCOMES)))]
    promise = None
    if outcome is Outcome.PROMISE:
        promise = PromiseTaken(max(balance // 10, 1), when.date() + timedelta(days=7))
    casework.finish_contact(contact_id, outcome, note="demo", promise=promise, by=by, now=when)


def _cash_of(story: "Story", auction_code: str) -> list[PaymentRow]:
    """What the planted truth lets each placed case pay in three months."""
    rng = np.random.default_rng(story.seed + 1)
    truth = plant(len(AGENCIES), np.random.default_rng(SEED))
    column = {firm.code: j for j, firm in enumerate(AGENCIES)}
    with acting(SYSTEM):
        found = db.session.execute(
            select(
                Case.lender_case_no,
                Case.region,
                Case.product,
                Case.dpd,
                Case.balance_minor,
                Organisation.short_code,
                Placement.starts_on,
            )
            .join(PlacementCase, PlacementCase.case_id == Case.id)
            .join(Placement, Placement.id == PlacementCase.placement_id)
            .join(Organisation, Organisation.id == PlacementCase.agency_id)
            .where(
                Placement.award_reference == auction_code,
                PlacementCase.open,
                Placement.status == placements.PlacementStatus.ACCEPTED,
            )
            .order_by(Case.id)
        ).all()
        db.session.rollback()
    rows: list[PaymentRow] = []
    for number, region, product, dpd, balance, agency, starts_on in found:
        rate = base_rate(dpd, product, balance)
        rate *= truth.skill(column[agency], region, product)
        for month, amount in payments(rate, balance, rng, months=3):
            day = starts_on + timedelta(days=30 * month + int(rng.integers(1, 28)))
            # Of every third payment the ledger does not tell what it was set against.
            interest = amount // 6
            applied = (
                Appropriation(0, interest, 0, amount - interest) if len(rows) % 3 else None
            )
            reference = f"{auction_code}-{len(rows):06d}"
            rows.append(PaymentRow(number, day, amount, reference, applied=applied))
    return rows


def _at(day: datetime, hour: int) -> datetime:
    """That day at `hour` on the debtors' clocks."""
    return day.astimezone(ZoneInfo("Asia/Shanghai")).replace(
        hour=hour, minute=0, second=0, microsecond=0
    )
