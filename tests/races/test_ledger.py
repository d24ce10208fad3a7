"""Posting twice, reversing twice, and posting while the month is closed."""

from datetime import date

import pytest
from flask import Flask

from marketplace import ledger
from marketplace.core.db import db, transaction
from marketplace.ledger import Head, JournalProposal
from tests.conftest import CAST, NOON, person, rows_of
from tests.ledger.conftest import post_fee
from tests.races.conftest import at_once

JANUARY = date(2026, 1, 1)


@pytest.fixture
def journal_id(committed: Flask) -> int:
    with transaction():
        person("pia", *CAST["pia"])
        person("paul", *CAST["paul"])
        return post_fee("first", on=JANUARY).id


def test_the_same_key_is_posted_once(committed: Flask, journal_id: int) -> None:
    def post(by, looked):
        looked()
        return post_fee("second").id

    first, second = at_once(committed, ("pia", post), ("paul", post))
    assert first == second
    assert rows_of("journals") == 2


def test_the_same_key_with_other_amounts_is_refused(committed: Flask, journal_id: int) -> None:
    def post(amount: int):
        def deed(by, looked):
            looked()
            post_fee("second", amount)

        return deed

    ended = at_once(committed, ("pia", post(5)), ("paul", post(6)))
    assert sorted(ended) == ["done", "refused: Refusal"]
    assert rows_of("journals") == 2


def test_a_journal_is_reversed_once(committed: Flask, journal_id: int) -> None:
    def reverse(by, looked):
        looked()
        ledger.reverse(
            journal_id, reason="wrong", effective_on=NOON.date(),
            made_by_id=person("pia", *CAST["pia"]).id, approved_by=by, now=NOON,
        )  # fmt: skip

    ended = at_once(committed, ("paul", reverse), ("paul", reverse))
    assert sorted(ended) == ["done", "refused: Refusal"]
    assert rows_of("journals") == 2


def test_a_month_closes_with_all_its_journals(committed: Flask, journal_id: int) -> None:
    """Either the journal was there when the month closed, or it is refused."""
    with transaction():
        ledger.propose_close(JANUARY, by=person("pia", *CAST["pia"]), now=NOON)

    def close(by, looked):
        looked()
        return ledger.close_period(JANUARY, by=by, now=NOON).head_sequence

    def post(by, looked):
        looked()
        post_fee("second", on=JANUARY)

    closed_at, posted = at_once(committed, ("paul", close), ("pia", post))
    assert (closed_at, posted) in {("2", "done"), ("1", "refused: MonthClosed")}
    assert rows_of("journals") == int(closed_at)


def test_journals_of_many_posters_make_one_chain(committed: Flask, journal_id: int) -> None:
    def post(name: str):
        def deed(by, looked):
            looked()
            for n in range(5):
                post_fee(f"{name}{n}")

        return deed

    at_once(committed, *((who, post(f"{who}{i}")) for i in range(2) for who in ("pia", "paul")))
    head = ledger.verify_chain()
    assert isinstance(head, Head)
    assert head.sequence == 21


def test_a_reversal_is_proposed_once(committed: Flask, journal_id: int) -> None:
    def propose(by, looked):
        looked()
        ledger.propose_reversal(
            journal_id, reason="wrong", effective_on=NOON.date(), by=by, now=NOON
        )

    ended = at_once(committed, ("pia", propose), ("paul", propose))
    assert sorted(ended) == ["done", "refused: Refusal"]
    assert rows_of("journal_proposals") == 1


def test_a_proposal_is_decided_once(committed: Flask, journal_id: int) -> None:
    with transaction():
        ledger.propose_reversal(
            journal_id, reason="wrong", effective_on=NOON.date(),
            by=person("pia", *CAST["pia"]), now=NOON,
        )  # fmt: skip
    with transaction():
        (proposal,) = ledger.proposals()

    def approve(by, looked):
        looked(db.session.get_one(JournalProposal, proposal.id))
        ledger.approve_proposal(proposal.id, by=by, now=NOON)

    def refuse(by, looked):
        looked(db.session.get_one(JournalProposal, proposal.id))
        ledger.refuse_proposal(proposal.id, by=by, now=NOON)

    ended = at_once(committed, ("paul", approve), ("paul", refuse))
    assert sorted(ended) == ["done", "refused: Refusal"]
    assert rows_of("journals") == (2 if ended[0] == "done" else 1)
