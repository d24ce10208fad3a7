"""What each call does. What is not understood here is refused with 501, in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.stripe_server.store import Declined, Json, Store


class NotHere(Exception):
    """Stripe would understand this; this counterpart does not."""


@dataclass(frozen=True)
class Call:
    store: Store
    parameters: Json
    ids: tuple[str, ...]
    account: str | None

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.parameters.get(name, default)


Act = Callable[[Call], Json]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    knows: frozenset[str]
    act: Act


ROUTES: list[Route] = []


def route(method: str, path: str, knows: str = "") -> Callable[[Act], Act]:
    pattern = re.compile(re.sub(r"\{\w+\}", "([^/]+)", path))

    def add(act: Act) -> Act:
        ROUTES.append(Route(method, pattern, frozenset(knows.split()), act))
        return act

    return add


def perform(
    store: Store, method: str, path: str, parameters: Json, account: str | None
) -> Json:
    for known in ROUTES:
        if known.method == method and (match := known.pattern.fullmatch(path)):
            if strange := sorted(parameters.keys() - known.knows):
                raise NotHere(f"{method} {path} is not understood here with {strange}")
            return known.act(Call(store, parameters, match.groups(), account))
    raise NotHere(f"{method} {path} is not built in this counterpart")


def page(call: Call, found: list[Json], url: str) -> Json:
    """Cursor pages of at most 100, ten by default: docs.stripe.com/api/pagination"""
    after, limit = call.get("starting_after"), call.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Declined(400, "limit must be between 1 and 100")
    ids = [one["id"] for one in found]
    if after is not None and after not in ids:
        raise Declined(400, f"No such object: '{after}'", "resource_missing")
    start = ids.index(after) + 1 if after else 0
    return {
        "object": "list", "url": url, "data": found[start : start + limit],
        "has_more": len(found) > start + limit,
    }  # fmt: skip


def listing(path: str, prefix: str, filters: str = "") -> None:
    """GET of a list, with equality filters."""
    names = filters.split()

    @route("GET", path, f"limit starting_after {filters}")
    def act(call: Call) -> Json:
        found = [
            one
            for one in call.store.all_of(prefix, account=call.account)
            if all(_fits(one, name, call[name]) for name in names if name in call.parameters)
        ]
        return page(call, found, path)


def _fits(one: Json, name: str, wanted: Any) -> bool:
    """Equal, or within a range of times: docs.stripe.com/api/events/list#list_events-created"""
    if name != "created":
        return bool(one[name] == wanted)
    if strange := wanted.keys() - {"gte", "lte"}:
        raise NotHere(f"times are not understood here with {sorted(strange)}")
    return bool(wanted.get("gte", 0) <= one[name] <= wanted.get("lte", one[name]))


def reading(path: str, prefix: str) -> None:
    """GET of one object in its present state."""

    @route("GET", path)
    def act(call: Call) -> Json:
        return call.store.get(call.ids[-1], prefix, account=call.account)


for _plural, _prefix, _filters in (
    ("accounts", "acct", ""),
    ("customers", "cus", "email"),
    ("invoices", "in", "customer status"),
    ("invoiceitems", "ii", "invoice customer"),
    ("invoice_payments", "inpay", "invoice status payment"),
    ("payment_intents", "pi", "customer"),
    ("charges", "ch", "customer payment_intent transfer_group"),
    ("balance_transactions", "txn", "source type created"),
    ("transfers", "tr", "transfer_group destination"),
    ("refunds", "re", "charge payment_intent"),
    ("credit_notes", "cn", "invoice customer"),
    ("disputes", "du", "charge payment_intent"),
    ("payouts", "po", "status"),
    ("events", "evt", "type"),
    ("checkout/sessions", "cs", "status"),
):
    listing(f"/v1/{_plural}", _prefix, _filters)
    reading(f"/v1/{_plural}/{{id}}", _prefix)


def holdings(store: Store, account: str | None, currency: str) -> int:
    return store.balances[account, currency]


@route("GET", "/v1/balance")
def balance(call: Call) -> Json:
    """docs.stripe.com/api/balance/balance_object"""
    available = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for (account, currency), amount in sorted(call.store.balances.items(), key=str)
        if account == call.account
    ]
    return {"object": "balance", "livemode": False, "pending": [], "available": available}


@route("GET", "/v1/balance_settings")
def read_settings(call: Call) -> Json:
    return _settings(call.store.settings.get(call.account, "daily"))


@route("POST", "/v1/balance_settings", "payments")
def change_settings(call: Call) -> Json:
    """docs.stripe.com/api/balance-settings/update: when payouts go out."""
    schedule = call["payments"]["payouts"]["schedule"]["interval"]
    call.store.settings[call.account] = schedule
    return _settings(schedule)


def _settings(interval: str) -> Json:
    schedule = {"interval": interval, "monthly_payout_days": [], "weekly_payout_days": []}
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": False,
            "payouts": {
                "minimum_balance_by_currency": {}, "schedule": schedule,
                "statement_descriptor": None, "status": "enabled",
            },
            "settlement_timing": {"delay_days": 2, "delay_days_override": None},
        },
    }  # fmt: skip
