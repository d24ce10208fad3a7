"""The language of the pages."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from marketplace import accounts
from marketplace.core.db import transaction
from marketplace.web.account.asking import local_path
from marketplace.web.language import LANGUAGES
from marketplace.web.security import clock

pages = Blueprint("preferences", __name__, url_prefix="/account/preferences")


@pages.post("/language")
def language() -> ResponseReturnValue:
    locale = request.form.get("locale", "")
    if locale not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        with transaction():
            accounts.set_locale(locale, by=current_user, now=clock())
    answer = redirect(_page_to_show_again(), 303)
    answer.set_cookie(
        "locale",
        locale,
        max_age=timedelta(days=365),
        samesite="Lax",
        secure=current_app.config["SETTINGS"].production,
    )
    return answer


def _page_to_show_again() -> str:
    """Where the reader was, unless that was the answer to a form: it cannot be shown again."""
    path = local_path(request.form.get("next"))
    try:
        current_app.url_map.bind("").match(path.partition("?")[0], "GET")
    except HTTPException:
        return url_for("account.home.show")
    except RoutingException:
        pass
    return path
