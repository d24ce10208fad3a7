"""Ledger: the platform's books, append-only and balanced by the database itself."""

from marketplace.ledger.models import AccountKind, Journal, LedgerAccount, Posting
from marketplace.ledger.posting import (
    Balance,
    Entry,
    OutOfBalance,
    balances,
    is_balanced,
    journals,
    post,
)

__all__ = [
    "AccountKind",
    "Balance",
    "Entry",
    "Journal",
    "LedgerAccount",
    "OutOfBalance",
    "Posting",
    "balances",
    "is_balanced",
    "journals",
    "post",
]
