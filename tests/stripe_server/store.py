"""What the counterpart knows: objects, balances to the cent, events, and keys it has seen."""

import copy
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.stripe_server.schema import endpoint

Json = dict[str, Any]

KEPT = timedelta(hours=24)
"""docs.stripe.com/api/idempotent_requests: keys may go once they are 24 hours old."""

KINDS = {
    "acct": ("POST", "/v1/accounts"),
    "cus": ("POST", "/v1/customers"),
    "in": ("POST", "/v1/invoices"),
    "ii": ("POST", "/v1/invoiceitems"),
    "inpay": ("GET", "/v1/invoice_payments/x"),
    "pi": ("GET", "/v1/payment_intents/x"),
    "ch": ("GET", "/v1/charges/x"),
    "txn": ("GET", "/v1/balance_transactions/x"),
    "tr": ("POST", "/v1/transfers"),
    "trr": ("POST", "/v1/transfers/x/reversals"),
    "re": ("POST", "/v1/refunds"),
    "cn": ("POST", "/v1/credit_notes"),
    "du": ("GET", "/v1/disputes/x"),
    "cs": ("POST", "/v1/checkout/sessions"),
    "po": ("POST", "/v1/payouts"),
    "tu": ("POST", "/v1/topups"),
    "evt": ("GET", "/v1/events/x"),
}
"""By prefix of the id: an endpoint whose answer is one such object."""


class Declined(Exception):
    """An error answer as docs.stripe.com/api/errors describes it."""

    def __init__(
        self, status: int, message: str, code: str = "", kind: str = "invalid_request_error"
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message}}
        if code:
            self.body["error"]["code"] = code


@dataclass
class Kept:
    """The first answer to an idempotency key."""

    body: str
    status: int
    answer: Json
    at: datetime


@dataclass
class Store:
    now: datetime
    lock: threading.RLock = field(default_factory=threading.RLock)
    objects: dict[str, Json] = field(default_factory=dict)
    owners: dict[str, str | None] = field(default_factory=dict)
    balances: dict[tuple[str | None, str], int] = field(
        default_factory=lambda: defaultdict(int)
    )
    events: list[Json] = field(default_factory=list)
    keys: dict[tuple[str | None, str], Kept] = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    count: int = 0

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def make(self, prefix: str, *, account: str | None = None, **values: Any) -> Json:
        """A new object: the smallest that fits its shape, with `values` over it."""
        self.count += 1
        known = endpoint(*KINDS[prefix])
        assert known is not None
        made = known.answer.blank()
        made |= {"id": f"{prefix}_{self.count:08d}", "livemode": False}
        if "created" in made:
            made["created"] = self.seconds
        made |= values
        self.objects[made["id"]] = made
        self.owners[made["id"]] = account
        return made

    def get(self, id_: str, prefix: str, *, account: str | None = None) -> Json:
        found = self.objects.get(id_)
        if found is None or not id_.startswith(f"{prefix}_") or self.owners[id_] != account:
            raise Declined(404, f"No such object: '{id_}'", "resource_missing")
        return found

    def all_of(self, prefix: str, *, account: str | None = None) -> list[Json]:
        """The newest first, as every list answers: docs.stripe.com/api/pagination"""
        return [
            found
            for id_, found in reversed(self.objects.items())
            if id_.startswith(f"{prefix}_") and self.owners[id_] == account
        ]

    def move(
        self,
        kind: str,
        amount: int,
        currency: str,
        source: str | None,
        *,
        fee: int = 0,
        account: str | None = None,
    ) -> str:
        """A balance transaction: docs.stripe.com/reports/balance-transaction-types"""
        detail = {
            "amount": fee, "application": None, "currency": currency,
            "description": "Stripe processing fees", "type": "stripe_fee",
        }  # fmt: skip
        made = self.make(
            "txn", account=account, type=kind, amount=amount, currency=currency, fee=fee,
            fee_details=[detail] if fee else [], net=amount - fee, source=source,
            available_on=self.seconds, status="available", reporting_category=kind,
        )  # fmt: skip
        self.balances[account, currency] += amount - fee
        return str(made["id"])

    def tell(self, kind: str, about: Json, *, account: str | None = None) -> None:
        """An event with a snapshot of its object: docs.stripe.com/api/events/object"""
        event = self.make(
            "evt", account=account, type=kind, data={"object": copy.deepcopy(about)},
            api_version=None, pending_webhooks=1, request=None,
        )  # fmt: skip
        event.pop("account", None)
        if account:
            event["account"] = account
        self.events.append(event)

    def kept(self, account: str | None, key: str) -> Kept | None:
        found = self.keys.get((account, key))
        return found if found and self.now - found.at < KEPT else None
