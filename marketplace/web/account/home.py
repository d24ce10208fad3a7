"""The start page: everybody's own door."""

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.web.navigation import door_of

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return redirect(url_for("account.sign_in.show"))
    endpoint = f"{door_of(current_user)}.home.show"
    if endpoint not in current_app.view_functions:
        endpoint = "account.security.show"
    return redirect(url_for(endpoint))
