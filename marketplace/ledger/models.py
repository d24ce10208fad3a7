"""Double entry: accounts, journals and postings in whole minor units."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model
from marketplace.core.tenancy import Audience, Policy

_BOOKS = (Policy(Audience.FINANCE, "true", "select, insert"), Policy(Audience.STAFF, "true"))


class AccountKind(StrEnum):
    """Memo accounts carry what the platform is not a party to: commission on the bank rail."""

    FEE_RECEIVABLE = "fee_receivable"
    FEE_INCOME = "fee_income"
    OUTPUT_VAT = "output_vat"
    MEMO_LENDER_OWES = "memo_lender_owes"
    MEMO_AGENCY_EARNED = "memo_agency_earned"
    MEMO_RECOVERIES = "memo_recoveries"
    MEMO_CASH = "memo_cash"
    LENDER_RECEIVABLE = "lender_receivable"
    AGENCY_PAYABLE = "agency_payable"
    STRIPE_BALANCE = "stripe_balance"
    STRIPE_COST = "stripe_cost"
    BANK_CLEARING = "bank_clearing"


class LedgerAccount(Model):
    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint(
            "kind", "organisation_id", "currency", postgresql_nulls_not_distinct=True
        ),
    )
    policies: ClassVar = _BOOKS

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AccountKind]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    currency: Mapped[str]


class Journal(Model):
    __tablename__ = "journals"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("approved_by_id <> made_by_id", "two_people_post"),
    )
    policies: ClassVar = _BOOKS

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str]
    fingerprint: Mapped[str]
    effective_on: Mapped[date]
    booked_at: Mapped[datetime]
    words: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))
    # The transaction that made it, written by the database: only that one may add postings.
    transaction_id: Mapped[int] = mapped_column(
        server_default=text("(pg_current_xact_id()::text)::bigint")
    )


class Posting(Model):
    """One line of a journal: a debit is positive, a credit negative."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", "moves_something"),
        Index(None, "account_id", "journal_id"),
    )
    policies: ClassVar = _BOOKS

    id: Mapped[int] = mapped_column(primary_key=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("journals.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
