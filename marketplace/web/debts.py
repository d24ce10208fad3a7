"""Ending what a statement left below nothing, the same at every door."""

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


def debt_pages() -> Blueprint:
    """A blueprint for one door; what each side may do is its permissions'."""
    pages = Blueprint("debts", __name__, url_prefix="/statements/<code>/debts")
    one = "/<int:clearance_id>"
    pages.add_url_rule("/repaid", "repaid", _repaid, methods=["POST"])
    pages.add_url_rule("/write-off", "write_off", _write_off, methods=["POST"])
    pages.add_url_rule(f"{one}/confirm", "confirm", _confirm, methods=["POST"])
    pages.add_url_rule(f"{one}/withdraw", "withdraw", _withdraw, methods=["POST"])
    return pages


@requires(Permission.DEBT_RECORD)
def _repaid(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        settlement.record_repayment(
            statement.id,
            paid_on=inputs.day("paid_on", _("Paid on")),
            bank_reference=inputs.text("bank_reference"),
            by=current_user,
            now=clock(),
        )
    flash(_("Recorded. A second side or person now confirms it."), "ok")
    return _back(code)


@requires(Permission.DEBT_RECORD)
def _write_off(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        settlement.propose_write_off(
            statement.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Proposed. A colleague decides on this page."), "ok")
    return _back(code)


@requires(Permission.DEBT_CONFIRM)
def _confirm(code: str, clearance_id: int) -> ResponseReturnValue:
    _require_of(code, clearance_id)
    with transaction():
        settlement.confirm_clearance(clearance_id, by=current_user, now=clock())
    flash(_("Confirmed. The books follow."), "ok")
    return _back(code)


@requires(Permission.DEBT_RECORD)
def _withdraw(code: str, clearance_id: int) -> ResponseReturnValue:
    _require_of(code, clearance_id)
    with transaction():
        settlement.withdraw_clearance(
            clearance_id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Withdrawn. The debt is open again."), "ok")
    return _back(code)


def _require_of(code: str, clearance_id: int) -> None:
    statement = settlement.visible_statement(code, by=current_user)
    known = {one.id for row in settlement.debts_of(statement) for one in row.clearances}
    if clearance_id not in known:
        raise NotFound


def _back(code: str) -> ResponseReturnValue:
    door = (request.blueprint or "").split(".")[0]
    return redirect(url_for(f"{door}.statements.show", code=code), code=303)
