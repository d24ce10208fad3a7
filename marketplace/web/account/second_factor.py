"""Asking for the second factor: a code of the app, a recovery code, or a security key."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace import accounts
from marketplace.accounts import LockedOut, User
from marketplace.core.errors import Refusal
from marketplace.web.account.asking import blame, browser, counted, keep, take
from marketplace.web.account.entering import back_to_start, enter, half_signed_in
from marketplace.web.account.forms import Code
from marketplace.web.security import clock

CHALLENGE = "sign-in challenge"
CHALLENGE_LASTS_SECONDS = 300


def second_factor() -> ResponseReturnValue:
    half = half_signed_in()
    if half is None:
        return back_to_start()
    user, method, wanted = half
    form = Code()
    if request.method == "GET":
        return _page(user, form)
    if not form.validate_on_submit():
        return _page(user, form), 422
    try:
        with counted():
            used = accounts.check_second_factor(
                user, form.code.data, browser=browser(), now=clock()
            )
            target = enter(user, method=f"{method}, {used}", two_factor=True, wanted=wanted)
    except LockedOut as refusal:
        blame(form.code, refusal)
        return _page(user, form), 429
    except Refusal as refusal:
        blame(form.code, refusal)
        return _page(user, form), 422
    return redirect(target, 303)


def key_options() -> ResponseReturnValue:
    """What the browser needs to ask a security key; the challenge stays in its cookie."""
    half = half_signed_in()
    if half is None:
        return {}, 401
    options, challenge = accounts.sign_in_options(half[0])
    keep(CHALLENGE, challenge.hex(), seconds=CHALLENGE_LASTS_SECONDS)
    return options


def key() -> ResponseReturnValue:
    half = half_signed_in()
    challenge = take(CHALLENGE)
    answer = request.get_json(silent=True)
    if half is None or challenge is None or not isinstance(answer, dict):
        return {}, 401
    user, method, wanted = half
    try:
        with counted():
            accounts.check_key(
                user,
                answer.get("credential") or {},
                challenge=bytes.fromhex(challenge),
                browser=browser(),
                now=clock(),
            )
            target = enter(user, method=f"{method}, key", two_factor=True, wanted=wanted)
    except LockedOut as refusal:
        return {"error": str(refusal.reason)}, 429
    except Refusal as refusal:
        return {"error": str(refusal.reason)}, 422
    return {"next": target}


def _page(user: User, form: Code) -> str:
    return render_template(
        "account/sign_in/second_factor.html", form=form, factors=accounts.factors_of(user)
    )
