"""What Stripe tells us: checked, stored once, and then looked up for its present state."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import stripe
from sqlalchemy import select

from marketplace.core import jobs
from marketplace.core.db import db, insert_once
from marketplace.core.errors import NotFound
from marketplace.core.installation import installed
from marketplace.rails import checkout, flow, outbox
from marketplace.rails.access import is_on, open_gateway
from marketplace.rails.gateway import (
    AccountFacts,
    CheckoutFacts,
    DisputeFacts,
    Gateway,
    InvoiceFacts,
)
from marketplace.rails.models import (
    OperationKind,
    OperationStatus,
    RailAccount,
    RailEvent,
    RailOperation,
)
from marketplace.settlement import Statement, StatementStatus

TOLERANCE = timedelta(minutes=5)
"""How far the time of a signature may lie from ours, before or after."""

Facts = InvoiceFacts | DisputeFacts | AccountFacts | CheckoutFacts | None


class NotSigned(Exception):
    """Not from Stripe, or not now: nothing is stored, and no reason is given away."""


def receive(endpoint: str, raw: bytes, signature: str, *, now: datetime) -> bool:
    """Store a doorbell under its own id, and queue its attending; False if it rang before."""
    access = installed().stripe
    secrets = access.webhook_secrets.get(endpoint, ()) if access else ()
    if not secrets:
        raise NotFound
    _require_signature(raw, signature, secrets, now)
    told = _read(raw)
    new = insert_once(RailEvent, endpoint=endpoint, received_at=now, **told)
    if new:
        jobs.enqueue("attend rail event", event_id=told["event_id"])
    return new


def _require_signature(
    raw: bytes, signature: str, secrets: tuple[str, ...], now: datetime
) -> None:
    """Any active secret will do. The client checks the past only, so the time is ours."""
    stamp = re.search(r"(?:^|,)t=(\d{1,12})(?:,|$)", signature)
    if stamp is None:
        raise NotSigned
    if abs(now - datetime.fromtimestamp(int(stamp.group(1)), UTC)) > TOLERANCE:
        raise NotSigned
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(raw.decode(), signature, secret, None)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return
    raise NotSigned


def _read(raw: bytes) -> dict[str, str]:
    """The ids of an event. Its snapshot is not kept: it may be old by the time it comes."""
    try:
        event = json.loads(raw)
        about = event["data"]["object"]
        return {
            "event_id": str(event["id"]),
            "kind": str(event["type"]),
            "account_ref": str(event.get("account") or ""),
            "object_ref": str(about.get("id") or ""),
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotSigned from error


@dataclass(frozen=True)
class Bell:
    """An event to attend to."""

    event_id: str
    endpoint: str
    kind: str
    account_ref: str
    object_ref: str
    asked_at: datetime


def take(event_id: str, *, now: datetime) -> Bell | None:
    found = db.session.get(RailEvent, event_id, populate_existing=True)
    if found is None or found.processed_at is not None:
        return None
    return Bell(event_id, found.endpoint, found.kind, found.account_ref, found.object_ref, now)


DEBTOR = "debtor"
"""The endpoint for what happens on lenders' own accounts."""

_ASKED_OF_LENDERS: tuple[tuple[str, Callable[[Gateway, Bell], Facts]], ...] = (
    (
        "checkout.session.",
        lambda gateway, bell: gateway.checkout(bell.object_ref, bell.account_ref),
    ),
    (
        "charge.",
        lambda gateway, bell: gateway.checkout_of_charge(bell.object_ref, bell.account_ref),
    ),
)

_ASKED: tuple[tuple[str, Callable[[Gateway, Bell], Facts]], ...] = (
    ("invoice.", lambda gateway, bell: gateway.invoice(bell.object_ref)),
    ("charge.dispute.", lambda gateway, bell: gateway.dispute(bell.object_ref)),
    ("account.updated", lambda gateway, bell: gateway.account(bell.account_ref)),
)


def look(bell: Bell) -> Facts:
    """The present state of what the event is about. Opens no transaction."""
    for prefix, ask in _ASKED_OF_LENDERS if bell.endpoint == DEBTOR else _ASKED:
        if bell.kind.startswith(prefix):
            return ask(open_gateway(), bell)
    return None


def attend(bell: Bell, facts: Facts, *, now: datetime) -> None:
    found = db.session.get_one(
        RailEvent, bell.event_id, with_for_update=True, populate_existing=True
    )
    if found.processed_at is not None:
        return
    if isinstance(facts, InvoiceFacts):
        flow.invoice_changed(facts, now=now)
    elif isinstance(facts, DisputeFacts):
        flow.dispute_changed(facts, now=now)
    elif isinstance(facts, CheckoutFacts):
        checkout.checkout_changed(facts, now=now)
    elif isinstance(facts, AccountFacts):
        account_changed(facts, asked_at=bell.asked_at, now=now)
    found.processed_at = now
    jobs.enqueue_once("mirror rail transactions", "mirror rail transactions")


def account_changed(facts: AccountFacts, *, asked_at: datetime, now: datetime) -> None:
    """Keep what Stripe lets an organisation do, unless something newer is known."""
    account = db.session.scalar(
        select(RailAccount).where(RailAccount.account_ref == facts.ref).with_for_update()
    )
    if account is None or (account.checked_at and account.checked_at > asked_at):
        return
    account.details_submitted = facts.details_submitted
    account.charges_enabled = facts.charges_enabled
    account.payouts_enabled = facts.payouts_enabled
    account.transfers_active = facts.transfers_active
    account.checked_at = asked_at
    outbox.wake(account.organisation_id, now=now)


def open_invoices(*, now: datetime) -> list[str] | None:
    """Invoices that wait for money: asked for now and then, in case a doorbell was lost."""
    if not is_on():
        return None
    query = (
        select(RailOperation.external_ref)
        .join(Statement, Statement.id == RailOperation.statement_id)
        .where(
            RailOperation.kind == OperationKind.INVOICE,
            RailOperation.status == OperationStatus.DONE,
            Statement.status == StatementStatus.INVOICED,
        )
        .order_by(RailOperation.id)
    )
    return [ref for ref in db.session.scalars(query) if ref]


def look_at_invoices(refs: Sequence[str]) -> list[InvoiceFacts]:
    gateway = open_gateway()
    return [gateway.invoice(ref) for ref in refs]


def keep_invoices(
    _refs: Sequence[str], found: Sequence[InvoiceFacts], *, now: datetime
) -> None:
    for facts in found:
        flow.invoice_changed(facts, now=now)
