"""Three-way reconciliation: what the lender posted, the bank shows and agencies claim.

Pure functions over the files of a month; no table, no clock. The rules are in
docs/decisions/0010-reconciliation.md.
"""

from marketplace.core.calendars import Calendar
from marketplace.reconciliation.allocating import Allocation, Part, allocate
from marketplace.reconciliation.bank import References
from marketplace.reconciliation.deciding import Decided, read_decided
from marketplace.reconciliation.files import DATE_ORDERS
from marketplace.reconciliation.grouping import reconcile
from marketplace.reconciliation.groups import Group, GroupClass, Reconciled
from marketplace.reconciliation.month import (
    BankLine,
    Claim,
    LedgerLine,
    Month,
    PlacedCase,
    Window,
    ordered,
)
from marketplace.reconciliation.reading import (
    PARTS,
    read_calendars,
    read_claims,
    read_ledger,
    read_month,
    table_headings,
    table_rows,
)
from marketplace.reconciliation.statements import read_statement

__all__ = [
    "DATE_ORDERS",
    "PARTS",
    "Allocation",
    "BankLine",
    "Calendar",
    "Claim",
    "Decided",
    "Group",
    "GroupClass",
    "LedgerLine",
    "Month",
    "Part",
    "PlacedCase",
    "Reconciled",
    "References",
    "Window",
    "allocate",
    "ordered",
    "read_calendars",
    "read_claims",
    "read_decided",
    "read_ledger",
    "read_month",
    "read_statement",
    "reconcile",
    "table_headings",
    "table_rows",
]
