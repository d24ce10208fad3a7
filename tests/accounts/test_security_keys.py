"""Security keys, driven by an authenticator made of software."""

import pytest

from marketplace import accounts
from marketplace.accounts import WrongCode
from marketplace.core.db import acting
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import installed
from marketplace.web.security import VISITOR
from tests.accounts.authenticator import SoftKey
from tests.conftest import NOON, as_user

pytestmark = pytest.mark.usefixtures("at_localhost")


def register(user, key, name="Blue key"):
    with as_user(user):
        options, challenge = accounts.registration_options(by=user)
        return accounts.register_key(
            key.make(options), challenge=challenge, name=name, by=user, now=NOON
        )


def sign_in(user, key, laptop, **how):
    with acting(VISITOR):
        options, challenge = accounts.sign_in_options(user)
        accounts.check_key(
            user, key.sign(options, **how), challenge=challenge, browser=laptop, now=NOON
        )


def test_several_keys_sign_in_and_the_first_brings_recovery_codes(clara, laptop):
    blue, red = SoftKey(), SoftKey()

    assert len(register(clara, blue)) == 10
    assert register(clara, red, "Red key") == []
    sign_in(clara, blue, laptop)
    sign_in(clara, red, laptop)

    keys = accounts.factors_of(clara).keys
    assert [(key.name, key.sign_count) for key in keys] == [("Blue key", 1), ("Red key", 1)]


def test_a_copied_key_is_found_out_by_its_counter(clara, laptop):
    key = SoftKey()
    register(clara, key)
    sign_in(clara, key, laptop, count=5)

    with pytest.raises(WrongCode):
        sign_in(clara, key, laptop, count=5)


def test_another_challenge_another_site_and_another_user_are_refused(clara, aline, laptop):
    key, elsewhere = SoftKey(), SoftKey("https://evil.example")
    register(clara, key)
    elsewhere.private, elsewhere.id = key.private, key.id
    with acting(VISITOR):
        options, _challenge = accounts.sign_in_options(clara)
        _more, other = accounts.sign_in_options(clara)
        with pytest.raises(WrongCode):
            accounts.check_key(
                clara, key.sign(options), challenge=other, browser=laptop, now=NOON
            )
    with pytest.raises(WrongCode):
        sign_in(clara, elsewhere, laptop)
    with pytest.raises(WrongCode):
        sign_in(aline, key, laptop)


def test_nonsense_is_refused_and_not_a_fault(clara, laptop):
    with acting(VISITOR):
        for nonsense in ({}, {"id": 7}, {"id": "%%"}):
            with pytest.raises(WrongCode):
                accounts.check_key(clara, nonsense, challenge=b"", browser=laptop, now=NOON)
    with as_user(clara), pytest.raises(Refusal):
        accounts.register_key({}, challenge=b"", name="x", by=clara, now=NOON)


def test_removing_is_for_ones_own_keys_and_the_last_one_ends_it(clara, aline):
    register(clara, SoftKey())
    code = accounts.factors_of(clara).keys[0].code

    with as_user(aline), pytest.raises(NotFound):
        accounts.remove_key(code, by=aline, now=NOON)
    with as_user(clara):
        accounts.remove_key(code, by=clara, now=NOON)
    assert not clara.two_factor


def test_an_installation_reached_by_a_number_has_no_keys(app):
    assert accounts.keys_possible()
    installed().public_url = "http://127.0.0.1:8000"
    assert not accounts.keys_possible()
