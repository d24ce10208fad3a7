"""Money that one side says it sent by bank, and payment files that ask a bank to send it."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, Audience, Policy


class RemittancePart(StrEnum):
    """What of a statement is paid: the agency's commission, or the platform's fee."""

    COMMISSION = "commission"
    FEE = "fee"


class Remittance(Model):
    """One transfer for a statement: recorded by one person, confirmed by another.

    The lender records the commission it paid, the agency confirms that it came. The fee is
    recorded and confirmed by two people of the platform's finance.
    """

    __tablename__ = "remittances"
    __table_args__ = (
        Index(
            "uq_remittances_paid_once",
            "statement_id",
            "part",
            unique=True,
            postgresql_where="withdrawn_at IS NULL",
        ),
        Index(None, "statement_id"),
        CheckConstraint("amount_minor <> 0", "moves_something"),
        CheckConstraint("part = 'fee' OR amount_minor > 0", "commission_is_paid_out"),
        CheckConstraint("confirmed_by_id <> recorded_by_id", "two_people_confirm"),
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
        Policy(Audience.LENDER, f"lender_id = {ORG} AND part = 'commission'", "insert, update"),
        Policy(Audience.AGENCY, f"agency_id = {ORG} AND part = 'commission'", "select, update"),
        Policy(Audience.FINANCE, "true"),
        Policy(Audience.FINANCE, "part = 'fee'", "insert, update"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    part: Mapped[RemittancePart]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    paid_on: Mapped[date]
    bank_reference: Mapped[str]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))


class PaymentFile(Model):
    """A file that asks a lender's bank to pay statements; its content lies sealed."""

    __tablename__ = "payment_files"
    __table_args__ = (UniqueConstraint("message_id"),)
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", "select, insert"),
        Policy(Audience.FINANCE, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("PX")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("entity_bank_accounts.id"))
    message_id: Mapped[str]
    currency: Mapped[str]
    execute_on: Mapped[date]
    transfers: Mapped[int]
    amount_minor: Mapped[int]
    file_key: Mapped[str]
    sha256: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]


class PaymentFileItem(Model):
    """One transfer of a payment file. A statement may be asked for again, in another file."""

    __tablename__ = "payment_file_items"
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", "select, insert"),
        Policy(Audience.FINANCE, "true"),
    )

    file_id: Mapped[int] = mapped_column(ForeignKey("payment_files.id"), primary_key=True)
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statements.id"), primary_key=True, index=True
    )
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("entity_bank_accounts.id"))
    amount_minor: Mapped[int]
