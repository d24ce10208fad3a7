"""Signing in with a password, and signing out."""

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace import accounts
from marketplace.accounts import LockedOut
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web.account import second_factor
from marketplace.web.account.asking import browser, counted, local_path
from marketplace.web.account.entering import enter_or_ask
from marketplace.web.account.forms import SignIn
from marketplace.web.security import clock

pages = Blueprint("sign_in", __name__, url_prefix="/account/sign-in")
pages.add_url_rule(
    "/second-factor",
    "second_factor",
    second_factor.second_factor,
    methods=["GET", "POST"],
)
pages.add_url_rule("/key-options", "key_options", second_factor.key_options, methods=["POST"])
pages.add_url_rule("/key", "key", second_factor.key, methods=["POST"])


@pages.get("")
def show() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("account.home.show"))
    return _page(SignIn(data={"next": local_path(request.args.get("next"))}))


@pages.post("")
def sign_in() -> ResponseReturnValue:
    form = SignIn()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with counted():
            user = accounts.check_password(
                form.email.data, form.password.data, browser=browser(), now=clock()
            )
            target = enter_or_ask(user, method="password", wanted=form.next.data or "")
    except LockedOut as refusal:
        return _page(form, refusal), 429
    except Refusal as refusal:
        return _page(form, refusal), 422
    return redirect(target, 303)


@pages.post("/out")
def sign_out() -> ResponseReturnValue:
    token = session.get("token")
    if isinstance(token, str):
        with transaction():
            accounts.end_session(token, now=clock())
    session.clear()
    return redirect(url_for("account.sign_in.show"), 303)


def _page(form: SignIn, refusal: Refusal | None = None) -> str:
    return render_template(
        "account/sign_in/show.html",
        form=form,
        refusal=refusal,
        single_sign_on=bool(current_app.config["SETTINGS"].oidc_issuer),
    )
