"""Two dialers at the last call allowed."""

import time

import pytest
from flask import Flask

from marketplace import casework, compliance
from marketplace.accounts import User
from marketplace.casework import Channel, Outcome
from marketplace.core.db import db, transaction
from marketplace.portfolios import Case, Person, PortfolioStatus
from tests import factories
from tests.conftest import NOON, rows_of
from tests.factories import someone
from tests.races.conftest import Deed, Look, at_once

WANG, LI = (factories.resident_id(n) for n in (1, 2))
"""Two people."""

HOME, MOBILE = "02155550000", "13800000000"
"""Two numbers."""


def placed_case(lender: str, agent: str, who: Person, *, calls: int, outcome: Outcome) -> int:
    """A case whose debtor was called some times today already."""
    clara, amy = someone(lender), someone(agent)
    of = factories.portfolio(clara, 0, status=PortfolioStatus.PLACED)
    case = factories.add_case(of, factories.debtor(clara, who), "C1")
    factories.placement(clara, amy, of=of)
    for _ in range(calls):
        contact = casework.begin_contact(case.id, Channel.CALL, by=amy, now=NOON).contact
        casework.finish_contact(contact.id, outcome, by=amy, now=NOON)
    return case.id


def dialling(case_id: int) -> Deed:
    def dial(by: User, looked: Look) -> str:
        looked(db.session.get_one(Case, case_id))
        request = casework.begin_contact(case_id, Channel.CALL, by=by, now=NOON)
        return "called" if request.contact else request.decision.blocks[0].rule_id

    return dial


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough between counting and dialling for somebody else to count the same."""
    original = compliance.decide

    def decide(*arguments: object, **named: object) -> compliance.Decision:
        time.sleep(0.3)
        return original(*arguments, **named)

    monkeypatch.setattr(compliance, "decide", decide)


@pytest.mark.parametrize(
    ("first", "second", "calls", "outcome", "rule"),
    [
        (
            Person("王", WANG, HOME),
            Person("王", WANG, MOBILE),
            2,
            Outcome.CALLBACK,
            "CN-FREQ-1",
        ),
        (Person("王", WANG, HOME), Person("李", LI, HOME), 5, Outcome.NO_ANSWER, "CN-FREQ-2"),
    ],
    ids=["one person on two numbers", "two people on one number"],
)
def test_the_last_call_allowed_is_made_once(
    committed: Flask,
    slowly: None,
    first: Person,
    second: Person,
    calls: int,
    outcome: Outcome,
    rule: str,
) -> None:
    """Two agencies of two lenders dial at the same moment."""
    with transaction():
        one = placed_case("clara", "amy", first, calls=calls, outcome=outcome)
        other = placed_case("bea", "ravi", second, calls=0, outcome=outcome)
    ended = at_once(committed, ("amy", dialling(one)), ("ravi", dialling(other)))
    assert sorted(ended) == [rule, "called"]
    assert rows_of("contacts") == calls + 1


def test_an_outcome_is_written_once(committed: Flask) -> None:
    with transaction():
        who = Person("王", WANG, MOBILE)
        case_id = placed_case("clara", "amy", who, calls=0, outcome=Outcome.BUSY)
        colin = someone("colin")
        contact_id = casework.begin_contact(
            case_id, Channel.CALL, by=colin, now=NOON
        ).contact.id

    def finish(by, looked):
        looked(db.session.get_one(casework.Contact, contact_id))
        casework.finish_contact(contact_id, Outcome.DISPUTE, by=by, now=NOON)

    assert sorted(at_once(committed, ("colin", finish), ("colin", finish))) == [
        "done",
        "refused: Refusal",
    ]
    assert rows_of("holds") == 1
