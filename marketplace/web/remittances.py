"""Recording and confirming the payments of a statement, the same at every door."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import settlement
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import NotFound
from marketplace.web import inputs
from marketplace.web.security import clock, requires


def remittance_pages() -> Blueprint:
    """A blueprint for one door; what each side may do is its permissions'."""
    pages = Blueprint("remittances", __name__, url_prefix="/statements/<code>/remittances")
    one = "/<int:remittance_id>"
    pages.add_url_rule("", "record", _record_it, methods=["POST"])
    pages.add_url_rule(f"{one}/confirm", "confirm", _confirm, methods=["POST"])
    pages.add_url_rule(f"{one}/withdraw", "withdraw", _withdraw, methods=["POST"])
    pages.add_url_rule(f"{one}/deny", "deny", _deny, methods=["POST"])
    return pages


@requires(Permission.REMITTANCE_RECORD)
def _record_it(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        settlement.record_remittance(
            statement.id,
            amount_minor=inputs.amount_minor("amount", _("Amount"), statement.currency),
            paid_on=inputs.day("paid_on", _("Paid on")),
            bank_reference=inputs.text("bank_reference"),
            by=current_user,
            now=clock(),
        )
    flash(_("Recorded. The other side now confirms that it came."), "ok")
    return _back(code)


@requires(Permission.REMITTANCE_CONFIRM)
def _confirm(code: str, remittance_id: int) -> ResponseReturnValue:
    _require_of(code, remittance_id)
    with transaction():
        settlement.confirm_remittance(remittance_id, by=current_user, now=clock())
    flash(_("Confirmed. The books follow."), "ok")
    return _back(code)


@requires(Permission.REMITTANCE_RECORD)
def _withdraw(code: str, remittance_id: int) -> ResponseReturnValue:
    return _take_back(code, remittance_id)


@requires(Permission.REMITTANCE_CONFIRM)
def _deny(code: str, remittance_id: int) -> ResponseReturnValue:
    """The side that should have received it says that it did not."""
    return _take_back(code, remittance_id)


def _take_back(code: str, remittance_id: int) -> ResponseReturnValue:
    _require_of(code, remittance_id)
    with transaction():
        settlement.withdraw_remittance(
            remittance_id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Withdrawn. The statement waits for its payment again."), "ok")
    return _back(code)


def _require_of(code: str, remittance_id: int) -> None:
    statement = settlement.visible_statement(code, by=current_user)
    known = settlement.remittances_of(statement)
    if remittance_id not in {row.remittance.id for row in known}:
        raise NotFound


def _back(code: str) -> ResponseReturnValue:
    door = (request.blueprint or "").split(".")[0]
    return redirect(url_for(f"{door}.statements.show", code=code), code=303)
