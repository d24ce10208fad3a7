"""Lines of a statement that one side does not accept, and copies of versions set aside."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy


class Outcome(StrEnum):
    """What becomes of a disputed line: it comes back in the next statement, or stays out."""

    BACK = "back"
    OUT = "out"


class LineDispute(Model):
    """One payment's line, disputed with a reason; one proposes an outcome, another agrees.

    The two are of the two sides, or two people of the platform's finance.
    """

    __tablename__ = "line_disputes"
    __table_args__ = (
        Index(
            "uq_line_disputes_open_once",
            "payment_id",
            unique=True,
            postgresql_where="decision IS NULL",
        ),
        Index(None, "statement_id"),
        Index(None, "payment_id"),
        CheckConstraint("decided_by_id <> proposed_by_id", "two_people_decide"),
        CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)"
            " AND (decision IS NULL) = (decided_by_id IS NULL)"
            " AND (decision IS NULL OR decision = proposed)",
            "is_decided_whole",
        ),
        CheckConstraint("reason <> ''", "has_a_reason"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", WRITABLE),
        Policy(Audience.FINANCE, "true", "select, update"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("LD")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    reason: Mapped[str]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    raised_at: Mapped[datetime]
    proposed: Mapped[Outcome | None]
    proposed_because: Mapped[str] = mapped_column(default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """The organisation that proposed it."""

    decision: Mapped[Outcome | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]


class StatementCopy(Model):
    """The lines of a statement that was set aside, as its readers saw them.

    `releases` counts the statements whose holdback it released: a later one releases that now.
    """

    __tablename__ = "statement_copies"
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}"),
        Policy(Audience.FINANCE, "true", "select, insert"),
        Policy(Audience.STAFF, "true"),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    lines: Mapped[list[Any]]
    releases: Mapped[int] = mapped_column(default=0)
