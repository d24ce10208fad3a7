"""Links for strangers: invitations, resets, single sign-on, and the table of what is open."""

import dataclasses
from urllib.parse import urlencode

import pytest

from marketplace import accounts
from marketplace.accounts import Role
from marketplace.core.db import db
from marketplace.core.tenancy import Acting, Audience
from marketplace.web.account import OPEN
from tests.accounts.reading import letter_to, letters, token_in
from tests.conftest import as_user, sign_in
from tests.web.account.conftest import PASSWORD
from tests.web.account.test_sign_in import is_in, set_up_app

SYSTEM = Acting(Audience.SYSTEM)


def test_every_endpoint_of_the_door_is_shut_but_for_those_in_the_table(client, app):
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("account.")]
    assert {rule.endpoint for rule in rules} >= OPEN
    for rule in rules:
        path = rule.rule.replace("<token>", "t").replace("<code>", "c")
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = client.open(path, method=method)
            if rule.endpoint in OPEN:
                turned = (answer.location or "").startswith("/account/sign-in?next=")
                assert answer.status_code < 500, path
                assert not turned, path
            elif method == "GET":
                assert answer.location.startswith("/account/sign-in?next="), path
            else:
                assert answer.status_code == 401, path


@pytest.fixture
def token(clara):
    from datetime import UTC, datetime  # noqa: PLC0415

    with as_user(clara):
        accounts.invite(
            email="nina@example.org",
            name="Nina",
            role=Role.APPROVER,
            by=clara,
            now=datetime.now(UTC),
        )
        db.session.commit()
    return token_in(letter_to("nina@example.org"))


def test_an_invitation_is_accepted_once(client, token):
    address = f"/account/invitation/{token}"
    page = client.get(address)
    assert "nina@example.org" in page.text
    data = {"name": "Nina", "password": PASSWORD, "again": "something different"}
    refused = client.post(address, data=data)
    assert refused.status_code == 422
    assert "The two passwords differ." in refused.text
    accepted = client.post(address, data={**data, "again": PASSWORD})
    assert (accepted.status_code, accepted.location) == (303, "/")
    assert is_in(client)

    assert client.get(address).status_code == 410
    assert client.post(address, data={**data, "again": PASSWORD}).status_code == 410
    assert client.get("/account/invitation/guessed").status_code == 404


def test_a_reset_answers_alike_for_everybody(client, clara_at_home):
    known = client.post("/account/reset", data={"email": "clara@example.org"})
    said = client.get(known.location).text
    unknown = client.post("/account/reset", data={"email": "nobody@example.org"})

    assert known.location == unknown.location
    sentence = "If somebody signs in with this address, a letter is on its way to it."
    assert sentence in said
    assert sentence in client.get(unknown.location).text
    assert len(letters()) == 1
    assert client.post("/account/reset", data={}).status_code == 422


def test_a_reset_sets_the_password_also_for_somebody_signed_in(client, clara_at_home):
    sign_in(client, clara_at_home)
    client.post("/account/reset", data={"email": "clara@example.org"})
    address = f"/account/reset/{token_in(letter_to('clara@example.org'))}"
    assert client.get(address).status_code == 200
    data = {"password": "a wholly new one", "again": "a wholly new one"}
    assert client.post(address, data={**data, "again": "x"}).status_code == 422
    assert client.post(address, data=data).location == "/account/sign-in"

    assert not is_in(client)
    assert client.get(address).status_code == 410
    assert client.get("/account/reset/guessed").status_code == 404


@pytest.fixture
def single_sign_on(app, provider, monkeypatch, clara_at_home):
    provider.person = {"sub": "42", "email": "clara@example.org", "email_verified": True}
    with_provider = dataclasses.replace(
        app.config["SETTINGS"],
        oidc_issuer=provider.issuer,
        oidc_client_id="recoup",
        oidc_client_secret="hush",
    )
    monkeypatch.setitem(app.config, "SETTINGS", with_provider)
    return provider


def come_back(client, provider, **changes):
    start = client.get("/account/single-sign-on?next=/account/people")
    back = {**provider.authorize(start.location), **changes}
    return client.get(f"/account/single-sign-on/return?{urlencode(back)}")


def test_single_sign_on_lets_in_whom_the_provider_vouches_for(client, single_sign_on):
    assert "Sign in at your organisation" in client.get("/account/sign-in").text
    assert come_back(client, single_sign_on).location == "/account/people"
    assert is_in(client)


def test_single_sign_on_still_asks_for_the_second_factor(client, single_sign_on, clara):
    set_up_app(clara)
    assert come_back(client, single_sign_on).location == "/account/sign-in/second-factor"
    assert not is_in(client)


def test_single_sign_on_refuses_a_foreign_state_and_a_stranger(client, single_sign_on):
    come_back(client, single_sign_on, state="forged")
    assert not is_in(client)
    come_back(client, single_sign_on, code="forged")
    assert not is_in(client)
    single_sign_on.person["email"] = "stranger@example.org"
    refused = come_back(client, single_sign_on)
    assert "Ask a manager" in client.get(refused.location).text
    assert not is_in(client)


def test_without_a_provider_there_is_no_button(client, app):
    assert "Sign in at your organisation" not in client.get("/account/sign-in").text
    assert client.get("/account/single-sign-on").status_code == 404
