"""Isolation is the database's: a forgotten WHERE leaks nothing."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.core.tenancy import Acting, Audience
from tests.conftest import as_user


def test_two_users_in_one_test_see_different_rows(clara, aline, amy):
    with as_user(clara):
        lender_sees = set(db.session.scalars(select(User.name)))
    with as_user(amy):
        agency_sees = set(db.session.scalars(select(User.name)))

    assert lender_sees == {"Clara", "Aline"}
    assert agency_sees == {"Amy"}


def test_with_nobody_acting_there_is_nothing(clara):
    def look() -> None:
        with db.session.begin_nested():
            db.session.execute(text("SET LOCAL ROLE NONE"))
            db.session.execute(text("SELECT * FROM users"))

    with pytest.raises(ProgrammingError, match="permission denied"):
        look()


def test_an_audience_without_organisation_sees_no_rows(clara):
    with acting(Acting(Audience.LENDER)):
        assert db.session.execute(text("SELECT count(*) FROM users")).scalar_one() == 0
