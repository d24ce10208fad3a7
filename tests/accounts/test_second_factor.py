"""Codes of an authenticator app, and the codes to fall back on."""

from datetime import timedelta

import pyotp
import pytest

from marketplace import accounts
from marketplace.accounts import LockedOut, WrongCode
from marketplace.accounts.signing_in import ACCOUNT_FAILURES
from marketplace.core.db import acting, db
from marketplace.core.errors import Refusal
from marketplace.web.security import VISITOR
from tests.accounts.reading import events
from tests.conftest import NOON, as_user

STEP = timedelta(seconds=30)


@pytest.fixture
def secret(clara):
    """Clara's app, set up a while ago."""
    made = accounts.new_app_secret()
    clara.codes = accounts.set_up_app(
        made, pyotp.TOTP(made).at(NOON - 10 * STEP), by=clara, now=NOON - 10 * STEP
    )
    return made


def check(user, code, laptop, now=NOON):
    with acting(VISITOR):
        return accounts.check_second_factor(user, code, browser=laptop, now=now)


def test_an_app_is_in_force_only_after_it_has_shown_a_right_code(clara):
    with as_user(clara):
        secret = accounts.new_app_secret()
        with pytest.raises(WrongCode):
            accounts.set_up_app(secret, "000000", by=clara, now=NOON)
        assert not clara.two_factor
        codes = accounts.set_up_app(secret, pyotp.TOTP(secret).at(NOON), by=clara, now=NOON)

    assert clara.two_factor
    assert len(set(codes)) == 10
    assert secret.encode() not in clara.totp_secret


def test_the_secret_is_offered_as_a_picture_and_as_text(clara):
    offer = accounts.offer_app("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=clara)

    assert offer.picture.startswith("data:image/svg+xml;base64,")
    assert offer.secret == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(clara, secret, laptop, drift):
    assert check(clara, pyotp.TOTP(secret).at(NOON + drift * STEP), laptop) == "totp"


def test_a_clock_may_not_be_a_minute_off(clara, secret, laptop):
    with pytest.raises(WrongCode):
        check(clara, pyotp.TOTP(secret).at(NOON + 2 * STEP), laptop)


def test_a_code_opens_once_and_no_older_one_after_it(clara, secret, laptop):
    totp = pyotp.TOTP(secret)
    check(clara, totp.at(NOON), laptop)

    for replayed in (totp.at(NOON), totp.at(NOON - STEP)):
        with pytest.raises(WrongCode):
            check(clara, replayed, laptop)
    assert check(clara, totp.at(NOON + STEP), laptop, NOON + STEP) == "totp"


def test_a_recovery_code_opens_once_however_it_is_typed(clara, secret, laptop):
    code = clara.codes[3]
    assert check(clara, f" {code.lower().replace('-', ' ')} ", laptop) == "recovery code"

    with pytest.raises(WrongCode):
        check(clara, code, laptop)
    assert accounts.factors_of(clara).codes_left == 9
    assert events("recovery_code.used") == 1


def test_a_code_of_somebody_else_does_not_open(clara, aline, secret, laptop):
    with pytest.raises(WrongCode):
        check(aline, clara.codes[0], laptop)


def test_new_codes_void_the_old_ones(clara, secret, laptop):
    with as_user(clara):
        fresh = accounts.replace_recovery_codes(by=clara, now=NOON)

    with pytest.raises(WrongCode):
        check(clara, clara.codes[0], laptop)
    assert check(clara, fresh[0], laptop) == "recovery code"


def test_guessing_locks_even_with_the_right_password_in_between(clara, secret, laptop):
    clara.password_hash = accounts.hash_password("correct horse battery")
    db.session.flush()
    for _n in range(ACCOUNT_FAILURES):
        with acting(VISITOR):
            accounts.check_password(
                clara.email, "correct horse battery", browser=laptop, now=NOON
            )
        with pytest.raises(WrongCode):
            check(clara, "000000", laptop)

    with pytest.raises(LockedOut):
        check(clara, pyotp.TOTP(secret).at(NOON), laptop)


def test_without_its_last_factor_an_account_asks_for_none(clara, secret):
    with as_user(clara):
        accounts.remove_app(by=clara, now=NOON)

        assert not clara.two_factor
        assert accounts.factors_of(clara) == accounts.Factors(False, (), 0)
        with pytest.raises(Refusal):
            accounts.replace_recovery_codes(by=clara, now=NOON)
        with pytest.raises(Refusal):
            accounts.remove_app(by=clara, now=NOON)
