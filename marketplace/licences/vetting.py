"""Vetting: an agency submits papers, two people of the platform examine them."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace import audit
from marketplace.accounts import Permission, User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.words import _
from marketplace.licences.models import Credential, CredentialStatus, CredentialType
from marketplace.licences.queries import expiring_credentials

EVIDENCE_LIMIT = 20 << 20
EVIDENCE_KINDS = {b"%PDF": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
WARN_DAYS = (90, 60, 30, 7)


@dataclass(frozen=True)
class Evidence:
    """The file that proves a credential."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Scope:
    """What a credential covers: every combination of the three."""

    regions: tuple[str, ...]
    products: tuple[str, ...]
    channels: tuple[str, ...]


def submit(
    *,
    type: CredentialType,
    number: str,
    issuer: str,
    scope: Scope,
    valid_from: date,
    valid_to: date,
    evidence: Evidence,
    by: User,
    now: datetime,
) -> Credential:
    """Hand in a credential for vetting."""
    _check_evidence(evidence)
    if not (scope.regions and scope.products and scope.channels):
        raise Refusal(
            _("The scope is empty."),
            next_step=_("Choose at least one region, one product and one channel."),
        )
    if valid_to <= max(valid_from, now.date()):
        raise Refusal(
            _("This credential has already expired."),
            next_step=_("Submit the renewed one, or correct the dates."),
        )
    credential = Credential(
        organisation_id=by.organisation_id,
        type=type,
        number=number.strip(),
        issuer=issuer.strip(),
        regions=list(scope.regions),
        products=list(scope.products),
        channels=list(scope.channels),
        valid_from=valid_from,
        valid_to=valid_to,
        evidence_key=files().put(evidence.content),
        evidence_name=evidence.name,
        evidence_sha256=hashlib.sha256(evidence.content).hexdigest(),
        submitted_by_id=by.id,
        submitted_at=now,
    )
    db.session.add(credential)
    audit.record("credential.submitted", credential, by=by, now=now, type=type.value)
    return credential


def check(credential_id: int, *, note: str, by: User, now: datetime) -> Credential:
    """First pair of eyes: the paper was compared with its register."""
    credential = _locked(credential_id, by)
    _expect(credential, CredentialStatus.SUBMITTED)
    credential.status = CredentialStatus.CHECKED
    credential.checked_by_id, credential.checked_at = by.id, now
    credential.note = note.strip()
    _record("credential.checked", credential, by, now)
    return credential


def approve(credential_id: int, *, by: User, now: datetime) -> Credential:
    """Second pair of eyes: from now on the credential counts."""
    credential = _locked(credential_id, by)
    _expect(credential, CredentialStatus.CHECKED)
    if credential.checked_by_id == by.id:
        raise Refusal(
            _("You checked this credential, so somebody else must approve it."),
            next_step=_("Ask a colleague in vetting to look at it."),
        )
    credential.status = CredentialStatus.ACTIVE
    credential.approved_by_id, credential.approved_at = by.id, now
    _record("credential.decided", credential, by, now)
    return credential


def refuse(credential_id: int, *, reason: str, by: User, now: datetime) -> Credential:
    credential = _locked(credential_id, by)
    _expect(credential, CredentialStatus.SUBMITTED, CredentialStatus.CHECKED)
    if not reason.strip():
        raise Refusal(
            _("A refusal needs a reason."),
            next_step=_("Say what the agency must send instead."),
        )
    credential.status = CredentialStatus.REFUSED
    credential.note = reason.strip()
    _record("credential.decided", credential, by, now)
    return credential


def suspend(credential_id: int, *, reason: str, by: User, now: datetime) -> Credential:
    """Stop a credential counting, at once."""
    credential = _locked(credential_id, by)
    _expect(credential, CredentialStatus.ACTIVE)
    credential.status = CredentialStatus.SUSPENDED
    credential.note = reason.strip()
    _record("credential.suspended", credential, by, now)
    return credential


def warn_of_expiry(*, now: datetime) -> None:
    """Nightly: say which credentials expire in 90, 60, 30 or 7 days."""
    for days in WARN_DAYS:
        for credential in expiring_credentials(now.date() + timedelta(days=days)):
            audit.record(
                "credential.expiring", credential, by=None, now=now, days=days,
                parties=[credential.organisation_id],
            )  # fmt: skip


def _locked(credential_id: int, by: User) -> Credential:
    if not by.may(Permission.CREDENTIAL_VET):
        raise NotFound
    credential = db.session.get(
        Credential, credential_id, with_for_update=True, populate_existing=True
    )
    if credential is None:
        raise NotFound
    return credential


def _expect(credential: Credential, *statuses: CredentialStatus) -> None:
    if credential.status not in statuses:
        raise Refusal(
            _("This credential has already been dealt with."),
            next_step=_("Reload the page to see its state."),
        )


def _record(action: str, credential: Credential, by: User, now: datetime) -> None:
    audit.record(
        action,
        credential,
        by=by,
        now=now,
        parties=[credential.organisation_id],
        status=credential.status.value,
    )


def _check_evidence(evidence: Evidence) -> None:
    if not evidence.content:
        raise Refusal(
            _("The evidence file is empty."), next_step=_("Choose the scanned document again.")
        )
    if len(evidence.content) > EVIDENCE_LIMIT:
        raise Refusal(
            _("The evidence file is larger than 20 MB."),
            next_step=_("Scan it at a lower resolution, or split it."),
        )
    if not evidence.content.startswith(tuple(EVIDENCE_KINDS)):
        raise Refusal(
            _("The evidence must be a PDF, PNG or JPEG file."),
            next_step=_("Save the document as PDF and upload that."),
        )
