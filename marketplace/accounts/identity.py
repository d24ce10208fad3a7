"""Signing in at the organisation's own identity provider (OpenID Connect).

Code flow with PKCE. This module speaks to the provider and checks what it says; it is called
outside any transaction. `linking` says whose identity it is.
"""

import base64
import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from marketplace.core.errors import Refusal
from marketplace.core.words import _

PATIENCE_SECONDS = 10
LEEWAY_SECONDS = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_ANSWER_BYTES = 1 << 20
_DESCRIPTION_KEPT_SECONDS = 600


class ProviderFault(Refusal):
    """The provider cannot be reached, or what it says does not hold."""


@dataclass(frozen=True)
class Provider:
    """An identity provider, and what we are called there."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True)
class Journey:
    """What a browser takes along to the provider, and must bring back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says this is."""

    issuer: str
    subject: str
    email: str
    email_verified: bool


_descriptions: dict[str, tuple[float, dict[str, Any]]] = {}


def new_journey() -> Journey:
    return Journey(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
    )


def address_to_sign_in(provider: Provider, journey: Journey) -> str:
    """Where to send the browser."""
    challenge = hashlib.sha256(journey.verifier.encode()).digest()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": provider.redirect_uri,
            "scope": "openid email profile",
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
    )
    endpoint = str(_described(provider)["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def identify(provider: Provider, journey: Journey, code: str, *, now: datetime) -> Identity:
    """Exchange the code the browser brought back, and check the token that comes of it."""
    described = _described(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "client_id": provider.client_id,
        "code_verifier": journey.verifier,
    }
    if provider.client_secret:
        form["client_secret"] = provider.client_secret
    answer = _fetch(str(described["token_endpoint"]), urlencode(form).encode())
    keys = _fetch(str(described["jwks_uri"]))
    return _checked(provider, journey, str(answer.get("id_token", "")), keys, now)


def _checked(
    provider: Provider, journey: Journey, token: str, keys: dict[str, Any], now: datetime
) -> Identity:
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _untrue() from error
    claims = decoded.claims
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    moment = now.timestamp()
    holds = (
        claims.get("iss") == provider.issuer
        and provider.client_id in audiences
        and claims.get("azp", provider.client_id) == provider.client_id
        and claims.get("nonce") == journey.nonce
        and _number(claims.get("exp")) > moment - LEEWAY_SECONDS
        and _number(claims.get("iat")) < moment + LEEWAY_SECONDS
        and bool(claims.get("sub"))
    )
    if not holds:
        raise _untrue()
    return Identity(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=str(claims.get("email") or ""),
        email_verified=claims.get("email_verified") is True,
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _described(provider: Provider) -> dict[str, Any]:
    """The provider's own description of itself, which must bear its own name."""
    kept = _descriptions.get(provider.issuer)
    if kept and time.monotonic() - kept[0] < _DESCRIPTION_KEPT_SECONDS:
        return kept[1]
    found = _fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != provider.issuer or any(name not in found for name in needed):
        raise _untrue()
    _descriptions[provider.issuer] = (time.monotonic(), found)
    return found


def _fetch(address: str, form: bytes | None = None) -> dict[str, Any]:
    if urlsplit(address).scheme not in {"https", "http"}:
        raise _untrue()
    request = urllib.request.Request(  # noqa: S310 -- the scheme is checked above
        address, data=form, headers={"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            content = json.loads(answer.read(_ANSWER_BYTES))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise ProviderFault(
            _("Your identity provider did not answer as expected."),
            next_step=_("Try again, or sign in with your password."),
        ) from error
    if not isinstance(content, dict):
        raise _untrue()
    return content


def _untrue() -> ProviderFault:
    return ProviderFault(
        _("What the identity provider said could not be verified."),
        next_step=_("Try again, or sign in with your password."),
    )
