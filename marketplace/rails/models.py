"""What the rails keep: accounts at Stripe, the outbox, doorbells, payment pages, movements."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy

_OWN_SETUP = f"organisation_id = {ORG} AND kind IN ('account', 'customer', 'checkout')"
_STAFF_READS = Policy(Audience.STAFF, "true")


class OperationKind(StrEnum):
    ACCOUNT = "account"
    CUSTOMER = "customer"
    INVOICE = "invoice"
    TRANSFER = "transfer"
    REVERSAL = "reversal"
    REFUND = "refund"
    UNDO = "undo"
    """Nothing to send: the lender's bank has taken its money back, the transfer came back."""
    CHECKOUT = "checkout"


class OperationStatus(StrEnum):
    PROPOSED = "proposed"
    PLANNED = "planned"
    LEASED = "leased"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class Doubt(StrEnum):
    """Why it is not known whether the last attempt was carried out."""

    NONE = "none"
    SILENCE = "silence"
    """No answer came: the attempt may still be under way, so its key stays."""
    ERROR = "error"
    """An error came, and is kept under the key: only a new key can ever succeed."""


class RailAccount(Model):
    """An organisation at Stripe: its connected account and, for a lender, its customer."""

    __tablename__ = "rail_accounts"
    __table_args__ = (UniqueConstraint("organisation_id"),)
    policies: ClassVar = (
        Policy(Audience.LENDER, f"organisation_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, f"organisation_id = {ORG}", WRITABLE),
        Policy(Audience.FINANCE, "true"),
        _STAFF_READS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    country: Mapped[str]
    account_ref: Mapped[str | None] = mapped_column(unique=True)
    customer_ref: Mapped[str | None] = mapped_column(unique=True)
    details_submitted: Mapped[bool] = mapped_column(default=False)
    charges_enabled: Mapped[bool] = mapped_column(default=False)
    payouts_enabled: Mapped[bool] = mapped_column(default=False)
    transfers_active: Mapped[bool] = mapped_column(default=False)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]


class RailOperation(Model):
    """One thing to do at Stripe, once. Its key is `op_id:generation`."""

    __tablename__ = "rail_operations"
    __table_args__ = (
        UniqueConstraint("op_id"),
        Index(None, "status", "next_try_at"),
        Index(None, "statement_id"),
        Index(None, "external_ref"),
        CheckConstraint("amount_minor >= 0", "amount_is_not_negative"),
        CheckConstraint("approved_by_id <> made_by_id", "two_people_move_money"),
        CheckConstraint(
            "kind <> 'undo' OR status IN ('proposed', 'done', 'withdrawn')",
            "undo_sends_nothing",
        ),
        # The first invoice follows from the approval; a later one is `invoice:CODE:n`.
        CheckConstraint(
            "kind <> 'undo' AND (kind <> 'invoice' OR op_id !~ ':.*:')"
            " OR status IN ('proposed', 'withdrawn')"
            " OR made_by_id IS NOT NULL AND approved_by_id IS NOT NULL",
            "two_people_undo_or_bill_again",
        ),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", "is_withdrawn_some_time"
        ),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"organisation_id = {ORG}"),
        Policy(Audience.LENDER, _OWN_SETUP, "insert"),
        Policy(Audience.AGENCY, f"organisation_id = {ORG}"),
        Policy(Audience.AGENCY, _OWN_SETUP, "insert"),
        Policy(Audience.FINANCE, "true", WRITABLE),
        _STAFF_READS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str]
    generation: Mapped[int] = mapped_column(default=0)
    kind: Mapped[OperationKind]
    status: Mapped[OperationStatus] = mapped_column(default=OperationStatus.PLANNED)
    doubt: Mapped[Doubt] = mapped_column(default=Doubt.NONE)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    # A reversal takes a transfer back, a refund an invoice's payment.
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("rail_operations.id"))
    amount_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="")
    external_ref: Mapped[str | None]
    last_error: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    planned_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    lease_ends_at: Mapped[datetime | None]
    key_first_used_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """When its maker took the proposal back, or its reason was gone: it is never sent then."""

    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @property
    def key(self) -> str:
        return f"{self.op_id}:{self.generation}"


class RailCheckout(Model):
    """A page at Stripe where a debtor pays the lender, once.

    The money goes to the lender's own account. It becomes a payment of the case, which a
    second person of the lender verifies like any other.
    """

    __tablename__ = "rail_checkouts"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_is_positive"),
        Index(None, "case_id"),
        Index(
            "uq_rail_checkouts_one_open", "case_id", unique=True,
            postgresql_where="paid_at IS NULL AND ended_at IS NULL",
        ),
    )  # fmt: skip
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("CK", 7)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    session_ref: Mapped[str | None] = mapped_column(unique=True)
    intent_ref: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When it ran out unpaid, or the debit failed."""

    standing_ref: Mapped[str | None]
    """The payment of the case that stands for it now; none once all was given back."""

    kept_minor: Mapped[int] = mapped_column(default=0)
    """What the lender keeps of it, after refunds and disputes."""

    payments: Mapped[int] = mapped_column(default=0)


class RailEvent(Model):
    """A doorbell that rang: stored once under Stripe's own id, and then attended to."""

    __tablename__ = "rail_events"
    policies: ClassVar = (
        # Whoever rings has no login; the signature was checked before this is written.
        Policy(Audience.VISITOR, "processed_at IS NULL", "insert"),
        Policy(Audience.FINANCE, "true"),
        _STAFF_READS,
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    endpoint: Mapped[str]
    kind: Mapped[str]
    account_ref: Mapped[str]
    object_ref: Mapped[str]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]


class RailTransaction(Model):
    """A movement of our balance at Stripe, mirrored once and posted under its own id."""

    __tablename__ = "rail_transactions"
    __table_args__ = (UniqueConstraint("transaction_ref"),)
    policies: ClassVar = (Policy(Audience.FINANCE, "true", "select, update"), _STAFF_READS)

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_ref: Mapped[str]
    kind: Mapped[str]
    amount_minor: Mapped[int]
    fee_minor: Mapped[int]
    net_minor: Mapped[int]
    currency: Mapped[str]
    source_ref: Mapped[str]
    moved_at: Mapped[datetime]
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
