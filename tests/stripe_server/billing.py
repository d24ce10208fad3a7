"""Invoices, and how they are paid: charges, refunds, credit notes, disputes, checkout."""

from typing import Any

from tests.stripe_server.behaviour import Call, holdings, route
from tests.stripe_server.store import Declined, Json, Store

INVOICE = (
    "customer currency collection_method days_until_due auto_advance metadata description"
    " pending_invoice_items_behavior payment_settings"
)


@route("POST", "/v1/invoices", INVOICE)
def create_invoice(call: Call) -> Json:
    """docs.stripe.com/api/invoices/create: a draft, without lines yet."""
    call.store.get(call["customer"], "cus", account=call.account)
    method = call.get("collection_method", "charge_automatically")
    if method == "send_invoice" and "days_until_due" not in call.parameters:
        # docs.stripe.com/api/invoices/create#create_invoice-days_until_due
        raise Declined(400, "send_invoice needs days_until_due or due_date")
    made = call.store.make(
        "in", customer=call["customer"], status="draft", collection_method=method,
        currency=call.get("currency", "usd"), metadata=call.get("metadata", {}),
        description=call.get("description"), auto_advance=call.get("auto_advance", False),
        attempted=False, attempt_count=0,
    )  # fmt: skip
    call.store.tell("invoice.created", made)
    return made


@route("POST", "/v1/invoiceitems", "customer invoice amount currency description metadata")
def create_item(call: Call) -> Json:
    """docs.stripe.com/api/invoiceitems/create: only a draft takes more lines."""
    invoice = call.store.get(call["invoice"], "in")
    if invoice["status"] != "draft":
        raise Declined(400, "The invoice is no longer editable", "invoice_not_editable")
    if call["currency"] != invoice["currency"]:
        raise Declined(400, "The line's currency is not the invoice's")
    for total in ("subtotal", "total", "amount_due", "amount_remaining"):
        invoice[total] += call["amount"]
    return call.store.make(
        "ii", customer=call["customer"], invoice=invoice["id"], amount=call["amount"],
        currency=call["currency"], description=call.get("description"),
        metadata=call.get("metadata", {}), date=call.store.seconds, quantity=1,
    )  # fmt: skip


@route("POST", "/v1/invoices/{id}/finalize", "auto_advance")
def finalize(call: Call) -> Json:
    """docs.stripe.com/invoicing/integration/workflow-transitions#finalized"""
    invoice = call.store.get(call.ids[0], "in")
    if invoice["status"] != "draft":
        raise Declined(400, "This invoice is already finalized, you can't re-finalize it")
    invoice |= {"status": "open", "number": f"R-{call.store.count:04d}"}
    invoice["hosted_invoice_url"] = f"https://invoice.stripe.com/i/{invoice['id']}"
    call.store.tell("invoice.finalized", invoice)
    if not invoice["total"]:
        invoice["status"] = "paid"
        call.store.tell("invoice.paid", invoice)
    return invoice


@route("POST", "/v1/invoices/{id}/send")
def send(call: Call) -> Json:
    """docs.stripe.com/api/invoices/send: only with send_invoice, and once it is open."""
    invoice = call.store.get(call.ids[0], "in")
    if invoice["collection_method"] != "send_invoice" or invoice["status"] != "open":
        raise Declined(400, "Only an open invoice that is sent for payment can be sent")
    call.store.tell("invoice.sent", invoice)
    return invoice


@route("POST", "/v1/invoices/{id}/void")
def void(call: Call) -> Json:
    """docs.stripe.com/api/invoices/void: an open one is cancelled, and stays on record."""
    invoice = call.store.get(call.ids[0], "in")
    if invoice["status"] != "open":
        raise Declined(400, "Only an open invoice can be voided")
    invoice["status"] = "void"
    call.store.tell("invoice.voided", invoice)
    return invoice


@route("POST", "/v1/invoices/{id}/pay", "paid_out_of_band")
def pay(call: Call) -> Json:
    """docs.stripe.com/api/invoices/pay: out of band, no money passes through Stripe."""
    invoice = call.store.get(call.ids[0], "in")
    if call.get("paid_out_of_band"):
        _settle(call.store, invoice)
        return invoice
    return pay_invoice(call.store, invoice["id"], fee=500)


def pay_invoice(store: Store, invoice_id: str, *, fee: int) -> Json:
    """The customer's bank transfer arrives: docs.stripe.com/invoicing/bank-transfer"""
    invoice = store.get(invoice_id, "in")
    intent = store.make(
        "pi", amount=invoice["total"], amount_received=invoice["total"], status="succeeded",
        currency=invoice["currency"], customer=invoice["customer"], metadata={},
    )  # fmt: skip
    charge = _charge(store, intent, fee=fee, account=None, kind="payment")
    _settle(store, invoice)
    # docs.stripe.com/api/invoice-payment/object: how an invoice knows its payments
    store.make(
        "inpay", invoice=invoice_id, amount_paid=invoice["total"], currency=invoice["currency"],
        amount_requested=invoice["total"], is_default=True, status="paid",
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status_transitions={"canceled_at": None, "paid_at": store.seconds},
    )  # fmt: skip
    return store.get(charge["id"], "ch")


def _settle(store: Store, invoice: Json) -> None:
    if invoice["status"] != "open":
        raise Declined(400, f"The invoice is {invoice['status']}, so it cannot be paid")
    invoice |= {"status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0}
    store.tell("invoice.paid", invoice)


def _charge(store: Store, intent: Json, *, fee: int, account: str | None, kind: str) -> Json:
    charge = store.make(
        "ch", account=account, amount=intent["amount"], amount_captured=intent["amount"],
        currency=intent["currency"], paid=True, captured=True, status="succeeded",
        payment_intent=intent["id"], customer=intent["customer"],
        transfer_group=intent["transfer_group"], metadata=dict(intent["metadata"]),
    )  # fmt: skip
    intent["latest_charge"] = charge["id"]
    charge["balance_transaction"] = store.move(
        kind, charge["amount"], charge["currency"], charge["id"], fee=fee, account=account
    )
    store.tell("charge.succeeded", charge, account=account)
    return charge


@route("POST", "/v1/refunds", "charge payment_intent amount metadata reason")
def refund(call: Call) -> Json:
    """docs.stripe.com/refunds: from the available balance, at most what was charged."""
    store, account = call.store, call.account
    id_ = call.get("charge")
    if id_ is None:
        id_ = store.get(call["payment_intent"], "pi", account=account)["latest_charge"]
    given = {"metadata": call.get("metadata", {}), "reason": call.get("reason")}
    return _refund(store, account, id_, call.get("amount"), **given)


def _refund(
    store: Store, account: str | None, charge_id: str, amount: int | None, **given: Any
) -> Json:
    charge = store.get(charge_id, "ch", account=account)
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    disputes = [one for one in store.all_of("du") if one["charge"] == charge["id"]]
    if any(one["status"] != "won" for one in disputes):
        # docs.stripe.com/disputes/how-disputes-work: the dispute has taken the money already
        raise Declined(400, "The charge has been charged back", "charge_disputed")
    if not 0 < amount <= left:
        raise Declined(400, "The charge has been refunded", "charge_already_refunded")
    if holdings(store, account, charge["currency"]) < amount:
        raise Declined(400, "Insufficient available balance", "balance_insufficient")
    made = store.make(
        "re", account=account, amount=amount, charge=charge["id"], currency=charge["currency"],
        payment_intent=charge["payment_intent"], status="succeeded", **given,
    )  # fmt: skip
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    made["balance_transaction"] = store.move(
        "refund", -amount, charge["currency"], made["id"], account=account
    )
    store.tell("charge.refunded", charge, account=account)
    return made


@route("POST", "/v1/credit_notes", "invoice amount refund_amount metadata")
def credit(call: Call) -> Json:
    """docs.stripe.com/invoicing/dashboard/credit-notes: of a paid invoice, what is credited
    is refunded to the last cent, at most what was paid and not credited before."""
    store, amount = call.store, call["amount"]
    invoice = store.get(call["invoice"], "in")
    left = invoice["amount_paid"] - invoice["post_payment_credit_notes_amount"]
    if invoice["status"] != "paid" or not 0 < amount <= left:
        raise Declined(400, "The credit note exceeds what was paid of the invoice")
    if call.get("refund_amount", 0) != amount:
        raise Declined(400, "The sum of the refund and credits must equal the credit note")
    paid = [one for one in store.all_of("inpay") if one["invoice"] == invoice["id"]]
    if not paid:
        raise Declined(400, "The invoice was paid out of band, so nothing can be refunded")
    intent = store.get(paid[0]["payment"]["payment_intent"], "pi")
    refunded = _refund(store, None, intent["latest_charge"], amount, metadata={}, reason=None)
    invoice["post_payment_credit_notes_amount"] += amount
    made = store.make(
        "cn", invoice=invoice["id"], customer=invoice["customer"], status="issued",
        currency=invoice["currency"], amount=amount, total=amount, subtotal=amount,
        post_payment_amount=amount, pre_payment_amount=0, type="post_payment",
        number=f"CN-{store.count:04d}", metadata=call.get("metadata", {}),
        refunds=[{"amount_refunded": amount, "refund": refunded["id"], "type": "refund"}],
    )  # fmt: skip
    store.tell("credit_note.created", made)
    return made


def dispute(store: Store, charge_id: str, *, fee: int, account: str | None = None) -> Json:
    """The bank takes the money back, and a fee: docs.stripe.com/disputes/how-disputes-work"""
    charge = store.get(charge_id, "ch", account=account)
    made = store.make(
        "du", account=account, amount=charge["amount"], charge=charge_id,
        currency=charge["currency"], payment_intent=charge["payment_intent"],
        status="needs_response", reason="fraudulent", metadata={},
    )  # fmt: skip
    charge["disputed"] = True
    taken = store.move(
        "adjustment", -charge["amount"], charge["currency"], made["id"], fee=fee,
        account=account,
    )  # fmt: skip
    made["balance_transactions"] = [store.get(taken, "txn", account=account)]
    store.tell("charge.dispute.created", made, account=account)
    store.tell("charge.dispute.funds_withdrawn", made, account=account)
    return made


def close_dispute(store: Store, dispute_id: str, *, won: bool) -> None:
    """docs.stripe.com/disputes/responding: money comes back only if it is won."""
    found = store.get(dispute_id, "du")
    found["status"] = "won" if won else "lost"
    if won:
        back = store.move("adjustment", found["amount"], found["currency"], dispute_id)
        found["balance_transactions"].append(store.get(back, "txn"))
        store.tell("charge.dispute.funds_reinstated", found)
    store.tell("charge.dispute.closed", found)


SESSION = (
    "mode success_url cancel_url line_items client_reference_id metadata"
    " allowed_payment_method_types"
)


@route("POST", "/v1/checkout/sessions", SESSION)
def create_session(call: Call) -> Json:
    """A direct charge on the connected account: docs.stripe.com/connect/direct-charges"""
    if call.account is None:
        raise Declined(400, "Debtors pay the lender: name its account in Stripe-Account")
    lines: list[Any] = call.get("line_items", [])
    prices = [line["price_data"] for line in lines]
    total = sum(
        price["unit_amount"] * line.get("quantity", 1)
        for price, line in zip(prices, lines, strict=True)
    )
    return call.store.make(
        "cs", account=call.account, mode=call.get("mode", "payment"), status="open",
        payment_status="unpaid", amount_total=total, currency=prices[0]["currency"],
        url="https://checkout.stripe.com/c/pay/once", expires_at=call.store.seconds + 86_400,
        client_reference_id=call.get("client_reference_id"),
        metadata=call.get("metadata", {}), success_url=call.get("success_url"),
    )  # fmt: skip


def complete_session(store: Store, session_id: str, *, account: str) -> Json:
    """The debtor has paid: docs.stripe.com/checkout/fulfillment"""
    session = store.get(session_id, "cs", account=account)
    intent = store.make(
        "pi", account=account, amount=session["amount_total"], currency=session["currency"],
        amount_received=session["amount_total"], status="succeeded", metadata={},
    )  # fmt: skip
    fee = session["amount_total"] * 29 // 1000 + 30
    _charge(store, intent, fee=fee, account=account, kind="charge")
    session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent["id"]}
    store.tell("checkout.session.completed", session, account=account)
    return session
