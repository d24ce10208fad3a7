"""Entering the invoices of a statement, and what follows for its payment."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.words import _
from marketplace.placements import Rail
from marketplace.settlement.invoices import InvoiceKind, ReceivedInvoice, is_invoiced
from marketplace.settlement.models import Statement, StatementStatus
from marketplace.settlement.stating import carry

_NUMBER = re.compile(r"\d{20}|(\d{10}|\d{12})-\d{8}")
_ENTERED_IN = {
    StatementStatus.LENDER_CONFIRMED,
    StatementStatus.APPROVED,
    StatementStatus.INVOICED,
}


@dataclass(frozen=True)
class InvoiceFacts:
    """What stands on an invoice. A red-letter one has negative amounts and a reference."""

    number: str
    kind: InvoiceKind
    buyer_name: str
    buyer_tax_no: str
    rate_bps: int
    net_minor: int
    tax_minor: int
    gross_minor: int
    issued_on: date
    red_reference: str = ""


def enter_invoice(
    statement_id: int, facts: InvoiceFacts, *, file: tuple[str, bytes] | None = None, by: User,
    now: datetime,
) -> ReceivedInvoice:  # fmt: skip
    """Put an invoice to a statement. What does not fit is taken too, and blocks the payment."""
    statement = _statement(statement_id, by)
    number = _number(facts.number)
    _require_sense(facts, now)
    name, content = file or ("", b"")
    invoice = ReceivedInvoice(
        lender_id=statement.lender_id,
        agency_id=statement.agency_id,
        statement_id=statement.id,
        number=number,
        kind=facts.kind,
        red_reference=facts.red_reference.strip(),
        buyer_name=facts.buyer_name.strip(),
        buyer_tax_no="".join(facts.buyer_tax_no.split()).upper(),
        rate_bps=facts.rate_bps,
        net_minor=facts.net_minor,
        tax_minor=facts.tax_minor,
        gross_minor=facts.gross_minor,
        issued_on=facts.issued_on,
        file_key=files().put(content) if content else "",
        file_name=name[-100:],
        entered_by_id=by.id,
        entered_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(invoice)
    except IntegrityError as error:
        if "uq_received_invoices_number" not in str(error):
            raise
        raise Refusal(
            _("The invoice %(number)s has been entered already.", number=number),
            next_step=_("An invoice counts once. Look for it on another statement."),
        ) from error
    follow_invoices(statement, now=now)
    _record("invoice.entered", invoice, statement, by, now)
    return invoice


def withdraw_invoice(
    invoice_id: int, *, reason: str, by: User, now: datetime
) -> ReceivedInvoice:
    """Take an invoice off again, for a reason, while nothing was paid on it."""
    invoice = db.session.get(
        ReceivedInvoice, invoice_id, with_for_update=True, populate_existing=True
    )
    if invoice is None:
        raise NotFound
    statement = _statement(invoice.statement_id, by)
    if invoice.withdrawn_at is not None:
        raise Refusal(_("This invoice has been withdrawn already."))
    if not reason.strip():
        raise Refusal(
            _("Withdrawing an invoice needs a reason."),
            next_step=_("The other side will read it."),
        )
    invoice.withdrawn_by_id, invoice.withdrawn_at = by.id, now
    invoice.withdrawn_because = reason.strip()
    db.session.flush()
    follow_invoices(statement, now=now)
    _record("invoice.withdrawn", invoice, statement, by, now)
    return invoice


def follow_invoices(statement: Statement, *, now: datetime) -> None:
    """An approved statement that is paid by bank is invoiced once its invoices fit."""
    states = (StatementStatus.APPROVED, StatementStatus.INVOICED)
    if statement.rail is Rail.BANK and statement.status in states:
        carry(statement.id, states[is_invoiced(statement)], now=now)


def invoice_file(invoice_id: int, statement: Statement) -> tuple[str, bytes]:
    """The name and content of what was uploaded with an invoice."""
    invoice = db.session.get(ReceivedInvoice, invoice_id)
    if invoice is None or invoice.statement_id != statement.id or not invoice.file_key:
        raise NotFound
    return invoice.file_name, files().get(invoice.file_key)


def _statement(statement_id: int, by: User) -> Statement:
    statement = db.session.get(
        Statement, statement_id, with_for_update=True, populate_existing=True
    )
    if statement is None or by.organisation_id not in {
        statement.lender_id, statement.agency_id,
    }:  # fmt: skip
        raise NotFound
    if statement.status not in _ENTERED_IN:
        raise Refusal(
            _("Invoices belong to a statement that both sides confirmed and nobody has paid."),
            next_step=_("Wait for the confirmations, or correct it in the next statement."),
        )
    return statement


def _number(typed: str) -> str:
    number = re.sub(r"\s*[-–/\s]\s*", "-", typed.strip())
    if not _NUMBER.fullmatch(number):
        raise Refusal(
            _("An invoice number has 20 digits, or on paper a code and a number of 8 digits."),
            next_step=_("Write the code of 10 or 12 digits, a dash, and the number."),
        )
    return number


def _require_sense(facts: InvoiceFacts, now: datetime) -> None:
    red = facts.net_minor < 0
    if facts.net_minor == 0 or (facts.gross_minor < 0) != red or facts.tax_minor * (
        -1 if red else 1
    ) < 0:  # fmt: skip
        raise Refusal(
            _("Net, tax and total of an invoice are all above 0, or all below on a red one."),
            next_step=_("Copy the three amounts from the invoice."),
        )
    if red != bool(facts.red_reference.strip()):
        raise Refusal(
            _("A red-letter invoice is negative and names what it corrects; others do not."),
            next_step=_("Enter the number of the confirmation sheet or of the invoice."),
        )
    if not 0 <= facts.rate_bps <= 2500:
        raise Refusal(_("A VAT rate lies between 0 and 25 percent."))
    if facts.issued_on > now.date() + timedelta(days=1):
        raise Refusal(
            _("An invoice is not issued in the future."), next_step=_("Correct the day.")
        )


def _record(
    action: str, invoice: ReceivedInvoice, statement: Statement, by: User, now: datetime
) -> None:
    audit.record(
        action, invoice, by=by, now=now, parties=[statement.lender_id, statement.agency_id],
        code=statement.code, number=invoice.number, gross_minor=invoice.gross_minor,
    )  # fmt: skip
