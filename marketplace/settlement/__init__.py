"""Settlement: paying commissions (结佣), one statement per lender, agency and period.

draft -> agency confirmed -> lender confirmed -> approved (posted)
  `-------------`-------------------`-> cancelled

On the Stripe rail an approved one goes on: invoiced -> paid (-> taken back).
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
from marketplace.settlement.commission import Earning, commission
from marketplace.settlement.earning import TierMode
from marketplace.settlement.gathering import Due, agreed_terms
from marketplace.settlement.models import (
    CommissionTerms,
    LineKind,
    QualityScore,
    RateBasis,
    Statement,
    StatementLine,
    StatementStatus,
)
from marketplace.settlement.paid_for import HOLDS, METHODS, USUAL
from marketplace.settlement.papers import statement_pdf, statement_workbook, why_line
from marketplace.settlement.queries import (
    LineRow,
    Parties,
    StatementRow,
    amounts_of,
    line_rows,
    parties_of,
    score_of,
    statement_of_journal,
    statement_rows,
    visible_statement,
)
from marketplace.settlement.scales import BadTable
from marketplace.settlement.stating import (
    PLATFORM_FEE_BPS,
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
    "HOLDS",
    "METHODS",
    "PLATFORM_FEE_BPS",
    "USUAL",
    "BadTable",
    "CommissionTerms",
    "Due",
    "Earning",
    "LineKind",
    "LineRow",
    "NothingToSettle",
    "Parties",
    "QualityScore",
    "RateBasis",
    "Statement",
    "StatementLine",
    "StatementRow",
    "StatementStatus",
    "TierMode",
    "agree_to_terms",
    "agreed_terms",
    "amounts_of",
    "appeal_score",
    "approve",
    "cancel",
    "carry",
    "commission",
    "confirm",
    "decide_appeal",
    "draft_statement",
    "due_statements",
    "entries_of",
    "line_rows",
    "parties_of",
    "propose_terms",
    "score_of",
    "score_quality",
    "scores_of",
    "scores_with",
    "statement_of_journal",
    "statement_pdf",
    "statement_rows",
    "statement_workbook",
    "terms_of",
    "terms_with",
    "visible_statement",
    "why_line",
]
