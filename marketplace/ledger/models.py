"""Double entry: accounts, journals and postings in whole minor units, and the months."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.money import LARGEST_MINOR
from marketplace.core.tenancy import WRITABLE, Audience, Policy

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
    FX_CLEARING = "fx_clearing"
    FX_DIFFERENCE = "fx_difference"


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
    """One business fact: what it was, which day it concerns, when and by whom it was booked.

    `words` and the key hold codes and days, never personal data, which could not be forgotten.
    """

    __tablename__ = "journals"
    # Whoever approves posts what another person made.
    signed_for_others: ClassVar = ("made_by_id",)
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("approved_by_id <> made_by_id", "two_people_post"),
        CheckConstraint("fingerprint ~ '^[0-9a-f]{64}$'", "has_a_fingerprint"),
        CheckConstraint("reverses_id <> id", "reverses_another"),
        Index(None, "effective_on", "id"),
        # The day of a posting's journal, without the journal: balances of a day are sums of
        # postings.
        Index("ix_journals_day_of", "id", postgresql_include=["effective_on"]),
    )
    policies: ClassVar = _BOOKS

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str]
    fingerprint: Mapped[str]
    effective_on: Mapped[date]
    # Written by the database's clock, whatever an insert says.
    booked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    words: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
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
        CheckConstraint(
            f"amount_minor BETWEEN -{LARGEST_MINOR} AND {LARGEST_MINOR}", "is_not_a_slip"
        ),
        Index(None, "account_id", postgresql_include=["amount_minor"]),
    )
    policies: ClassVar = _BOOKS

    id: Mapped[int] = mapped_column(primary_key=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("journals.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]


class JournalLink(Model):
    """A journal's place in the chain: its hash covers it, its postings and the link before.

    The database adds it when the journal is complete, and nobody else may.
    """

    __tablename__ = "journal_links"
    __table_args__ = (UniqueConstraint("journal_id"),)
    policies: ClassVar = (Policy(Audience.FINANCE, "true"), Policy(Audience.STAFF, "true"))

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    journal_id: Mapped[int] = mapped_column(ForeignKey("journals.id"))
    hash: Mapped[bytes]


class LedgerPeriod(Model):
    """A month that somebody proposed to close, and that a second person closed for good."""

    __tablename__ = "ledger_periods"
    __table_args__ = (
        UniqueConstraint("month_start"),
        CheckConstraint("extract(day FROM month_start) = 1", "is_a_month"),
        CheckConstraint("closed_by_id <> proposed_by_id", "two_people_close"),
        CheckConstraint(
            "(closed_by_id IS NULL) = (closed_at IS NULL)"
            " AND (closed_at IS NULL) = (head_sequence IS NULL)"
            " AND (closed_at IS NULL) = (head_hash IS NULL)",
            "is_closed_whole",
        ),
    )
    policies: ClassVar = (
        Policy(Audience.FINANCE, "true", WRITABLE),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month_start: Mapped[date]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    # The end of the chain at the closing: who cuts journals off later is found by it.
    head_sequence: Mapped[int | None]
    head_hash: Mapped[bytes | None]


class JournalProposal(Model):
    """A reversal or an exchange that one person asks for and another decides on, once."""

    __tablename__ = "journal_proposals"
    __table_args__ = (
        CheckConstraint("decided_by_id <> made_by_id", "two_people_decide"),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", "decided_some_time"),
        CheckConstraint("journal_id IS NULL OR decided_at IS NOT NULL", "posted_once_decided"),
        Index(
            "uq_journal_proposals_one_open", "reverses_id", unique=True,
            postgresql_where="decided_at IS NULL",
        ),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.FINANCE, "true", WRITABLE),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("JP")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))
    """The journal to take back; NULL: an exchange."""

    terms: Mapped[dict[str, Any]]
    """Of an exchange: what is sold and bought, and the rate as quoted."""

    reason: Mapped[str]
    effective_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))
    """What was posted; NULL where it was refused."""


class Incident(Model):
    """A difference in the books that a self-check found, until finance closes it in words."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index(
            "uq_incidents_one_open",
            "kind",
            "subject",
            unique=True,
            postgresql_where="closed_at IS NULL",
        ),
        CheckConstraint(
            "(closed_by_id IS NULL) = (closed_at IS NULL)"
            " AND (closed_at IS NULL) = (closing_note IS NULL)",
            "is_closed_with_a_note",
        ),
        CheckConstraint("closing_note ~ '[^[:space:]]'", "note_says_something"),
    )
    policies: ClassVar = (
        Policy(Audience.FINANCE, "true", WRITABLE),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    closing_note: Mapped[str | None]
