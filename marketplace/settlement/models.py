"""Commission statements: one per lender, agency, currency and period."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ALL, ORG, WRITABLE, Audience, Policy
from marketplace.placements import Rail


class StatementStatus(StrEnum):
    DRAFT = "draft"
    AGENCY_CONFIRMED = "agency_confirmed"
    LENDER_CONFIRMED = "lender_confirmed"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    # What follows is moved by the rail that carries the money.
    INVOICED = "invoiced"
    PAID = "paid"
    TAKEN_BACK = "taken_back"


class Statement(Model):
    __tablename__ = "statements"
    __table_args__ = (
        Index(
            "uq_statements_one_per_period",
            "lender_id",
            "agency_id",
            "contract_id",
            "currency",
            "period_start",
            unique=True,
            postgresql_where="status <> 'cancelled'",
        ),
        CheckConstraint("approved_by_id <> made_by_id", "two_people_approve"),
        CheckConstraint("period_end > period_start", "period_lasts"),
    )
    # The parties see a statement and confirm it; the amounts are the platform's to compute.
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", "select, update"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, update"),
        Policy(Audience.FINANCE, "true", WRITABLE),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("ST")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    lender_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    agency_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("framework_contracts.id"))
    currency: Mapped[str]
    period_start: Mapped[date]
    period_end: Mapped[date]
    status: Mapped[StatementStatus] = mapped_column(default=StatementStatus.DRAFT)
    payments: Mapped[int]
    gross_minor: Mapped[int]
    commission_minor: Mapped[int]
    commission_tax_minor: Mapped[int]
    fee_minor: Mapped[int]
    fee_tax_minor: Mapped[int]
    commission_tax_bps: Mapped[int]
    fee_bps: Mapped[int]
    fee_tax_bps: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    agency_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lender_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))
    rail: Mapped[Rail] = mapped_column(default=Rail.BANK)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class StatementLine(Model):
    """One payment's commission, at the rate that was awarded."""

    __tablename__ = "statement_lines"
    __table_args__ = (
        # A payment earns commission once, whoever asks.
        UniqueConstraint("payment_id"),
        Index(None, "statement_id", "id"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}"),
        Policy(Audience.FINANCE, "true", ALL),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    value_on: Mapped[date]
    gross_minor: Mapped[int]
    rate_bps: Mapped[int]
    commission_minor: Mapped[int]
