"""Saying no in plain words: what, why, and what to do next."""

from flask import Flask, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _


def init_app(app: Flask) -> None:
    app.before_request(_refuse_what_is_no_text)
    app.register_error_handler(Refusal, _show_refusal)
    app.register_error_handler(
        NotFound, lambda error: (render_template("errors/404.html"), 404)
    )
    app.register_error_handler(StaleDataError, _show_stale)
    app.register_error_handler(CSRFError, _show_expired_form)
    app.register_error_handler(413, _show_too_large)
    for code in (400, 401, 403, 404, 405, 429, 500):
        app.register_error_handler(code, _show)


def _refuse_what_is_no_text() -> None:
    """An address with a character that no text has names nothing here."""
    if any("\0" in part for part in (request.path, *request.args, *request.args.values())):
        abort(400)


def _show_refusal(refusal: Refusal) -> ResponseReturnValue:
    db.session.rollback()
    page = render_template(
        "errors/refused.html", reason=refusal.reason, next_step=refusal.next_step
    )
    return page, 409


def _show_stale(_error: StaleDataError) -> ResponseReturnValue:
    return _show_refusal(
        Refusal(
            _("Somebody else changed this record while you had it open."),
            next_step=_("Go back, look at the new state, and do it again if it still fits."),
        )
    )


def _show_expired_form(_error: CSRFError) -> ResponseReturnValue:
    page = render_template(
        "errors/refused.html",
        reason=_("This form has expired."),
        next_step=_("Go back, reload the page, and send it again. Nothing was changed."),
    )
    return page, 400


def _show_too_large(_error: HTTPException) -> ResponseReturnValue:
    limit = (request.max_content_length or 0) >> 20
    return render_template("errors/413.html", limit_mb=limit), 413


def _show(error: HTTPException | Exception) -> ResponseReturnValue:
    db.session.rollback()  # whatever was under way is void, and the page may ask again
    code = getattr(error, "code", None) or 500
    name = f"errors/{404 if code == 405 else code}.html"
    return render_template(name), code
