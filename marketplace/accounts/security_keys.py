"""Security keys and passkeys (WebAuthn) as the second factor.

The challenge is the door's to keep, in the signed session of the browser that asked for it.
"""

import ipaddress
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from marketplace.accounts.models import SecurityKey, User
from marketplace.accounts.second_factor import (
    WrongCode,
    factors_of,
    second_factor_account,
    turn_off_if_last,
    turn_on,
)
from marketplace.accounts.signing_in import Browser, count_attempt, refuse_if_locked
from marketplace.audit import record
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import installed
from marketplace.core.words import _

KEYS = 10

Options = dict[str, Any]


def keys_possible() -> bool:
    """Browsers tie keys to a host name; an installation reached by a number has none."""
    try:
        ipaddress.ip_address(_host())
    except ValueError:
        return True
    return False


def registration_options(*, by: User) -> tuple[Options, bytes]:
    """What the browser needs to make a key, and the challenge to check its answer by."""
    known = factors_of(by).keys
    if len(known) >= KEYS:
        raise Refusal(_("No more than %(n)s keys can be registered.", n=KEYS))
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name="Recoup",
        user_name=by.email,
        user_id=f"recoup:{by.id}".encode(),
        user_display_name=by.name,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.DISCOURAGED,
        ),
    )
    return json.loads(webauthn.options_to_json(options)), options.challenge


def register_key(
    credential: Options, *, challenge: bytes, name: str, by: User, now: datetime
) -> list[str]:
    """Keep a new key under a name; return new recovery codes, if it is the first factor."""
    if not name.strip() or len(name) > 60:
        raise Refusal(_("Give the key a name of at most 60 characters."))
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            _("The security key's answer could not be verified."),
            next_step=_("Try again with the key in place."),
        ) from error
    key = SecurityKey(
        user_id=by.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name.strip(),
        created_at=now,
    )
    db.session.add(key)
    record("security_key.registered", key, by=by, now=now)
    return turn_on(by, now=now)


def remove_key(code: str, *, by: User, now: datetime) -> None:
    key = db.session.scalar(
        select(SecurityKey).where(SecurityKey.code == code, SecurityKey.user_id == by.id)
    )
    if key is None:
        raise NotFound
    record("security_key.removed", key, by=by, now=now)
    db.session.delete(key)
    turn_off_if_last(by)


def sign_in_options(user: User) -> tuple[Options, bytes]:
    """What the browser needs to ask one of the user's keys, and the challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        allow_credentials=_described(factors_of(user).keys),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return json.loads(webauthn.options_to_json(options)), options.challenge


def check_key(
    user: User, credential: Options, *, challenge: bytes, browser: Browser, now: datetime
) -> None:
    """Accept the answer of one of the user's keys. A key that counts must count up."""
    account = second_factor_account(user)
    refuse_if_locked(account, browser=browser, now=now)
    key = _named_in(credential, user)
    count = _verified_count(key, credential, challenge) if key else None
    count_attempt(account, browser=browser, now=now, succeeded=count is not None)
    if key is None or count is None:
        raise WrongCode(
            _("The security key's answer could not be verified."),
            next_step=_("Try again, or use another way to confirm."),
        )
    key.sign_count, key.last_used_at = count, now


def _named_in(credential: Options, user: User) -> SecurityKey | None:
    try:
        credential_id = webauthn.base64url_to_bytes(str(credential["id"]))
    except (KeyError, TypeError, ValueError):
        return None
    return locked(
        select(SecurityKey).where(
            SecurityKey.credential_id == credential_id, SecurityKey.user_id == user.id
        )
    )


def _verified_count(key: SecurityKey, credential: Options, challenge: bytes) -> int | None:
    try:
        answer = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return answer.new_sign_count


def _described(keys: tuple[SecurityKey, ...]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _host() -> str:
    return urlsplit(installed().public_url).hostname or "localhost"


def _origin() -> str:
    parts = urlsplit(installed().public_url)
    return f"{parts.scheme}://{parts.netloc}"
