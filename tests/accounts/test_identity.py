"""Single sign-on against a provider of our own on loopback."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from marketplace import accounts
from marketplace.accounts import Identity, Provider, ProviderFault, ShutOut
from marketplace.core.db import acting, db
from marketplace.web.security import VISITOR
from tests.accounts.reading import events
from tests.conftest import NOON


@pytest.fixture
def ours(provider):
    provider.person = {"sub": "42", "email": "clara@example.org", "email_verified": True}
    return Provider(provider.issuer, "recoup", "hush", "http://localhost:8000/return")


def go(provider, ours):
    journey = accounts.new_journey()
    back = provider.authorize(accounts.address_to_sign_in(ours, journey))
    assert back["state"] == journey.state
    return accounts.identify(ours, journey, back["code"], now=datetime.now(UTC))


def test_the_provider_says_who_it_is(app, provider, ours):
    identity = go(provider, ours)

    assert identity == Identity(provider.issuer, "42", "clara@example.org", True)


@pytest.mark.parametrize(
    "spoil",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"azp": "somebody-else"},
        {"nonce": "replayed"},
        {"exp": 1},
        {"exp": "soon"},
        {"iat": 99_999_999_999},
        {"sub": ""},
    ],
)
def test_a_token_that_does_not_hold_is_refused(app, provider, ours, spoil):
    provider.spoil = spoil
    with pytest.raises(ProviderFault):
        go(provider, ours)


def test_a_token_signed_with_another_key_is_refused(app, provider, ours):
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    with pytest.raises(ProviderFault):
        go(provider, ours)


def test_a_stolen_code_is_no_good_without_the_verifier(app, provider, ours):
    back = provider.authorize(accounts.address_to_sign_in(ours, accounts.new_journey()))
    with pytest.raises(ProviderFault):
        accounts.identify(ours, accounts.new_journey(), back["code"], now=NOON)


def test_a_provider_that_is_not_there_or_calls_itself_otherwise(app, provider, ours):
    for issuer in ("http://127.0.0.1:9", provider.issuer + "/", "file:///etc/passwd"):
        with pytest.raises(ProviderFault):
            accounts.address_to_sign_in(
                Provider(issuer, "recoup", "hush", "x"), accounts.new_journey()
            )


def test_the_address_carries_challenge_state_and_nonce(app, provider, ours):
    journey = accounts.new_journey()
    query = parse_qs(urlsplit(accounts.address_to_sign_in(ours, journey)).query)

    assert query["state"] == [journey.state]
    assert query["nonce"] == [journey.nonce]
    assert journey.verifier not in str(query)


def who(**changes):
    given = {
        "issuer": "i", "subject": "42", "email": "Clara@example.org", "email_verified": True,
    }  # fmt: skip
    with acting(VISITOR):
        return accounts.user_of_identity(Identity(**{**given, **changes}), now=NOON)


def test_first_use_ties_the_verified_address_and_later_the_subject_counts(clara):
    assert who() is clara
    assert who(email="renamed@example.org", email_verified=False) is clara
    assert events("single_sign_on.linked") == 1


def test_who_is_not_tied(clara, aline):
    with pytest.raises(ShutOut):
        who(email_verified=False)
    with pytest.raises(ShutOut):
        who(email="stranger@example.org")
    who()
    with pytest.raises(ShutOut, match="another identity"):
        who(subject="43")
    clara.deactivated_at = NOON
    db.session.flush()
    with pytest.raises(ShutOut, match="switched off"):
        who()
