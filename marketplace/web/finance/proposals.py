"""Reversals and exchanges by hand: proposed by one person of finance, decided by another."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import ledger, settlement
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.core.money import MINOR_DIGITS
from marketplace.ledger import AccountKind, Exchange, Rate
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("proposals", __name__, url_prefix="/proposals")

OWN = (
    AccountKind.BANK_CLEARING, AccountKind.STRIPE_BALANCE, AccountKind.FEE_INCOME,
    AccountKind.STRIPE_COST,
)  # fmt: skip
"""The platform's own accounts, between which currencies are exchanged."""


@pages.get("/")
@requires(Permission.LEDGER_VIEW)
def index() -> ResponseReturnValue:
    return _page()


@pages.post("/reversal/<int:journal_id>")
@requires(Permission.LEDGER_POST)
def reversal(journal_id: int) -> ResponseReturnValue:
    statement = settlement.statement_of_journal(journal_id)
    if statement is not None:
        raise Refusal(
            _("A statement is corrected by the next one, not by a reversal of its journal."),
            next_step=_("Reverse the payment: the next statement takes the commission back."),
        )
    with transaction():
        ledger.propose_reversal(
            journal_id, reason=inputs.text("reason"),
            effective_on=inputs.day("effective_on", _("Effective")), by=current_user,
            now=clock(),
        )  # fmt: skip
    flash(_("Proposed. A colleague in finance decides."), "ok")
    return redirect(url_for(".index"), code=303)


@pages.post("/exchange")
@requires(Permission.LEDGER_POST)
def exchange() -> ResponseReturnValue:
    try:
        with transaction():
            ledger.propose_exchange(
                _terms(), reason=inputs.text("reason"),
                effective_on=inputs.day("effective_on", _("Effective")), by=current_user,
                now=clock(),
            )  # fmt: skip
    except Refusal as error:
        return _page(error), 422
    flash(_("Proposed. A colleague in finance decides."), "ok")
    return redirect(url_for(".index"), code=303)


@pages.post("/<int:proposal_id>/approve")
@requires(Permission.LEDGER_POST)
def approve(proposal_id: int) -> ResponseReturnValue:
    with transaction():
        journal_id = ledger.approve_proposal(proposal_id, by=current_user, now=clock()).id
    flash(_("Posted."), "ok")
    return redirect(url_for("finance.ledger.journal", journal_id=journal_id), code=303)


@pages.post("/<int:proposal_id>/refuse")
@requires(Permission.LEDGER_POST)
def refuse(proposal_id: int) -> ResponseReturnValue:
    with transaction():
        ledger.refuse_proposal(proposal_id, by=current_user, now=clock())
    flash(_("Refused. Nothing was posted."), "info")
    return redirect(url_for(".index"), code=303)


def _page(error: Refusal | None = None) -> str:
    shown = ledger.proposals()
    people = {one.made_by_id for one in shown} | {one.decided_by_id or 0 for one in shown}
    return render_template(
        "finance/proposals/index.html",
        proposals=[
            (one, None if one.reverses_id else ledger.exchange_of(one)) for one in shown
        ],
        names=ledger.user_codes(people - {0}),
        error=error,
        typed=request.form,
        accounts=[kind.value for kind in OWN],
        currencies=sorted(MINOR_DIGITS),
        today=clock().date(),
    )


def _terms() -> Exchange:
    sold, bought = inputs.text("sold_currency"), inputs.text("bought_currency")
    for currency in (sold, bought):
        if currency not in MINOR_DIGITS:
            raise Refusal(_("Choose both currencies."))
    return Exchange(
        _account("sold_from"),
        inputs.amount_minor("sold", _("Amount sold"), currency=sold),
        sold,
        _account("bought_to"),
        inputs.amount_minor("bought", _("Amount bought"), currency=bought),
        bought,
        Rate(
            inputs.text("rate"), inputs.text("source"),
            inputs.day("quoted_on", _("Quoted on")),
        ),
    )  # fmt: skip


def _account(name: str) -> AccountKind:
    chosen = inputs.text(name)
    found = next((kind for kind in OWN if kind.value == chosen), None)
    if found is None:
        raise Refusal(_("Choose the accounts of the exchange."))
    return found
