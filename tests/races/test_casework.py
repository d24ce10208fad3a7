"""Two dialers at the last call allowed."""

import time

import pytest
from flask import Flask

from marketplace import casework, compliance
from marketplace.casework import Channel, Outcome
from marketplace.core.db import db, transaction
from marketplace.portfolios import Case, Portfolio
from tests import factories
from tests.conftest import NOON, rows_of
from tests.factories import someone
from tests.races.conftest import at_once


@pytest.fixture
def case_id(committed: Flask) -> int:
    """A case that may be called once more today."""
    with transaction():
        placed = factories.placement(someone("clara"), someone("amy"))
        case = factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))[0]
        colin = someone("colin")
        for _ in range(2):
            contact = casework.begin_contact(case.id, Channel.CALL, by=colin, now=NOON).contact
            casework.finish_contact(contact.id, Outcome.CALLBACK, by=colin, now=NOON)
        return case.id


def test_the_last_call_is_made_once(
    committed: Flask, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = compliance.decide

    def slowly(*arguments: object, **named: object) -> compliance.Decision:
        time.sleep(0.3)  # time enough for the other one to count, were they not queued up
        return original(*arguments, **named)

    monkeypatch.setattr(compliance, "decide", slowly)

    def dial(by, looked):
        db.session.get_one(Case, case_id)
        looked()
        request = casework.begin_contact(case_id, Channel.CALL, by=by, now=NOON)
        return "called" if request.contact else request.decision.blocks[0].rule_id

    assert sorted(at_once(committed, ("colin", dial), ("amy", dial))) == [
        "CN-FREQ-1",
        "called",
    ]
    assert rows_of("contacts") == 3


def test_an_outcome_is_written_once(committed: Flask, case_id: int) -> None:
    with transaction():
        colin = someone("colin")
        contact_id = casework.begin_contact(
            case_id, Channel.CALL, by=colin, now=NOON
        ).contact.id

    def finish(by, looked):
        db.session.get_one(casework.Contact, contact_id)
        looked()
        casework.finish_contact(contact_id, Outcome.DISPUTE, by=by, now=NOON)

    assert sorted(at_once(committed, ("colin", finish), ("colin", finish))) == [
        "done",
        "refused: Refusal",
    ]
    assert rows_of("holds") == 1
