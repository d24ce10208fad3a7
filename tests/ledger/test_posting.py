"""The books: balanced by the verb and by the database, and never changed after the fact."""

import pytest
from sqlalchemy import text

from marketplace import ledger
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.ledger import AccountKind, Entry, Journal, OutOfBalance
from tests.conftest import NOON, as_user, rows_of
from tests.refusing import refused, refused_by_database


def entries(amount: int = 300, *, currency: str = "CNY", more: int = 0) -> list[Entry]:
    return [
        Entry(AccountKind.FEE_RECEIVABLE, None, amount, currency),
        Entry(AccountKind.FEE_INCOME, None, -amount + more, currency),
    ]


def post(
    lines: list[Entry], by: User, *, key: str = "k1", made_by: User | None = None
) -> Journal:
    return ledger.post(
        key, lines, effective_on=NOON.date(), words="A fee",
        made_by_id=(made_by or by).id, approved_by=by, now=NOON,
    )  # fmt: skip


@pytest.fixture
def posted(pia: User, paul: User) -> Journal:
    return post(entries(), paul, made_by=pia)


def test_a_balanced_journal_is_posted_and_read_back(posted: Journal) -> None:
    assert ledger.is_balanced()
    assert {(b.kind.value, b.net_minor) for b in ledger.balances()} == {
        ("fee_receivable", 300),
        ("fee_income", -300),
    }


def test_unbalanced_entries_are_refused(pia: User, paul: User) -> None:
    with pytest.raises(OutOfBalance, match="CNY"):
        post(entries(more=1), paul, made_by=pia)
    assert rows_of("journals") == 0


def test_each_currency_balances_by_itself(pia: User, paul: User) -> None:
    mixed = [
        Entry(AccountKind.FEE_RECEIVABLE, None, 5, "CNY"),
        Entry(AccountKind.FEE_INCOME, None, -5, "USD"),
    ]
    with pytest.raises(OutOfBalance):
        post(mixed, paul, made_by=pia)


def test_the_database_refuses_an_unbalanced_journal(pia: User, paul: User) -> None:
    with refused_by_database("out of balance by 1 CNY"):
        journal = post(entries(), paul, made_by=pia)
        add_posting(journal, 1)
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_database_refuses_another_currency(pia: User, paul: User) -> None:
    with refused_by_database("another currency"):
        add_posting(post(entries(), paul, made_by=pia), 1, currency="USD")


def test_one_person_cannot_make_and_approve_a_journal(pia: User) -> None:
    with refused_by_database("two_people_post"):
        post(entries(), pia)


@pytest.mark.parametrize("table", ["journals", "postings"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_may_not_change_the_books(
    posted: Journal, pia: User, table: str, change: str
) -> None:
    with as_user(pia), refused_by_database("permission denied"):
        db.session.execute(text(change.format(table)))


def test_the_same_key_posts_once(posted: Journal, pia: User, paul: User) -> None:
    assert post(entries(), paul, made_by=pia).id == posted.id
    assert rows_of("postings") == 2


def test_the_same_key_with_other_amounts_is_refused(
    posted: Journal, pia: User, paul: User
) -> None:
    with refused("already been posted with other amounts"):
        post(entries(301), paul, made_by=pia)


def test_a_lender_reads_nothing_of_the_books(posted: Journal, clara: User) -> None:
    with as_user(clara), refused_by_database("permission denied"):
        rows_of("postings")


def add_posting(journal: Journal, amount: int, *, currency: str = "CNY") -> None:
    db.session.execute(
        text(
            "INSERT INTO postings (journal_id, account_id, amount_minor, currency)"
            " SELECT :journal, id, :amount, :currency FROM ledger_accounts"
            " WHERE kind = 'fee_receivable' AND currency = 'CNY'"
        ),
        {"journal": journal.id, "amount": amount, "currency": currency},
    )
