"""Three-way reconciliation: what the lender posted, the bank shows and agencies claim.

Pure functions over the files of a month; no table, no clock. The rules are in
docs/decisions/0010-reconciliation.md.
"""

from marketplace.core.calendars import Calendar
from marketplace.reconciliation.grouping import Group, GroupClass, Reconciled, reconcile
from marketplace.reconciliation.month import (
    BankLine,
    Claim,
    LedgerLine,
    Month,
    PlacedCase,
    Window,
)
from marketplace.reconciliation.reading import read_month

__all__ = [
    "BankLine",
    "Calendar",
    "Claim",
    "Group",
    "GroupClass",
    "LedgerLine",
    "Month",
    "PlacedCase",
    "Reconciled",
    "Window",
    "read_month",
    "reconcile",
]
