"""What operations on the Stripe rail are called, and what may be wrong with it."""

from flask_babel import lazy_gettext as _l

WORDS = {
    "rail_bank": _l("Bank transfer"),
    "rail_stripe": _l("Stripe"),
    "rail_account": _l("Account at Stripe"),
    "rail_customer": _l("Customer at Stripe"),
    "rail_invoice": _l("Invoice to the lender"),
    "rail_transfer": _l("Transfer to the agency"),
    "rail_reversal": _l("Transfer taken back"),
    "rail_refund": _l("Refund to the lender"),
    "rail_undo": _l("Statement taken back whole"),
    "rail_checkout": _l("Payment page"),
    "rail_proposed": _l("Waits for a second person"),
    "rail_planned": _l("Waits to be sent"),
    "rail_leased": _l("Being sent"),
    "rail_done": _l("Done"),
    "rail_refused": _l("Refused by Stripe"),
    "rail_withdrawn": _l("Withdrawn"),
    "rail_unknown": _l("Outcome not known yet"),
    "stripe_sum": _l("Balance at Stripe, in the ledger"),
    "stripe_movement": _l("Posting of a movement at Stripe"),
    "statement.undone": _l("Taken back whole"),
    "statement_undone": _l("Postings of a statement that was taken back"),
}
