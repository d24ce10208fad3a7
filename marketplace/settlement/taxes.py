"""What a tax system is told: each approved statement's commission by rate, and its fee."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.accounts import Kind, LegalEntity, Organisation
from marketplace.core.db import db
from marketplace.core.exports import Cell, csv_file
from marketplace.core.money import in_decimal
from marketplace.core.words import Words, _
from marketplace.settlement.models import Statement, StatementStatus, TaxPart

COMMISSION_TAX_CODE = "3040802990000000000"
"""Of commission and of the platform's fee: other agency services, in China's classification of
goods and services for taxation."""


def tax_export(*, organisation_id: int | None, first: date | None, last: date | None) -> bytes:
    """Approved statements as CSV, rate by rate: who sells to whom, net, tax and gross.

    Of one side, or all for the platform; by the days on which a period may have its last. What
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
        query = query.where(Statement.period_end > first)
    if last is not None:
        next_day = min(last, date.max - timedelta(days=1)) + timedelta(days=1)
        query = query.where(Statement.period_end <= next_day)
    platform = db.session.scalars(
        select(Organisation).where(Organisation.kind == Kind.PLATFORM).order_by(Organisation.id)
    ).first()
    rows: list[tuple[Cell, ...]] = []
    for statement, agency, lender in db.session.execute(query):
        buys = (lender.name, lender.uscc or "")
        sells = (agency.name, agency.uscc or "")
        rows += [
            _row(statement, part, _("Commission"), sells + buys) for part in statement.tax_parts
        ]
        # The platform's fee is none of an agency's business.
        if statement.fee_minor and organisation_id in (None, statement.lender_id):
            fee = TaxPart(statement.fee_tax_bps, statement.fee_minor, statement.fee_tax_minor)
            name = str(platform.called) if platform else ""
            rows.append(_row(statement, fee, _("Platform fee"), (name, "", *buys)))
    return csv_file(_headers(), rows)


def _row(
    statement: Statement, part: TaxPart, what: Words, sides: tuple[Cell, ...]
) -> tuple[Cell, ...]:
    """One sale at one rate; `sides` are name and credit code of the seller and the buyer."""

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
        *sides,
        str(what),
    )


def _headers() -> tuple[str, ...]:
    named = (
        _("Statement"), _("Period from"), _("Period to (excluded)"), _("Tax code"),
        _("Rate in percent"), _("Currency"), _("Net"), _("Tax"), _("Gross"), _("Seller"),
        _("Seller's credit code"), _("Buyer"), _("Buyer's credit code"), _("What is sold"),
    )  # fmt: skip
    return tuple(str(name) for name in named)
