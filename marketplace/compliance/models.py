"""Holds: why somebody must not be contacted, from when until when."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy


class HoldReason(StrEnum):
    STOP_CONTACT = "stop_contact"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    MINOR = "minor"
    DECEASED = "deceased"
    BANKRUPTCY = "bankruptcy"
    BREATHING_SPACE = "breathing_space"
    PLAN_ACTIVE = "plan_active"
    FRAUD = "fraud"
    VULNERABLE = "vulnerable"
    ATTORNEY = "attorney"
    PAID = "paid"


class Hold(Model):
    """Nobody contacts this debtor while a hold is in force. Agencies see it at once."""

    __tablename__ = "holds"
    __table_args__ = (Index(None, "debtor_id"), Index(None, "starts_at"))
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        # What was paid during a dispute may earn nothing.
        Policy(Audience.FINANCE, "true"),
        # Rows of `cases` are filtered by their own policy, so this asks: is the debtor mine?
        Policy(
            Audience.AGENCY,
            "EXISTS (SELECT 1 FROM cases c WHERE c.debtor_id = holds.debtor_id)",
            "select, insert",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    debtor_id: Mapped[int]
    reason: Mapped[HoldReason]
    note: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
