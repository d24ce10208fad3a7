"""Lines in dispute while others confirm, approve, dispute and decide."""

import pytest
from flask import Flask

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.settlement import LineDispute, Outcome, RateBasis, Statement, StatementStatus
from tests import factories
from tests.conftest import NOON, rows_of
from tests.factories import someone
from tests.races.conftest import ONE, Look, at_once, enter_everybody


@pytest.fixture
def statement(committed: Flask) -> Statement:
    with transaction():
        enter_everybody()
        placed = factories.placement(someone("clara"), someone("amy"))
        case = db.session.scalars(db.select(factories.Case).where(
            factories.Case.portfolio_id == placed.portfolio_id)).first()  # fmt: skip
        factories.payment(case, verified_by=someone("aline"))
        return factories.statement(someone("pia"))


def dispute(statement: Statement, by: User) -> int:
    code = settlement.line_rows(statement)[0].payment
    (made,) = settlement.dispute_lines(statement.id, [code], reason="Not ours", by=by, now=NOON)
    return made.id


def test_a_line_is_disputed_once(committed: Flask, statement: Statement) -> None:
    def object_to(by: User, looked: Look) -> None:
        looked()
        dispute(statement, by)

    assert sorted(at_once(committed, ("fred", object_to), ("clara", object_to))) == ONE
    assert rows_of("line_disputes") == 1


def test_a_statement_is_approved_or_a_line_of_it_disputed(
    committed: Flask, statement: Statement
) -> None:
    with transaction():
        settlement.confirm(statement.id, by=someone("fred"), now=NOON)

    def object_to(by: User, looked: Look) -> None:
        looked()
        dispute(statement, by)

    def approve(by: User, looked: Look) -> None:
        looked()
        settlement.confirm(statement.id, by=by, now=NOON)
        settlement.approve(statement.id, by=someone("paul"), now=NOON)

    ended = at_once(committed, ("clara", object_to), ("fang", approve))
    assert sorted(ended) == ONE
    disputed = ended[0] == "done"
    assert rows_of("line_disputes") == disputed
    assert rows_of("journals") == (not disputed)
    factories.drain()
    status = factories.read(Statement, statement.id).status
    assert status is (StatementStatus.CANCELLED if disputed else StatementStatus.APPROVED)


def test_a_dispute_is_decided_once(committed: Flask, statement: Statement) -> None:
    with transaction():
        disputed = dispute(statement, someone("fred"))
        settlement.propose_outcome(
            disputed, Outcome.OUT, because="Seen", by=someone("fred"), now=NOON
        )

    def agree(by: User, looked: Look) -> None:
        looked(db.session.get_one(LineDispute, disputed))
        settlement.agree_outcome(disputed, Outcome.OUT, by=by, now=NOON)

    assert sorted(at_once(committed, ("fang", agree), ("paul", agree))) == ONE
    assert len(factories.events("dispute.decided")) == 1


def test_nobody_agrees_to_what_they_have_not_seen(
    committed: Flask, statement: Statement
) -> None:
    with transaction():
        disputed = dispute(statement, someone("fred"))
        settlement.propose_outcome(
            disputed, Outcome.OUT, because="Seen", by=someone("fred"), now=NOON
        )

    def change(by: User, looked: Look) -> None:
        looked(db.session.get_one(LineDispute, disputed))
        settlement.propose_outcome(disputed, Outcome.BACK, because="No", by=by, now=NOON)

    def agree(by: User, looked: Look) -> None:
        looked(db.session.get_one(LineDispute, disputed))
        settlement.agree_outcome(disputed, Outcome.OUT, by=by, now=NOON)

    changed, agreed = at_once(committed, ("amy", change), ("fang", agree))
    assert (changed, agreed) in {
        ("done", "refused: StaleForm"), ("refused: Refusal", "done"),
    }  # fmt: skip


def test_terms_proposed_at_once_are_two_versions(
    committed: Flask, statement: Statement
) -> None:
    def propose(by: User, looked: Look) -> int:
        looked()
        made = settlement.propose_terms(
            statement.contract_id, valid_from=NOON.date(), basis=RateBasis.PAYMENT, by=by,
            now=NOON,
        )  # fmt: skip
        return made.version

    assert sorted(at_once(committed, ("clara", propose), ("aline", propose))) == ["1", "2"]


def test_a_statement_is_drafted_once(committed: Flask, statement: Statement) -> None:
    with transaction():
        settlement.cancel(statement.id, reason="Again", by=someone("pia"), now=NOON)

    def draft(by: User, looked: Look) -> None:
        looked()
        factories.statement(by)

    ended = at_once(committed, ("pia", draft), ("paul", draft))
    assert sorted(ended) == ["done", "refused: NothingToSettle"]
    assert rows_of("statement_lines") == 1
