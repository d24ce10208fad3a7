"""Accepting an invitation by its link."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace import accounts
from marketplace.accounts import LinkSpent, Organisation
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web.account.asking import blame
from marketplace.web.account.entering import enter
from marketplace.web.account.forms import Accept
from marketplace.web.language import language
from marketplace.web.security import clock

pages = Blueprint("invitation", __name__, url_prefix="/account/invitation")


@pages.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    try:
        invitation, organisation = accounts.invitation_by_token(token, now=clock())
    except LinkSpent as refusal:
        return _spent(refusal)
    return _page(Accept(data={"name": invitation.name}), organisation, invitation.email)


@pages.post("/<token>")
def accept(token: str) -> ResponseReturnValue:
    form = Accept()
    try:
        invitation, organisation = accounts.invitation_by_token(token, now=clock())
        if not form.validate_on_submit():
            return _page(form, organisation, invitation.email), 422
        with transaction():
            user = accounts.accept_invitation(
                token,
                name=form.name.data,
                password=form.password.data,
                locale=language(),
                now=clock(),
            )
            accounts.refuse_if_shut_out(user)
            enter(user, method="invitation", two_factor=False)
    except LinkSpent as refusal:
        return _spent(refusal)
    except Refusal as refusal:
        blame(form.password, refusal)
        return _page(form, organisation, invitation.email), 422
    return redirect(url_for("account.home.show"), 303)


def _page(form: Accept, organisation: Organisation, email: str) -> str:
    return render_template(
        "account/invitation/show.html", form=form, organisation=organisation, email=email
    )


def _spent(refusal: LinkSpent) -> ResponseReturnValue:
    return render_template("account/link_spent.html", refusal=refusal), 410
