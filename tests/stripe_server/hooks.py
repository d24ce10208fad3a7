"""Signed deliveries of events, in whatever order and number a test wants."""

import hashlib
import hmac
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Delivery:
    """One POST to a webhook endpoint."""

    event_id: str
    kind: str
    connected: bool
    body: bytes
    signature: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Stripe-Signature": self.signature, "Content-Type": "application/json"}


def sign(body: bytes, secrets: Sequence[str], at: datetime) -> str:
    """`t=…,v1=…`: docs.stripe.com/webhooks#verify-manually

    While a secret is being rotated there is one v1 for each of the active ones:
    docs.stripe.com/webhooks#roll-endpoint-secrets
    """
    moment = int(at.timestamp())
    parts = [f"t={moment}"]
    for secret in secrets:
        message = f"{moment}.".encode() + body
        parts.append(f"v1={hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()}")
    return ",".join(parts)


def deliveries(
    events: Sequence[dict[str, Any]],
    secrets: Sequence[str],
    *,
    at: datetime,
    copies: int = 1,
    shuffle: int | None = None,
) -> list[Delivery]:
    """At least once and in any order: docs.stripe.com/webhooks#event-ordering"""
    chosen = list(events) * copies
    if shuffle is not None:
        random.Random(shuffle).shuffle(chosen)  # noqa: S311 - an order, not a secret
    made = []
    for event in chosen:
        body = json.dumps(event, indent=2).encode()
        made.append(
            Delivery(
                event["id"], event["type"], "account" in event, body, sign(body, secrets, at)
            )
        )
    return made
