"""Who sees what, and that nobody changes what was kept: by the database itself."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.intake import Decision, Line
from marketplace.migrations.build import load_models
from tests.conftest import NOON, SYSTEM, acting, as_user, rows_of
from tests.intake.files import LATER, small_month
from tests.intake.test_deciding import match
from tests.refusing import refused_by_database

TABLES = sorted(
    mapper.class_.__tablename__
    for mapper in load_models()
    if mapper.class_.__tablename__.startswith("intake_")
)
OF_THE_LENDER = ("runs", "figures", "decisions", "decision_lines", "payments", "portions")


@pytest.fixture
def month(app: Flask) -> None:
    small_month()
    match("ledger.csv:4", "bank.csv:4")


def places() -> set[str]:
    return set(db.session.scalars(select(Line.place)))


def test_an_agency_sees_its_own_claims_and_what_became_of_them(
    month: None, amy: User, ravi: User
) -> None:
    with as_user(amy):
        assert places() == {"claims.csv:2", "claims.csv:3"}
        assert rows_of("intake_members") == rows_of("intake_groups") == 2
        assert rows_of("intake_files") == 1
        for name in OF_THE_LENDER:
            with refused_by_database("permission denied"):
                rows_of(f"intake_{name}")
    with as_user(ravi):
        assert places() == {"huaxin.csv:2", "huaxin.csv:3"}


def test_another_lender_sees_nothing_and_the_platform_all(
    month: None, bea: User, fang: User, pia: User
) -> None:
    for table in TABLES:
        with as_user(bea):
            assert rows_of(table) == 0
        counts = []
        for user in (fang, pia):
            with as_user(user):
                counts.append(rows_of(table))
        assert counts[0] == counts[1]
        assert counts[0] > 0 or table == "intake_portions"


def test_an_agency_cannot_claim_in_anothers_name(month: None, amy: User, ravi: User) -> None:
    with as_user(amy), refused_by_database("row-level security"):
        db.session.execute(
            text(
                "INSERT INTO intake_lines (lender_id, agency_id, batch_id, month_start, source,"
                " place, number, claim_id, value_on, amount_minor, currency, reference,"
                " reverses, method, fragments, dedupe_key) SELECT lender_id, :ravi, batch_id,"
                " month_start, source, place, number, claim_id, value_on, amount_minor,"
                " currency, reference, reverses, method, fragments, '\\x00' FROM intake_lines"
                " LIMIT 1"
            ),
            {"ravi": ravi.organisation_id},
        )


def test_maker_and_checker_are_two_people_in_the_database_too(month: None, fang: User) -> None:
    with refused_by_database("two_people_decide"):
        db.session.execute(
            text(
                "UPDATE intake_decisions SET agreed = true, checked_at = now(),"
                " checked_by_id = made_by_id"
            )
        )


def test_a_checked_decision_is_final(month: None, aline: User) -> None:
    query = text(
        "UPDATE intake_decisions SET agreed = :agreed, checked_at = now(),"
        " checked_by_id = :aline"
    )
    db.session.execute(query, {"agreed": True, "aline": aline.id})
    with refused_by_database("append-only"):
        db.session.execute(query, {"agreed": False, "aline": aline.id})
    with refused_by_database("append-only"):
        db.session.execute(text("UPDATE intake_decisions SET reason = 'else'"))


def test_times_are_of_the_caller(month: None) -> None:
    made = set(db.session.scalars(select(Decision.made_at)))
    assert made == {LATER} != {NOON}
    with acting(SYSTEM):
        assert rows_of("intake_batches") == 1
