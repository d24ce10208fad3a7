"""Who sees what, and that nobody changes what was kept: by the database itself."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace.accounts import User
from marketplace.core.db import db, transaction
from marketplace.core.provision import Database
from marketplace.core.tenancy import Audience
from marketplace.intake import Decision, Line
from marketplace.migrations.build import load_models
from tests.conftest import NOON, SYSTEM, acting, as_user, rows_of
from tests.factories import someone
from tests.intake.files import LATER, small_month
from tests.intake.test_deciding import match
from tests.refusing import refused_by_database, refused_to_owner

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
                " reverses, fragments, dedupe_key) SELECT lender_id, :ravi, batch_id,"
                " month_start, source, place, number, claim_id, value_on, amount_minor,"
                " currency, reference, reverses, fragments, '\\x00' FROM intake_lines LIMIT 1"
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
    with refused_by_database("reversed by another one"):
        db.session.execute(query, {"agreed": False, "aline": aline.id})
    with refused_by_database("reversed by another one"):
        db.session.execute(text("UPDATE intake_decisions SET reason = 'else'"))


@pytest.fixture(params=["owner", Audience.SYSTEM.role, Audience.LENDER.role])
def attacker(
    request: pytest.FixtureRequest, committed: Flask, database: Database
) -> Iterator[psycopg.Connection]:
    """A connection of the tables' owner, of the worker, or of the lender itself."""
    with transaction():
        small_month()
    with transaction():
        match("ledger.csv:4", "bank.csv:4")
        lender_id = someone("fang").organisation_id
    login = "owner" if request.param == "owner" else "worker"
    with psycopg.connect(database.conninfo(login)) as connection:
        if login == "worker":
            connection.execute(f"SET ROLE {request.param}")
            connection.execute("SELECT set_config('app.org_id', %s, false)", [str(lender_id)])
            connection.commit()
        yield connection
        connection.rollback()


def test_nothing_kept_is_changed_or_deleted(attacker: psycopg.Connection) -> None:
    words = "append-only|never changed|permission denied|must be owner"
    for table in TABLES:
        if table == "intake_portions":
            continue
        for attack in (
            f"UPDATE {table} SET lender_id = lender_id + 1",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with refused_to_owner(attacker, words):
                attacker.execute(attack)


def test_a_split_that_does_not_add_up_is_refused_at_the_commit(
    attacker: psycopg.Connection,
) -> None:
    if attacker.info.user.endswith("worker"):
        return
    with refused_to_owner(attacker, "do not add up"):
        attacker.execute(
            "INSERT INTO intake_decisions (lender_id, month_start, kind, line_id, reason,"
            " made_by_id, made_at, check_note) SELECT lender_id, month_start, 'split',"
            " (SELECT min(id) FROM intake_lines), 'x', made_by_id, made_at, ''"
            " FROM intake_decisions LIMIT 1"
        )


def test_times_are_of_the_caller(month: None) -> None:
    made = set(db.session.scalars(select(Decision.made_at)))
    assert made == {LATER} != {NOON}
    with acting(SYSTEM):
        assert rows_of("intake_batches") == 1
