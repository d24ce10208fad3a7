"""Commission statements: one per lender, agency, currency and period."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
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
    RECEIVED = "received"
    CLOSED = "closed"


STANDING = (
    StatementStatus.APPROVED,
    StatementStatus.INVOICED,
    StatementStatus.PAID,
    StatementStatus.RECEIVED,
    StatementStatus.CLOSED,
)
"""Approved, and not taken back: what is held back or owed by such a statement counts on."""


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
        Index(
            "uq_statements_carried_once",
            "carried_from_id",
            unique=True,
            postgresql_where="status <> 'cancelled' AND undone_at IS NULL",
        ),
        CheckConstraint(
            "carried_in_minor <= 0 AND fee_carried_in_minor <= 0", "only_debts_are_carried"
        ),
        CheckConstraint("holdback_minor >= 0 AND released_minor >= 0", "holdback_signs"),
        CheckConstraint("approved_by_id <> made_by_id", "two_people_approve"),
        CheckConstraint(
            "(approved_by_id IS NULL) = (approved_at IS NULL)"
            " AND (approved_at IS NULL) ="
            " (status IN ('draft', 'agency_confirmed', 'lender_confirmed', 'cancelled'))",
            "is_approved_whole",
        ),
        CheckConstraint(
            "(agency_confirmed_by_id IS NOT NULL OR status IN ('draft', 'cancelled'))"
            " AND (lender_confirmed_by_id IS NOT NULL"
            " OR status IN ('draft', 'agency_confirmed', 'cancelled'))",
            "both_sides_confirm",
        ),
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
    """Sum of the lines."""

    quality_minor: Mapped[int] = mapped_column(default=0)
    """What conduct and quality take off: not above 0 unless commission is taken back."""

    holdback_bps: Mapped[int] = mapped_column(default=0)
    holdback_minor: Mapped[int] = mapped_column(default=0)
    """What is held back for later: never below 0."""

    released_minor: Mapped[int] = mapped_column(default=0)
    """What earlier statements held back and this one releases."""

    carried_in_minor: Mapped[int] = mapped_column(default=0)
    """What an earlier statement could not take back: never above 0, tax included."""

    fee_carried_in_minor: Mapped[int] = mapped_column(default=0)
    """What an earlier statement could not pay back of fees: never above 0, tax included."""

    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    quality_score_id: Mapped[int | None] = mapped_column(ForeignKey("quality_scores.id"))
    quality_bps: Mapped[int] = mapped_column(default=10_000)

    commission_tax_minor: Mapped[int]
    fee_minor: Mapped[int]
    fee_tax_minor: Mapped[int]
    commission_tax_bps: Mapped[int]
    """Of what is new; what changes an earlier line is taxed as that one was."""

    included_tax_minor: Mapped[int] = mapped_column(default=0)
    """Of that tax, what the amounts above contain because their rates do."""

    tax_by_rate: Mapped[list[Any]] = mapped_column(default=list)
    """Rows of rate, net and tax that add up to what is earned and to its tax."""

    fee_bps: Mapped[int]
    fee_tax_bps: Mapped[int]
    rates: Mapped[dict[str, Any]]
    """The awards and rate tables that it was reckoned by, as they were then."""

    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    agency_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lender_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))
    rail: Mapped[Rail] = mapped_column(default=Rail.BANK)
    undone_at: Mapped[datetime | None]
    """When two people took it back whole: what it posted is reversed, and it counts no more.

    A bank that takes the lender's payment back undoes nothing: what is stated is still owed.
    """

    disputes_end_at: Mapped[datetime] = mapped_column(
        server_default=text("now() + interval '7 days'")
    )
    """Until when lines may be disputed: a week by the database's clock."""

    edition: Mapped[int] = mapped_column(default=1)
    """Its version as people count: one more each time it is drafted anew without a line."""

    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def last_on(self) -> date:
        """The last day of its period, by which rates, books and tax returns go."""
        return self.period_end - timedelta(days=1)

    @property
    def earned_minor(self) -> int:
        """What the agency may invoice: commission, less quality and holdback, plus releases.

        Without tax, also where the rates include it.
        """
        return (
            self.commission_minor
            + self.quality_minor
            - self.holdback_minor
            + self.released_minor
            - self.included_tax_minor
        )

    @property
    def tax_parts(self) -> list["TaxPart"]:
        """Net and tax at each rate, which is how invoices are written."""
        return [TaxPart(*row) for row in self.tax_by_rate]

    @property
    def due_minor(self) -> int:
        """What the lender pays the agency now, tax included."""
        return max(self._balance_minor, 0)

    @property
    def billed_minor(self) -> int:
        """The fee of this statement alone, tax included; below 0 if cash was taken back."""
        return self.fee_minor + self.fee_tax_minor

    @property
    def fee_due_minor(self) -> int:
        """What the lender pays the platform now; by bank a fee below 0 is paid back."""
        return self._fee_balance_minor - self.fee_carried_out_minor

    @property
    def fee_carried_out_minor(self) -> int:
        """Through Stripe a fee below 0 is set off against later ones: never above 0."""
        return min(self._fee_balance_minor, 0) if self.rail is Rail.STRIPE else 0

    @property
    def carried_out_minor(self) -> int:
        """What the next statement has to take back: never above 0."""
        return min(self._balance_minor, 0)

    @property
    def _balance_minor(self) -> int:
        return self.earned_minor + self.commission_tax_minor + self.carried_in_minor

    @property
    def _fee_balance_minor(self) -> int:
        return self.billed_minor + self.fee_carried_in_minor


class TaxPart(NamedTuple):
    """What a statement earns at one rate of VAT."""

    rate_bps: int
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


class LineKind(StrEnum):
    PAYMENT = "payment"
    REVERSAL = "reversal"
    EXCLUDED = "excluded"
    TRUE_UP = "true_up"


def ends_payment(kind: LineKind, reason: str) -> bool:
    """Whether a line takes a payment back whole: reversed, or no longer paid for."""
    return kind is LineKind.REVERSAL or (kind is LineKind.TRUE_UP and reason == "excluded")


class StatementLine(Model):
    """One payment's commission at one rate, or what changes in that of an earlier line."""

    __tablename__ = "statement_lines"
    __table_args__ = (
        # A payment earns commission once, whoever asks.
        Index(
            "uq_statement_lines_payment_once",
            "payment_id",
            "tier",
            "again",
            unique=True,
            postgresql_where="kind <> 'true_up'",
        ),
        Index(None, "payment_id"),
        Index(None, "statement_id", "id"),
        CheckConstraint("kind <> 'excluded' OR commission_minor = 0", "excluded_earns_nothing"),
        CheckConstraint(
            "kind <> 'true_up' OR gross_minor = 0 OR reason IN ('included', 'excluded')",
            "a_true_up_is_no_cash",
        ),
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
    kind: Mapped[LineKind] = mapped_column(default=LineKind.PAYMENT)
    tier: Mapped[int] = mapped_column(default=0)
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("commission_terms.id"))
    """The version of the terms that gave the rate; NULL: the rate that was bid."""

    reason: Mapped[str] = mapped_column(default="")
    """Why it earns nothing, or why it changes."""

    gross_minor: Mapped[int]
    """Of a true-up the cash that new terms begin or cease to pay for, or 0."""

    rate_bps: Mapped[int]
    unrounded: Mapped[int]
    """Commission in ten-thousandths of a minor unit, before it is rounded."""

    commission_minor: Mapped[int]
    round: Mapped[int]
    dpd: Mapped[int]
    """Of the case when it was placed, in days."""

    cell: Mapped[str]
    """Of the award's table of bids."""

    bid_bps: Mapped[int]
    weight_bps: Mapped[int]
    """How much of the commission results alone earn; conduct earns the rest."""

    score_bps: Mapped[int]
    """Of conduct; what changes an earlier line goes by the score of that one."""

    tax_bps: Mapped[int]
    """Of VAT on commission; what changes an earlier line goes by the rate of that one."""

    tax_included: Mapped[bool] = mapped_column(default=False)
    """Whether commission, conduct and holdback contain the tax, or it comes on top."""

    quality_minor: Mapped[int]
    """Its share of what conduct takes off; as all that follow, they add up to the statement."""

    holdback_minor: Mapped[int]
    tax_minor: Mapped[int]
    fee_minor: Mapped[int]
    fee_tax_minor: Mapped[int]
    again: Mapped[int] = mapped_column(default=0)
    """How many statements stated the payment before and were undone."""


class HoldbackRelease(Model):
    """What one statement held back, released by a later one: once."""

    __tablename__ = "holdback_releases"
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}"),
        Policy(Audience.FINANCE, "true", ALL),
        Policy(Audience.STAFF, "true"),
    )

    held_by_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    released_by_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    amount_minor: Mapped[int]
