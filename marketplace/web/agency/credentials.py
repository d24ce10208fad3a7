"""An agency's credentials: hand in, follow, renew."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import licences
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.licences import CredentialType, Evidence, Scope
from marketplace.portfolios import Product
from marketplace.web import inputs
from marketplace.web.provinces import PROVINCES
from marketplace.web.security import clock, requires

pages = Blueprint("credentials", __name__, url_prefix="/credentials")
CHANNELS = ("call", "sms", "email", "letter", "visit")


@pages.get("/")
@requires(Permission.CREDENTIAL_SUBMIT)
def index() -> ResponseReturnValue:
    return render_template(
        "agency/credentials/index.html",
        credentials=licences.credentials_of(current_user.organisation_id),
        today=clock().date(),
    )


@pages.get("/new")
@requires(Permission.CREDENTIAL_SUBMIT)
def new() -> ResponseReturnValue:
    return _form()


@pages.post("/")
@requires(Permission.CREDENTIAL_SUBMIT)
def submit() -> ResponseReturnValue:
    try:
        name, content = inputs.uploaded("evidence", _("Evidence"))
        with transaction():
            licences.submit(
                type=CredentialType(request.form.get("type", "")),
                number=inputs.text("number"),
                issuer=inputs.text("issuer"),
                scope=Scope(
                    tuple(request.form.getlist("regions")),
                    tuple(request.form.getlist("products")),
                    tuple(request.form.getlist("channels")),
                ),
                valid_from=inputs.day("valid_from", _("Valid from")),
                valid_to=inputs.day("valid_to", _("Valid to")),
                evidence=Evidence(name, content),
                by=current_user,
                now=clock(),
            )
    except (Refusal, ValueError) as error:
        # The form comes back as it was filled in, with what is wrong above it.
        return _form(error if isinstance(error, Refusal) else None), 422
    flash(_("Submitted. Two people of the platform will examine it."), "ok")
    return redirect(url_for(".index"), code=303)


def _form(error: Refusal | None = None) -> str:
    return render_template(
        "agency/credentials/new.html",
        error=error,
        types=CredentialType,
        provinces=PROVINCES,
        products=Product,
        channels=CHANNELS,
        today=clock().date(),
    )
