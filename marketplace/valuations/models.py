"""What books are worth, the models that say so, and how well their bands held."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy
from marketplace.core.told import Told, ToldType

_EVERYBODY = tuple(
    Policy(audience, "true")
    for audience in (Audience.LENDER, Audience.AGENCY, Audience.FINANCE, Audience.VISITOR)
)


class ValuationKind(StrEnum):
    """From cases; from distributions alone; from cases and the cash of their first months."""

    CASES = "cases"
    DISTRIBUTION = "distribution"
    REVALUATION = "revaluation"


class Valuation(Model):
    """What a book is worth: the figures, their basis and their assumptions.

    Without a portfolio it is the value of a book whose cases were not shared.
    """

    __tablename__ = "valuations"
    __table_args__ = (
        CheckConstraint("(portfolio_id IS NULL) = (kind = 'distribution')", "of_something"),
        Index(
            "uq_valuations_one_a_month", "portfolio_id", "months_seen",
            unique=True, postgresql_where="kind = 'revaluation'",
        ),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        # All bidders see the same summary, while it is listed.
        Policy(
            Audience.AGENCY,
            "EXISTS (SELECT 1 FROM portfolios p WHERE p.id = portfolio_id"
            " AND p.status IN ('listed', 'placed'))",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("VA")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    portfolio_id: Mapped[int | None] = mapped_column(ForeignKey("portfolios.id"), index=True)
    kind: Mapped[ValuationKind] = mapped_column(default=ValuationKind.CASES)
    name: Mapped[str]
    currency: Mapped[str]
    model_id: Mapped[int | None] = mapped_column(ForeignKey("valuation_models.id"))
    months_seen: Mapped[int] = mapped_column(default=0)
    cash_minor: Mapped[int] = mapped_column(default=0)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    failure: Mapped[Told | None] = mapped_column(ToldType)
    cost_bps: Mapped[int]
    discount_bps: Mapped[int]
    commission_bps: Mapped[int]
    mean_minor: Mapped[int | None]
    p10_minor: Mapped[int | None]
    p50_minor: Mapped[int | None]
    p90_minor: Mapped[int | None]
    basis: Mapped[str | None]
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Of a value from distributions: the tables as they were uploaded."""

    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ModelStatus(StrEnum):
    """unfit | fitted -> nominated -> active -> retired, and back to nominated."""

    UNFIT = "unfit"
    FITTED = "fitted"
    NOMINATED = "nominated"
    ACTIVE = "active"
    RETIRED = "retired"


class ValuationModel(Model):
    """One version of a market's valuation model. Version 0 is the published prices alone.

    Everybody may read the card: it says what their values rest on and names nobody's cases.
    """

    __tablename__ = "valuation_models"
    __table_args__ = (
        UniqueConstraint("market", "version"),
        CheckConstraint("activated_by_id <> nominated_by_id", "two_people_activate"),
        CheckConstraint("(version = 0) = (file_key IS NULL)", "has_its_file"),
        Index(
            "uq_valuation_models_one_active", "market",
            unique=True, postgresql_where="status = 'active'",
        ),
    )  # fmt: skip
    policies: ClassVar = (*_EVERYBODY, Policy(Audience.STAFF, "true", "select, update"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("VM")
    market: Mapped[str]
    version: Mapped[int]
    status: Mapped[ModelStatus]
    horizon_months: Mapped[int]
    fitted_at: Mapped[datetime]
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]
    n_outcomes: Mapped[int] = mapped_column(default=0)
    n_lots: Mapped[int] = mapped_column(default=0)
    metrics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    objections: Mapped[list[str]] = mapped_column(default=list)
    """Why it may not be nominated, as codes; empty when it may."""

    file_key: Mapped[str | None]
    sha256: Mapped[str | None]
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    nominated_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    activated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    activated_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class BandCheck(Model):
    """Whether the cash of a placed book lay within the band given for it, after some months."""

    __tablename__ = "band_checks"
    __table_args__ = (UniqueConstraint("valuation_id", "months"),)
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    valuation_id: Mapped[int] = mapped_column(ForeignKey("valuations.id"))
    market: Mapped[str]
    months: Mapped[int]
    low_minor: Mapped[int]
    high_minor: Mapped[int]
    cash_minor: Mapped[int]
    held: Mapped[bool]
    checked_at: Mapped[datetime]


class CoverageFigure(Model):
    """The platform's published coverage: of the bands given in a market, how many held."""

    __tablename__ = "coverage_figures"
    policies: ClassVar = (*_EVERYBODY, Policy(Audience.STAFF, "true"))

    market: Mapped[str] = mapped_column(primary_key=True)
    months: Mapped[int] = mapped_column(primary_key=True)
    given: Mapped[int]
    held: Mapped[int]
    as_of: Mapped[datetime]
