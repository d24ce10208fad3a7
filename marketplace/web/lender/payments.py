"""Payments: bring in the ledger's lines, and have a second person verify them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from marketplace import casework
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web import inputs
from marketplace.web.payment_files import read_payments
from marketplace.web.security import clock, requires

pages = Blueprint("payments", __name__, url_prefix="/payments")


@pages.get("/")
@requires(Permission.STATEMENT_VIEW)
def index() -> ResponseReturnValue:
    return _page()


@pages.post("/")
@requires(Permission.PAYMENT_RECORD)
def record() -> ResponseReturnValue:
    try:
        content = inputs.uploaded("file", _("Payment file"))[1]
        rows = read_payments(content, lender_id=current_user.organisation_id)
        with transaction():
            count = casework.record_payments(rows, by=current_user, now=clock())
    except Refusal as error:
        return _page(error), 422
    flash(
        ngettext("%(num)s new payment recorded.", "%(num)s new payments recorded.", count), "ok"
    )
    return redirect(url_for(".index"), code=303)


@pages.post("/verify")
@requires(Permission.PAYMENT_VERIFY)
def verify() -> ResponseReturnValue:
    with transaction():
        waiting = casework.unverified_by_others(by=current_user)
        count = casework.verify_payments(waiting, by=current_user, now=clock())
    flash(ngettext("%(num)s payment verified.", "%(num)s payments verified.", count), "ok")
    return redirect(url_for(".index"), code=303)


def _page(error: Refusal | None = None) -> str:
    return render_template(
        "lender/payments/index.html",
        error=error,
        problems=error.problems[:200] if isinstance(error, casework.BadPayments) else [],
        lines=casework.payment_lines(current_user.organisation_id),
        waiting=len(casework.unverified_payments(current_user.organisation_id)),
        mine_to_verify=len(casework.unverified_by_others(by=current_user)),
    )
