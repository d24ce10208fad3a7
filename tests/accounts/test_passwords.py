"""Setting a new password by a mailed link, or while signed in."""

from datetime import timedelta

import pytest

from marketplace import accounts
from marketplace.accounts import Browser, LinkSpent, WrongPassword
from marketplace.accounts.signing_in import ACCOUNT_FAILURES
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound, Refusal
from marketplace.web.security import VISITOR
from tests.accounts.reading import letter_to, letters, token_in
from tests.conftest import NOON, as_user

NEW = "a wholly new password"


def ask(email="clara@example.org", now=NOON):
    with acting(VISITOR):
        accounts.ask_for_reset(email, now=now)


def set_new(token, laptop, now=NOON, password=NEW):
    with acting(VISITOR):
        accounts.set_new_password(token, password, browser=laptop, now=now)


def test_a_link_sets_the_password_once_and_ends_every_session(clara, laptop):
    session = accounts.open_session(clara, browser=laptop, two_factor=True, now=NOON)
    ask()
    token = token_in(letter_to(clara.email))
    set_new(token, laptop)

    with acting(VISITOR):
        assert accounts.user_of_session(session, now=NOON) is None
        assert accounts.check_password(clara.email, NEW, browser=laptop, now=NOON) is clara
    with pytest.raises(LinkSpent):
        set_new(token, laptop)


def test_a_link_lasts_an_hour(clara, laptop):
    ask()
    token = token_in(letter_to(clara.email))

    with pytest.raises(LinkSpent):
        set_new(token, laptop, NOON + timedelta(hours=1))
    with pytest.raises(NotFound):
        set_new("guessed", laptop)
    with pytest.raises(Refusal):
        set_new(token, laptop, password="short")


def test_nobody_a_stranger_and_the_deactivated_get_no_letter(clara, aline):
    aline.deactivated_at = NOON
    db.session.flush()
    ask("nobody@example.org")
    ask("aline@example.org")

    assert letters() == []


def test_three_letters_an_hour_are_enough(clara):
    for _n in range(5):
        ask()
    assert len(letters()) == 3


def test_a_reset_lifts_the_lock(clara):
    for n in range(ACCOUNT_FAILURES):
        with acting(VISITOR), pytest.raises(WrongPassword):
            accounts.check_password(
                clara.email, "guess", browser=Browser(f"192.0.2.{n}", ""), now=NOON
            )
    later = NOON + timedelta(minutes=2)
    ask(now=later)
    here = Browser("198.51.100.1", "")
    set_new(token_in(letter_to(clara.email)), here, later)

    with acting(VISITOR):
        assert accounts.check_password(clara.email, NEW, browser=here, now=later)


def test_changing_it_needs_the_present_one_and_ends_other_browsers(clara, laptop):
    clara.password_hash = accounts.hash_password("correct horse battery")
    here = accounts.open_session(clara, browser=laptop, two_factor=True, now=NOON)
    there = accounts.open_session(clara, browser=laptop, two_factor=True, now=NOON)
    how = {"token": here, "by": clara, "browser": laptop, "now": NOON}
    with as_user(clara):
        with pytest.raises(WrongPassword):
            accounts.change_password("wrong", NEW, **how)
        accounts.change_password("correct horse battery", NEW, **how)

    with acting(VISITOR):
        assert accounts.user_of_session(here, now=NOON) is clara
        assert accounts.user_of_session(there, now=NOON) is None
    assert "changed" in letter_to(clara.email)["subject"]
