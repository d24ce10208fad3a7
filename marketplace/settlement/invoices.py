"""Invoices (发票) that an agency issued for its commission, and what is wrong with them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts import LegalEntity
from marketplace.core.db import Model, db
from marketplace.core.money import in_figures, share_bps
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy
from marketplace.core.words import Words, _
from marketplace.settlement.models import Statement


class InvoiceKind(StrEnum):
    """Whether the buyer may deduct the tax."""

    SPECIAL = "special"
    ORDINARY = "ordinary"


class ReceivedInvoice(Model):
    """One invoice as it was issued. A red-letter one is negative and names what it corrects.

    Either side enters it; it is never edited, only withdrawn and entered anew.
    """

    __tablename__ = "received_invoices"
    __table_args__ = (
        # An invoice is claimed for once, by whichever lender and agency.
        Index(
            "uq_received_invoices_number",
            "number",
            unique=True,
            postgresql_where="withdrawn_at IS NULL",
        ),
        Index(None, "statement_id"),
        CheckConstraint("number ~ '^([0-9]{20}|[0-9]{10}-[0-9]{8}|[0-9]{12}-[0-9]{8})$'",
                        "has_a_number"),
        CheckConstraint("(net_minor < 0) = (red_reference <> '')", "red_names_its_reason"),
        CheckConstraint("rate_bps BETWEEN 0 AND 2500", "rate_plausible"),
        CheckConstraint(
            "(withdrawn_by_id IS NULL) = (withdrawn_at IS NULL)", "is_withdrawn_whole"
        ),
    )  # fmt: skip
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, f"agency_id = {ORG}", WRITABLE),
        Policy(Audience.FINANCE, "true"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    number: Mapped[str]
    """Twenty digits, or on paper the code and the number with a dash between."""

    kind: Mapped[InvoiceKind]
    red_reference: Mapped[str] = mapped_column(default="")
    """Of a red-letter invoice: the confirmation sheet or the invoice that it corrects."""

    buyer_name: Mapped[str]
    buyer_tax_no: Mapped[str]
    rate_bps: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    gross_minor: Mapped[int]
    issued_on: Mapped[date]
    file_key: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")

    @property
    def is_red(self) -> bool:
        return self.net_minor < 0


# Commission that this statement takes back, though it was stated where an invoice stands.
_TAKES_BACK = """
SELECT EXISTS (
  SELECT 1 FROM statement_lines l
    JOIN payments p ON p.id = l.payment_id
    JOIN statement_lines o ON o.payment_id = coalesce(p.reversal_of_id, p.id)
     AND o.statement_id <> l.statement_id
    JOIN statements b ON b.id = o.statement_id AND b.undone_at IS NULL
    JOIN received_invoices i ON i.statement_id = o.statement_id AND i.withdrawn_at IS NULL
   WHERE l.statement_id = :statement AND l.commission_minor < 0)
"""


def invoices_of(statement: Statement) -> list[ReceivedInvoice]:
    """The invoices of a statement, withdrawn ones too, in the order they were entered."""
    return list(
        db.session.scalars(
            select(ReceivedInvoice)
            .where(ReceivedInvoice.statement_id == statement.id)
            .order_by(ReceivedInvoice.id)
        )
    )


def standing_invoices(statement: Statement) -> list[ReceivedInvoice]:
    return [one for one in invoices_of(statement) if one.withdrawn_at is None]


def needs_red_letter(statement: Statement) -> bool:
    """Does it take invoiced commission back, while no red-letter invoice says so?"""
    taken = db.session.execute(text(_TAKES_BACK), {"statement": statement.id}).scalar_one()
    return bool(taken) and not any(one.is_red for one in standing_invoices(statement))


def invoice_problems(statement: Statement) -> list[Words]:
    """Why a statement cannot be paid yet: what its invoices lack. Empty: they fit.

    In yuan nothing is paid without an invoice; elsewhere only what was entered must fit.
    """
    invoices = standing_invoices(statement)
    problems = [words for one in invoices for words in _of_one(one, statement)]
    if needs_red_letter(statement):
        problems.append(
            _("It takes back commission that was invoiced, without a red-letter invoice.")
        )
    if invoices:
        return problems + _of_sums(invoices, statement)
    if statement.currency == "CNY" and statement.due_minor > 0:
        problems.append(_("No invoice has been entered."))
    return problems


def is_invoiced(statement: Statement) -> bool:
    return bool(standing_invoices(statement)) and not invoice_problems(statement)


def _of_one(one: ReceivedInvoice, statement: Statement) -> list[Words]:
    buyer = db.session.get_one(LegalEntity, statement.lender_entity_id)
    problems = []
    if "".join(one.buyer_name.split()) != "".join(buyer.name.split()):
        problems.append(
            _("%(number)s: the buyer is %(found)s, and should be %(expected)s.",
              number=one.number, found=one.buyer_name, expected=buyer.name)
        )  # fmt: skip
    if buyer.uscc and one.buyer_tax_no != buyer.uscc:
        problems.append(
            _("%(number)s: the buyer's tax number is %(found)s, and should be %(expected)s.",
              number=one.number, found=one.buyer_tax_no or "–", expected=buyer.uscc)
        )  # fmt: skip
    rates = [part.rate_bps for part in statement.tax_parts] or [statement.commission_tax_bps]
    if one.rate_bps not in rates:
        problems.append(
            _("%(number)s: the rate is %(found)s%%, and should be %(expected)s.",
              number=one.number, found=f"{one.rate_bps / 100:g}",
              expected=" / ".join(f"{rate / 100:g}%" for rate in rates))
        )  # fmt: skip
    # Issuers round each line of an invoice; more than a unit is no rounding.
    off = abs(one.tax_minor - share_bps(one.net_minor, one.rate_bps))
    if one.gross_minor != one.net_minor + one.tax_minor or off > 1:
        problems.append(
            _("%(number)s: net, tax and total do not fit together.", number=one.number)
        )
    return problems


def _of_sums(invoices: Sequence[ReceivedInvoice], statement: Statement) -> list[Words]:
    """Rate by rate, for a rate of VAT is invoiced on its own."""
    stated = {part.rate_bps: part for part in statement.tax_parts}
    problems = []
    for rate in sorted(stated.keys() | {one.rate_bps for one in invoices}):
        told = [one for one in invoices if one.rate_bps == rate]
        _rate, net, tax = stated.get(rate, (rate, 0, 0))
        for what, found, expected in (
            (_("Net"), sum(one.net_minor for one in told), net),
            (_("Tax"), sum(one.tax_minor for one in told), tax),
        ):
            if found != expected:
                problems.append(_differs(what, rate, found, expected, statement.currency))
    return problems


def _differs(what: Words, rate_bps: int, found: int, expected: int, currency: str) -> Words:
    return _(
        "%(what)s at %(rate)s%%: the invoices say %(found)s, the statement %(expected)s.",
        what=what, rate=f"{rate_bps / 100:g}", found=in_figures(found, currency),
        expected=in_figures(expected, currency),
    )  # fmt: skip
