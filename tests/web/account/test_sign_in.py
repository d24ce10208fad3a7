"""Signing in over HTTP: the lock, the second factor, and where one lands."""

import re
from datetime import UTC, datetime

import pyotp
import pytest

from marketplace import accounts
from marketplace.core.db import acting, db
from marketplace.core.tenancy import Acting, Audience
from tests.accounts.authenticator import SoftKey
from tests.accounts.reading import events
from tests.conftest import rows_of, sign_in
from tests.web.account.conftest import PASSWORD

SYSTEM = Acting(Audience.SYSTEM)


def post(client, password=PASSWORD, **more):
    return client.post(
        "/account/sign-in", data={"email": "clara@example.org", "password": password, **more}
    )


def set_up_app(user):
    with acting(SYSTEM):
        secret = accounts.new_app_secret()
        now = datetime.fromtimestamp(datetime.now(UTC).timestamp() - 300, UTC)
        codes = accounts.set_up_app(secret, pyotp.TOTP(secret).at(now), by=user, now=now)
        db.session.commit()
    return secret, codes


def is_in(client):
    return client.get("/account/security").status_code == 200


def test_strangers_are_asked_to_sign_in_and_come_back(client, clara_at_home):
    assert client.get("/").location == "/account/sign-in"
    turned = client.get("/account/security?x=1")
    assert turned.location == "/account/sign-in?next=/account/security?x%3D1"
    assert 'value="/account/security?x=1"' in client.get(turned.location).text

    answer = post(client, next="/account/security?x=1")
    assert (answer.status_code, answer.location) == (303, "/account/security?x=1")
    assert is_in(client)
    assert client.get("/account/sign-in").location == "/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:1",
        "/\t/evil",
        "x",
    ],
)
def test_next_leads_nowhere_else(client, clara_at_home, elsewhere):
    page = client.get("/account/sign-in", query_string={"next": elsewhere}).text
    assert re.search(r'<input id="next" name="next" type="hidden" value="">', page)
    assert post(client, next=elsewhere).location == "/"


def test_a_refused_attempt_counts_and_the_lock_is_told_in_plain_words(client, clara_at_home):
    for n in range(5):
        answer = post(client, "wrong password")
        assert answer.status_code == 422
        assert 'value="clara@example.org"' in answer.text
        assert rows_of("sign_in_attempts") == n + 1
    answer = post(client)

    assert answer.status_code == 429
    assert "too many failed attempts" in answer.text
    assert not is_in(client)


def test_an_empty_form_says_what_is_missing(client, app):
    answer = client.post("/account/sign-in", data={})

    assert answer.status_code == 422
    assert "Enter your e-mail address." in answer.text


def test_half_signed_in_opens_nothing(client, clara_at_home, app):
    set_up_app(clara_at_home)
    answer = post(client, next="/account/people")
    assert answer.location == "/account/sign-in/second-factor"

    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("account.") and "GET" in rule.methods:
            path = rule.rule.replace("<token>", "t").replace("<code>", "c")
            page = client.get(path)
            assert page.status_code != 200 or "clara@example.org" not in page.text, path
            if rule.endpoint not in _open():
                assert page.location.startswith("/account/sign-in?next="), path
    assert not is_in(client)
    assert events("user.signed_in") == 0


def _open():
    from marketplace.web.account import OPEN  # noqa: PLC0415

    return OPEN


def test_the_app_code_completes_it_and_the_session_knows(client, clara_at_home):
    secret, _codes = set_up_app(clara_at_home)
    post(client, next="/account/people")
    wrong = client.post("/account/sign-in/second-factor", data={"code": "000000"})
    assert wrong.status_code == 422
    assert rows_of("sign_in_attempts") == 2
    code = pyotp.TOTP(secret).now()
    right = client.post("/account/sign-in/second-factor", data={"code": code})

    assert right.location == "/account/people"
    assert is_in(client)
    with acting(SYSTEM):
        (session,) = db.session.scalars(db.select(accounts.UserSession))
        assert session.two_factor


def test_guessing_the_second_factor_locks(client, clara_at_home):
    _secret, codes = set_up_app(clara_at_home)
    post(client)
    for _n in range(5):
        client.post("/account/sign-in/second-factor", data={"code": "000000"})
    answer = client.post("/account/sign-in/second-factor", data={"code": codes[0]})

    assert answer.status_code == 429


def test_a_recovery_code_completes_it_too(client, clara_at_home):
    _secret, codes = set_up_app(clara_at_home)
    post(client)
    assert client.get("/account/sign-in/second-factor").status_code == 200
    client.post("/account/sign-in/second-factor", data={"code": codes[0]})

    assert is_in(client)


def test_a_new_password_ends_what_was_half_way_in(client, clara_at_home):
    _secret, codes = set_up_app(clara_at_home)
    post(client)
    with acting(SYSTEM):
        clara_at_home.password_hash = accounts.hash_password("another one altogether")
        db.session.commit()
    answer = client.post("/account/sign-in/second-factor", data={"code": codes[0]})

    assert answer.location == "/account/sign-in"
    assert not is_in(client)


@pytest.mark.usefixtures("at_localhost")
def test_a_security_key_is_registered_and_signs_in(client, clara_at_home):
    key = SoftKey()
    sign_in(client, clara_at_home)
    assert "data-webauthn" in client.get("/account/security/keys/new").text
    refused = client.post("/account/security/keys/options", json={"present": "wrong"})
    assert refused.status_code == 422
    options = client.post("/account/security/keys/options", json={"present": PASSWORD})
    answer = client.post(
        "/account/security/keys", json={"name": "Blue", "credential": key.make(options.json)}
    )
    assert answer.json == {"next": "/account/security/recovery-codes"}
    assert client.get(answer.json["next"]).text.count("<li>") >= 10
    assert client.get(answer.json["next"]).location == "/account/security"
    assert "Blue" in client.get("/account/security").text
    client.post("/account/sign-in/out")

    assert post(client).location == "/account/sign-in/second-factor"
    options = client.post("/account/sign-in/key-options", json={}).json
    signed = key.sign(options)
    assert client.post("/account/sign-in/key", json={"credential": signed}).json["next"] == "/"
    assert is_in(client)
    client.post("/account/sign-in/out")
    post(client)
    replayed = client.post("/account/sign-in/key", json={"credential": signed})
    assert replayed.status_code == 401
    client.post("/account/sign-in/key-options", json={})
    assert client.post("/account/sign-in/key", json={"credential": signed}).status_code == 422


def test_keys_are_for_those_half_way_in(client, app):
    assert client.post("/account/sign-in/key-options", json={}).status_code == 401
    assert client.post("/account/sign-in/key", json={}).status_code == 401
    assert client.get("/account/sign-in/second-factor").location == "/account/sign-in"


def test_signing_out_ends_the_session_itself(client, clara_at_home):
    post(client)
    with client.session_transaction() as cookie:
        token = cookie["token"]
    client.post("/account/sign-in/out")
    with client.session_transaction() as cookie:
        cookie["token"] = token

    assert not is_in(client)
    assert events("user.signed_out") == 1


def test_the_language_is_kept(client, clara_at_home):
    answer = client.post(
        "/account/preferences/language",
        data={"locale": "zh", "next": "/account/sign-in?next=/x"},
    )
    assert answer.location == "/account/sign-in?next=/x"
    assert "locale=zh" in answer.headers["Set-Cookie"]
    wrong = client.post("/account/preferences/language", data={"locale": "xx"})
    assert wrong.status_code == 400

    post(client)
    answer = client.post(
        "/account/preferences/language", data={"locale": "zh", "next": "//evil.example"}
    )
    assert answer.location == "/"
    with acting(SYSTEM):
        assert db.session.get_one(accounts.User, clara_at_home.id).locale == "zh"
    answer = client.post(
        "/account/preferences/language", data={"locale": "en", "next": "/account/audit/verify"}
    )
    assert answer.location == "/"
