"""Setting a new password by a mailed link."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import accounts
from marketplace.accounts import LinkSpent
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web.account.asking import blame, browser
from marketplace.web.account.forms import AskReset, NewPassword
from marketplace.web.security import clock

pages = Blueprint("reset", __name__, url_prefix="/account/reset")


@pages.get("")
def ask() -> ResponseReturnValue:
    return render_template("account/reset/ask.html", form=AskReset())


@pages.post("")
def send() -> ResponseReturnValue:
    """The answer is the same whether or not somebody has the address."""
    form = AskReset()
    if not form.validate_on_submit():
        return render_template("account/reset/ask.html", form=form), 422
    with transaction():
        accounts.ask_for_reset(form.email.data, now=clock())
    flash(_("If somebody signs in with this address, a letter is on its way to it."), "info")
    return redirect(url_for("account.sign_in.show"), 303)


@pages.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    try:
        accounts.reset_by_token(token, now=clock())
    except LinkSpent as refusal:
        return _spent(refusal)
    return render_template("account/reset/show.html", form=NewPassword())


@pages.post("/<token>")
def set_password(token: str) -> ResponseReturnValue:
    form = NewPassword()
    try:
        accounts.reset_by_token(token, now=clock())
        if not form.validate_on_submit():
            return render_template("account/reset/show.html", form=form), 422
        with transaction():
            accounts.set_new_password(token, form.password.data, browser=browser(), now=clock())
    except LinkSpent as refusal:
        return _spent(refusal)
    except Refusal as refusal:
        blame(form.password, refusal)
        return render_template("account/reset/show.html", form=form), 422
    flash(_("Your password is set. Sign in with it."), "ok")
    return redirect(url_for("account.sign_in.show"), 303)


def _spent(refusal: LinkSpent) -> ResponseReturnValue:
    return render_template("account/link_spent.html", refusal=refusal), 410
