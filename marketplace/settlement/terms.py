"""What two sides agree on before any statement: terms of commission, and scores of conduct."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model
from marketplace.core.tenancy import ORG, Audience, Policy
from marketplace.settlement.earning import TierMode


class RateBasis(StrEnum):
    """Which day of a payment decides the version of the terms."""

    PLACEMENT = "placement"
    PAYMENT = "payment"
    POSTING = "posting"


class CommissionTerms(Model):
    """What a contract pays for, from a day on: the lender proposes, the agency agrees."""

    __tablename__ = "commission_terms"
    __table_args__ = (
        UniqueConstraint("contract_id", "version"),
        CheckConstraint("agreed_by_id <> proposed_by_id", "two_people_agree"),
        CheckConstraint("(agreed_by_id IS NULL) = (agreed_at IS NULL)", "agreed_at_some_time"),
        CheckConstraint("holdback_bps BETWEEN 0 AND 3000", "holdback_in_range"),
        CheckConstraint("holdback_days BETWEEN 0 AND 365", "holdback_ends"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", "select, insert"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, update"),
        Policy(Audience.FINANCE, "true"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("framework_contracts.id"))
    version: Mapped[int]
    valid_from: Mapped[date]
    basis: Mapped[RateBasis]
    scale: Mapped[list[Any]]
    """Rows of the rate table; empty: the rate that was bid."""

    currency: Mapped[str | None]
    """Of which currency the ends of the tiers are; none where no tier has an end."""

    rates_include_tax: Mapped[bool] = mapped_column(default=False)
    """Whether the rates of the table contain the VAT on them."""

    tier_mode: Mapped[TierMode] = mapped_column(default=TierMode.MARGINAL)
    paid_for: Mapped[dict[str, Any]]
    """For each way of paying, the holds (or "none") during which it earns commission."""

    from_first_activity: Mapped[bool] = mapped_column(default=False)
    """Whether cash earns only from the day on which the agency first worked the case."""

    holdback_bps: Mapped[int] = mapped_column(default=0)
    holdback_days: Mapped[int] = mapped_column(default=0)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    agreed_at: Mapped[datetime | None]


class QualityScore(Model):
    """How an agency conducted itself for a lender in a month: what the rest of a plan pays for.

    The lender's compliance scores, the agency may appeal once, the lender decides. A new row
    replaces an earlier one of the same month.
    """

    __tablename__ = "quality_scores"
    __table_args__ = (
        Index(None, "lender_id", "agency_id", "month_start"),
        CheckConstraint("score_bps BETWEEN 0 AND 10000", "score_is_a_share"),
        CheckConstraint("extract(day from month_start) = 1", "month_begins"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", "select, insert, update"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, update"),
        Policy(Audience.FINANCE, "true"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    month_start: Mapped[date]
    score_bps: Mapped[int]
    source: Mapped[str]
    scored_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    scored_at: Mapped[datetime]
    appeal: Mapped[str | None]
    appealed_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
