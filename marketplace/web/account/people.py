"""Colleagues and invitations: who may come in, and as what."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from marketplace import accounts
from marketplace.accounts import ROLES_OF, FileRefused, Permission, Role
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web.account.asking import blame
from marketplace.web.account.forms import Invite, InviteMany
from marketplace.web.security import clock, requires

pages = Blueprint("people", __name__, url_prefix="/account/people")

ROLE_NAMES = {
    Role.MANAGER: _l("Manager"),
    Role.APPROVER: _l("Approver"),
    Role.COMPLIANCE: _l("Compliance"),
    Role.FINANCE: _l("Finance"),
    Role.COLLECTOR: _l("Collector"),
    Role.VIEWER: _l("Viewer"),
    Role.VETTING: _l("Vetting"),
    Role.AUDITOR: _l("Auditor"),
}


@pages.get("")
@requires(Permission.USER_INVITE)
def index() -> ResponseReturnValue:
    return _page()


@pages.post("/invitations")
@requires(Permission.USER_INVITE)
def invite() -> ResponseReturnValue:
    form = _invite_form()
    if not form.validate_on_submit():
        return _page(form=form), 422
    try:
        with transaction():
            accounts.invite(
                email=form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                by=current_user,
                now=clock(),
            )
    except Refusal as refusal:
        blame(form.email, refusal)
        return _page(form=form), 422
    flash(_("The invitation is on its way to %(email)s.", email=form.email.data), "ok")
    return redirect(url_for("account.people.index"), 303)


@pages.post("/invitations/file")
@requires(Permission.USER_INVITE)
def invite_many() -> ResponseReturnValue:
    form = InviteMany()
    if not form.validate_on_submit():
        return _page(file_form=form), 422
    try:
        with transaction():
            invited = accounts.invite_many(form.file.data.read(), by=current_user, now=clock())
    except FileRefused as refusal:
        blame(form.file, refusal)
        return _page(file_form=form, refused=refusal), 422
    except Refusal as refusal:
        blame(form.file, refusal)
        return _page(file_form=form), 422
    flash(_("Invitations sent: %(n)s.", n=len(invited)), "ok")
    return redirect(url_for("account.people.index"), 303)


@pages.post("/invitations/<code>/resend")
@requires(Permission.USER_INVITE)
def resend(code: str) -> ResponseReturnValue:
    with transaction():
        accounts.resend_invitation(code, by=current_user, now=clock())
    flash(_("A new link is on its way; the old one no longer works."), "ok")
    return redirect(url_for("account.people.index"), 303)


@pages.post("/invitations/<code>/withdraw")
@requires(Permission.USER_INVITE)
def withdraw(code: str) -> ResponseReturnValue:
    with transaction():
        accounts.withdraw_invitation(code, by=current_user, now=clock())
    flash(_("The invitation is withdrawn."), "ok")
    return redirect(url_for("account.people.index"), 303)


@pages.post("/<code>/role")
@requires(Permission.USER_INVITE)
def change_role(code: str) -> ResponseReturnValue:
    wanted = request.form.get("role", "")
    if wanted not in set(Role):
        abort(400)
    with transaction():
        colleague = accounts.change_role(code, Role(wanted), by=current_user, now=clock())
    flash(_("%(name)s has a new role and must sign in again.", name=colleague.name), "ok")
    return redirect(url_for("account.people.index"), 303)


@pages.post("/<code>/deactivate")
@requires(Permission.USER_INVITE)
def deactivate(code: str) -> ResponseReturnValue:
    with transaction():
        colleague = accounts.deactivate(code, by=current_user, now=clock())
    undo = {
        "text": _("%(name)s can no longer sign in.", name=colleague.name),
        "url": url_for("account.people.reactivate", code=code),
        "label": _("Undo"),
    }
    flash(undo, "ok")  # type: ignore[arg-type]
    return redirect(url_for("account.people.index"), 303)


@pages.post("/<code>/reactivate")
@requires(Permission.USER_INVITE)
def reactivate(code: str) -> ResponseReturnValue:
    with transaction():
        colleague = accounts.reactivate(code, by=current_user, now=clock())
    flash(_("%(name)s can sign in again.", name=colleague.name), "ok")
    return redirect(url_for("account.people.index"), 303)


def _invite_form() -> Invite:
    form = Invite()
    form.role.choices = _roles()
    return form


def _roles() -> list[tuple[str, str]]:
    kind = current_user.organisation.kind
    return [(role.value, str(ROLE_NAMES[role])) for role in ROLES_OF[kind]]


def _page(
    *,
    form: Invite | None = None,
    file_form: InviteMany | None = None,
    refused: FileRefused | None = None,
) -> str:
    return render_template(
        "account/people/index.html",
        people=accounts.people_of(current_user.organisation_id),
        invitations=accounts.invitations_of(current_user.organisation_id),
        form=form or _invite_form(),
        file_form=file_form or InviteMany(),
        refused=refused,
        roles=_roles(),
        role_names=ROLE_NAMES,
        now=clock(),
    )
