"""Payment files: approved statements as an order to the lender's bank."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import settlement
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.downloads import XML, download
from marketplace.web.security import clock, requires

pages = Blueprint("payment_files", __name__, url_prefix="/payment-files")


@pages.get("/")
@requires(Permission.PAYMENT_FILE_MAKE)
def index() -> ResponseReturnValue:
    lender_id, today = current_user.organisation_id, clock().date()
    return render_template(
        "lender/payment_files/index.html",
        rows=settlement.payable_statements(lender_id, on=today),
        accounts=settlement.payer_accounts(lender_id, on=today),
        files=settlement.payment_files(lender_id),
        today=today,
    )


@pages.post("/")
@requires(Permission.PAYMENT_FILE_MAKE)
def make() -> ResponseReturnValue:
    with transaction():
        made = settlement.make_payment_file(
            request.form.getlist("statement"),
            account_id=inputs.whole("account", _("Account")),
            execute_on=inputs.day("execute_on", _("Day of payment")),
            by=current_user,
            now=clock(),
        )
    flash(_("%(code)s is made. Download it below and give it to the bank.", code=made.code),
          "ok")  # fmt: skip
    return redirect(url_for(".index"), code=303)


@pages.post("/<code>/take")
@requires(Permission.PAYMENT_FILE_MAKE)
def take(code: str) -> ResponseReturnValue:
    """Taking it shows whole account numbers, so it is a deed on record and no mere link."""
    with transaction():
        content = settlement.take_payment_file(code, by=current_user, now=clock())
    return download(content, f"{code}.xml", XML)
