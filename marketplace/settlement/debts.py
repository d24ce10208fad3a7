"""What a statement leaves below nothing, and how that ends where no later one takes it over."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, db
from marketplace.core.tenancy import ORG, Audience, Policy
from marketplace.settlement.models import Statement
from marketplace.settlement.remittances import RemittancePart


class ClearanceWay(StrEnum):
    """How a debt ends: its debtor pays it by bank, or its creditor gives it up."""

    REPAID = "repaid"
    WRITTEN_OFF = "written_off"


class DebtClearance(Model):
    """The end of one debt, whole: recorded by one person, confirmed by another.

    Commission is owed to the lender: the agency says that it paid, the lender that it came; or
    two people of the lender give it up. A fee is owed by the platform, whose two people pay it.
    """

    __tablename__ = "debt_clearances"
    __table_args__ = (
        Index(
            "uq_debt_clearances_cleared_once",
            "statement_id",
            "part",
            unique=True,
            postgresql_where="withdrawn_at IS NULL",
        ),
        Index(None, "statement_id"),
        CheckConstraint("amount_minor > 0", "clears_something"),
        CheckConstraint("part = 'commission' OR way = 'repaid'", "a_fee_is_paid_back"),
        CheckConstraint(
            "(way = 'repaid') = (paid_on IS NOT NULL)"
            " AND (way = 'repaid') = (bank_reference <> '')"
            " AND (way = 'written_off') = (reason <> '')",
            "says_how",
        ),
        CheckConstraint("confirmed_by_id <> recorded_by_id", "two_people_clear"),
        CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)"
            " AND (withdrawn_by_id IS NULL) = (withdrawn_at IS NULL)"
            " AND (confirmed_at IS NULL OR withdrawn_at IS NULL)"
            " AND (journal_id IS NULL OR confirmed_at IS NOT NULL)",
            "is_answered_whole",
        ),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}"),
        Policy(Audience.LENDER, f"lender_id = {ORG} AND way = 'written_off'", "insert"),
        Policy(Audience.LENDER, f"lender_id = {ORG} AND part = 'commission'", "update"),
        Policy(Audience.AGENCY, f"agency_id = {ORG} AND part = 'commission'"),
        Policy(
            Audience.AGENCY,
            f"agency_id = {ORG} AND part = 'commission' AND way = 'repaid'",
            "insert, update",
        ),
        Policy(Audience.FINANCE, "true"),
        Policy(Audience.FINANCE, "part = 'fee'", "insert, update"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    part: Mapped[RemittancePart]
    way: Mapped[ClearanceWay]
    amount_minor: Mapped[int]
    """All that the statement left of this part, as what is paid or given up: above 0."""

    currency: Mapped[str]
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))


def debt_minor(statement: Statement, part: RemittancePart) -> int:
    """What a statement left below nothing of one part, as an amount: never below 0."""
    if part is RemittancePart.FEE:
        return -statement.fee_carried_out_minor
    return -statement.carried_out_minor


def left_of(statement: Statement) -> tuple[int, int]:
    """What the next statement takes over, commission and fee: not above 0.

    It takes over nothing while an answer is waited for: what is denied goes into the one after.
    """
    clearances = standing_clearances(statement)
    if any(one.confirmed_at is None for one in clearances):
        return 0, 0
    cleared = {one.part for one in clearances}
    commission, fee = (
        0 if part in cleared else -debt_minor(statement, part)
        for part in (RemittancePart.COMMISSION, RemittancePart.FEE)
    )
    return commission, fee


def standing_clearances(statement: Statement) -> list[DebtClearance]:
    """Those that nobody withdrew, confirmed or not."""
    return list(
        db.session.scalars(
            select(DebtClearance).where(
                DebtClearance.statement_id == statement.id,
                DebtClearance.withdrawn_at.is_(None),
            )
        )
    )
