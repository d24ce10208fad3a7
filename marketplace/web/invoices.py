"""Invoices of a statement, entered by either side and read by the platform."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import settlement
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import NotFound
from marketplace.settlement import InvoiceFacts, InvoiceKind, Statement
from marketplace.web import inputs
from marketplace.web.downloads import download
from marketplace.web.security import clock, requires


def invoice_pages() -> Blueprint:
    """A blueprint for one door; what each side may do is its permissions'."""
    pages = Blueprint("invoices", __name__, url_prefix="/statements/<code>/invoices")
    one = "/<int:invoice_id>"
    pages.add_url_rule("", "enter", _enter, methods=["POST"])
    pages.add_url_rule(f"{one}/withdraw", "withdraw", _withdraw, methods=["POST"])
    pages.add_url_rule(f"{one}/file", "file", _file)
    return pages


@requires(Permission.INVOICE_ENTER)
def _enter(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    sent = request.files.get("file")
    file = inputs.uploaded("file", _("Scan")) if sent and sent.filename else None
    with transaction():
        settlement.enter_invoice(
            statement.id, _facts(statement), file=file, by=current_user, now=clock()
        )
    flash(_("The invoice is entered."), "ok")
    return _back(code)


@requires(Permission.INVOICE_ENTER)
def _withdraw(code: str, invoice_id: int) -> ResponseReturnValue:
    _require_of(code, invoice_id)
    with transaction():
        settlement.withdraw_invoice(
            invoice_id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("The invoice is withdrawn."), "ok")
    return _back(code)


@requires(Permission.STATEMENT_VIEW)
def _file(code: str, invoice_id: int) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    name, content = settlement.invoice_file(invoice_id, statement)
    return download(content, name, "application/octet-stream")


def _facts(statement: Statement) -> InvoiceFacts:
    currency = statement.currency
    return InvoiceFacts(
        number=inputs.text("number"),
        kind=InvoiceKind.SPECIAL if inputs.text("kind") == "special" else InvoiceKind.ORDINARY,
        buyer_name=inputs.text("buyer_name"),
        buyer_tax_no=inputs.text("buyer_tax_no"),
        rate_bps=inputs.percent_bps("rate", _("Rate")),
        net_minor=inputs.amount_minor("net", _("Net"), currency),
        tax_minor=inputs.amount_minor("tax", _("Tax"), currency),
        gross_minor=inputs.amount_minor("gross", _("Gross"), currency),
        issued_on=inputs.day("issued_on", _("Issued on")),
        red_reference=inputs.text("red_reference"),
    )


def _require_of(code: str, invoice_id: int) -> None:
    statement = settlement.visible_statement(code, by=current_user)
    if invoice_id not in {one.id for one in settlement.invoices_of(statement)}:
        raise NotFound


def _back(code: str) -> ResponseReturnValue:
    door = (request.blueprint or "").split(".")[0]
    return redirect(url_for(f"{door}.statements.show", code=code), code=303)
