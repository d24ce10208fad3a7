"""Placements, the cases in them, and the contracts without which no case is released."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy

_BOTH_SIDES = (
    Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
    Policy(Audience.AGENCY, f"agency_id = {ORG}"),
)


class Rail(StrEnum):
    """How the commission of a contract is paid."""

    BANK = "bank"
    STRIPE = "stripe"


class FrameworkContract(Model):
    """The contract between one lender's entity and one agency's entity."""

    __tablename__ = "framework_contracts"
    __table_args__ = (
        CheckConstraint("valid_to > valid_from", "valid_for_a_while"),
        CheckConstraint("tail_days BETWEEN 0 AND 365", "tail_ends"),
        UniqueConstraint("lender_id", "number"),
        ForeignKeyConstraint(
            ["lender_id", "lender_entity_id"],
            ["legal_entities.organisation_id", "legal_entities.id"],
        ),
        ForeignKeyConstraint(
            ["agency_id", "agency_entity_id"],
            ["legal_entities.organisation_id", "legal_entities.id"],
        ),
    )
    policies: ClassVar = (
        *_BOTH_SIDES,
        Policy(Audience.STAFF, "true"),
        Policy(Audience.FINANCE, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    lender_entity_id: Mapped[int]
    agency_entity_id: Mapped[int]
    number: Mapped[str]
    signed_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    ended_on: Mapped[date | None]
    tail_days: Mapped[int] = mapped_column(default=0)
    """Days after the end of a placement in which cash on its cases still earns."""

    rail: Mapped[Rail] = mapped_column(default=Rail.BANK)
    recorded_at: Mapped[datetime]


class ProcessingAgreement(Model):
    """The data-processing agreement under a contract, with its impact assessment."""

    __tablename__ = "processing_agreements"
    __table_args__ = (CheckConstraint("valid_to > valid_from", "valid_for_a_while"),)
    policies: ClassVar = _BOTH_SIDES

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("framework_contracts.id"), index=True)
    number: Mapped[str]
    impact_assessment: Mapped[str]
    fields: Mapped[list[str]]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    recorded_at: Mapped[datetime]


class AgencyApproval(Model):
    """The lender's own, published approval of an agency (its white list)."""

    __tablename__ = "agency_approvals"
    __table_args__ = (CheckConstraint("valid_to > valid_from", "valid_for_a_while"),)
    policies: ClassVar = (*_BOTH_SIDES, Policy(Audience.STAFF, "true"))

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    published_url: Mapped[str]
    published_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    withdrawn_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class PlacementStatus(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RECALLED = "recalled"
    RETURNED = "returned"


class Placement(Model):
    """The dated right of one agency to work some of a portfolio's cases, on agreed terms."""

    __tablename__ = "placements"
    __table_args__ = (
        CheckConstraint("recall_due_on > starts_on", "lasts"),
        UniqueConstraint("lender_id", "id"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, update"),
        Policy(Audience.STAFF, "true"),
        Policy(Audience.FINANCE, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("PL")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolios.id"), index=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("framework_contracts.id"))
    lender_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    agency_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    award_reference: Mapped[str]
    currency: Mapped[str]
    round: Mapped[int] = mapped_column(default=1)
    result_weight_bps: Mapped[int] = mapped_column(default=10_000)
    """Share of the commission that results alone earn; conduct and quality earn the rest."""

    rates_include_tax: Mapped[bool] = mapped_column(default=False)
    """Whether the rates that were bid contain the VAT on them."""

    cases: Mapped[int]
    balance_minor: Mapped[int]
    starts_on: Mapped[date]
    recall_due_on: Mapped[date]
    answer_due_at: Mapped[datetime]
    status: Mapped[PlacementStatus] = mapped_column(default=PlacementStatus.OFFERED)
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    offered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]


class PlacementCase(Model):
    """A case in a placement: at which rate, worth what when it was placed."""

    __tablename__ = "placement_cases"
    __table_args__ = (
        Index(
            "uq_placement_cases_one_agency_at_a_time",
            "case_id",
            unique=True,
            postgresql_where="open",
        ),
        CheckConstraint("rate_bps BETWEEN 1 AND 10000", "rate_is_a_share"),
        ForeignKeyConstraint(
            ["lender_id", "placement_id"], ["placements.lender_id", "placements.id"]
        ),
        ForeignKeyConstraint(["lender_id", "case_id"], ["cases.lender_id", "cases.id"]),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, update"),
        Policy(Audience.FINANCE, "true"),
    )

    placement_id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    rate_bps: Mapped[int]
    placed_balance_minor: Mapped[int]
    segment: Mapped[str]
    debtor_id: Mapped[int]
    round: Mapped[int]
    dpd: Mapped[int]
    product: Mapped[str]
    secured: Mapped[bool]
    litigated: Mapped[bool]
    """As the case was when it was placed: what a table of rates goes by."""

    open: Mapped[bool] = mapped_column(default=True)
