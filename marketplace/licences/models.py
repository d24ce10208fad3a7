"""Credentials: what an agency shows to prove that it may work, and where."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy


class CredentialType(StrEnum):
    """China has no collection licence: the platform vets these papers instead."""

    BUSINESS_LICENCE = "business_licence"
    ISO_27001 = "iso_27001"
    MLPS_LEVEL_3 = "mlps_level_3"
    CALL_CENTRE_PERMIT = "call_centre_permit"
    STATE_LICENCE = "state_licence"
    FCA_PERMISSION = "fca_permission"
    EU_SERVICER = "eu_servicer"


class CredentialStatus(StrEnum):
    SUBMITTED = "submitted"
    CHECKED = "checked"
    ACTIVE = "active"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Credential(Model):
    __tablename__ = "credentials"
    __table_args__ = (
        CheckConstraint("valid_to > valid_from", "valid_for_a_while"),
        CheckConstraint("approved_by_id <> checked_by_id", "two_people_vet"),
        CheckConstraint(
            "status <> 'active' OR (checked_by_id IS NOT NULL AND approved_by_id IS NOT NULL)",
            "active_means_vetted",
        ),
    )
    policies: ClassVar = (
        Policy(Audience.AGENCY, f"organisation_id = {ORG}", WRITABLE),
        Policy(Audience.STAFF, "true", "select, update"),
        # Lenders see what is in force, not what is being examined.
        Policy(Audience.LENDER, "status IN ('active', 'suspended')"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("CR")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    type: Mapped[CredentialType]
    number: Mapped[str]
    issuer: Mapped[str]
    regions: Mapped[list[str]]
    products: Mapped[list[str]]
    channels: Mapped[list[str]]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    evidence_key: Mapped[str]
    evidence_name: Mapped[str]
    evidence_sha256: Mapped[str]
    status: Mapped[CredentialStatus] = mapped_column(default=CredentialStatus.SUBMITTED)
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")

    def is_in_force(self, on: date) -> bool:
        return self.status is CredentialStatus.ACTIVE and self.valid_from <= on <= self.valid_to
