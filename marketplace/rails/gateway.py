"""Every call to Stripe that the product makes, and nothing else.

Each takes and returns plain facts; no database, no clock. An object carries `metadata.op_id`,
by which it is found again when nobody knows what came of the call that made it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stripe import Account, Charge, CreditNote, Invoice, StripeClient

PAGE = 100
DAYS_UNTIL_DUE = 14
BANK_METHODS = {"usd": ["us_bank_account"], "eur": ["sepa_debit"], "gbp": ["bacs_debit"]}
"""Debits, by currency: a debtor's money should not be borrowed on a card."""


@dataclass(frozen=True)
class Line:
    """One line of an invoice."""

    name: str
    words: str
    amount_minor: int


@dataclass(frozen=True)
class AccountFacts:
    ref: str
    details_submitted: bool
    charges_enabled: bool
    payouts_enabled: bool
    transfers_active: bool


@dataclass(frozen=True)
class InvoiceFacts:
    ref: str
    status: str
    op_id: str
    paid_minor: int


@dataclass(frozen=True)
class DisputeFacts:
    ref: str
    status: str
    invoice_ref: str


@dataclass(frozen=True)
class CheckoutFacts:
    """A payment page in its present state; `kept_minor` is what the lender has of it now."""

    ref: str
    status: str
    op_id: str
    url: str
    expires: int
    intent_ref: str
    kept_minor: int


@dataclass(frozen=True)
class Movement:
    """A balance transaction, with what explains it."""

    ref: str
    kind: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    currency: str
    source_ref: str
    created: int
    explained_by: str


class Gateway:
    def __init__(self, client: StripeClient) -> None:
        self._stripe = client.v1

    # Accounts and customers.

    def create_account(self, op_id: str, key: str, *, country: str, email: str) -> str:
        """An Express account: Stripe verifies it, the platform bears its losses and fees."""
        made = self._stripe.accounts.create(
            {
                "country": country,
                "email": email,
                "controller": {
                    "stripe_dashboard": {"type": "express"},
                    "fees": {"payer": "application"},
                    "losses": {"payments": "application"},
                },
                "capabilities": {
                    "transfers": {"requested": True},
                    "card_payments": {"requested": True},
                },
                "metadata": {"op_id": op_id},
            },
            {"idempotency_key": key},
        )
        return made.id

    def find_account(self, op_id: str) -> str | None:
        return _with_op_id(self._stripe.accounts.list({"limit": PAGE}), op_id)

    def account(self, ref: str) -> AccountFacts:
        found = self._stripe.accounts.retrieve(ref)
        return AccountFacts(
            ref,
            bool(found.details_submitted),
            bool(found.charges_enabled),
            bool(found.payouts_enabled),
            _transfers(found) == "active",
        )

    def account_link(self, ref: str, *, return_url: str, refresh_url: str) -> str:
        link = self._stripe.account_links.create(
            {
                "account": ref, "type": "account_onboarding",
                "return_url": return_url, "refresh_url": refresh_url,
            }
        )  # fmt: skip
        return link.url

    def create_customer(self, op_id: str, key: str, *, name: str, email: str) -> str:
        made = self._stripe.customers.create(
            {"name": name, "email": email, "metadata": {"op_id": op_id}},
            {"idempotency_key": key},
        )
        return made.id

    def find_customer(self, op_id: str, *, email: str) -> str | None:
        found = self._stripe.customers.list({"email": email, "limit": PAGE})
        return _with_op_id(found, op_id)

    # Invoices: a draft, its lines, and then it is sent.

    def create_invoice(
        self, op_id: str, key: str, *, customer_ref: str, currency: str, words: str
    ) -> str:
        made = self._stripe.invoices.create(
            {
                "customer": customer_ref, "currency": currency, "description": words,
                "collection_method": "send_invoice", "days_until_due": DAYS_UNTIL_DUE,
                "auto_advance": False, "pending_invoice_items_behavior": "exclude",
                "metadata": {"op_id": op_id},
            },
            {"idempotency_key": key},
        )  # fmt: skip
        return str(made.id)

    def find_invoice(self, op_id: str, *, customer_ref: str) -> str | None:
        found = self._stripe.invoices.list({"customer": customer_ref, "limit": PAGE})
        return _with_op_id(found, op_id)

    def complete_invoice(
        self, ref: str, key: str, lines: Sequence[Line], *, customer_ref: str, currency: str
    ) -> None:
        """Add the lines that are missing, finalize and send: each step at most once."""
        invoice = self._stripe.invoices.retrieve(ref)
        if invoice.status == "draft":
            self._add_lines(ref, key, lines, customer_ref, currency)
            invoice = self._stripe.invoices.finalize_invoice(
                ref, {"auto_advance": False}, {"idempotency_key": f"{key}:finalize"}
            )
        if invoice.status == "open":
            self._stripe.invoices.send_invoice(ref, {}, {"idempotency_key": f"{key}:send"})

    def _add_lines(
        self, ref: str, key: str, lines: Sequence[Line], customer_ref: str, currency: str
    ) -> None:
        there = {
            _metadata(item).get("line")
            for item in self._stripe.invoice_items.list(
                {"invoice": ref, "limit": PAGE}
            ).auto_paging_iter()
        }
        for line in lines:
            if line.name not in there:
                self._stripe.invoice_items.create(
                    {
                        "customer": customer_ref, "invoice": ref, "currency": currency,
                        "amount": line.amount_minor, "description": line.words,
                        "metadata": {"line": line.name},
                    },
                    {"idempotency_key": f"{key}:{line.name}"},
                )  # fmt: skip

    def invoice(self, ref: str) -> InvoiceFacts:
        found = self._stripe.invoices.retrieve(ref)
        return InvoiceFacts(
            ref, str(found.status), _metadata(found).get("op_id", ""), found.amount_paid
        )

    # Money on its way, and back.

    def transfer(
        self, op_id: str, key: str, *, to: str, amount_minor: int, currency: str, group: str
    ) -> str:
        made = self._stripe.transfers.create(
            {
                "amount": amount_minor, "currency": currency, "destination": to,
                "transfer_group": group, "metadata": {"op_id": op_id},
            },
            {"idempotency_key": key},
        )  # fmt: skip
        return made.id

    def find_transfer(self, op_id: str, *, group: str) -> str | None:
        found = self._stripe.transfers.list({"transfer_group": group, "limit": PAGE})
        return _with_op_id(found, op_id)

    def reverse(self, op_id: str, key: str, *, transfer_ref: str, amount_minor: int) -> str:
        made = self._stripe.transfers.reversals.create(
            transfer_ref,
            {"amount": amount_minor, "metadata": {"op_id": op_id}},
            {"idempotency_key": key},
        )
        return made.id

    def find_reversal(self, op_id: str, *, transfer_ref: str) -> str | None:
        found = self._stripe.transfers.reversals.list(transfer_ref, {"limit": PAGE})
        return _with_op_id(found, op_id)

    def credit(self, op_id: str, key: str, *, invoice_ref: str, amount_minor: int) -> str:
        """Give money back by a credit note, the paper that undoes a paid invoice.

        Named by its refund: that is what moves money, and what the balance shows.
        """
        made = self._stripe.credit_notes.create(
            {
                "invoice": invoice_ref, "amount": amount_minor, "refund_amount": amount_minor,
                "metadata": {"op_id": op_id},
            },
            {"idempotency_key": key},
        )  # fmt: skip
        return _refund_of(made)

    def find_credit(self, op_id: str, *, invoice_ref: str) -> str | None:
        found = self._stripe.credit_notes.list({"invoice": invoice_ref, "limit": PAGE})
        note = _bearing(found, op_id)
        return _refund_of(note) if note else None

    def intent_of_invoice(self, ref: str) -> str | None:
        """How an invoice was paid; None if it was not, or not through Stripe."""
        for payment in self._stripe.invoice_payments.list({"invoice": ref, "status": "paid"}):
            if payment.payment.payment_intent:
                return str(payment.payment.payment_intent)
        return None

    def invoice_of_charge(self, charge: Charge) -> str:
        intent = str(charge.payment_intent or "")
        if not intent:
            return ""
        found = self._stripe.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": intent}}
        )
        return next((str(one.invoice) for one in found), "")

    def dispute(self, ref: str) -> DisputeFacts:
        found = self._stripe.disputes.retrieve(ref)
        charge = self._stripe.charges.retrieve(str(found.charge))
        return DisputeFacts(ref, str(found.status), self.invoice_of_charge(charge))

    # Debtors pay the lender, on the lender's own account.

    def create_checkout(
        self, op_id: str, key: str, *, account_ref: str, amount_minor: int, currency: str,
        words: str, page: str,
    ) -> str:  # fmt: skip
        """A page for one payment, by debit or bank where the currency has it."""
        methods = BANK_METHODS.get(currency)
        price = {"currency": currency, "unit_amount": amount_minor,
                 "product_data": {"name": words}}  # fmt: skip
        asked: Any = {
            "mode": "payment", "success_url": page, "cancel_url": page,
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": words, "metadata": {"op_id": op_id},
        }  # fmt: skip
        if methods:
            asked["allowed_payment_method_types"] = methods
        made = self._stripe.checkout.sessions.create(
            asked, {"idempotency_key": key, "stripe_account": account_ref}
        )
        return made.id

    def find_checkout(self, op_id: str, *, account_ref: str) -> str | None:
        found = self._stripe.checkout.sessions.list(
            {"limit": PAGE}, {"stripe_account": account_ref}
        )
        return _with_op_id(found, op_id)

    def checkout(self, ref: str, account_ref: str) -> CheckoutFacts:
        found = self._stripe.checkout.sessions.retrieve(
            ref, None, {"stripe_account": account_ref}
        )
        intent = str(found.payment_intent or "")
        kept = self._kept(intent, account_ref) if found.payment_status == "paid" else 0
        return CheckoutFacts(
            ref, str(found.status), _metadata(found).get("op_id", ""), str(found.url or ""),
            found.expires_at, intent, kept,
        )  # fmt: skip

    def checkout_of_charge(self, charge_ref: str, account_ref: str) -> CheckoutFacts | None:
        """The page that a charge on a lender's account was paid on, if it was on one."""
        options: Any = {"stripe_account": account_ref}
        if charge_ref.startswith(("du_", "dp_")):
            dispute = self._stripe.disputes.retrieve(charge_ref, None, options)
            charge_ref = str(dispute.charge)
        charge = self._stripe.charges.retrieve(charge_ref, None, options)
        intent = str(charge.payment_intent or "")
        for one in self._stripe.checkout.sessions.list({"limit": PAGE}, options):
            if intent and str(one.payment_intent or "") == intent:
                return self.checkout(one.id, account_ref)
        return None

    def _kept(self, intent: str, account_ref: str) -> int:
        """What was charged, less what was given back or is disputed and not won."""
        options: Any = {"stripe_account": account_ref}
        kept = 0
        for charge in self._stripe.charges.list({"payment_intent": intent}, options):
            kept += charge.amount - charge.amount_refunded if charge.paid else 0
            if charge.disputed:
                disputes = self._stripe.disputes.list({"charge": charge.id}, options)
                kept -= sum(one.amount for one in disputes if one.status != "won")
        return max(kept, 0)

    # The platform's balance.

    def hold_payouts(self) -> None:
        """Pay out by hand only: commissions for agencies wait on the balance."""
        self._stripe.balance_settings.update(
            {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
        )

    def balances(self) -> dict[str, int]:
        found = self._stripe.balance.retrieve().to_dict()
        totals: dict[str, int] = {}
        for part in (*found["available"], *found["pending"]):
            currency = part["currency"].upper()
            totals[currency] = totals.get(currency, 0) + part["amount"]
        return totals

    def movements(self, since: int, known: Iterable[str]) -> list[Movement]:
        """Balance transactions created since then that are not known yet, oldest first."""
        seen = set(known)
        found = self._stripe.balance_transactions.list(
            {"created": {"gte": since}, "limit": PAGE}
        )
        made = [
            Movement(
                one.id, str(one.type), one.amount, one.fee, one.net, one.currency.upper(),
                str(one.source or ""), one.created,
                self._explanation(str(one.source or "")),
            )
            for one in found.auto_paging_iter()
            if one.id not in seen
        ]  # fmt: skip
        return made[::-1]

    def _explanation(self, source: str) -> str:
        """The invoice, transfer, reversal or refund of ours that a source comes from."""
        if source.startswith(("ch_", "py_")):
            return self.invoice_of_charge(self._stripe.charges.retrieve(source))
        if source.startswith(("du_", "dp_")):
            return self.dispute(source).invoice_ref
        return source


def _metadata(found: Any) -> dict[str, str]:
    return dict(found.metadata.to_dict()) if found.metadata else {}


def _with_op_id(found: Any, op_id: str) -> str | None:
    one = _bearing(found, op_id)
    return str(one.id) if one else None


def _bearing(found: Any, op_id: str) -> Any:
    """Of what was found, that which bears the operation's name and stands."""
    for one in found.auto_paging_iter():
        if _metadata(one).get("op_id") == op_id and not _is_void(one):
            return one
    return None


def _refund_of(note: CreditNote) -> str:
    return str(note.refunds[0].refund)


def _is_void(found: Any) -> bool:
    return isinstance(found, Invoice | CreditNote) and found.status == "void"


def _transfers(found: Account) -> str:
    return str(found.capabilities.transfers) if found.capabilities else ""
