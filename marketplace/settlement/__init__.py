"""Settlement: paying commissions (结佣), one statement per lender, agency and period.

draft -> agency confirmed -> lender confirmed -> approved (posted)
  `-------------`-------------------`-> cancelled; a disputed one is drafted anew

By bank an approved one goes on: invoiced -> paid (the lender says) -> received (the agency
says) -> closed (the platform has its fee). By Stripe: invoiced -> paid (-> taken back, by
two people, who undo it whole, or by the lender's bank, which undoes nothing that is owed: two
people bill it again, and it is approved once more, or undo it).
One that leaves nothing to pay is closed with its approval, or with its invoice. What it leaves
below nothing the next one takes over, unless it was repaid or written off before.
"""

from marketplace.settlement.agreeing import (
    agree_to_terms,
    appeal_score,
    decide_appeal,
    propose_terms,
    score_quality,
    scores_of,
    scores_with,
    terms_of,
    terms_with,
)
from marketplace.settlement.bridging import Step, bridge_of
from marketplace.settlement.clawbacks import CHAINS, Chain, clawback_chains, clawback_csv
from marketplace.settlement.clearing import (
    DebtRow,
    OpenDebt,
    confirm_clearance,
    debts_of,
    open_debts,
    post_clearance,
    propose_write_off,
    record_repayment,
    taken_over_by,
    withdraw_clearance,
)
from marketplace.settlement.closing import close_settled, owed_minor
from marketplace.settlement.commission import Earning, commission
from marketplace.settlement.debts import ClearanceWay, DebtClearance
from marketplace.settlement.disputing import (
    DisputeRow,
    agree_outcome,
    dispute_lines,
    dispute_rows,
    may_dispute,
    propose_outcome,
    split_out,
)
from marketplace.settlement.due import due_statements
from marketplace.settlement.earning import TierMode
from marketplace.settlement.gathering import Due, agreed_terms
from marketplace.settlement.invoices import (
    InvoiceKind,
    ReceivedInvoice,
    invoice_problems,
    invoices_of,
    needs_red_letter,
)
from marketplace.settlement.invoicing import (
    InvoiceFacts,
    enter_invoice,
    invoice_file,
    withdraw_invoice,
)
from marketplace.settlement.line_columns import explained
from marketplace.settlement.line_disputes import LineDispute, Outcome
from marketplace.settlement.lines import LineRow, line_rows
from marketplace.settlement.models import LineKind, Statement, StatementLine, StatementStatus
from marketplace.settlement.ordering import (
    PayableRow,
    PayerAccount,
    make_payment_file,
    payable_statements,
    payer_accounts,
    payment_files,
    take_payment_file,
)
from marketplace.settlement.overview import RailSum, Waiting, cash_by_rail, waiting
from marketplace.settlement.paid_for import HOLDS, METHODS, USUAL
from marketplace.settlement.papers import (
    record_issue,
    statement_csv,
    statement_facts,
    statement_pdf,
    statement_workbook,
)
from marketplace.settlement.preview_lines import (
    PreviewLine,
    preview_lines,
    preview_lines_csv,
)
from marketplace.settlement.previewing import Preview, preview_csv, preview_statement
from marketplace.settlement.queries import (
    STATEMENTS,
    Parties,
    StatementRow,
    amounts_of,
    next_version,
    parties_of,
    score_of,
    statement_of_journal,
    statement_rows,
    visible_statement,
)
from marketplace.settlement.reasons import formula, why_line
from marketplace.settlement.remittances import PaymentFile, Remittance, RemittancePart
from marketplace.settlement.remitting import (
    RemittanceRow,
    confirm_remittance,
    is_to_pay,
    part_of,
    post_remittance,
    record_remittance,
    remittances_of,
    withdraw_remittance,
)
from marketplace.settlement.scales import BadTable
from marketplace.settlement.snapshots import fingerprint
from marketplace.settlement.sources import JournalSource, source_of_journal
from marketplace.settlement.stating import (
    NothingToSettle,
    approve,
    cancel,
    carry,
    confirm,
    draft_statement,
    entries_of,
)
from marketplace.settlement.summaries import (
    kind_headers,
    rate_rows,
    sums_by_kind,
)
from marketplace.settlement.taxes import tax_export
from marketplace.settlement.terms import CommissionTerms, QualityScore, RateBasis
from marketplace.settlement.totalling import PLATFORM_FEE_BPS
from marketplace.settlement.undone import require_undoable, undo

__all__ = [
    "CHAINS",
    "HOLDS",
    "METHODS",
    "PLATFORM_FEE_BPS",
    "STATEMENTS",
    "USUAL",
    "BadTable",
    "Chain",
    "ClearanceWay",
    "CommissionTerms",
    "DebtClearance",
    "DebtRow",
    "DisputeRow",
    "Due",
    "Earning",
    "InvoiceFacts",
    "InvoiceKind",
    "JournalSource",
    "LineDispute",
    "LineKind",
    "LineRow",
    "NothingToSettle",
    "OpenDebt",
    "Outcome",
    "Parties",
    "PayableRow",
    "PayerAccount",
    "PaymentFile",
    "Preview",
    "PreviewLine",
    "QualityScore",
    "RailSum",
    "RateBasis",
    "ReceivedInvoice",
    "Remittance",
    "RemittancePart",
    "RemittanceRow",
    "Statement",
    "StatementLine",
    "StatementRow",
    "StatementStatus",
    "Step",
    "TierMode",
    "Waiting",
    "agree_outcome",
    "agree_to_terms",
    "agreed_terms",
    "amounts_of",
    "appeal_score",
    "approve",
    "bridge_of",
    "cancel",
    "carry",
    "cash_by_rail",
    "clawback_chains",
    "clawback_csv",
    "close_settled",
    "commission",
    "confirm",
    "confirm_clearance",
    "confirm_remittance",
    "debts_of",
    "decide_appeal",
    "dispute_lines",
    "dispute_rows",
    "draft_statement",
    "due_statements",
    "enter_invoice",
    "entries_of",
    "explained",
    "fingerprint",
    "formula",
    "invoice_file",
    "invoice_problems",
    "invoices_of",
    "is_to_pay",
    "kind_headers",
    "line_rows",
    "make_payment_file",
    "may_dispute",
    "needs_red_letter",
    "next_version",
    "open_debts",
    "owed_minor",
    "part_of",
    "parties_of",
    "payable_statements",
    "payer_accounts",
    "payment_files",
    "post_clearance",
    "post_remittance",
    "preview_csv",
    "preview_lines",
    "preview_lines_csv",
    "preview_statement",
    "propose_outcome",
    "propose_terms",
    "propose_write_off",
    "rate_rows",
    "record_issue",
    "record_remittance",
    "record_repayment",
    "remittances_of",
    "require_undoable",
    "score_of",
    "score_quality",
    "scores_of",
    "scores_with",
    "source_of_journal",
    "split_out",
    "statement_csv",
    "statement_facts",
    "statement_of_journal",
    "statement_pdf",
    "statement_rows",
    "statement_workbook",
    "sums_by_kind",
    "take_payment_file",
    "taken_over_by",
    "tax_export",
    "terms_of",
    "terms_with",
    "undo",
    "visible_statement",
    "waiting",
    "why_line",
    "withdraw_clearance",
    "withdraw_invoice",
    "withdraw_remittance",
]
