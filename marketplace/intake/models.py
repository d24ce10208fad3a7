"""Files of a month, their lines, the groups they fell into, and what people decided."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.casework import PaymentMethod
from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy
from marketplace.core.told import Told, ToldByNameType

_OWN = f"lender_id = {ORG}"
_CLAIMED = f"agency_id = {ORG}"
_APPENDED = "select, insert"
_PLATFORM = (Policy(Audience.FINANCE, "true"), Policy(Audience.STAFF, "true"))


class FileKind(StrEnum):
    LEDGER = "ledger"
    BANK = "bank"
    CLAIMS = "claims"
    HOLIDAYS = "holidays"
    DEBTORS = "debtors"
    """Which cases a customer number of the ledger stands for."""


class Source(StrEnum):
    """Where a line comes from."""

    LEDGER = "ledger"
    BANK = "bank"
    CLAIM = "claim"


class DecisionKind(StrEnum):
    AUTOMATIC = "automatic"
    """Everything one run matched without doubt, approved at once."""

    MATCH = "match"
    SPLIT = "split"
    RESOLVE = "resolve"
    REVERSE = "reverse"


class ReasonCode(StrEnum):
    """Why a group is closed without a match that adds up."""

    SHORT_ACCEPTED = "short_accepted"
    OVER_TO_REFUND = "over_to_refund"
    REFUNDED = "refunded"
    BANK_CHARGE = "bank_charge"
    NOT_A_DEBTOR = "not_a_debtor"
    OTHER_MONTH = "other_month"
    NOT_RECEIVED = "not_received"
    CLAIM_REFUSED = "claim_refused"
    CLAIM_LATE = "claim_late"
    WRITE_OFF = "write_off"
    OTHER = "other"


class Batch(Model):
    """Files brought in together for one lender's month: `agency_id` if an agency did."""

    __tablename__ = "intake_batches"
    __table_args__ = (
        UniqueConstraint("lender_id", "id"),
        CheckConstraint("extract(day FROM month_start) = 1", "is_a_month"),
        Index(None, "lender_id", "month_start"),
        Index(
            "ix_intake_batches_agency", "agency_id", "brought_at",
            postgresql_where=text("agency_id IS NOT NULL"),
        ),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.LENDER, _OWN, _APPENDED),
        Policy(Audience.AGENCY, _CLAIMED, _APPENDED),
        *_PLATFORM,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("IN")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    month_start: Mapped[date]
    profile: Mapped[dict[str, Any]]
    brought_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    brought_at: Mapped[datetime]


class BatchFile(Model):
    """One file of a batch, sealed away as it came. `agency_id` is whose claims it holds.

    A person brings a file into one month; a feed's may hold lines of two.
    """

    __tablename__ = "intake_files"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lender_id", "batch_id"], ["intake_batches.lender_id", "intake_batches.id"]
        ),
        Index(
            "uq_intake_files_brought_once", "lender_id", "sha256", "month_start", unique=True,
            postgresql_where=text("kind IN ('ledger', 'bank', 'claims')"),
        ),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.LENDER, _OWN, _APPENDED),
        Policy(Audience.AGENCY, _CLAIMED, _APPENDED),
        *_PLATFORM,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    batch_id: Mapped[int] = mapped_column(index=True)
    month_start: Mapped[date]
    kind: Mapped[FileKind]
    filename: Mapped[str]
    sha256: Mapped[str]
    file_key: Mapped[str]
    lines: Mapped[int]


class Line(Model):
    """One posting, bank entry or claim. What a bank writes of people is sealed."""

    __tablename__ = "intake_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lender_id", "batch_id"], ["intake_batches.lender_id", "intake_batches.id"]
        ),
        UniqueConstraint("lender_id", "dedupe_key"),
        CheckConstraint("amount_minor <> 0", "is_an_amount"),
        CheckConstraint("cardinality(parts) = 4", "parts_are_four"),
        CheckConstraint("source <> 'claim' OR amount_minor > 0", "claims_are_positive"),
        CheckConstraint("(source = 'claim') = (agency_id IS NOT NULL)", "claims_have_agencies"),
        Index(None, "lender_id", "month_start", "id"),
        Index(
            "ix_intake_lines_agency", "agency_id", "lender_id", "month_start",
            postgresql_where=text("agency_id IS NOT NULL"),
        ),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.LENDER, _OWN, _APPENDED),
        Policy(Audience.AGENCY, _CLAIMED, _APPENDED),
        *_PLATFORM,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    batch_id: Mapped[int]
    month_start: Mapped[date]
    source: Mapped[Source]
    place: Mapped[str]
    """`file:N`, as the command names a line."""

    number: Mapped[str]
    claim_id: Mapped[str]
    value_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str]
    reverses: Mapped[str]
    method: Mapped[PaymentMethod] = mapped_column(default=PaymentMethod.VOLUNTARY)
    """How the money of a posting came: contracts pay commission for some ways only."""

    parts: Mapped[list[int] | None]
    """Of a payment, where it is told: costs, interest, fees, principal."""

    fragments: Mapped[str]
    """Of a bank entry: what may be a case number, without names and account numbers."""

    text_sealed: Mapped[bytes | None]
    dedupe_key: Mapped[bytes]


class Run(Model):
    """The matcher's work on a month's free lines after one batch came in."""

    __tablename__ = "intake_runs"
    __table_args__ = (
        UniqueConstraint("batch_id"),
        UniqueConstraint("lender_id", "id"),
        ForeignKeyConstraint(
            ["lender_id", "batch_id"], ["intake_batches.lender_id", "intake_batches.id"]
        ),
        Index(None, "lender_id", "month_start"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, _OWN), *_PLATFORM)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    batch_id: Mapped[int]
    month_start: Mapped[date]
    currency: Mapped[str]
    lines: Mapped[int]
    groups: Mapped[int]
    automatic: Mapped[int]
    not_posted: Mapped[dict[str, Told]] = mapped_column(ToldByNameType)
    """Postings that could not be recorded as payments: their place, and why."""

    made_at: Mapped[datetime]


class GroupRow(Model):
    """Lines that belong together: what they are, and why a person must look."""

    __tablename__ = "intake_groups"
    __table_args__ = (
        UniqueConstraint("lender_id", "id"),
        ForeignKeyConstraint(
            ["lender_id", "run_id"], ["intake_runs.lender_id", "intake_runs.id"]
        ),
        CheckConstraint("automatic = (reasons = '{}')", "stopped_for_a_reason"),
        Index(None, "run_id"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, _OWN),
        Policy(
            Audience.AGENCY,
            "EXISTS (SELECT 1 FROM intake_members m WHERE m.group_id = intake_groups.id"
            f" AND m.agency_id = {ORG})",
        ),
        *_PLATFORM,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("RG", 7)
    lender_id: Mapped[int]
    run_id: Mapped[int]
    kind: Mapped[str]
    automatic: Mapped[bool]
    reasons: Mapped[list[str]]


class GroupFigures(Model):
    """Amounts of a group over all agencies, and whom it may belong to: not for agencies."""

    __tablename__ = "intake_figures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lender_id", "group_id"], ["intake_groups.lender_id", "intake_groups.id"]
        ),
    )
    policies: ClassVar = (Policy(Audience.LENDER, _OWN), *_PLATFORM)

    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lender_id: Mapped[int]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    cases: Mapped[list[str]]
    partners: Mapped[list[int]]
    """Lines that may belong here, the likeliest first."""

    commissionable: Mapped[dict[str, Any]]
    """In minor units, by the short code of the agency."""


class Member(Model):
    """A line in a group. `agency_id` is the line's own."""

    __tablename__ = "intake_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lender_id", "group_id"], ["intake_groups.lender_id", "intake_groups.id"]
        ),
        Index(None, "line_id", "group_id"),
        Index(
            "ix_intake_members_agency", "agency_id", "group_id",
            postgresql_where=text("agency_id IS NOT NULL"),
        ),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.LENDER, _OWN),
        Policy(Audience.AGENCY, _CLAIMED),
        *_PLATFORM,
    )

    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(
        ForeignKey("intake_lines.id"), primary_key=True, autoincrement=False
    )
    lender_id: Mapped[int]
    agency_id: Mapped[int | None]


class Decision(Model):
    """What one person proposes of some lines, and another agrees to or refuses. For good."""

    __tablename__ = "intake_decisions"
    __table_args__ = (
        UniqueConstraint("lender_id", "id"),
        CheckConstraint("checked_by_id <> made_by_id", "two_people_decide"),
        CheckConstraint(
            "(checked_by_id IS NULL) = (checked_at IS NULL)"
            " AND (checked_at IS NULL) = (agreed IS NULL)",
            "is_checked_whole",
        ),
        CheckConstraint("(kind = 'reverse') = (reverses_id IS NOT NULL)", "reverses_something"),
        CheckConstraint("(kind = 'automatic') = (run_id IS NOT NULL)", "approves_a_run"),
        CheckConstraint("kind = 'automatic' OR reason <> ''", "has_a_reason"),
        CheckConstraint("(kind = 'split') = (line_id IS NOT NULL)", "splits_a_line"),
        CheckConstraint("(kind = 'resolve') = (reason_code IS NOT NULL)", "resolved_by_code"),
        ForeignKeyConstraint(
            ["lender_id", "reverses_id"], ["intake_decisions.lender_id", "intake_decisions.id"]
        ),
        ForeignKeyConstraint(
            ["lender_id", "run_id"], ["intake_runs.lender_id", "intake_runs.id"]
        ),
        Index(None, "lender_id", "month_start"),
        Index(None, "reverses_id"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, _OWN, WRITABLE), *_PLATFORM)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("RD", 7)
    lender_id: Mapped[int]
    month_start: Mapped[date]
    kind: Mapped[DecisionKind]
    run_id: Mapped[int | None]
    reverses_id: Mapped[int | None]
    line_id: Mapped[int | None] = mapped_column(ForeignKey("intake_lines.id"))
    """The line that is split."""

    reason_code: Mapped[ReasonCode | None]
    reason: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    agreed: Mapped[bool | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None]
    check_note: Mapped[str] = mapped_column(default="")


class DecisionLine(Model):
    """A line that a decision holds while it is in force; of a reversal, one that it frees."""

    __tablename__ = "intake_decision_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lender_id", "decision_id"], ["intake_decisions.lender_id", "intake_decisions.id"]
        ),
        Index(None, "line_id"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, _OWN, _APPENDED), *_PLATFORM)

    decision_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(
        ForeignKey("intake_lines.id"), primary_key=True, autoincrement=False
    )
    lender_id: Mapped[int]


class LinePayment(Model):
    """The payment that a posting was recorded as; several if it pays several cases."""

    __tablename__ = "intake_payments"
    policies: ClassVar = (Policy(Audience.LENDER, _OWN, _APPENDED), *_PLATFORM)

    line_id: Mapped[int] = mapped_column(
        ForeignKey("intake_lines.id"), primary_key=True, autoincrement=False
    )
    payment_id: Mapped[int] = mapped_column(
        ForeignKey("payments.id"), primary_key=True, autoincrement=False
    )
    lender_id: Mapped[int]


class Portion(Model):
    """What a split gives to one case."""

    __tablename__ = "intake_portions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lender_id", "decision_id"], ["intake_decisions.lender_id", "intake_decisions.id"]
        ),
        ForeignKeyConstraint(["lender_id", "case_id"], ["cases.lender_id", "cases.id"]),
        CheckConstraint("amount_minor <> 0", "is_an_amount"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, _OWN, _APPENDED), *_PLATFORM)

    decision_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lender_id: Mapped[int]
    amount_minor: Mapped[int]
