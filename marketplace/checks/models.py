"""What each self-check of the books found."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model
from marketplace.core.tenancy import Audience, Policy


class BookCheck(Model):
    """One self-check: what it looked at, and how many differences it found."""

    __tablename__ = "book_checks"
    policies: ClassVar = (Policy(Audience.FINANCE, "true"), Policy(Audience.STAFF, "true"))

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    statements: Mapped[int]
    journals: Mapped[int]
    audit_events: Mapped[int]
    differences: Mapped[int]
