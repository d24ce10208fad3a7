"""The counterpart behaves as documented, seen through the real client."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
import stripe
from stripe import RequestsClient, StripeClient

from tests.conftest import NOON
from tests.stripe_server import KEY, Kind, StripeServer, contract
from tests.stripe_server.probe import client as client_of


@pytest.fixture
def server() -> Iterator[StripeServer]:
    with StripeServer(NOON) as running:
        yield running


@pytest.fixture
def client(server: StripeServer) -> StripeClient:
    return client_of(KEY, server.base)


@pytest.fixture
def hasty(server: StripeServer) -> StripeClient:
    """A client that asks once and waits half a second."""
    return StripeClient(
        KEY, base_addresses={"api": server.base}, max_network_retries=0,
        http_client=RequestsClient(timeout=0.5),
    )  # fmt: skip


def agency(server: StripeServer, client: StripeClient) -> str:
    account = client.v1.accounts.create(
        {"country": "US", "capabilities": {"transfers": {"requested": True}}}
    )
    server.finish_onboarding(account.id)
    return account.id


def transfer(client: StripeClient, to: str, amount: int, key: str) -> stripe.Transfer:
    return client.v1.transfers.create(
        {"amount": amount, "currency": "usd", "destination": to, "transfer_group": "ST-1"},
        {"idempotency_key": key},
    )


@pytest.mark.parametrize("check", contract.CHECKS, ids=lambda check: check.__name__)
def test_contract(client: StripeClient, server: StripeServer, check: contract.Check) -> None:
    assert check(client)
    expected = {"an_unknown_parameter_is_refused"}
    assert (server.violations == []) is (check.__name__ not in expected)


def test_a_stranger_and_another_version_are_noticed(server: StripeServer) -> None:
    with pytest.raises(stripe.AuthenticationError):
        client_of("sk_test_other", server.base).v1.balance.retrieve()
    old = StripeClient(
        KEY, stripe_version="2020-08-27", base_addresses={"api": server.base},
        http_client=RequestsClient(),
    )  # fmt: skip
    old.v1.balance.retrieve()
    assert server.violations == ["GET /v1/balance: version 2020-08-27"]


def test_what_is_not_built_says_so(client: StripeClient, server: StripeServer) -> None:
    with pytest.raises(stripe.APIError, match="POST /v1/coupons is not built"):
        client.v1.coupons.create({"percent_off": 5, "duration": "once"})
    with pytest.raises(stripe.APIError, match=r"not understood here with \['tax_exempt'\]"):
        client.v1.customers.create({"tax_exempt": "none"})
    answer = requests.get(
        f"{server.base}/v1/nowhere", headers={"Authorization": f"Bearer {KEY}"}, timeout=5
    )
    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.text


def test_a_refusal_is_kept_under_its_key_for_a_day(
    client: StripeClient, server: StripeServer
) -> None:
    to = agency(server, client)
    for _again in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            transfer(client, to, 1_000, "k:0")
        assert refused.value.code == "balance_insufficient"
        server.top_up(5_000)
    made = transfer(client, to, 1_000, "k:1")
    server.store.now += timedelta(hours=23, minutes=59)
    assert transfer(client, to, 1_000, "k:1").id == made.id
    server.store.now += timedelta(minutes=1)
    assert transfer(client, to, 1_000, "k:1").id != made.id  # the key is forgotten


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        (Kind.LOCKED, stripe.StripeError, 0),
        (Kind.BUSY, stripe.RateLimitError, 0),
        (Kind.ERROR_BEFORE, stripe.APIError, 0),
        (Kind.ERROR_AFTER, stripe.APIError, 1),
        (Kind.CUT_BEFORE, stripe.APIConnectionError, 0),
        (Kind.CUT_AFTER, stripe.APIConnectionError, 1),
        (Kind.SLOW_AFTER, stripe.APIConnectionError, 1),
    ],
)
def test_faults(
    client: StripeClient, hasty: StripeClient, server: StripeServer, kind: Kind, error: type,
    done: int,
) -> None:  # fmt: skip
    to = agency(server, client)
    server.top_up(5_000)
    server.fault("POST /v1/transfers", kind)
    with pytest.raises(error):
        transfer(hasty, to, 1_000, "k:0")
    assert len(server.made("tr")) == done
    if kind in (Kind.ERROR_BEFORE, Kind.ERROR_AFTER):
        with pytest.raises(stripe.APIError):
            transfer(hasty, to, 1_000, "k:0")  # the error is kept, too
    else:
        transfer(hasty, to, 1_000, "k:0")
        assert len(server.made("tr")) == 1
    assert server.violations == []


def test_money_moves_to_the_cent(client: StripeClient, server: StripeServer) -> None:
    to = agency(server, client)
    customer = client.v1.customers.create({"name": "Lender"})
    invoice = client.v1.invoices.create(
        {"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 1}
    )
    client.v1.invoice_items.create(
        {"customer": customer.id, "invoice": str(invoice.id), "amount": 29_680,
         "currency": "usd"}
    )  # fmt: skip
    client.v1.invoices.finalize_invoice(str(invoice.id))
    charge = server.pay_invoice(str(invoice.id))
    assert server.balance() == 29_180
    made = transfer(client, to, 26_500, "k:0")
    assert (server.balance(), server.balance(account=to)) == (2_680, 26_500)

    server.dispute(charge["id"])
    assert server.balance() == 2_680 - 29_680 - 1_500
    client.v1.transfers.reversals.create(made.id, {"amount": 20_000})
    server.drain(to)
    with pytest.raises(stripe.InvalidRequestError, match="Insufficient funds"):
        client.v1.transfers.reversals.create(made.id)
    assert client.v1.transfers.retrieve(made.id).amount_reversed == 20_000
    total = sum(one.net for one in client.v1.balance_transactions.list({"limit": 100}))
    assert total == server.balance() == -8_500
    assert server.violations == []


def test_a_debtor_pays_the_lenders_own_account(
    client: StripeClient, server: StripeServer
) -> None:
    lender = agency(server, client)
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment", "success_url": "https://example.org/paid",
            "line_items": [{"quantity": 1, "price_data": {
                "currency": "usd", "unit_amount": 10_000, "product_data": {"name": "Loan"}}}],
        },
        {"stripe_account": lender},
    )  # fmt: skip
    server.complete_session(session.id, account=lender)
    read = client.v1.checkout.sessions.retrieve(session.id, {}, {"stripe_account": lender})
    assert (read.status, read.payment_status) == ("complete", "paid")
    assert (server.balance(account=lender), server.balance()) == (9_680, 0)
    refunded = client.v1.refunds.create(
        {"payment_intent": str(read.payment_intent), "amount": 2_500},
        {"stripe_account": lender},
    )
    assert refunded.status == "succeeded"
    assert server.balance(account=lender) == 7_180
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.retrieve(session.id)  # not the platform's
    assert server.violations == []


def test_a_credit_note_refunds_what_was_paid_and_no_more(
    client: StripeClient, server: StripeServer
) -> None:
    customer = client.v1.customers.create({"name": "Lender"})
    invoice = client.v1.invoices.create(
        {"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 14,
         "currency": "usd"}
    )  # fmt: skip
    client.v1.invoice_items.create(
        {"customer": customer.id, "invoice": invoice.id, "amount": 10_000, "currency": "usd"}
    )
    client.v1.invoices.finalize_invoice(invoice.id)
    with pytest.raises(stripe.InvalidRequestError):  # nothing was paid yet
        client.v1.credit_notes.create(
            {"invoice": invoice.id, "amount": 4_000, "refund_amount": 4_000}
        )
    server.pay_invoice(invoice.id, fee=0)
    with pytest.raises(stripe.InvalidRequestError):  # the parts do not add up
        client.v1.credit_notes.create(
            {"invoice": invoice.id, "amount": 4_000, "refund_amount": 3_999}
        )
    note = client.v1.credit_notes.create(
        {"invoice": invoice.id, "amount": 4_000, "refund_amount": 4_000}
    )
    assert note.refunds[0].amount_refunded == 4_000
    assert client.v1.refunds.retrieve(str(note.refunds[0].refund)).amount == 4_000
    with pytest.raises(stripe.InvalidRequestError):  # more than is left
        client.v1.credit_notes.create(
            {"invoice": invoice.id, "amount": 6_001, "refund_amount": 6_001}
        )
    assert [one.id for one in client.v1.credit_notes.list({"invoice": invoice.id})] == [note.id]
    assert server.balance() == 6_000
    assert server.violations == []


def test_webhooks_are_signed_as_the_client_verifies(
    client: StripeClient, server: StripeServer
) -> None:
    client.v1.customers.create({"name": "Lender"})
    agency(server, client)
    sent = server.deliveries(["new", "old"], at=NOON, copies=2, shuffle=3)
    assert len(sent) == 4
    assert {one.connected for one in sent} == {True, False}
    for one in sent:
        for secret in ("new", "old"):
            event = client.construct_event(one.body, one.signature, secret, tolerance=10**9)
            assert event.id == one.event_id
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(one.body + b" ", one.signature, "new", tolerance=10**9)
        assert json.loads(one.body)["type"] == one.kind
