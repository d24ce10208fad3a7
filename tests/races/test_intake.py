"""Two people at the same stopped group, and two at the same proposal."""

from flask import Flask
from sqlalchemy import select, text

from marketplace import intake
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.intake import Decision
from tests.factories import someone
from tests.intake.files import LATER, small_month
from tests.intake.test_deciding import code_at
from tests.races.conftest import Look, at_once


def test_one_of_two_checkers_decides(committed: Flask) -> None:
    with transaction():
        small_month()
        someone("clara")
    with transaction():
        code = db.session.scalars(select(Decision)).one().code

    def agree(by: User, looked: Look) -> None:
        looked(db.session.scalars(select(Decision)).one())
        intake.check(code, agree=True, by=by, now=LATER)

    def refuse(by: User, looked: Look) -> None:
        looked(db.session.scalars(select(Decision)).one())
        intake.check(code, agree=False, note="no", by=by, now=LATER)

    ended = at_once(committed, ("aline", agree), ("clara", refuse))
    assert sorted(ended) == ["done", "refused: StaleForm"]
    agreed = db.session.scalar(select(Decision.agreed))
    verified = db.session.execute(
        text("SELECT count(*) FROM payments WHERE verified_at IS NOT NULL")
    ).scalar_one()
    assert verified == (3 if agreed else 0)


def test_a_group_is_proposed_once(committed: Flask) -> None:
    with transaction():
        small_month()
    with transaction():
        codes = [code_at("ledger.csv:4"), code_at("bank.csv:4")]

    def propose(by: User, looked: Look) -> None:
        looked()
        intake.propose_match(codes, "same sum", by=by, now=LATER)

    ended = at_once(committed, ("fang", propose), ("clara", propose))
    assert sorted(ended) == ["done", "refused: StaleForm"]
    assert db.session.execute(text("SELECT count(*) FROM intake_decisions")).scalar_one() == 2
