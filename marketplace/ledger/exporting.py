"""The books for other programs: Beancount, which checks them again, and CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from marketplace.accounts import Organisation
from marketplace.core.db import db
from marketplace.core.exports import Cell, csv_file
from marketplace.core.money import MINOR_DIGITS
from marketplace.ledger.models import AccountKind, Journal, LedgerAccount, Posting

ROOTS: Mapping[AccountKind, str] = {
    AccountKind.FEE_RECEIVABLE: "Assets:FeeReceivable",
    AccountKind.FEE_INCOME: "Income:PlatformFee",
    AccountKind.OUTPUT_VAT: "Liabilities:OutputVAT",
    AccountKind.MEMO_LENDER_OWES: "Equity:Memo:LenderOwes",
    AccountKind.MEMO_AGENCY_EARNED: "Equity:Memo:AgencyEarned",
    AccountKind.MEMO_RECOVERIES: "Equity:Memo:Recoveries",
    AccountKind.MEMO_CASH: "Equity:Memo:Cash",
    AccountKind.LENDER_RECEIVABLE: "Assets:LenderReceivable",
    AccountKind.AGENCY_PAYABLE: "Liabilities:AgencyPayable",
    AccountKind.STRIPE_BALANCE: "Assets:Stripe",
    AccountKind.STRIPE_COST: "Expenses:Stripe",
    AccountKind.BANK_CLEARING: "Assets:BankClearing",
    AccountKind.FX_CLEARING: "Equity:FxClearing",
    AccountKind.FX_DIFFERENCE: "Income:FxDifference",
}
"""What an account is called in Beancount. Memo accounts belong to nobody: they are equity."""

UNEXPORTED = frozenset({"reason"})
"""Facts in people's own words stay in the house."""

_AT_ONCE = 2_000
HEADERS = (
    "journal", "key", "period", "effective_on", "booked_at", "words", "account",
    "organisation", "currency", "debit_minor", "credit_minor", "made_by", "approved_by",
    "reverses",
)  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One posting with all that is said of its journal."""

    id: int
    key: str
    effective_on: date
    booked_at: datetime
    words: str
    facts: dict[str, Any]
    made_by: str
    approved_by: str
    reverses_id: int | None
    kind: AccountKind
    organisation: str | None
    currency: str
    amount_minor: int

    @property
    def account(self) -> str:
        owner = f":{self.organisation}" if self.organisation else ""
        return ROOTS[self.kind] + owner


def beancount(journal_id: int | None = None) -> Iterator[str]:
    """Every journal, or one, as Beancount 3, line by line, and what each account comes to."""
    yield 'option "title" "Recoup"'
    yield 'option "inferred_tolerance_default" "*:0"'
    yield from _openings(journal_id)
    sums: dict[tuple[str, str], int] = {}
    last = date.min
    for _journal, rows in groupby(_rows(journal_id), key=lambda row: row.id):
        lines = list(rows)
        yield from _transaction(lines)
        last = lines[0].effective_on
        for line in lines:
            place = line.account, line.currency
            sums[place] = sums.get(place, 0) + line.amount_minor
    yield ""
    for (account, currency), total in sorted(sums.items()):
        following = last + timedelta(days=1)
        yield f"{following} balance {account}  {_amount(total, currency)} ~ 0 {currency}"


def books_csv() -> bytes:
    """Every posting as a row of CSV."""
    return csv_file(HEADERS, (_cells(row) for row in _rows()))


def _openings(journal_id: int | None) -> Iterator[str]:
    query = (
        select(
            LedgerAccount.kind,
            Organisation.short_code,
            func.array_agg(LedgerAccount.currency.distinct()),
            func.min(Journal.effective_on),
        )
        .outerjoin(Organisation, Organisation.id == LedgerAccount.organisation_id)
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(_asked_for(journal_id))
        .group_by(LedgerAccount.kind, Organisation.short_code)
        .order_by(LedgerAccount.kind, Organisation.short_code)
    )
    for kind, organisation, currencies, first in db.session.execute(query):
        owner = f":{organisation}" if organisation else ""
        yield f"{first} open {ROOTS[kind]}{owner} {','.join(sorted(currencies))}"


def _transaction(lines: Sequence[_Row]) -> Iterator[str]:
    head = lines[0]
    yield ""
    yield f"{head.effective_on} * {_quoted(head.words)}"
    yield f"  journal: {head.id}"
    yield f"  key: {_quoted(head.key)}"
    yield f'  period: "{head.effective_on:%Y-%m}"'
    yield f'  made_by: "{head.made_by}"'
    yield f'  approved_by: "{head.approved_by}"'
    if head.reverses_id is not None:
        yield f"  reverses: {head.reverses_id}"
    for name, value in sorted(head.facts.items()):
        if name not in UNEXPORTED:
            yield f"  {name}: {_quoted(str(value))}"
    for line in lines:
        yield f"  {line.account}  {_amount(line.amount_minor, line.currency)} {line.currency}"


def _cells(row: _Row) -> Sequence[Cell]:
    return (
        row.id, row.key, f"{row.effective_on:%Y-%m}", row.effective_on.isoformat(),
        row.booked_at.isoformat(), row.words, row.kind.value, row.organisation, row.currency,
        max(row.amount_minor, 0), max(-row.amount_minor, 0), row.made_by, row.approved_by,
        row.reverses_id,
    )  # fmt: skip


def _asked_for(journal_id: int | None) -> ColumnElement[bool]:
    return true() if journal_id is None else Journal.id == journal_id


def _rows(journal_id: int | None = None) -> Iterator[_Row]:
    prefix, digits = "US", 5
    query = (
        select(
            Journal.id,
            Journal.idempotency_key,
            Journal.effective_on,
            Journal.booked_at,
            Journal.words,
            Journal.facts,
            func.app.public_code(prefix, Journal.made_by_id, digits),
            func.app.public_code(prefix, Journal.approved_by_id, digits),
            Journal.reverses_id,
            LedgerAccount.kind,
            Organisation.short_code,
            Posting.currency,
            Posting.amount_minor,
        )
        .join(Posting, Posting.journal_id == Journal.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .outerjoin(Organisation, Organisation.id == LedgerAccount.organisation_id)
        .where(_asked_for(journal_id))
        .order_by(Journal.effective_on, Journal.id, Posting.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    with db.session.execute(query) as rows:
        for row in rows:
            yield _Row(*row)


def _amount(minor: int, currency: str) -> str:
    return f"{Decimal(minor).scaleb(-MINOR_DIGITS[currency]):f}"


def _quoted(words: str) -> str:
    inside = " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'
