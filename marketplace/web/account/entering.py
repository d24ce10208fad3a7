"""Letting somebody in: a session of their own, or first the question for a second factor."""

from flask import redirect, session, url_for
from werkzeug.wrappers import Response

from marketplace import accounts
from marketplace.accounts import User
from marketplace.core.errors import NotFound, Refusal
from marketplace.web.account.asking import browser, keep, kept, local_path
from marketplace.web.security import clock

HALF = "half"
HALF_LASTS_SECONDS = 600


def enter(user: User, *, method: str, two_factor: bool, wanted: str = "") -> str:
    """Open a session for this browser, with nothing left of what it held before.

    Returns where to go. The caller's transaction holds the session.
    """
    token = accounts.open_session(
        user, browser=browser(), two_factor=two_factor, method=method, now=clock()
    )
    session.clear()
    session["token"] = token
    return local_path(wanted) or url_for("account.home.show")


def enter_or_ask(user: User, *, method: str, wanted: str) -> str:
    """Let in whoever has one factor; ask the others for the second."""
    if not user.two_factor:
        return enter(user, method=method, two_factor=False, wanted=wanted)
    session.clear()
    half = {
        "user_id": user.id,
        "password": _password_mark(user),
        "method": method,
        "next": local_path(wanted),
    }
    keep(HALF, half, seconds=HALF_LASTS_SECONDS)
    return url_for("account.sign_in.second_factor")


def half_signed_in() -> tuple[User, str, str] | None:
    """Who has shown the first factor in this browser, how, and where they want to go.

    This opens no door: only the pages that ask for the second factor look at it.
    """
    half = kept(HALF)
    if half is None:
        return None
    try:
        user = accounts.user_by_id(half["user_id"])
        accounts.refuse_if_shut_out(user)
    except (NotFound, Refusal):
        return None
    if half["password"] != _password_mark(user) or not user.two_factor:
        return None
    return user, half["method"], half["next"]


def back_to_start() -> Response:
    session.pop(HALF, None)
    return redirect(url_for("account.sign_in.show"), 303)


def _password_mark(user: User) -> str:
    """Changes with the password, so that a reset also ends what was half-way in."""
    return (user.password_hash or "")[-12:]
