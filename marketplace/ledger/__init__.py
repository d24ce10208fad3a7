"""Ledger: the platform's books, append-only, balanced and chained by the database itself.

month: open -> proposed -> closed, for good        incident: open -> closed with a note
"""

from marketplace.ledger.chaining import BrokenChain, Head, verify_chain
from marketplace.ledger.closing import Month, close_period, months, propose_close
from marketplace.ledger.exchanging import Rate, bought_minor, converted, exchange
from marketplace.ledger.exporting import beancount, books_csv
from marketplace.ledger.incidents import (
    close_incident,
    incidents,
    open_incident,
    open_incidents,
)
from marketplace.ledger.models import (
    AccountKind,
    Incident,
    Journal,
    JournalLink,
    JournalProposal,
    LedgerAccount,
    LedgerPeriod,
    Posting,
)
from marketplace.ledger.posting import Entry, MonthClosed, OutOfBalance, open_day, post, reverse
from marketplace.ledger.proposing import (
    Exchange,
    approve_proposal,
    exchange_of,
    proposal_of_journal,
    proposals,
    propose_exchange,
    propose_reversal,
    refuse_proposal,
    undecided_proposals,
)
from marketplace.ledger.reading import (
    Balance,
    JournalSheet,
    Line,
    account,
    balance,
    balances,
    count_journals,
    is_balanced,
    journal_sheet,
    journals,
    user_codes,
)

__all__ = [
    "AccountKind",
    "Balance",
    "BrokenChain",
    "Entry",
    "Exchange",
    "Head",
    "Incident",
    "Journal",
    "JournalLink",
    "JournalProposal",
    "JournalSheet",
    "LedgerAccount",
    "LedgerPeriod",
    "Line",
    "Month",
    "MonthClosed",
    "OutOfBalance",
    "Posting",
    "Rate",
    "account",
    "approve_proposal",
    "balance",
    "balances",
    "beancount",
    "books_csv",
    "bought_minor",
    "close_incident",
    "close_period",
    "converted",
    "count_journals",
    "exchange",
    "exchange_of",
    "incidents",
    "is_balanced",
    "journal_sheet",
    "journals",
    "months",
    "open_day",
    "open_incident",
    "open_incidents",
    "post",
    "proposal_of_journal",
    "proposals",
    "propose_close",
    "propose_exchange",
    "propose_reversal",
    "refuse_proposal",
    "reverse",
    "undecided_proposals",
    "user_codes",
    "verify_chain",
]
