"""What the codes around a statement's papers are called: payments, invoices, disputes."""

from flask_babel import lazy_gettext as _l

WORDS: dict[str, object] = {
    "received": _l("Received by the agency"),
    "line_payment": _l("Payment"),
    "line_reversal": _l("Reversal"),
    "line_excluded": _l("Not paid for"),
    "line_true_up": _l("True-up"),
    "statement_quality": _l("Conduct and quality of a statement"),
    "statement_released": _l("What a statement releases"),
    "statement_holdback": _l("Holdback of a statement"),
    "line_shares": _l("Shares of the lines of a statement"),
    "dispute_back": _l("Back in the next statement"),
    "dispute_out": _l("Stays out"),
    "invoice_special": _l("Special VAT invoice"),
    "invoice_ordinary": _l("Ordinary VAT invoice"),
    "remittance_commission": _l("Commission to the agency"),
    "remittance_fee": _l("Fee to the platform"),
    "remitted_commission": _l("Commission paid, in the ledger"),
    "remitted_fee": _l("Platform fee received, in the ledger"),
}

ACTIONS: dict[str, object] = {
    "statement.disputed": _l("Lines disputed"),
    "statement.replaced": _l("Set aside for a new version"),
    "statement.undone": _l("Statement counts no more"),
    "dispute.proposed": _l("Outcome of a dispute proposed"),
    "dispute.decided": _l("Dispute of a line decided"),
    "invoice.entered": _l("Invoice entered"),
    "invoice.withdrawn": _l("Invoice withdrawn"),
    "rail.claw_back_withdrawn": _l("Proposal to take a paid statement back withdrawn"),
    "rail.bill_again_proposed": _l("Billing a statement again proposed"),
    "rail.bill_again_withdrawn": _l("Proposal to bill a statement again withdrawn"),
    "rail.billed_again": _l("Statement billed again"),
    "remittance.recorded": _l("Payment recorded"),
    "remittance.confirmed": _l("Receipt confirmed"),
    "remittance.withdrawn": _l("Record of a payment withdrawn"),
    "payment_file.made": _l("Payment file made"),
    "payment_file.taken": _l("Payment file downloaded"),
}
