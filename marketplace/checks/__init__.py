"""Checks: the books looked at again every day, by other arithmetic than that which made them.

A difference opens an incident (in `ledger`), which finance closes in words.
"""

from marketplace.checks.checking import TASK, ask_for_check, check_books, last_check
from marketplace.checks.differences import Difference
from marketplace.checks.models import BookCheck

__all__ = ["TASK", "BookCheck", "Difference", "ask_for_check", "check_books", "last_check"]
