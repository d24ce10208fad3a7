"""Passwords, the lock against guessing, and how long a session lives."""

from datetime import timedelta

import pytest

from marketplace import accounts
from marketplace.accounts import Browser, LockedOut, ShutOut, WrongPassword
from marketplace.accounts.signing_in import ACCOUNT_FAILURES, ADDRESS_FAILURES
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound, Refusal
from marketplace.web.security import VISITOR
from tests.accounts.reading import events
from tests.conftest import NOON, as_user

PASSWORD = "correct horse battery"


@pytest.fixture
def clara_at_home(clara):
    clara.password_hash = accounts.hash_password(PASSWORD)
    db.session.flush()
    return clara


def check(email, password, laptop, now=NOON):
    with acting(VISITOR):
        return accounts.check_password(email, password, browser=laptop, now=now)


def test_the_right_password_in_any_spelling_of_the_address(clara_at_home, laptop):
    assert check(" Clara@Example.ORG ", PASSWORD, laptop) is clara_at_home


@pytest.mark.parametrize("email", ["clara@example.org", "nobody@example.org"])
def test_a_wrong_password_and_a_wrong_address_get_one_answer(clara_at_home, laptop, email):
    with pytest.raises(WrongPassword, match="address or the password is wrong"):
        check(email, "something else", laptop)


def test_an_account_locks_after_five_failures_wherever_they_come_from(clara_at_home):
    for n in range(ACCOUNT_FAILURES):
        with pytest.raises(WrongPassword):
            check("clara@example.org", "guess", Browser(f"192.0.2.{n}", ""))

    with pytest.raises(LockedOut):
        check("clara@example.org", PASSWORD, Browser("198.51.100.1", ""))
    later = NOON + timedelta(minutes=16)
    assert check("clara@example.org", PASSWORD, Browser("198.51.100.1", ""), later)


def test_a_success_starts_the_count_anew(clara_at_home, laptop):
    for n in range(8):
        moment = NOON + timedelta(seconds=n)
        if n == 4:
            check("clara@example.org", PASSWORD, laptop, moment)
        else:
            with pytest.raises(WrongPassword):
                check("clara@example.org", "guess", laptop, moment)


def test_an_address_locks_after_thirty_failures_with_any_names(clara_at_home, laptop):
    from marketplace.accounts.signing_in import count_attempt  # noqa: PLC0415

    for n in range(ADDRESS_FAILURES):
        count_attempt(f"{n}@example.org", browser=laptop, now=NOON, succeeded=False)

    with pytest.raises(LockedOut):
        check("clara@example.org", PASSWORD, laptop)
    assert check("clara@example.org", PASSWORD, Browser("198.51.100.1", ""))


def test_a_suspended_organisation_is_told_so_after_the_right_password(clara_at_home, laptop):
    clara_at_home.organisation.suspended_at = NOON
    db.session.flush()

    with pytest.raises(ShutOut, match="suspended"):
        check("clara@example.org", PASSWORD, laptop)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_passwords_have_a_length(app, password):
    with pytest.raises(Refusal):
        accounts.hash_password(password)


def test_a_session_goes_idle_and_ends_at_last(clara, laptop):
    token = accounts.open_session(clara, browser=laptop, two_factor=False, now=NOON)
    at = NOON
    with acting(VISITOR):
        for _hour in range(11):
            at += timedelta(hours=1)
            assert accounts.user_of_session(token, now=at) is clara
        assert accounts.user_of_session(token, now=at + timedelta(hours=1, minutes=1)) is None

        idle = accounts.open_session(clara, browser=laptop, two_factor=False, now=NOON)
        assert accounts.user_of_session(idle, now=NOON + timedelta(hours=2)) is None


def test_one_session_or_all_can_be_ended_but_only_ones_own(clara, aline, laptop):
    first = accounts.open_session(clara, browser=laptop, two_factor=False, now=NOON)
    second = accounts.open_session(clara, browser=laptop, two_factor=False, now=NOON)
    codes = {s.code: s for s in accounts.sessions_of(clara, now=NOON)}
    code = next(c for c, s in codes.items() if accounts.is_current(s, first))

    with as_user(aline), pytest.raises(NotFound):
        accounts.end_one_session(code, by=aline, now=NOON)
    with as_user(clara):
        accounts.end_one_session(code, by=clara, now=NOON)
    with acting(VISITOR):
        assert accounts.user_of_session(first, now=NOON) is None
        assert accounts.user_of_session(second, now=NOON) is clara
    with as_user(clara):
        accounts.sign_out_everywhere(by=clara, now=NOON)
    with acting(VISITOR):
        assert accounts.user_of_session(second, now=NOON) is None
    assert (events("session.ended"), events("user.signed_out_everywhere")) == (1, 1)


def test_asking_for_the_password_again_locks_too(clara_at_home, laptop):
    def ask(password, now):
        accounts.confirm_password(password, by=clara_at_home, browser=laptop, now=now)

    later = NOON + timedelta(minutes=1)
    with as_user(clara_at_home):
        ask(PASSWORD, NOON)
        for _n in range(ACCOUNT_FAILURES):
            with pytest.raises(WrongPassword):
                ask("no", later)
        with pytest.raises(LockedOut):
            ask(PASSWORD, later)
