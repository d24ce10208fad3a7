"""Setting up and removing second factors: the app, security keys, recovery codes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts
from marketplace.accounts import LockedOut, WrongPassword
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web.account.asking import blame, browser, counted, keep, kept, take
from marketplace.web.account.forms import Confirm, NewKey, SetUpApp
from marketplace.web.account.security import page
from marketplace.web.security import clock

pages = Blueprint("factors", __name__, url_prefix="/account/security")

APP, CODES, CHALLENGE = "app secret", "recovery codes", "key challenge"
A_WHILE = 600


@pages.get("/app")
def show_app() -> ResponseReturnValue:
    secret = kept(APP) or accounts.new_app_secret()
    keep(APP, secret, seconds=A_WHILE)
    return _app_page(secret, SetUpApp())


@pages.post("/app")
def set_up_app() -> ResponseReturnValue:
    form, secret = SetUpApp(), kept(APP)
    if secret is None:
        return redirect(url_for("account.factors.show_app"), 303)
    if current_user.password_hash is None:
        form.present.validators = []
    if not form.validate_on_submit():
        return _app_page(secret, form), 422
    try:
        _confirm(form.present.data)
        with transaction():
            codes = accounts.set_up_app(secret, form.code.data, by=current_user, now=clock())
    except Refusal as refusal:
        blame(form.present if _is_about_password(refusal) else form.code, refusal)
        return _app_page(secret, form), _status(refusal)
    take(APP)
    flash(_("The authenticator app is set up."), "ok")
    return _show_codes(codes)


@pages.post("/app/remove")
def remove_app() -> ResponseReturnValue:
    form = Confirm()
    try:
        _confirm(form.present.data)
        with transaction():
            accounts.remove_app(by=current_user, now=clock())
    except Refusal as refusal:
        blame(form.present, refusal)
        return page(confirm_form=form), _status(refusal)
    flash(_("The authenticator app is removed."), "ok")
    return redirect(url_for("account.security.show"), 303)


@pages.get("/keys/new")
def new_key() -> ResponseReturnValue:
    return render_template(
        "account/security/key.html",
        form=NewKey(),
        has_password=current_user.password_hash is not None,
        keys_possible=accounts.keys_possible(),
    )


@pages.post("/keys/options")
def key_options() -> ResponseReturnValue:
    answer = request.get_json(silent=True) or {}
    try:
        _confirm(str(answer.get("present") or ""))
        options, challenge = accounts.registration_options(by=current_user)
    except Refusal as refusal:
        return {"error": str(refusal.reason)}, _status(refusal)
    keep(CHALLENGE, challenge.hex(), seconds=A_WHILE)
    return options


@pages.post("/keys")
def register_key() -> ResponseReturnValue:
    challenge, answer = take(CHALLENGE), request.get_json(silent=True)
    if challenge is None or not isinstance(answer, dict):
        return {"error": _("That took too long. Load the page again.")}, 422
    try:
        with transaction():
            codes = accounts.register_key(
                answer.get("credential") or {},
                challenge=bytes.fromhex(challenge),
                name=str(answer.get("name") or ""),
                by=current_user,
                now=clock(),
            )
    except Refusal as refusal:
        return {"error": str(refusal.reason)}, 422
    flash(_("The security key is registered."), "ok")
    return {"next": _codes_address(codes)}


@pages.post("/keys/<code>/remove")
def remove_key(code: str) -> ResponseReturnValue:
    form = Confirm()
    try:
        _confirm(form.present.data)
        with transaction():
            accounts.remove_key(code, by=current_user, now=clock())
    except Refusal as refusal:
        blame(form.present, refusal)
        return page(confirm_form=form), _status(refusal)
    flash(_("The security key is removed."), "ok")
    return redirect(url_for("account.security.show"), 303)


@pages.post("/recovery-codes")
def replace_codes() -> ResponseReturnValue:
    form = Confirm()
    try:
        _confirm(form.present.data)
        with transaction():
            codes = accounts.replace_recovery_codes(by=current_user, now=clock())
    except Refusal as refusal:
        blame(form.present, refusal)
        return page(confirm_form=form), _status(refusal)
    return _show_codes(codes)


@pages.get("/recovery-codes")
def show_codes() -> ResponseReturnValue:
    """Shown once: the cookie that brought the codes here forgets them."""
    codes = take(CODES)
    if not codes:
        return redirect(url_for("account.security.show"), 303)
    return render_template("account/security/codes.html", codes=codes)


def _show_codes(codes: list[str]) -> ResponseReturnValue:
    return redirect(_codes_address(codes), 303)


def _codes_address(codes: list[str]) -> str:
    if not codes:
        return url_for("account.security.show")
    keep(CODES, codes, seconds=A_WHILE)
    return url_for("account.factors.show_codes")


def _confirm(password: str | None) -> None:
    """A borrowed browser must not be enough to change what protects the account."""
    with counted():
        accounts.confirm_password(
            password or "", by=current_user, browser=browser(), now=clock()
        )


def _is_about_password(refusal: Refusal) -> bool:
    return isinstance(refusal, WrongPassword | LockedOut)


def _status(refusal: Refusal) -> int:
    return 429 if isinstance(refusal, LockedOut) else 422


def _app_page(secret: str, form: SetUpApp) -> str:
    return render_template(
        "account/security/app.html",
        offer=accounts.offer_app(secret, by=current_user),
        form=form,
        has_password=current_user.password_hash is not None,
    )
