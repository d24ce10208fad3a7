"""Audit: the append-only record of who did what to which record, and when.

One event per business action. The same row is the audit trail, the timeline shown on screen and
the fact that `marketplace.reactions` acts upon. Each organisation's events form a hash chain;
heads are signed, so that whoever holds one can tell later whether anything before it changed.
"""

from marketplace.audit.chain import Broken, verify_events
from marketplace.audit.heads import (
    SigningKey,
    load_signing_key,
    sign_head,
    unissued,
    verify_bundle,
)
from marketplace.audit.trail import (
    PLATFORM_CHAIN,
    AuditEvent,
    AuditHead,
    TimelineEntry,
    chain_bundle,
    record,
    signed_head,
    timeline,
)

__all__ = [
    "PLATFORM_CHAIN",
    "AuditEvent",
    "AuditHead",
    "Broken",
    "SigningKey",
    "TimelineEntry",
    "chain_bundle",
    "load_signing_key",
    "record",
    "sign_head",
    "signed_head",
    "timeline",
    "unissued",
    "verify_bundle",
    "verify_events",
]
