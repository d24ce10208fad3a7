"""The rails: what is sent to Stripe, what waits for somebody, and whether the books agree."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import rails, settlement
from marketplace.accounts import Permission, organisation_names
from marketplace.core.db import transaction
from marketplace.web.language import language
from marketplace.web.security import clock, requires

pages = Blueprint("rails", __name__, url_prefix="/rails")


@pages.get("/")
@requires(Permission.LEDGER_VIEW)
def index() -> ResponseReturnValue:
    rows = rails.operation_rows()
    return render_template(
        "finance/rails/index.html",
        on=rails.is_on(),
        rows=rows,
        names=organisation_names(
            [row.operation.organisation_id for row in rows], locale=language()
        ),
        unexplained=rails.unexplained(),
        balances=rails.balance_rows(),
    )


@pages.post("/operations/<op_id>/retry")
@requires(Permission.STATEMENT_APPROVE)
def retry(op_id: str) -> ResponseReturnValue:
    with transaction():
        rails.retry(op_id, by=current_user, now=clock())
    flash(_("It is looked up at Stripe and, if it is not there, sent again."), "ok")
    return _back()


@pages.post("/statements/<code>/take-back")
@requires(Permission.STATEMENT_APPROVE)
def claw_back(code: str) -> ResponseReturnValue:
    return _decide(code, rails.claw_back, _("Proposed. A colleague approves it on this page."))


@pages.post("/statements/<code>/take-back/approve")
@requires(Permission.STATEMENT_APPROVE)
def approve_claw_back(code: str) -> ResponseReturnValue:
    return _decide(
        code,
        rails.approve_claw_back,
        _("Approved. What the agency and the lender still have goes back."),
    )


@pages.post("/statements/<code>/take-back/withdraw")
@requires(Permission.STATEMENT_APPROVE)
def withdraw_claw_back(code: str) -> ResponseReturnValue:
    return _decide(code, rails.withdraw_claw_back, _("Withdrawn. Nothing was sent."))


@pages.post("/statements/<code>/bill-again")
@requires(Permission.STATEMENT_APPROVE)
def bill_again(code: str) -> ResponseReturnValue:
    return _decide(code, rails.bill_again, _("Proposed. A colleague approves it on this page."))


@pages.post("/statements/<code>/bill-again/approve")
@requires(Permission.STATEMENT_APPROVE)
def approve_bill_again(code: str) -> ResponseReturnValue:
    return _decide(
        code,
        rails.approve_bill_again,
        _("Approved. The lender gets a new invoice for the same statement."),
    )


@pages.post("/statements/<code>/bill-again/withdraw")
@requires(Permission.STATEMENT_APPROVE)
def withdraw_bill_again(code: str) -> ResponseReturnValue:
    return _decide(code, rails.withdraw_bill_again, _("Withdrawn. Nothing was sent."))


@pages.post("/movements/<ref>/propose")
@requires(Permission.STATEMENT_APPROVE)
def propose(ref: str) -> ResponseReturnValue:
    with transaction():
        rails.name_transaction(ref, by=current_user, now=clock())
    flash(_("Proposed. A colleague books it."), "ok")
    return _back()


@pages.post("/movements/<ref>/book")
@requires(Permission.STATEMENT_APPROVE)
def book(ref: str) -> ResponseReturnValue:
    with transaction():
        rails.book_transaction(ref, by=current_user, now=clock())
    flash(_("Booked."), "ok")
    return _back()


def _decide(code: str, act: Callable[..., object], said: str) -> ResponseReturnValue:
    """One of two people does something about a statement's money."""
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        act(statement.id, by=current_user, now=clock())
    flash(said, "ok")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for(".index"), code=303)
