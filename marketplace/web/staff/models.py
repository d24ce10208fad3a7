"""The model registry: what each version learned from, how it did, who brought it in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts, audit, valuations
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("models", __name__, url_prefix="/models")


@pages.get("/")
@requires(Permission.MODEL_VIEW)
def index() -> ResponseReturnValue:
    return render_template("staff/models/index.html", versions=valuations.versions())


@pages.get("/<code>")
@requires(Permission.MODEL_VIEW)
def show(code: str) -> ResponseReturnValue:
    version = valuations.version_by_code(code)
    people = [one for one in (version.nominated_by_id, version.activated_by_id) if one]
    return render_template(
        "staff/models/show.html",
        version=version,
        names=accounts.user_names(people),
        active=valuations.active_version(version.market),
        events=audit.timeline("valuation_models", version.id),
    )


@pages.post("/<code>/nominate")
@requires(Permission.MODEL_ACTIVATE)
def nominate(code: str) -> ResponseReturnValue:
    with transaction():
        valuations.nominate(code, reason=inputs.text("reason"), by=current_user, now=clock())
    flash(_("Proposed. Now a colleague must bring it into force."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/activate")
@requires(Permission.MODEL_ACTIVATE)
def activate(code: str) -> ResponseReturnValue:
    with transaction():
        valuations.activate(code, by=current_user, now=clock())
    flash(_("In force: every new valuation of this market uses it."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/withdraw")
@requires(Permission.MODEL_ACTIVATE)
def withdraw(code: str) -> ResponseReturnValue:
    with transaction():
        valuations.withdraw(code, by=current_user, now=clock())
    flash(_("The proposal is withdrawn."), "ok")
    return redirect(url_for(".show", code=code), code=303)
