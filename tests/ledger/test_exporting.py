"""The books as another program sees them: Beancount accepts them, and no corrupted copy."""

import csv
import io
import re
from pathlib import Path

import pytest

from marketplace import ledger
from marketplace.accounts import User
from marketplace.ledger import AccountKind
from marketplace.ledger.exporting import ROOTS
from tests.conftest import NOON, as_user
from tests.ledger.conftest import bean_check, post_fee
from tests.ledger.test_exchanging import exchange, rate


@pytest.fixture
def posted(pia: User, paul: User) -> None:
    first = post_fee("one")
    post_fee('two "quoted" \\ and\nbroken', 5)
    ledger.reverse(
        first.id, reason="Mr Wang paid twice", effective_on=NOON.date(), made_by_id=pia.id,
        approved_by=paul, now=NOON,
    )  # fmt: skip
    exchange(10_000, "USD", 15_012, "JPY", rate("150.12"), key="yen")


@pytest.fixture
def exported(posted: None, olga: User, tmp_path: Path) -> Path:
    path = tmp_path / "books.beancount"
    with as_user(olga):
        path.write_text("\n".join(ledger.beancount()) + "\n", encoding="utf-8")
    return path


def test_beancount_accepts_the_books(exported: Path) -> None:
    assert bean_check(exported) == ""
    assert exported.read_text().count(" balance ") == 6


def test_empty_books_are_accepted(app, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    path.write_text("\n".join(ledger.beancount()))
    assert bean_check(path) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (r"^(  Assets:\S+  )3\.00 CNY$", "does not balance"),
        (r"^(\S+ balance Assets:FeeReceivable  )0\.05", "Balance failed"),
    ],
)
def test_a_corrupted_copy_is_found(exported: Path, line: str, said: str) -> None:
    content = exported.read_text()
    wrong, changed = re.subn(line, r"\g<1>3.01 CNY" if "3" in line else r"\g<1>0.06", content,
                             count=1, flags=re.MULTILINE)  # fmt: skip
    assert changed == 1
    exported.write_text(wrong)
    assert said in bean_check(exported)


def test_a_journal_left_out_is_found(exported: Path) -> None:
    blocks = exported.read_text().split("\n\n")
    exported.write_text("\n\n".join(block for block in blocks if 'key: "one"' not in block))
    assert "Balance failed" in bean_check(exported)


def test_the_export_names_people_by_code_and_keeps_their_words(
    exported: Path, pia: User, paul: User
) -> None:
    content = exported.read_text() + ledger.books_csv().decode("utf-8-sig")
    assert f'approved_by: "{paul.code}"' in content
    assert pia.code in content
    for personal in ("Wang", pia.name, paul.email):
        assert personal not in content


def test_every_kind_of_account_has_a_name_in_beancount() -> None:
    assert set(ROOTS) == set(AccountKind)
    assert len(set(ROOTS.values())) == len(ROOTS)


def test_the_csv_has_every_posting_and_runs_nothing(posted: None, pia: User) -> None:
    post_fee("=HYPERLINK(1)")
    content = ledger.books_csv().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 2 + 2 + 2 + 4 + 2
    assert rows[-1]["key"] == "'=HYPERLINK(1)"
    for currency in {row["currency"] for row in rows}:
        of = [row for row in rows if row["currency"] == currency]
        assert sum(int(r["debit_minor"]) - int(r["credit_minor"]) for r in of) == 0
