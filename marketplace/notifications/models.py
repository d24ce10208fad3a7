"""What people are told inside the product."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model
from marketplace.core.tenancy import ORG, Audience, Policy


class Notification(Model):
    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("organisation_id", "event_id"),
        Index(None, "organisation_id", "id"),
    )
    policies: ClassVar = tuple(
        Policy(audience, f"organisation_id = {ORG}", "select, update")
        for audience in (Audience.LENDER, Audience.AGENCY, Audience.STAFF, Audience.FINANCE)
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"))
    action: Mapped[str]
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    read_at: Mapped[datetime | None]
