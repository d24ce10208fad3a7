"""Portfolios, their debtors and cases, and who the creditor is. Amounts in minor units."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ALL, ORG, USER, WRITABLE, Audience, Policy
from marketplace.core.told import Told, ToldType


class PortfolioStatus(StrEnum):
    READY = "ready"
    LISTED = "listed"
    PLACED = "placed"
    CLOSED = "closed"


class Product(StrEnum):
    CREDIT_CARD = "credit_card"
    CONSUMER_LOAN = "consumer_loan"
    CASH_LOAN = "cash_loan"
    AUTO = "auto"
    BUSINESS = "biz_personal"
    MORTGAGE = "mortgage"
    OTHER = "other"


class Portfolio(Model):
    """Cases that are valued, listed and placed together."""

    __tablename__ = "portfolios"
    __table_args__ = (
        UniqueConstraint("lender_id", "id"),
        UniqueConstraint("lender_id", "name"),
        ForeignKeyConstraint(
            ["lender_id", "entity_id"], ["legal_entities.organisation_id", "legal_entities.id"]
        ),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        # Bidders see a portfolio's headline while it is listed, and what they hold afterwards.
        Policy(Audience.AGENCY, "status IN ('listed', 'placed')"),
        Policy(Audience.STAFF, "status <> 'ready'"),
        Policy(Audience.FINANCE, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("PF")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    entity_id: Mapped[int]
    name: Mapped[str]
    currency: Mapped[str]
    balance_as_of: Mapped[date]
    cases: Mapped[int] = mapped_column(default=0)
    balance_minor: Mapped[int] = mapped_column(default=0)
    principal_minor: Mapped[int] = mapped_column(default=0)
    status: Mapped[PortfolioStatus] = mapped_column(default=PortfolioStatus.READY)
    created_at: Mapped[datetime]


class Debtor(Model):
    """A person. Everything that names them is sealed under a key of their own.

    `personal_key` is that key, sealed by the vault; NULL means forgotten. `person_index` is a
    blind index of the identity, equal across lenders, so that contact limits hold per person.
    """

    __tablename__ = "debtors"
    __table_args__ = (
        UniqueConstraint("lender_id", "person_index"),
        UniqueConstraint("lender_id", "id"),
        Index(None, "person_index"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(
            Audience.AGENCY,
            f"EXISTS (SELECT 1 FROM cases c WHERE c.debtor_id = debtors.id"
            f" AND c.agency_id = {ORG})",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_index: Mapped[bytes]
    personal_key: Mapped[bytes | None]
    personal: Mapped[bytes | None]
    name_masked: Mapped[str | None]
    id_masked: Mapped[str | None]
    phone_masked: Mapped[str | None]
    phone_index: Mapped[bytes | None]
    time_zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    forgotten_at: Mapped[datetime | None]


class Case(Model):
    """One delinquent loan. `agency_id` is who may work it now, by a placement in force."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("lender_id", "lender_case_no"),
        UniqueConstraint("lender_id", "id"),
        ForeignKeyConstraint(
            ["lender_id", "portfolio_id"], ["portfolios.lender_id", "portfolios.id"]
        ),
        ForeignKeyConstraint(["lender_id", "debtor_id"], ["debtors.lender_id", "debtors.id"]),
        CheckConstraint("balance_minor > 0", "balance_positive"),
        Index(None, "portfolio_id", "id"),
        Index(None, "debtor_id"),
        Index(
            "ix_cases_agency_id", "agency_id", "id", postgresql_where="agency_id IS NOT NULL"
        ),
        Index("ix_cases_lender_balance", "lender_id", "balance_minor", "id"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", ALL),
        Policy(Audience.AGENCY, f"agency_id = {ORG}"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("CS", 7)
    lender_id: Mapped[int]
    entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    portfolio_id: Mapped[int]
    debtor_id: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    lender_case_no: Mapped[str]
    contract_no: Mapped[str | None]
    product: Mapped[str]
    region: Mapped[str]
    currency: Mapped[str]
    loan_minor: Mapped[int | None]
    principal_minor: Mapped[int]
    interest_minor: Mapped[int]
    fees_minor: Mapped[int]
    balance_minor: Mapped[int]
    balance_as_of: Mapped[date]
    opened_on: Mapped[date | None]
    overdue_on: Mapped[date | None]
    dpd: Mapped[int]
    score: Mapped[int | None]
    last_payment_on: Mapped[date | None]
    limitation_on: Mapped[date | None]
    """The first day on which the claim is time-barred, as the lender knows it."""

    consented: Mapped[bool | None]
    """Whether the debtor agreed that the data be passed on; NULL: nothing is said of it."""

    placement_round: Mapped[int] = mapped_column(default=1)
    security: Mapped[str] = mapped_column(default="unsecured")
    litigation: Mapped[str] = mapped_column(default="none")
    hold_flags: Mapped[list[str]] = mapped_column(default=list)
    features: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tape_id: Mapped[int | None]
    tape_sheet: Mapped[str | None]
    tape_row: Mapped[int | None]


class Creditor(Model):
    """Who owns a portfolio's claims from a day on, and with which share (co-lending)."""

    __tablename__ = "creditors"
    __table_args__ = (
        CheckConstraint("share_bps BETWEEN 1 AND 10000", "share_of_the_whole"),
        UniqueConstraint("portfolio_id", "valid_from", "name"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolios.id"), index=True)
    entity_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entities.id"))
    name: Mapped[str]
    share_bps: Mapped[int]
    valid_from: Mapped[date]
    notice_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class TapeStatus(StrEnum):
    """uploaded -> checking -> checked -> committing -> committed | failed."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    COMMITTING = "committing"
    COMMITTED = "committed"
    FAILED = "failed"


class Tape(Model):
    """A lender's file on its way in: layout, mapping, counts, totals and progress."""

    __tablename__ = "tapes"
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("TP")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    portfolio_id: Mapped[int | None] = mapped_column(ForeignKey("portfolios.id"))
    portfolio_name: Mapped[str]
    filename: Mapped[str]
    file_key: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    layout: Mapped[dict[str, Any]]
    mapping: Mapped[dict[str, Any]]
    defaults: Mapped[dict[str, Any]]
    expected_rows: Mapped[int | None]
    expected_principal_minor: Mapped[int | None]
    counts: Mapped[dict[str, Any]]
    status: Mapped[TapeStatus] = mapped_column(default=TapeStatus.UPLOADED)
    progress: Mapped[int] = mapped_column(default=0)
    failure: Mapped[Told | None] = mapped_column(ToldType)
    version: Mapped[int] = mapped_column(default=1)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]
    committed_at: Mapped[datetime | None]
    difference_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Upload(Model):
    """A large file of one person on its way in: how much of it lies sealed so far.

    Once it is whole and a tape was made of it, the file is the tape's.
    """

    __tablename__ = "uploads"
    __table_args__ = (CheckConstraint("offset_bytes BETWEEN 0 AND size_bytes", "fits"),)
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG} AND user_id = {USER}", ALL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("UP")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    filename: Mapped[str]
    size_bytes: Mapped[int]
    offset_bytes: Mapped[int] = mapped_column(default=0)
    pieces: Mapped[int] = mapped_column(default=0)
    file_key: Mapped[str]
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    tape_id: Mapped[int | None] = mapped_column(ForeignKey("tapes.id"))

    @property
    def whole(self) -> bool:
        return self.offset_bytes == self.size_bytes


class TapeIssue(Model):
    """One thing wrong with one cell, as the person finds it in the file."""

    __tablename__ = "tape_issues"
    __table_args__ = (Index(None, "tape_id", "row", "column"),)
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", ALL),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    tape_id: Mapped[int] = mapped_column(ForeignKey("tapes.id"))
    row: Mapped[int]
    column: Mapped[str]
    kind: Mapped[str]
    rejects: Mapped[bool]
    value_masked: Mapped[str]
    sheet: Mapped[str] = mapped_column(default="")


class TapeFix(Model):
    """What a person decided about a cell, or about a whole row, of a tape.

    A corrected value may be personal: it is sealed, and goes once the tape is imported.
    """

    __tablename__ = "tape_fixes"
    __table_args__ = (
        UniqueConstraint("tape_id", "sheet", "row", "column"),
        CheckConstraint("(\"column\" = '') = (sealed IS NULL)", "a_cell_or_a_row"),
        CheckConstraint("length(reason) > 0", "says_why"),
    )
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", ALL),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    tape_id: Mapped[int] = mapped_column(ForeignKey("tapes.id"))
    sheet: Mapped[str]
    row: Mapped[int]
    column: Mapped[str]
    """Heading of the cell; empty where the whole row is left out."""

    sealed: Mapped[bytes | None]
    value_masked: Mapped[str]
    reason: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]


class MappingTemplate(Model):
    """What a lender confirmed last time for the same headers."""

    __tablename__ = "mapping_templates"
    __table_args__ = (UniqueConstraint("lender_id", "headers_sha256"),)
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    headers_sha256: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
