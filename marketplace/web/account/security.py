"""One's own sign-in: the password, and the browsers one is signed in with."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts
from marketplace.accounts import LockedOut
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web.account.asking import blame, browser, counted
from marketplace.web.account.forms import ChangePassword, Confirm
from marketplace.web.security import clock

pages = Blueprint("security", __name__, url_prefix="/account/security")


@pages.get("")
def show() -> ResponseReturnValue:
    return page()


@pages.post("/password")
def change_password() -> ResponseReturnValue:
    form = ChangePassword()
    if current_user.password_hash is None:
        form.present.validators = []
    if not form.validate_on_submit():
        return page(password_form=form), 422
    try:
        with counted():
            accounts.change_password(
                form.present.data or "",
                form.password.data,
                token=session["token"],
                by=current_user,
                browser=browser(),
                now=clock(),
            )
    except Refusal as refusal:
        blame(form.present, refusal)
        return page(password_form=form), 429 if isinstance(refusal, LockedOut) else 422
    flash(_("Your password is changed. Other browsers must sign in again."), "ok")
    return redirect(url_for("account.security.show"), 303)


@pages.post("/sessions/<code>/end")
def end_session(code: str) -> ResponseReturnValue:
    with transaction():
        accounts.end_one_session(code, by=current_user, now=clock())
    flash(_("That browser is signed out."), "ok")
    return redirect(url_for("account.security.show"), 303)


@pages.post("/sessions/end")
def sign_out_everywhere() -> ResponseReturnValue:
    with transaction():
        accounts.sign_out_everywhere(by=current_user, now=clock())
    session.clear()
    flash(_("You are signed out in every browser."), "ok")
    return redirect(url_for("account.sign_in.show"), 303)


def page(
    *, password_form: ChangePassword | None = None, confirm_form: Confirm | None = None
) -> str:
    token = session.get("token", "")
    return render_template(
        "account/security/show.html",
        sessions=[
            (found, accounts.is_current(found, token))
            for found in accounts.sessions_of(current_user, now=clock())
        ],
        factors=accounts.factors_of(current_user),
        keys_possible=accounts.keys_possible(),
        password_form=password_form or ChangePassword(),
        confirm_form=confirm_form or Confirm(),
        has_password=current_user.password_hash is not None,
    )
