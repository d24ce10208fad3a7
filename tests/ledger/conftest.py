"""What tests of the books post."""

from datetime import date

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
