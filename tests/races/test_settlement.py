"""Approving a statement twice: its journal is posted once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from marketplace import settlement
from marketplace.core import tenancy
from marketplace.core.db import db, transaction
from marketplace.core.errors import Refusal
from marketplace.portfolios import Portfolio
from tests import factories
from tests.conftest import CAST, NOON, SYSTEM, person, rows_of
from tests.factories import someone
from tests.races.conftest import at_once

TWENTY = 20


@pytest.fixture
def statement_id(committed: Flask) -> int:
    with transaction():
        placed = factories.placement(someone("clara"), someone("amy"))
        case = factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))[0]
        factories.payment(case, verified_by=someone("aline"))
        statement = factories.statement(someone("pia"))
        settlement.confirm(statement.id, by=someone("fred"), now=NOON)
        settlement.confirm(statement.id, by=someone("fang"), now=NOON)
        person("paul", *CAST["paul"])
        return statement.id


def test_a_statement_is_approved_once(committed: Flask, statement_id: int) -> None:
    def approve(by, looked):
        looked()
        settlement.approve(statement_id, by=by, now=NOON)

    assert sorted(at_once(committed, ("paul", approve), ("paul", approve))) == [
        "done",
        "refused: Refusal",
    ]
    assert len(factories.events("statement.approved")) == 1
    assert rows_of("journals") == 1


def test_of_twenty_approvals_one_posts(committed: Flask, statement_id: int) -> None:
    """More than there are connections: whoever waits for one is refused like the others."""
    all_there = Barrier(TWENTY, timeout=20)

    def approve(_number: int) -> str:
        with committed.app_context(), tenancy.acting(SYSTEM):
            all_there.wait()
            try:
                with transaction():
                    settlement.approve(statement_id, by=someone("paul"), now=NOON)
            except Refusal:
                return "refused"
            return "posted"

    with ThreadPoolExecutor(TWENTY) as people:
        ended = list(people.map(approve, range(TWENTY)))
    assert sorted(ended) == ["posted", *["refused"] * (TWENTY - 1)]
    assert rows_of("journals") == 1


def test_a_statement_is_approved_or_cancelled(committed: Flask, statement_id: int) -> None:
    def approve(by, looked):
        looked()
        settlement.approve(statement_id, by=by, now=NOON)

    def cancel(by, looked):
        looked()
        settlement.cancel(statement_id, reason="wrong", by=by, now=NOON)

    ended = at_once(committed, ("paul", approve), ("pia", cancel))
    assert sorted(ended) == ["done", "refused: Refusal"]
    approved = ended[0] == "done"
    assert (rows_of("journals"), rows_of("statement_lines")) == ((1, 1) if approved else (0, 0))
