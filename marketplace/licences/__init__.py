"""Licences: what an agency proves it may do, vetted by two people.

submitted -> checked -> active -> suspended
    `-----------`-----> refused

A credential counts while it is active and today lies in its validity: expiry needs no job.
"""

from marketplace.licences.models import Credential, CredentialStatus, CredentialType
from marketplace.licences.queries import (
    EVERYWHERE,
    Coverage,
    CredentialLine,
    coverage_of,
    credential_by_code,
    credentials_of,
    vetting_queue,
)
from marketplace.licences.vetting import (
    Evidence,
    Scope,
    approve,
    check,
    refuse,
    submit,
    suspend,
    warn_of_expiry,
)

__all__ = [
    "EVERYWHERE",
    "Coverage",
    "Credential",
    "CredentialLine",
    "CredentialStatus",
    "CredentialType",
    "Evidence",
    "Scope",
    "approve",
    "check",
    "coverage_of",
    "credential_by_code",
    "credentials_of",
    "refuse",
    "submit",
    "suspend",
    "vetting_queue",
    "warn_of_expiry",
]
