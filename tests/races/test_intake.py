"""Two people at the same files, the same stopped group, or the same proposal."""

import json

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import intake
from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.intake import Brought, Decision, ReasonCode
from tests import factories
from tests.conftest import rows_of
from tests.factories import someone
from tests.intake.files import LATER, MONTH, bank, claims, ledger, placed, small_month
from tests.intake.test_deciding import check, code_at, match
from tests.races.conftest import Deed, Look, at_once


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


def test_a_group_is_matched_or_resolved(committed: Flask) -> None:
    with transaction():
        small_month()
    with transaction():
        codes = [code_at("ledger.csv:4"), code_at("bank.csv:4")]

    def propose(by: User, looked: Look) -> None:
        looked()
        intake.propose_match(codes, "same sum", by=by, now=LATER)

    def resolve(by: User, looked: Look) -> None:
        looked()
        intake.resolve(codes[:1], ReasonCode.OTHER, "not ours", by=by, now=LATER)

    ended = at_once(committed, ("fang", propose), ("clara", resolve))
    assert sorted(ended) == ["done", "refused: StaleForm"]
    assert db.session.execute(text("SELECT count(*) FROM intake_decisions")).scalar_one() == 2


def test_a_decision_is_reversed_once(committed: Flask) -> None:
    with transaction():
        small_month()
        someone("clara")
    with transaction():
        made = match("ledger.csv:4", "bank.csv:4")
        check(made)
        code = made.code

    def reverse(by: User, looked: Look) -> None:
        looked(db.session.scalars(select(Decision)).all())
        intake.reverse(code, "wrong", by=by, now=LATER)

    ended = at_once(committed, ("fang", reverse), ("clara", reverse))
    assert sorted(ended) == ["done", "refused: StaleForm"]


LEDGER = ledger(("C000001", "2026-03-03", "100.00", "R1"))
SAME_LINE = ledger(
    ("C000001", "2026-03-03", "100.00", "R1"), ("C000002", "2026-03-03", "1", "R2")
)


@pytest.mark.parametrize("other", [LEDGER, SAME_LINE], ids=["file", "line"])
def test_a_ledger_is_brought_once(committed: Flask, other: Brought) -> None:
    with transaction():
        placed()
        someone("fang")

    def bring(file: Brought) -> Deed:
        def deed(by: User, looked: Look) -> None:
            looked()
            intake.bring_in([file], month=MONTH, by=by, now=LATER)

        return deed

    ended = at_once(committed, ("fang", bring(LEDGER)), ("clara", bring(other)))
    assert sorted(ended) == ["done", "refused: Refusal"]
    assert rows_of("intake_batches") == rows_of("intake_files") == 1
    factories.drain(LATER)
    assert rows_of("intake_runs") == 1


def test_claims_are_brought_once(committed: Flask) -> None:
    with transaction():
        placed()
        someone("fred")
        lender_id = someone("clara").organisation_id
    content = claims(("K1", "C000001", "2026-03-03", "100.00")).content

    def bring(by: User, looked: Look) -> None:
        looked()
        intake.bring_claims(
            "claims.csv", content, lender_id=lender_id, month=MONTH, by=by, now=LATER
        )

    ended = at_once(committed, ("amy", bring), ("fred", bring))
    assert sorted(ended) == ["done", "refused: Refusal"]
    assert rows_of("intake_lines") == 1


def test_a_month_is_begun_in_one_currency(committed: Flask) -> None:
    with transaction():
        someone("fang")
        someone("clara")

    def bring(currency: str) -> Deed:
        known = {"lenders": {"JIANGNAN": {"currency": currency}}}
        file = bank((currency, "2026-03-03", "5.00"))

        def deed(by: User, looked: Look) -> None:
            looked()
            intake.bring_in(
                [file], month=MONTH, profile=json.dumps(known).encode(), by=by, now=LATER
            )

        return deed

    ended = at_once(committed, ("fang", bring("CNY")), ("clara", bring("USD")))
    assert sorted(ended) == ["done", "refused: Refusal"]
    assert rows_of("intake_lines") == 1
