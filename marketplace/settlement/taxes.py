"""What a tax system is told: one line for each rate of an approved statement."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.accounts import LegalEntity
from marketplace.core.db import db
from marketplace.core.exports import Cell, csv_file
from marketplace.core.money import in_decimal
from marketplace.core.words import _
from marketplace.settlement.models import Statement, StatementStatus, TaxPart

COMMISSION_TAX_CODE = "3040802990000000000"
"""Other agency services, in China's classification of goods and services for taxation."""


def tax_export(*, organisation_id: int | None, first: date | None, last: date | None) -> bytes:
    """Approved statements as CSV, rate by rate: who sells to whom, net, tax and gross.

    Of one side, or all for the platform; by the first and the last day a period ends on. What
    was taken back whole is stated anew by another one, and told by that.
    """
    buyer, seller = aliased(LegalEntity), aliased(LegalEntity)
    query = (
        select(Statement, seller, buyer)
        .join(seller, seller.id == Statement.agency_entity_id)
        .join(buyer, buyer.id == Statement.lender_entity_id)
        .where(
            Statement.approved_at.is_not(None),
            Statement.status != StatementStatus.CANCELLED,
            Statement.undone_at.is_(None),
        )
        .order_by(Statement.id)
    )
    if organisation_id is not None:
        query = query.where(
            (Statement.lender_id == organisation_id) | (Statement.agency_id == organisation_id)
        )
    if first is not None:
        query = query.where(Statement.period_end >= first)
    if last is not None:
        query = query.where(Statement.period_end <= last)
    return csv_file(
        _headers(),
        (
            _row(part, *row)
            for row in db.session.execute(query)
            for part in row.Statement.tax_parts
        ),
    )


def _row(
    part: TaxPart, statement: Statement, seller: LegalEntity, buyer: LegalEntity
) -> tuple[Cell, ...]:
    def amount(minor: int) -> Cell:
        return in_decimal(minor, statement.currency)

    return (
        statement.code,
        statement.period_start.isoformat(),
        statement.period_end.isoformat(),
        COMMISSION_TAX_CODE,
        f"{part.rate_bps / 100:g}",
        statement.currency,
        *(amount(m) for m in (part.net_minor, part.tax_minor, part.gross_minor)),
        seller.name,
        seller.uscc or "",
        buyer.name,
        buyer.uscc or "",
    )


def _headers() -> tuple[str, ...]:
    named = (
        _("Statement"), _("Period from"), _("Period to (excluded)"), _("Tax code"),
        _("Rate in percent"), _("Currency"), _("Net"), _("Tax"), _("Gross"), _("Seller"),
        _("Seller's credit code"), _("Buyer"), _("Buyer's credit code"),
    )  # fmt: skip
    return tuple(str(name) for name in named)
