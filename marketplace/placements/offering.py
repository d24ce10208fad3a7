"""Offering a placement, and the agency's answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, insert, literal, select, update

from marketplace import audit
from marketplace.accounts import User
from marketplace.audit import AuditEvent
from marketplace.core.bulk import planned_once
from marketplace.core.days import end_of, local_day
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.placements.contracts import require_papers
from marketplace.placements.models import Placement, PlacementCase, PlacementStatus
from marketplace.portfolios import Case, Portfolio

DECLINE_REASONS = ("capacity", "rates", "conflict", "quality_of_data", "other")
TERM_OVER = "term"
"""Why a placement ended that nobody recalled."""


class OfferClosed(Refusal):
    """This offer has already been answered, or too late."""


@dataclass(frozen=True)
class Terms:
    """What an award fixes for every lot."""

    award_reference: str
    starts_on: date
    term_days: int
    answer_due_at: datetime
    result_weight_bps: int = 10_000
    rates_include_tax: bool = False


def offer(
    portfolio: Portfolio,
    agency_id: int,
    lot: Select[int, int | None, str],
    *,
    terms: Terms,
    by: User,
    now: datetime,
) -> Placement:
    """Offer an agency a lot of a portfolio's cases.

    `lot` selects (case_id, rate_bps, segment) of cases no other agency holds.
    """
    contract = require_papers(portfolio.lender_id, agency_id, now.date())
    placement = Placement(
        lender_id=portfolio.lender_id,
        agency_id=agency_id,
        portfolio_id=portfolio.id,
        contract_id=contract.id,
        lender_entity_id=contract.lender_entity_id,
        agency_entity_id=contract.agency_entity_id,
        award_reference=terms.award_reference,
        currency=portfolio.currency,
        result_weight_bps=terms.result_weight_bps,
        rates_include_tax=terms.rates_include_tax,
        cases=0,
        balance_minor=0,
        starts_on=terms.starts_on,
        recall_due_on=terms.starts_on + timedelta(days=terms.term_days),
        answer_due_at=terms.answer_due_at,
        offered_by_id=by.id,
        offered_at=now,
    )
    db.session.add(placement)
    db.session.flush()
    chosen = lot.subquery()
    taken = insert(PlacementCase).from_select(
        ["placement_id", "case_id", "lender_id", "agency_id", "rate_bps",
         "placed_balance_minor", "segment", "open", "debtor_id", "round", "dpd", "product",
         "secured", "litigated"],
        select(
            literal(placement.id), Case.id, Case.lender_id, literal(agency_id),
            chosen.c.rate_bps, Case.balance_minor, chosen.c.segment, literal(value=True),
            Case.debtor_id, Case.placement_round, Case.dpd, Case.product,
            Case.security != "unsecured", Case.litigation != "none",
        ).join(chosen, chosen.c.case_id == Case.id),
    )  # fmt: skip
    with planned_once():
        db.session.execute(taken)
    placement.cases, placement.balance_minor = db.session.execute(
        select(
            func.count(), func.coalesce(func.sum(PlacementCase.placed_balance_minor), 0)
        ).where(PlacementCase.placement_id == placement.id)
    ).one()
    audit.record(
        "placement.offered", placement, by=by, now=now, parties=[agency_id],
        code=placement.code, cases=placement.cases, balance_minor=placement.balance_minor,
    )  # fmt: skip
    return placement


def accept(placement_id: int, *, by: User, now: datetime) -> Placement:
    """Take the lot. Its cases, and only they, are released to the agency."""
    placement = _answerable(placement_id, by, now)
    require_papers(placement.lender_id, placement.agency_id, now.date())
    placement.status = PlacementStatus.ACCEPTED
    placement.answered_by_id, placement.answered_at = by.id, now
    audit.record(
        "placement.accepted", placement, by=by, now=now, parties=[placement.lender_id],
        code=placement.code, cases=placement.cases,
    )  # fmt: skip
    return placement


def decline(placement_id: int, *, reason: str, by: User, now: datetime) -> Placement:
    """Leave the lot, with one of the typed reasons; its cases are free again."""
    if reason not in DECLINE_REASONS:
        raise Refusal(
            _("Choose a reason for declining."),
            next_step=_("The lender learns it and can offer the lot elsewhere."),
        )
    placement = _answerable(placement_id, by, now)
    placement.status = PlacementStatus.DECLINED
    placement.answered_by_id, placement.answered_at = by.id, now
    placement.decline_reason = reason
    free_cases(placement.id)
    audit.record(
        "placement.declined", placement, by=by, now=now, parties=[placement.lender_id],
        code=placement.code, reason=reason,
    )  # fmt: skip
    return placement


def release_cases(event: AuditEvent, *, now: datetime) -> None:
    """React to `placement.accepted`: let the agency see its cases. Safe to repeat."""
    placement = db.session.get_one(
        Placement, event.subject_id, with_for_update=True, populate_existing=True
    )
    if placement.status is not PlacementStatus.ACCEPTED:
        return  # recalled before the job ran
    require_papers(placement.lender_id, placement.agency_id, now.date())
    held = select(PlacementCase.case_id).where(
        PlacementCase.placement_id == placement.id, PlacementCase.open
    )
    with planned_once():
        db.session.execute(
            update(Case)
            .where(Case.id.in_(held), Case.agency_id.is_distinct_from(placement.agency_id))
            .values(agency_id=placement.agency_id)
            .execution_options(synchronize_session=False)
        )


def recall(placement_id: int, *, reason: str, by: User, now: datetime) -> Placement:
    """Take the cases back. The agency can neither see nor contact them after the commit."""
    placement = db.session.get(
        Placement, placement_id, with_for_update=True, populate_existing=True
    )
    if placement is None or placement.lender_id != by.organisation_id:
        raise NotFound
    if placement.status not in {PlacementStatus.ACCEPTED, PlacementStatus.OFFERED}:
        raise OfferClosed(_("This placement has already ended."))
    if not reason.strip():
        raise Refusal(
            _("A recall needs a reason."), next_step=_("The agency will read it: one sentence.")
        )
    _end(placement, reason.strip(), at=now)
    audit.record(
        "placement.recalled", placement, by=by, now=now, parties=[placement.agency_id],
        code=placement.code, reason=reason.strip(),
    )  # fmt: skip
    return placement


def end_due(*, now: datetime) -> None:
    """Placements whose last day is over end with it, if nobody recalled them before."""
    over = db.session.scalars(
        select(Placement)
        .where(
            Placement.status == PlacementStatus.ACCEPTED,
            Placement.recall_due_on < local_day(now),
        )
        .order_by(Placement.id)
        .with_for_update(skip_locked=True)
    )
    for placement in over.all():
        _end(placement, TERM_OVER, at=end_of(placement.recall_due_on))
        audit.record(
            "placement.recalled", placement, by=None, now=now, code=placement.code,
            parties=[placement.lender_id, placement.agency_id], reason=TERM_OVER,
        )  # fmt: skip


def _end(placement: Placement, reason: str, *, at: datetime) -> None:
    """Nobody of the agency sees its cases any more."""
    placement.status = PlacementStatus.RECALLED
    placement.ended_at, placement.ended_reason = at, reason
    held = select(PlacementCase.case_id).where(
        PlacementCase.placement_id == placement.id, PlacementCase.open
    )
    db.session.execute(
        update(Case)
        .where(Case.id.in_(held), Case.agency_id == placement.agency_id)
        .values(agency_id=None)
        .execution_options(synchronize_session=False)
    )
    free_cases(placement.id)


def free_cases(placement_id: int) -> None:
    db.session.execute(
        update(PlacementCase)
        .where(PlacementCase.placement_id == placement_id, PlacementCase.open)
        .values(open=False)
        .execution_options(synchronize_session=False)
    )


def _answerable(placement_id: int, by: User, now: datetime) -> Placement:
    # Locked, so that two people of the agency cannot give two answers.
    placement = db.session.get(
        Placement, placement_id, with_for_update=True, populate_existing=True
    )
    if placement is None or placement.agency_id != by.organisation_id:
        raise NotFound
    if placement.status is not PlacementStatus.OFFERED:
        raise OfferClosed(
            _("This offer has already been answered."),
            next_step=_("Reload the page to see the answer."),
        )
    if now >= placement.answer_due_at:
        raise OfferClosed(
            _("The time to answer this offer has passed."),
            next_step=_("Ask the lender to offer the lot again."),
        )
    return placement
