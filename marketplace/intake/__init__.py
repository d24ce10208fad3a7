"""Payment intake: files of a month kept, matched, decided by two people, posted as payments.

group:    automatic -> settled        open -> proposed -> settled, or open again
decision: proposed -> agreed -> reversed by another one        proposed -> refused
"""

from marketplace.intake.ageing import AGES, Aged, unreconciled
from marketplace.intake.bringing import JOB, agencies_of, bring_claims, bring_in, lenders_of
from marketplace.intake.checking import check
from marketplace.intake.claims import CLAIM_LISTS, claim_files, claims_ageing, claims_of
from marketplace.intake.deciding import Share, propose_match, propose_split, resolve, reverse
from marketplace.intake.feeding import take_in_payments
from marketplace.intake.methods import method_of
from marketplace.intake.models import (
    Batch,
    Decision,
    DecisionKind,
    FileKind,
    GroupRow,
    Line,
    ReasonCode,
    Run,
    Source,
)
from marketplace.intake.profiles import CLAIM_COLUMNS, LEDGER_COLUMNS
from marketplace.intake.queries import (
    PAGE,
    STATES,
    Filter,
    MonthState,
    Queue,
    Total,
    decisions,
    group_now,
    lines_of,
    month_of_group,
    month_state,
    months,
    partners_of,
    queue,
    totals,
)
from marketplace.intake.reading import Brought
from marketplace.intake.revealing import reveal_texts
from marketplace.intake.running import match_month

__all__ = [
    "AGES",
    "CLAIM_COLUMNS",
    "CLAIM_LISTS",
    "JOB",
    "LEDGER_COLUMNS",
    "PAGE",
    "STATES",
    "Aged",
    "Batch",
    "Brought",
    "Decision",
    "DecisionKind",
    "FileKind",
    "Filter",
    "GroupRow",
    "Line",
    "MonthState",
    "Queue",
    "ReasonCode",
    "Run",
    "Share",
    "Source",
    "Total",
    "agencies_of",
    "bring_claims",
    "bring_in",
    "check",
    "claim_files",
    "claims_ageing",
    "claims_of",
    "decisions",
    "group_now",
    "lenders_of",
    "lines_of",
    "match_month",
    "method_of",
    "month_of_group",
    "month_state",
    "months",
    "partners_of",
    "propose_match",
    "propose_split",
    "queue",
    "resolve",
    "reveal_texts",
    "reverse",
    "take_in_payments",
    "totals",
    "unreconciled",
]
