"""What the product relies on, asked of whoever answers: the counterpart, or a live sandbox."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import stripe
from stripe import StripeClient

from tests.stripe_server.schema import endpoint

Check = Callable[[StripeClient], str]
CHECKS: list[Check] = []


class Broken(Exception):
    """The other side does something that the product does not expect."""


def check(what: Check) -> Check:
    CHECKS.append(what)
    return what


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


def in_shape(found: Any, method: str, path: str) -> Any:
    """The answer, if it looks as the client's types say."""
    known = endpoint(method, path)
    require(known is not None, f"the client does not know {method} {path}")
    assert known is not None
    wrong = list(known.answer.faults(json.loads(str(found))))
    require(not wrong, f"{method} {path} answers {wrong[:3]}")
    return found


def declined(what: Callable[[], object], code: str) -> None:
    try:
        what()
    except stripe.StripeError as error:
        found = error.code or type(error).__name__
        require(found == code, f"refused with {found}, not {code}")
    else:
        raise Broken(f"accepted, though {code} was due")


def once() -> dict[str, str]:
    return {"idempotency_key": f"contract-{uuid.uuid4()}"}


@check
def the_balance_can_be_read(client: StripeClient) -> str:
    found = in_shape(client.v1.balance.retrieve(), "GET", "/v1/balance")
    return f"{len(found.available)} currencies"


@check
def a_key_replays_and_refuses_another_body(client: StripeClient) -> str:
    key = once()
    first = client.v1.customers.create({"name": "Contract"}, key)  # type: ignore[arg-type]
    again = client.v1.customers.create({"name": "Contract"}, key)  # type: ignore[arg-type]
    in_shape(first, "POST", "/v1/customers")
    require(first.id == again.id, "the same key made two customers")
    declined(
        lambda: client.v1.customers.create({"name": "Other"}, key),  # type: ignore[arg-type]
        "IdempotencyError",
    )
    return first.id


@check
def an_unknown_parameter_is_refused(client: StripeClient) -> str:
    strange: Any = {"name": "Contract", "no_such_thing": "1"}
    declined(lambda: client.v1.customers.create(strange), "parameter_unknown")
    return "parameter_unknown"


@check
def an_invoice_is_drafted_filled_finalized_and_paid(client: StripeClient) -> str:
    customer = client.v1.customers.create({"name": "Lender", "email": "l@example.org"})
    invoice = client.v1.invoices.create(
        {
            "customer": customer.id, "collection_method": "send_invoice", "days_until_due": 14,
            "currency": "usd", "auto_advance": False, "metadata": {"op_id": "invoice:contract"},
            "pending_invoice_items_behavior": "exclude",
        }
    )  # fmt: skip
    in_shape(invoice, "POST", "/v1/invoices")
    line: Any = {"customer": customer.id, "invoice": invoice.id, "amount": 26_500,
                 "currency": "usd", "description": "Commission"}  # fmt: skip
    in_shape(client.v1.invoice_items.create(line), "POST", "/v1/invoiceitems")
    found = client.v1.invoices.list({"customer": customer.id})
    in_shape(found, "GET", "/v1/invoices")
    kept = [one.id for one in found if "invoice:contract" in str(one.metadata)]
    require(kept == [invoice.id], "the invoice cannot be found by its metadata")
    opened = client.v1.invoices.finalize_invoice(str(invoice.id), {"auto_advance": False})
    require((opened.status, opened.total) == ("open", 26_500), f"it is {opened.status}")
    sent = client.v1.invoices.send_invoice(str(invoice.id))
    in_shape(sent, "POST", f"/v1/invoices/{invoice.id}/send")
    paid = client.v1.invoices.pay(str(invoice.id), {"paid_out_of_band": True})
    require(paid.status == "paid", f"it is {paid.status}")
    return str(invoice.id)


@check
def a_line_of_a_finalized_invoice_is_refused(client: StripeClient) -> str:
    customer = client.v1.customers.create({"name": "Lender", "email": "l@example.org"})
    invoice = client.v1.invoices.create(
        {"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 1}
    )
    line: Any = {"customer": customer.id, "invoice": invoice.id, "amount": 1_000,
                 "currency": "usd"}  # fmt: skip
    client.v1.invoice_items.create(line)
    client.v1.invoices.finalize_invoice(str(invoice.id))
    declined(lambda: client.v1.invoice_items.create(line), "invoice_not_editable")
    client.v1.invoices.void_invoice(str(invoice.id))
    return "invoice_not_editable"


@check
def an_account_starts_with_nothing_enabled(client: StripeClient) -> str:
    account = _express(client)
    in_shape(account, "POST", "/v1/accounts")
    capabilities = json.loads(str(account.capabilities))
    require(capabilities.get("transfers") != "active", "transfers are active at once")
    link = client.v1.account_links.create(
        {
            "account": account.id, "type": "account_onboarding",
            "refresh_url": "https://example.org/again", "return_url": "https://example.org/",
        }
    )  # fmt: skip
    in_shape(link, "POST", "/v1/account_links")
    require(link.url.startswith("https://"), "the link is no address")
    return account.id


@check
def a_transfer_to_an_account_without_the_capability_is_refused(client: StripeClient) -> str:
    account = _express(client)
    declined(
        lambda: client.v1.transfers.create(
            {"amount": 100, "currency": "usd", "destination": account.id}
        ),
        "insufficient_capabilities_for_transfer",
    )
    return "insufficient_capabilities_for_transfer"


@check
def lists_come_in_pages(client: StripeClient) -> str:
    for n in range(3):
        client.v1.customers.create({"name": f"Page {n}", "email": "page@example.org"})
    found = client.v1.customers.list({"email": "page@example.org", "limit": 2})
    in_shape(found, "GET", "/v1/customers")
    require(found.has_more, "a second page is missing")
    names = {one.id for one in found.auto_paging_iter()}
    require(len(names) >= 3, "the pages do not hold everything")
    return f"{len(names)} customers"


@check
def payouts_can_be_made_manual(client: StripeClient) -> str:
    changed = client.v1.balance_settings.update(
        {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
    )
    in_shape(changed, "POST", "/v1/balance_settings")
    schedule = changed.payments.payouts.schedule if changed.payments.payouts else None
    require(schedule is not None and schedule.interval == "manual", "it stays automatic")
    return "manual"


def _express(client: StripeClient) -> stripe.Account:
    return client.v1.accounts.create(
        {
            "country": "US",
            "controller": {
                "stripe_dashboard": {"type": "express"},
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
            },
            "capabilities": {"transfers": {"requested": True}},
        }
    )


def run(client: StripeClient) -> Iterator[tuple[str, str, bool]]:
    """Every check: its name, what came of it, and whether it holds."""
    for one in CHECKS:
        name = one.__name__.replace("_", " ")
        try:
            yield name, one(client), True
        except (Broken, stripe.StripeError) as error:
            yield name, str(error), False
