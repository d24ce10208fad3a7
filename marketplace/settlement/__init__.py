"""Settlement: paying commissions (结佣), one statement per lender, agency and period.

draft -> agency confirmed -> lender confirmed -> approved (posted)
  `-------------`-------------------`-> cancelled

On the Stripe rail an approved one goes on: invoiced -> paid (-> taken back).
"""

from marketplace.settlement.commission import Earning, commission
from marketplace.settlement.models import Statement, StatementLine, StatementStatus
from marketplace.settlement.papers import statement_pdf, statement_workbook
from marketplace.settlement.queries import (
    LineRow,
    Parties,
    StatementRow,
    line_rows,
    parties_of,
    statement_rows,
    visible_statement,
)
from marketplace.settlement.stating import (
    PLATFORM_FEE_BPS,
    Due,
    NothingToSettle,
    approve,
    cancel,
    carry,
    confirm,
    draft_statement,
    due_statements,
    entries_of,
)

__all__ = [
    "PLATFORM_FEE_BPS",
    "Due",
    "Earning",
    "LineRow",
    "NothingToSettle",
    "Parties",
    "Statement",
    "StatementLine",
    "StatementRow",
    "StatementStatus",
    "approve",
    "cancel",
    "carry",
    "commission",
    "confirm",
    "draft_statement",
    "due_statements",
    "entries_of",
    "line_rows",
    "parties_of",
    "statement_pdf",
    "statement_rows",
    "statement_workbook",
    "visible_statement",
]
