"""The second factor: one-time passwords of an app, and the codes to fall back on.

Security keys are in `security_keys`. A user has two factors as soon as one of them is set up;
recovery codes come with the first and go with the last.
"""

import base64
import hmac
import io
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, func, select, update

from marketplace.accounts.models import RecoveryCode, SecurityKey, User
from marketplace.accounts.signing_in import Browser, count_attempt, refuse_if_locked
from marketplace.audit import record
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.installation import vault
from marketplace.core.words import _

ISSUER = "Recoup"
STEP_SECONDS = 30
CODES = 10
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class WrongCode(Refusal):
    """The second factor does not match. The door commits the failed attempt."""


@dataclass(frozen=True)
class Factors:
    """What a user can prove themselves with, besides the password."""

    app: bool
    keys: tuple[SecurityKey, ...]
    codes_left: int


@dataclass(frozen=True)
class AppOffer:
    """A secret for an authenticator app, not yet in force."""

    secret: str
    picture: str
    """The QR code as an SVG data address."""


def factors_of(user: User) -> Factors:
    keys = db.session.scalars(
        select(SecurityKey).where(SecurityKey.user_id == user.id).order_by(SecurityKey.id)
    )
    left = db.session.scalar(
        select(func.count()).where(
            RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
        )
    )
    return Factors(app=user.totp_secret is not None, keys=tuple(keys), codes_left=left or 0)


def new_app_secret() -> str:
    return pyotp.random_base32()


def offer_app(secret: str, *, by: User) -> AppOffer:
    """The secret as an app takes it: read from the screen, or typed."""
    address = pyotp.TOTP(secret).provisioning_uri(name=by.email, issuer_name=ISSUER)
    drawing = io.BytesIO()
    segno.make(address, error="m").save(drawing, kind="svg", border=2, scale=4)
    picture = "data:image/svg+xml;base64," + base64.b64encode(drawing.getvalue()).decode()
    return AppOffer(secret=secret, picture=picture)


def set_up_app(secret: str, code: str, *, by: User, now: datetime) -> list[str]:
    """Put an app in force once it has shown a right code; return new recovery codes, if any."""
    step = _step_of(secret, code, now)
    if step is None:
        raise WrongCode(
            _("This is not the code the app shows now."),
            next_step=_("Wait for the next code; check that the phone's clock is right."),
        )
    by.totp_secret = vault().seal(secret.encode(), place=_place(by))
    by.totp_step = step
    record("totp.set_up", by, by=by, now=now)
    return turn_on(by, now=now)


def remove_app(*, by: User, now: datetime) -> None:
    if by.totp_secret is None:
        raise Refusal(_("No authenticator app is set up."))
    by.totp_secret = None
    record("totp.removed", by, by=by, now=now)
    turn_off_if_last(by)


def check_second_factor(user: User, code: str, *, browser: Browser, now: datetime) -> str:
    """Accept the app's code or a recovery code, each once; say which it was."""
    account = second_factor_account(user)
    refuse_if_locked(account, browser=browser, now=now)
    given = "".join(code.split()).replace("-", "").upper()
    method = ""
    if given.isdigit() and len(given) == 6:
        method = "totp" if _use_app_code(user, given, now) else ""
    elif given:
        method = "recovery code" if _use_recovery_code(user, given, now) else ""
    count_attempt(account, browser=browser, now=now, succeeded=bool(method))
    if not method:
        raise WrongCode(
            _("This code is not right, or has been used."),
            next_step=_("Wait for the next code, or use a recovery code."),
        )
    if method == "recovery code":
        record("recovery_code.used", user, by=user, now=now)
    return method


def second_factor_account(user: User) -> str:
    """Failed second factors are counted apart: a right password must not wipe them out."""
    return f"second factor:{user.id}"


def replace_recovery_codes(*, by: User, now: datetime) -> list[str]:
    """Ten new codes, to be shown once; the old ones stop working."""
    if not by.two_factor:
        raise Refusal(
            _("Recovery codes replace a second factor that is lost."),
            next_step=_("Set up an authenticator app or a security key first."),
        )
    codes = _write_codes(by)
    record("recovery_codes.replaced", by, by=by, now=now)
    return codes


def turn_on(user: User, *, now: datetime) -> list[str]:
    """From now on a second factor is asked for. The first one brings recovery codes."""
    if user.two_factor:
        return []
    user.two_factor = True
    db.session.flush()
    return _write_codes(user)


def turn_off_if_last(user: User) -> None:
    """Without any factor left, none is asked for and the recovery codes are void."""
    db.session.flush()
    factors = factors_of(user)
    if factors.app or factors.keys:
        return
    user.two_factor = False
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, one step of clock drift either way."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    given = "".join(code.split())
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), given):
            return step
    return None


def _use_app_code(user: User, code: str, now: datetime) -> bool:
    """A code opens once: its step must be later than the last one used."""
    if user.totp_secret is None:
        return False
    secret = vault().open(user.totp_secret, place=_place(user)).decode()
    step = _step_of(secret, code, now)
    if step is None:
        return False
    used = db.session.execute(
        update(User)
        .where(User.id == user.id, User.totp_step < step)
        .values(totp_step=step)
        .returning(User.id)
    )
    return used.first() is not None


def _use_recovery_code(user: User, code: str, now: datetime) -> bool:
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _code_hash(user, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return used.first() is not None


def _write_codes(user: User) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(_ALPHABET) for _n in range(10)) for _n in range(CODES)]
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=_code_hash(user, code)) for code in codes
    )
    db.session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _code_hash(user: User, code: str) -> bytes:
    """Keyed, so that the table alone does not let anybody try codes at leisure."""
    return vault().blind_index(f"{user.id}:{code}", kind="recovery code")


def _place(user: User) -> str:
    return f"totp:{user.id}"
