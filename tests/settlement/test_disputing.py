"""Disputed lines: split out into a new version, decided by two, and back or out for good."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from marketplace import checks, ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.portfolios import Case, Portfolio
from marketplace.settlement import LineDispute, LineKind, Outcome, Statement, StatementStatus
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database

END = TODAY + timedelta(days=30)


@pytest.fixture
def cases(clara: User, amy: User) -> list[Case]:
    placed = factories.placement(clara, amy, rate_bps=2500)
    return factories.cases_of(db.session.get(Portfolio, placed.portfolio_id))


@pytest.fixture
def drafted(cases: list[Case], aline: User, pia: User, paul: User) -> Statement:
    """Three payments of 100, 200 and 300, earning a quarter."""
    for i, amount in enumerate((10_000, 20_000, 30_000)):
        factories.payment(cases[i], amount, reference=f"R{i}", verified_by=aline)
    return factories.statement(pia)


def lines(statement: Statement) -> list[int]:
    return [row.gross_minor for row in settlement.line_rows(statement)]


def code_of(statement: Statement, amount: int) -> str:
    rows = settlement.line_rows(statement)
    return next(row.payment for row in rows if row.gross_minor == amount)


def dispute(statement: Statement, by: User, *amounts: int) -> list[LineDispute]:
    codes = [code_of(statement, amount) for amount in amounts]
    with as_user(by):
        return settlement.dispute_lines(
            statement.id, codes, reason="Paid to another agency", by=by, now=NOON
        )


def latest() -> Statement:
    newest = db.select(Statement).order_by(Statement.id.desc()).limit(1)
    return db.session.scalars(newest.execution_options(populate_existing=True)).one()


def decide(one: LineDispute, outcome: Outcome, proposer: User, agreeing: User) -> None:
    with as_user(proposer):
        settlement.propose_outcome(one.id, outcome, because="Seen", by=proposer, now=NOON)
    with as_user(agreeing):
        settlement.agree_outcome(one.id, outcome, by=agreeing, now=NOON)
    db.session.commit()


def settle(statement: Statement, fred: User, fang: User, paul: User) -> None:
    settlement.confirm(statement.id, by=fred, now=NOON)
    settlement.confirm(statement.id, by=fang, now=NOON)
    settlement.approve(statement.id, by=paul, now=NOON)


def test_a_disputed_line_leaves_by_a_new_version(
    drafted: Statement, fred: User, fang: User
) -> None:
    dispute(drafted, fred, 20_000)
    for who in (fred, fang):
        with refused("a new version is being drafted"):
            settlement.confirm(drafted.id, by=who, now=NOON)
    factories.drain()
    new = latest()
    assert (new.replaces_id, new.edition) == (drafted.id, 2)
    assert lines(new) == [10_000, 30_000]
    assert new.commission_minor == 10_000
    assert new.disputes_end_at == drafted.disputes_end_at
    db.session.refresh(drafted)
    assert drafted.status is StatementStatus.CANCELLED
    assert lines(drafted) == [10_000, 20_000, 30_000], "the old version is still read"
    assert b"Payment" in settlement.statement_csv(drafted, now=NOON, audit_head="1 a")
    assert settlement.next_version(drafted) is new
    assert settlement.due_statements(END) == [], "what is disputed is not due"


def test_it_comes_back_once_two_sides_agree(
    drafted: Statement, fred: User, fang: User, pia: User, paul: User
) -> None:
    (one,) = dispute(drafted, fred, 20_000)
    factories.drain()
    settle(latest(), fred, fang, paul)
    decide(one, Outcome.BACK, fred, fang)
    (due,) = settlement.due_statements(END)
    assert (due.payments, due.amount_minor) == (1, 20_000)
    again = factories.statement(pia, start=TODAY + timedelta(days=1))
    assert lines(again) == [20_000]
    checks.check_books(now=NOON)
    assert ledger.open_incidents() == 0


def test_it_stays_out_with_what_reverses_it(
    drafted: Statement, cases: list[Case], fred: User, fang: User, paul: User, pia: User,
    aline: User,
) -> None:  # fmt: skip
    (one,) = dispute(drafted, fang, 20_000)
    factories.drain()
    settle(latest(), fred, fang, paul)
    decide(one, Outcome.OUT, pia, paul)
    factories.payment(cases[1], -20_000, reference="back", reverses="R1", verified_by=aline)
    assert settlement.due_statements(END) == []
    with refused("has been decided"):
        settlement.propose_outcome(one.id, Outcome.BACK, because="x", by=fred, now=NOON)
    with refused_by_database("decided once"):
        db.session.execute(text("UPDATE line_disputes SET decision = NULL"))


def test_a_disputed_claw_back_leaves_the_payment_as_it_was(
    drafted: Statement, cases: list[Case], fred: User, fang: User, paul: User, pia: User,
    aline: User,
) -> None:  # fmt: skip
    settle(drafted, fred, fang, paul)
    factories.payment(cases[0], -10_000, reference="back", reverses="R0", verified_by=aline)
    factories.payment(cases[1], 5_000, reference="new", verified_by=aline)
    second = factories.statement(pia, start=TODAY + timedelta(days=1))
    assert lines(second) == [-10_000, 5_000]
    (one,) = dispute(second, fred, -10_000)
    factories.drain()
    assert lines(latest()) == [5_000]
    settle(latest(), fred, fang, paul)
    decide(one, Outcome.BACK, fang, fred)
    third = factories.statement(pia, start=TODAY + timedelta(days=2))
    assert [(r.kind, r.commission_minor) for r in settlement.line_rows(third)] == [
        (LineKind.REVERSAL, -2_500)
    ]
    checks.check_books(now=NOON)
    assert ledger.open_incidents() == 0


def test_a_statement_all_of_whose_lines_are_disputed_is_only_set_aside(
    drafted: Statement, fred: User
) -> None:
    dispute(drafted, fred, 10_000, 20_000, 30_000)
    factories.drain()
    assert latest() is drafted
    assert drafted.status is StatementStatus.CANCELLED
    settlement.split_out(factories.event("statement.disputed", drafted.id), now=NOON)
    assert rows_of("statement_copies") == 1


def test_a_new_version_can_be_disputed_again(drafted: Statement, fred: User) -> None:
    dispute(drafted, fred, 20_000)
    factories.drain()
    dispute(latest(), fred, 10_000)
    factories.drain()
    assert (latest().edition, lines(latest())) == (3, [30_000])


def test_each_side_disputes_before_it_confirms(
    drafted: Statement, fred: User, fang: User, amy: User
) -> None:
    settlement.confirm(drafted.id, by=fred, now=NOON)
    with refused("before one's own confirmation"):
        dispute(drafted, fred, 20_000)
    db.session.commit()
    assert settlement.may_dispute(drafted, by=fang)
    settlement.confirm(drafted.id, by=fang, now=NOON)
    with refused("before one's own confirmation"):
        dispute(drafted, fang, 20_000)


@pytest.fixture
def late() -> Iterator[None]:
    """Statements whose window ended yesterday."""

    def end(_mapper: object, _connection: object, statement: Statement) -> None:
        statement.disputes_end_at = datetime.now(UTC) - timedelta(days=1)

    event.listen(Statement, "before_insert", end)
    yield
    event.remove(Statement, "before_insert", end)


def test_after_the_window_only_confirmation_is_left(
    late: None, drafted: Statement, fred: User
) -> None:
    with refused("within the window"):
        dispute(drafted, fred, 20_000)
    with refused_by_database("disputed in time"):
        db.session.execute(
            text(
                "INSERT INTO line_disputes (lender_id, agency_id, statement_id, payment_id,"
                " reason, raised_by_id, raised_at, proposed_because) SELECT lender_id,"
                " agency_id, statement_id, payment_id, 'x', :by, now(), ''"
                " FROM statement_lines LIMIT 1"
            ),
            {"by": fred.id},
        )
    settlement.confirm(drafted.id, by=fred, now=NOON)


def test_the_window_is_a_week_of_the_databases_clock(drafted: Statement) -> None:
    db.session.refresh(drafted)
    left = drafted.disputes_end_at - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    with refused_by_database("never changed"):
        db.session.execute(text("UPDATE statements SET disputes_end_at = now()"))


def test_bad_choices_are_refused(drafted: Statement, fred: User) -> None:
    for codes, reason, words in (
        ([], "x", "Choose lines"),
        (["PY-NONE"], "x", "Choose lines"),
        ([code_of(drafted, 10_000)], " ", "needs a reason"),
    ):
        with as_user(fred), refused(words):
            settlement.dispute_lines(drafted.id, codes, reason=reason, by=fred, now=NOON)


def test_one_side_alone_decides_nothing(
    drafted: Statement, fred: User, amy: User, fang: User, pia: User, ravi: User, bea: User
) -> None:
    (one,) = dispute(drafted, fred, 20_000)
    with refused("Nobody has proposed"):
        settlement.agree_outcome(one.id, Outcome.BACK, by=fang, now=NOON)
    settlement.propose_outcome(one.id, Outcome.BACK, because="x", by=fred, now=NOON)
    for same_side in (fred, amy):
        with refused("Your own side proposed"):
            settlement.agree_outcome(one.id, Outcome.BACK, by=same_side, now=NOON)
    with refused("The two sides agree with each other"):
        settlement.agree_outcome(one.id, Outcome.BACK, by=pia, now=NOON)
    settlement.propose_outcome(one.id, Outcome.OUT, because="x", by=pia, now=NOON)
    with refused("Your own side proposed"):
        settlement.agree_outcome(one.id, Outcome.OUT, by=pia, now=NOON)
    with refused("The two sides agree with each other"):
        settlement.agree_outcome(one.id, Outcome.OUT, by=fang, now=NOON)
    for stranger in (ravi, bea):
        with as_user(stranger):
            assert rows_of("line_disputes") == 0
            with pytest.raises(NotFound):
                settlement.agree_outcome(one.id, Outcome.OUT, by=stranger, now=NOON)
    with refused_by_database("two_people_decide"):
        db.session.execute(
            text(
                "UPDATE line_disputes SET decision = proposed, decided_by_id = proposed_by_id,"
                " decided_at = now()"
            )
        )


def test_strangers_dispute_nothing(drafted: Statement, ravi: User, bea: User) -> None:
    code = code_of(drafted, 20_000)
    for stranger in (ravi, bea):
        with as_user(stranger), pytest.raises(NotFound):
            settlement.dispute_lines(drafted.id, [code], reason="x", by=stranger, now=NOON)
