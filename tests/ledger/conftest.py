"""What tests of the books post."""

import subprocess
import sys
from datetime import date
from pathlib import Path

from marketplace import ledger
from marketplace.ledger import AccountKind, Entry, Journal
from tests.conftest import NOON
from tests.factories import TODAY, someone


def entries(amount: int = 300, *, currency: str = "CNY", more: int = 0) -> list[Entry]:
    return [
        Entry(AccountKind.FEE_RECEIVABLE, None, amount, currency),
        Entry(AccountKind.FEE_INCOME, None, -amount + more, currency),
    ]


def post_fee(key: str = "k1", amount: int = 300, *, on: date = TODAY) -> Journal:
    """A fee that Pia made and Paul approved."""
    return ledger.post(
        key, entries(amount), effective_on=on, words="A fee", made_by_id=someone("pia").id,
        approved_by=someone("paul"), now=NOON,
    )  # fmt: skip


def bean_check(path: Path) -> str:
    """What Beancount says is wrong with a file; empty if nothing is."""
    done = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", "--no-cache", str(path)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode == 0) == (not done.stderr.strip()), done.stderr
    return done.stderr
