"""The chain of journals: whoever changes the books behind the guards' back is found."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from marketplace import ledger
from marketplace.core import tenancy
from marketplace.core.provision import Database
from marketplace.ledger import BrokenChain, Head
from tests.conftest import SYSTEM, empty
from tests.ledger.attacks import FEE, furnish, post


@pytest.fixture
def owner(app: Flask, database: Database) -> Iterator[psycopg.Connection]:
    """The owner of furnished books, with every guard switched off."""
    empty(database)  # numbers begin at one again
    try:
        with psycopg.connect(database.conninfo("owner")) as connection:
            furnish(connection)
            yield connection
    finally:
        empty(database)


@pytest.fixture
def committed(owner: psycopg.Connection, app: Flask) -> Iterator[Flask]:
    """Look at what the owner has committed."""
    with app.app_context(), tenancy.acting(SYSTEM):
        yield app


def tamper(owner: psycopg.Connection, *statements: str) -> None:
    for table in ("journals", "postings", "journal_links", "ledger_accounts"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for statement in statements:
        assert owner.execute(statement).rowcount > 0
    for table in ("journals", "postings", "journal_links", "ledger_accounts"):
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    owner.commit()


def broken() -> BrokenChain:
    outcome = ledger.verify_chain()
    assert isinstance(outcome, BrokenChain)
    return outcome


def test_untouched_books_verify(committed: Flask) -> None:
    outcome = ledger.verify_chain()
    assert isinstance(outcome, Head)
    assert outcome.sequence == 4


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE postings SET amount_minor = 2 * amount_minor WHERE journal_id = 3",
        "UPDATE postings SET account_id = 3 - account_id WHERE journal_id = 3",
        "UPDATE postings SET currency = 'EUR' WHERE journal_id = 3",
        "INSERT INTO postings (journal_id, account_id, amount_minor, currency)"
        " VALUES (3, 1, 5, 'CNY'), (3, 2, -5, 'CNY')",
        "DELETE FROM postings WHERE journal_id = 3",
        "UPDATE journals SET effective_on = effective_on + 1 WHERE id = 3",
        "UPDATE journals SET booked_at = booked_at - interval '1 microsecond' WHERE id = 3",
        "UPDATE journals SET words = 'something else' WHERE id = 3",
        """UPDATE journals SET facts = '{"rate": "1"}' WHERE id = 3""",
        "UPDATE journals SET made_by_id = 2, approved_by_id = 1 WHERE id = 3",
        "UPDATE journals SET reverses_id = NULL WHERE id = 3",
        "UPDATE journals SET idempotency_key = 'other' WHERE id = 3",
        "UPDATE journal_links SET hash = sha256(hash) WHERE sequence = 3",
    ],
)
def test_a_changed_journal_is_named(
    owner: psycopg.Connection, committed: Flask, change: str
) -> None:
    tamper(owner, change)
    assert broken() == BrokenChain(3, "the journal is not what was posted")


def test_a_renamed_account_is_found(owner: psycopg.Connection, committed: Flask) -> None:
    tamper(owner, "UPDATE ledger_accounts SET kind = 'output_vat' WHERE id = 2")
    assert broken() == BrokenChain(1, "the journal is not what was posted")


def test_a_journal_taken_out_is_found(owner: psycopg.Connection, committed: Flask) -> None:
    tamper(
        owner,
        "DELETE FROM postings WHERE journal_id = 3",
        "DELETE FROM journal_links WHERE journal_id = 3",
        "DELETE FROM journals WHERE id = 3",
    )
    assert broken() == BrokenChain(4, "a link before it is missing")


def test_a_journal_slipped_in_is_found(owner: psycopg.Connection, committed: Flask) -> None:
    tamper(
        owner,
        "INSERT INTO journals (id, idempotency_key, fingerprint, effective_on, words,"
        " made_by_id, approved_by_id) SELECT 99, 'slipped in', fingerprint, effective_on,"
        " words, made_by_id, approved_by_id FROM journals WHERE id = 1",
    )
    assert broken() == BrokenChain(99, "the journal is not in the chain")


REWRITE = (
    "UPDATE postings SET amount_minor = 2 * amount_minor WHERE journal_id = 1",
    "UPDATE journal_links SET hash = sha256(decode(repeat('00', 32), 'hex') ||"
    " convert_to(app.journal_body(1), 'UTF8')) WHERE sequence = 1",
    *(
        f"UPDATE journal_links SET hash = sha256((SELECT hash FROM journal_links"
        f" WHERE sequence = {n - 1}) || convert_to(app.journal_body({n}), 'UTF8'))"
        f" WHERE sequence = {n}"
        for n in (2, 3, 4)
    ),
)
"""What an owner does who has understood how the chain is made."""


def test_a_chain_written_anew_lacks_the_head_of_a_closed_month(
    owner: psycopg.Connection, committed: Flask
) -> None:
    tamper(owner, *REWRITE)
    assert broken() == BrokenChain(None, "it no longer contains a head that was kept")


def test_journals_cut_off_at_the_end_are_found_by_a_head_kept_elsewhere(
    owner: psycopg.Connection, committed: Flask
) -> None:
    held = ledger.verify_chain()
    assert isinstance(held, Head)
    tamper(
        owner,
        "DELETE FROM postings WHERE journal_id = 4",
        "DELETE FROM journal_links WHERE journal_id = 4",
        "DELETE FROM journals WHERE id = 4",
    )
    assert isinstance(ledger.verify_chain(), Head)
    assert isinstance(ledger.verify_chain(held=held), BrokenChain)


def test_odd_characters_are_hashed_alike_by_both(
    owner: psycopg.Connection, committed: Flask
) -> None:
    post(owner, 'quote " backslash \\ 聚清 \t\n\x7f \x01 é 😀', FEE)
    owner.commit()
    assert ledger.verify_chain() != ledger.verify_chain(held=Head(5, b"other"))
    assert isinstance(ledger.verify_chain(), Head)
