"""Contacts: the gate's counters across agencies and lenders, one outcome each, and holds."""

from datetime import datetime, timedelta

import pytest

from marketplace import casework, compliance, placements
from marketplace.accounts import User
from marketplace.casework import (
    Channel,
    Contact,
    ContactRequest,
    Outcome,
    Promise,
    PromiseTaken,
)
from marketplace.casework.contacting import HOLDS_AFTER
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.placements import Placement
from marketplace.portfolios import Case, Person, Portfolio, PortfolioStatus
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.refusing import refused, refused_by_database


@pytest.fixture
def placed(clara: User, amy: User) -> Placement:
    return factories.placement(clara, amy)


@pytest.fixture
def case(placed: Placement) -> Case:
    return factories.cases_of(db.session.get(Portfolio, placed.portfolio_id))[0]


def call(case: Case, by: User, *, now: datetime = NOON, channel: Channel = Channel.CALL) -> (
    ContactRequest
):  # fmt: skip
    return casework.begin_contact(case.id, channel, by=by, now=now)


def called(case: Case, by: User, outcome: Outcome, **more: object) -> Contact:
    contact = call(case, by).contact
    assert contact is not None
    return casework.finish_contact(contact.id, outcome, by=by, now=NOON, **more)


def blocked_by(request: ContactRequest) -> list[str]:
    return [block.rule_id for block in request.decision.blocks]


def test_three_answered_calls_and_no_fourth(case: Case, colin: User) -> None:
    for _ in range(3):
        called(case, colin, Outcome.CALLBACK)
    assert blocked_by(call(case, colin)) == ["CN-FREQ-1"]
    assert call(case, colin, now=NOON + timedelta(days=1)).decision.allowed


def test_an_attempt_counts_as_answered_until_its_outcome_is_known(
    case: Case, colin: User
) -> None:
    open_attempts = [call(case, colin).contact for _ in range(3)]
    assert blocked_by(call(case, colin)) == ["CN-FREQ-1"]
    casework.finish_contact(open_attempts[0].id, Outcome.NO_ANSWER, by=colin, now=NOON)
    assert call(case, colin).decision.allowed


def test_six_unanswered_attempts_and_no_seventh(case: Case, colin: User) -> None:
    for _ in range(6):
        called(case, colin, Outcome.NO_ANSWER)
    assert blocked_by(call(case, colin)) == ["CN-FREQ-2"]
    assert call(case, colin, channel=Channel.LETTER).decision.allowed


def test_a_number_is_spared_whoever_of_the_family_is_called(
    case: Case, clara: User, amy: User, colin: User
) -> None:
    wife = factories.debtor(clara, Person("李丽", factories.resident_id(77), "13800000001"))
    other = factories.portfolio(clara, 0, name="Other", status=PortfolioStatus.PLACED)
    hers = factories.add_case(other, wife, "W1")
    factories.placement(clara, amy, of=other)
    for _ in range(6):
        called(case, colin, Outcome.NO_ANSWER)
    assert blocked_by(call(hers, colin)) == ["CN-FREQ-2"]


def test_calls_count_across_agencies_and_lenders(
    case: Case, colin: User, bea: User, ravi: User
) -> None:
    same_person = factories.placement(bea, ravi)
    theirs = factories.cases_of(db.session.get(Portfolio, same_person.portfolio_id))[0]
    with as_user(colin):
        for _ in range(3):
            called(case, colin, Outcome.REFUSED)
    with as_user(ravi):
        assert blocked_by(call(theirs, ravi)) == ["CN-FREQ-1"]
        assert rows_of("contacts") == 0


def test_a_blocked_attempt_leaves_an_event_and_no_contact(case: Case, colin: User) -> None:
    night = NOON + timedelta(hours=12)
    assert blocked_by(call(case, colin, now=night)) == ["CN-TIME-1"]
    (event,) = factories.events("contact.blocked")
    assert event.details == {"rules": ["CN-TIME-1"], "channel": "call"}
    assert rows_of("contacts") == 0


def test_asking_the_gate_leaves_no_trace(case: Case, colin: User) -> None:
    assert casework.may_contact(case, Channel.CALL, by=colin, now=NOON).allowed
    assert rows_of("contacts") == 0
    assert factories.events("contact.begun") == []


def test_only_the_holder_of_the_placement_calls(
    case: Case, clara: User, ines: User, ravi: User
) -> None:
    for stranger in (ravi, clara, ines):
        assert blocked_by(call(case, stranger)) == ["PLACEMENT"]


def test_a_lender_works_the_cases_no_agency_holds(clara: User, ines: User) -> None:
    own = factories.cases_of(factories.portfolio(clara))[0]
    assert call(own, ines).decision.allowed


def test_flags_of_the_tape_block_too(case: Case, colin: User) -> None:
    case.hold_flags = ["stop_contact"]
    assert blocked_by(call(case, colin)) == ["HOLD"]


def test_a_debtor_in_a_country_without_rules_is_not_called(
    case: Case, clara: User, colin: User
) -> None:
    clara.organisation.jurisdiction = "XX"
    assert blocked_by(call(case, colin)) == ["NO-RULES"]


def test_an_outcome_is_logged_once(case: Case, colin: User) -> None:
    contact = called(case, colin, Outcome.BUSY)
    with refused("already been logged"):
        casework.finish_contact(contact.id, Outcome.CALLBACK, by=colin, now=NOON)


def test_only_its_collector_logs_an_outcome(case: Case, colin: User, amy: User) -> None:
    contact = call(case, colin).contact
    with pytest.raises(NotFound):
        casework.finish_contact(contact.id, Outcome.BUSY, by=amy, now=NOON)


@pytest.mark.parametrize("change", ["note = 'x', outcome = 'BUSY'", "started_at = now()"])
def test_a_contact_is_final_for_the_agencys_own_sql(
    case: Case, colin: User, change: str
) -> None:
    called(case, colin, Outcome.BUSY)
    with as_user(colin), refused_by_database("append-only"):
        db.session.execute(db.text(f"UPDATE contacts SET {change}"))


def test_nothing_but_the_outcome_of_an_attempt_is_filled_in(case: Case, colin: User) -> None:
    call(case, colin)
    with refused_by_database("append-only"):
        db.session.execute(db.text("UPDATE contacts SET outcome = 'BUSY', collector_id = 1"))


@pytest.mark.parametrize("outcome", list(HOLDS_AFTER))
def test_some_outcomes_stop_all_further_contact(
    case: Case, colin: User, clara: User, outcome: Outcome
) -> None:
    with as_user(colin):
        called(case, colin, outcome)
        assert blocked_by(call(case, colin)) == ["HOLD"]
    (hold,) = compliance.holds_on(case.debtor_id, NOON)
    assert hold.reason is HOLDS_AFTER[outcome]
    compliance.lift_hold(hold.id, by=clara, now=NOON)
    assert call(case, colin).decision.allowed


def test_other_outcomes_place_no_hold(case: Case, colin: User) -> None:
    called(case, colin, Outcome.REFUSED)
    assert rows_of("holds") == 0


def test_a_promise_has_an_amount_and_a_date_and_only_a_promise(case: Case, colin: User) -> None:
    promise = PromiseTaken(100, NOON.date())
    contact = call(case, colin).contact
    for outcome, given in ((Outcome.PROMISE, None), (Outcome.CALLBACK, promise)):
        with refused("needs an amount and a date"):
            casework.finish_contact(contact.id, outcome, promise=given, by=colin, now=NOON)


@pytest.mark.parametrize(
    ("amount", "days", "words"),
    [(0, 0, "above zero"), (100_001, 0, "at most the balance"), (1, -1, "in the past")],
)
def test_impossible_promises_are_refused(
    case: Case, colin: User, amount: int, days: int, words: str
) -> None:
    promise = PromiseTaken(amount, NOON.date() + timedelta(days=days))
    with refused(words):
        called(case, colin, Outcome.PROMISE, promise=promise)


def test_a_new_promise_replaces_the_open_one(case: Case, colin: User) -> None:
    for amount in (100, 100_000):
        promise = PromiseTaken(amount, NOON.date())
        called(case, colin, Outcome.PROMISE, promise=promise)
    assert [(p.amount_minor, p.open) for p in promises()] == [(100, False), (100_000, True)]


def test_one_open_promise_by_the_database(case: Case, colin: User) -> None:
    called(case, colin, Outcome.PROMISE, promise=PromiseTaken(100, NOON.date()))
    with refused_by_database("one_open_per_case"):
        db.session.execute(
            db.text(
                "INSERT INTO promises (lender_id, case_id, contact_id, amount_minor, due_on,"
                " open, taken_at) SELECT lender_id, case_id, contact_id, 1, due_on, true,"
                " taken_at FROM promises"
            )
        )


@pytest.mark.parametrize("outcome", [Outcome.PROMISE, Outcome.CEASE])
def test_an_outcome_after_the_recall_is_refused_in_words(
    placed: Placement, case: Case, clara: User, colin: User, outcome: Outcome
) -> None:
    contact = call(case, colin).contact
    placements.recall(placed.id, reason="term", by=clara, now=NOON)
    db.session.expunge(case)
    promise = PromiseTaken(100, NOON.date()) if outcome is Outcome.PROMISE else None
    with as_user(colin):
        with refused("was recalled in the meantime"), db.session.begin_nested():
            casework.finish_contact(contact.id, outcome, promise=promise, by=colin, now=NOON)
        db.session.refresh(contact)
        casework.finish_contact(contact.id, Outcome.CALLBACK, by=colin, now=NOON)


def test_the_queue_shows_promises_first_and_masks(case: Case, colin: User) -> None:
    called(case, colin, Outcome.PROMISE, promise=PromiseTaken(100, NOON.date()))
    with as_user(colin):
        lines = casework.queue(colin.organisation_id)
    assert lines[0].code == case.code
    assert lines[0].name_masked == "王**"
    assert lines[0].phone_masked == "138****0001"
    assert len(lines) == 3


def promises() -> list[Promise]:
    rows = db.session.scalars(db.select(Promise).order_by(Promise.id))
    return list(rows.all())
