"""The organisations on the platform."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts
from marketplace.accounts import Kind, Permission, Role, organisations_of_kind
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("organisations", __name__, url_prefix="/organisations")


@pages.get("/")
def index() -> ResponseReturnValue:
    firms = [*organisations_of_kind(Kind.LENDER), *organisations_of_kind(Kind.AGENCY)]
    return render_template("staff/organisations/index.html", firms=firms)


@pages.get("/new")
@requires(Permission.ORGANISATION_OPEN)
def new() -> ResponseReturnValue:
    return render_template("staff/organisations/new.html", error=None, typed=request.form)


@pages.post("/new")
@requires(Permission.ORGANISATION_OPEN)
def open_one() -> ResponseReturnValue:
    """Open an organisation; its first manager gets a letter with a link."""
    kind = {kind.value: kind for kind in (Kind.LENDER, Kind.AGENCY)}.get(inputs.text("kind"))
    if kind is None:
        abort(400)
    try:
        with transaction():
            organisation, _invited = accounts.open_organisation(
                kind=kind,
                short_code=inputs.text("short_code"),
                name=inputs.text("name"),
                name_zh=inputs.text("name_zh"),
                jurisdiction=inputs.text("jurisdiction"),
                manager_email=inputs.text("email"),
                manager_name=inputs.text("manager"),
                role=Role.MANAGER,
                by=current_user,
                now=clock(),
            )
    except Refusal as error:
        page = render_template("staff/organisations/new.html", error=error, typed=request.form)
        return page, 422
    flash(_("%(name)s is open; its manager has been invited.", name=organisation.name), "ok")
    return redirect(url_for(".index"), code=303)
