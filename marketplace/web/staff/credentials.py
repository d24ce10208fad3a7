"""Vetting: the evidence, the register, two people."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, licences
from marketplace.accounts import Organisation, Permission
from marketplace.core.db import db, transaction
from marketplace.core.installation import files
from marketplace.web import inputs
from marketplace.web.downloads import download
from marketplace.web.security import clock, requires

pages = Blueprint("credentials", __name__, url_prefix="/credentials")
KINDS = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg"}


@pages.get("/")
@requires(Permission.CREDENTIAL_VET)
def index() -> ResponseReturnValue:
    return render_template(
        "staff/credentials/index.html", lines=licences.vetting_queue(), today=clock().date()
    )


@pages.get("/<code>")
@requires(Permission.CREDENTIAL_VET)
def show(code: str) -> ResponseReturnValue:
    credential = licences.credential_by_code(code)
    return render_template(
        "staff/credentials/show.html",
        credential=credential,
        organisation=db.session.get_one(Organisation, credential.organisation_id),
        events=audit.timeline("credentials", credential.id),
        today=clock().date(),
    )


@pages.get("/<code>/evidence")
@requires(Permission.CREDENTIAL_VET)
def evidence(code: str) -> ResponseReturnValue:
    credential = licences.credential_by_code(code)
    content = files().get(credential.evidence_key)
    ending = credential.evidence_name[-4:].lower()
    kind = KINDS.get(ending, "application/octet-stream")
    return download(content, f"{credential.code}{ending}", kind)


@pages.post("/<code>/check")
@requires(Permission.CREDENTIAL_VET)
def check(code: str) -> ResponseReturnValue:
    credential = licences.credential_by_code(code)
    with transaction():
        licences.check(credential.id, note=inputs.text("note"), by=current_user, now=clock())
    flash(_("Checked. Now a colleague must approve it."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/approve")
@requires(Permission.CREDENTIAL_VET)
def approve(code: str) -> ResponseReturnValue:
    credential = licences.credential_by_code(code)
    with transaction():
        licences.approve(credential.id, by=current_user, now=clock())
    flash(_("Approved. The credential counts from now on."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/refuse")
@requires(Permission.CREDENTIAL_VET)
def refuse(code: str) -> ResponseReturnValue:
    credential = licences.credential_by_code(code)
    with transaction():
        licences.refuse(
            credential.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Refused. The agency reads your reason."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/suspend")
@requires(Permission.CREDENTIAL_VET)
def suspend(code: str) -> ResponseReturnValue:
    credential = licences.credential_by_code(code)
    with transaction():
        licences.suspend(
            credential.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Suspended. It no longer counts anywhere."), "ok")
    return redirect(url_for(".show", code=code), code=303)
