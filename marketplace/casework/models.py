"""What happens to a case in an agency's hands: contacts, promises and payments."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy


class Channel(StrEnum):
    CALL = "call"
    AI_CALL = "ai_call"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


class Outcome(StrEnum):
    """What came of an attempt. Codes follow the trade's action code lists."""

    PROMISE = "RPC-PTP"
    REFUSED = "RPC-REFUSE"
    DISPUTE = "RPC-DISPUTE"
    HARDSHIP = "RPC-HARDSHIP"
    CALLBACK = "RPC-CALLBACK"
    SAYS_PAID = "RPC-PAID"
    NO_ANSWER = "NOANS"
    BUSY = "BUSY"
    SWITCHED_OFF = "OFF"
    INVALID_NUMBER = "INVALID"
    WRONG_PERSON = "WRONG"
    VOICEMAIL = "VOICEMAIL"
    SENT = "SENT"
    CEASE = "CEASE"


ANSWERED = frozenset(
    {
        Outcome.PROMISE,
        Outcome.REFUSED,
        Outcome.DISPUTE,
        Outcome.HARDSHIP,
        Outcome.CALLBACK,
        Outcome.SAYS_PAID,
        Outcome.WRONG_PERSON,
        Outcome.CEASE,
    }
)


class Contact(Model):
    """One attempt to reach a debtor. Immutable: a correction is another row.

    It is written before the dialling, as a reservation, so that two collectors cannot pass the
    daily cap together; the outcome is filled in once.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index(None, "person_index", "local_day"),
        Index(None, "number_index", "local_day"),
        Index(None, "case_id", "id"),
        Index(
            "ix_contacts_agency_day", "agency_id", "started_at",
            postgresql_where=text("agency_id IS NOT NULL"),
        ),
        ForeignKeyConstraint(["lender_id", "case_id"], ["cases.lender_id", "cases.id"]),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", "select, insert, update"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, insert, update"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    case_id: Mapped[int]
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placements.id"))
    collector_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[Channel]
    person_index: Mapped[bytes]
    number_index: Mapped[bytes | None]
    started_at: Mapped[datetime]
    local_day: Mapped[date]
    answered: Mapped[bool | None]
    outcome: Mapped[Outcome | None]
    note: Mapped[str] = mapped_column(default="")
    rules: Mapped[str]


class Promise(Model):
    __tablename__ = "promises"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        Index("uq_promises_one_open_per_case", "case_id", unique=True, postgresql_where="open"),
        ForeignKeyConstraint(["lender_id", "case_id"], ["cases.lender_id", "cases.id"]),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", WRITABLE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    case_id: Mapped[int]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    amount_minor: Mapped[int]
    due_on: Mapped[date]
    open: Mapped[bool] = mapped_column(default=True)
    taken_at: Mapped[datetime]


class PaymentSource(StrEnum):
    LENDER_LEDGER = "lender_ledger"
    AGENCY_CLAIM = "agency_claim"


class PaymentMethod(StrEnum):
    """How the money came: contracts pay commission for some ways and not for others."""

    VOLUNTARY = "voluntary"
    AUTO_DEBIT = "auto_debit"
    SET_OFF = "set_off"
    INSURER = "insurer"
    COURT = "court"
    COLLATERAL = "collateral"
    PREPAYMENT = "prepayment"
    REFUND = "refund"


class Appropriation(NamedTuple):
    """What the lender set a payment against; together they are its amount."""

    costs_minor: int
    interest_minor: int
    fees_minor: int
    principal_minor: int

    @classmethod
    def told(cls, parts: Sequence[int | None]) -> "Appropriation | None":
        """Of what a file says in this order: nothing of nothing, else what is absent is 0.

        >>> Appropriation.told([None, 5, None, 95]), Appropriation.told([None] * 4)
        (Appropriation(costs_minor=0, interest_minor=5, fees_minor=0, principal_minor=95), None)
        """
        if all(part is None for part in parts):
            return None
        return cls(*(part or 0 for part in parts))

    def fits(self, amount_minor: int) -> bool:
        return sum(self) == amount_minor and min(self) >= 0

    def taken_back(self) -> "Appropriation":
        return Appropriation(*(-part for part in self))


PARTS = Appropriation._fields


class Payment(Model):
    """Cash a debtor paid to the lender. An agency may report one; only the lender verifies.

    A reversal is a negative payment that points at the original: nothing is edited or deleted.
    One that nobody verified may be withdrawn, and never counts then.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("lender_id", "ledger_ref"),
        CheckConstraint(
            "(amount_minor > 0 AND reversal_of_id IS NULL)"
            " OR (amount_minor < 0 AND reversal_of_id IS NOT NULL)",
            "negative_only_as_reversal",
        ),
        CheckConstraint(
            f"num_nulls({', '.join(PARTS)}) = 4"
            f" OR num_nulls({', '.join(PARTS)}) = 0 AND {' + '.join(PARTS)} = amount_minor",
            "parts_add_up",
        ),
        CheckConstraint("verified_by_id <> reported_by_id", "two_people_verify"),
        CheckConstraint(
            "verified_by_id IS NULL OR withdrawn_by_id IS NULL", "withdrawn_never_counts"
        ),
        Index(
            "uq_payments_reversal_of_id",
            "reversal_of_id",
            unique=True,
            postgresql_where=text("withdrawn_by_id IS NULL"),
        ),
        Index(None, "lender_id", "value_on"),
        Index(None, "case_id"),
        Index(None, "placement_id", "value_on"),
        Index(
            "ix_payments_agency_day",
            "agency_id",
            "reported_at",
            postgresql_where=text("agency_id IS NOT NULL"),
        ),
        ForeignKeyConstraint(["lender_id", "case_id"], ["cases.lender_id", "cases.id"]),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, f"agency_id = {ORG}"),
        # It reports what came in on a case that it has, or had.
        Policy(
            Audience.AGENCY,
            f"agency_id = {ORG} AND EXISTS (SELECT 1 FROM placement_cases pc"
            " WHERE pc.placement_id = payments.placement_id AND pc.case_id = payments.case_id"
            f" AND pc.lender_id = payments.lender_id AND pc.agency_id = {ORG})",
            "insert",
        ),
        Policy(Audience.FINANCE, "true"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("PY", 7)
    lender_id: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    case_id: Mapped[int]
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placements.id"))
    value_on: Mapped[date]
    posted_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    source: Mapped[PaymentSource]
    method: Mapped[PaymentMethod] = mapped_column(default=PaymentMethod.VOLUNTARY)
    costs_minor: Mapped[int | None]
    """What it was set against, where the lender's ledger tells; of a reversal below 0."""

    interest_minor: Mapped[int | None]
    fees_minor: Mapped[int | None]
    principal_minor: Mapped[int | None]
    ledger_ref: Mapped[str]
    reversal_of_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reported_at: Mapped[datetime]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verified_at: Mapped[datetime | None]
    awaits_match: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether only the decision that it was recorded for may verify it."""

    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]

    @property
    def applied(self) -> Appropriation | None:
        return Appropriation.told([getattr(self, name) for name in PARTS])
