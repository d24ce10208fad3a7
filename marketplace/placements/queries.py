"""Placements and papers, for screens."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.accounts import Organisation
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.words import Name
from marketplace.placements.models import (
    AgencyApproval,
    FrameworkContract,
    Placement,
    PlacementCase,
    PlacementStatus,
    ProcessingAgreement,
)
from marketplace.portfolios import Portfolio


@dataclass(frozen=True)
class PlacementLine:
    placement: Placement
    lender: Name
    agency: Name
    portfolio: str


def placement_lines(
    *, lender_id: int | None = None, agency_id: int | None = None, limit: int = 200
) -> list[PlacementLine]:
    """The placements of one side, open offers first."""
    lender, agency = aliased(Organisation), aliased(Organisation)
    query = (
        select(Placement, lender.called, agency.called, Portfolio.name)
        .join(lender, lender.id == Placement.lender_id)
        .join(agency, agency.id == Placement.agency_id)
        .join(Portfolio, Portfolio.id == Placement.portfolio_id)
        .order_by((Placement.status == PlacementStatus.OFFERED).desc(), Placement.id.desc())
        .limit(limit)
    )
    if lender_id is not None:
        query = query.where(Placement.lender_id == lender_id)
    if agency_id is not None:
        query = query.where(Placement.agency_id == agency_id)
    return [PlacementLine(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class RateLine:
    """What a placement pays in one cell."""

    segment: str
    rate_bps: int
    cases: int
    balance_minor: int


def rate_lines(placement: Placement) -> list[RateLine]:
    rows = db.session.execute(
        select(
            PlacementCase.segment,
            PlacementCase.rate_bps,
            func.count(),
            func.sum(PlacementCase.placed_balance_minor),
        )
        .where(PlacementCase.placement_id == placement.id)
        .group_by(PlacementCase.segment, PlacementCase.rate_bps)
        .order_by(PlacementCase.segment)
    )
    return [RateLine(row[0], row[1], row[2], int(row[3])) for row in rows]


def owned_placement(code: str, *, organisation_id: int) -> Placement:
    """The placement, if it belongs to this lender or this agency."""
    placement = db.session.scalar(
        select(Placement).where(
            Placement.code == code,
            (Placement.lender_id == organisation_id) | (Placement.agency_id == organisation_id),
        )
    )
    if placement is None:
        raise NotFound
    return placement


@dataclass(frozen=True)
class Tail:
    """How long cash on a placement's cases still earns once it has ended."""

    days: int
    last_on: date | None
    """The last day on which it does; none while the placement goes on."""


def tail_of(placement: Placement) -> Tail:
    days = db.session.get_one(FrameworkContract, placement.contract_id).tail_days
    ended = placement.ended_at
    return Tail(days, ended.date() + timedelta(days=days) if ended else None)


def contracts_with(agency_id: int) -> list[FrameworkContract]:
    """The contracts of an agency, with whichever lender, the newest first."""
    return list(
        db.session.scalars(
            select(FrameworkContract)
            .where(FrameworkContract.agency_id == agency_id)
            .order_by(FrameworkContract.valid_from.desc(), FrameworkContract.id.desc())
        )
    )


def contracts_of(lender_id: int, agency_id: int) -> list[FrameworkContract]:
    return list(
        db.session.scalars(
            select(FrameworkContract)
            .where(
                FrameworkContract.lender_id == lender_id,
                FrameworkContract.agency_id == agency_id,
            )
            .order_by(FrameworkContract.valid_from.desc())
        )
    )


def currencies_under(contract_id: int) -> list[str]:
    """Of which currencies the cases are that were placed under a contract."""
    return list(
        db.session.scalars(
            select(Placement.currency)
            .where(Placement.contract_id == contract_id)
            .distinct()
            .order_by(Placement.currency)
        )
    )


def agreements_of(lender_id: int, agency_id: int) -> list[ProcessingAgreement]:
    return list(
        db.session.scalars(
            select(ProcessingAgreement)
            .where(
                ProcessingAgreement.lender_id == lender_id,
                ProcessingAgreement.agency_id == agency_id,
            )
            .order_by(ProcessingAgreement.valid_from.desc())
        )
    )


def approvals_of(lender_id: int, agency_id: int | None = None) -> list[AgencyApproval]:
    query = select(AgencyApproval).where(AgencyApproval.lender_id == lender_id)
    if agency_id is not None:
        query = query.where(AgencyApproval.agency_id == agency_id)
    return list(db.session.scalars(query.order_by(AgencyApproval.valid_from.desc())))


def approved_agencies(lender_id: int, on: date) -> set[int]:
    """The agencies on a lender's published list that day."""
    return {
        approval.agency_id
        for approval in approvals_of(lender_id)
        if approval.valid_from <= on <= approval.valid_to
        and (approval.withdrawn_on is None or approval.withdrawn_on > on)
    }
