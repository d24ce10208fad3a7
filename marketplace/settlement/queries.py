"""Statements and their lines, for screens and exports."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.accounts import Kind, LegalEntity, Organisation, User
from marketplace.casework import Payment
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.words import Name
from marketplace.settlement.models import Statement, StatementLine


@dataclass(frozen=True)
class StatementRow:
    statement: Statement
    lender: Name
    agency: Name


@dataclass(frozen=True)
class LineRow:
    """One line as both sides read it. The case number is the lender's own."""

    payment: str
    case_code: str
    value_on: date
    gross_minor: int
    rate_bps: int
    commission_minor: int


@dataclass(frozen=True)
class Parties:
    lender: str
    agency: str
    lender_uscc: str
    agency_uscc: str


def visible_statement(code: str, *, by: User) -> Statement:
    """The statement, for its lender, its agency and the platform."""
    query = select(Statement).where(Statement.code == code)
    if by.organisation.kind is not Kind.PLATFORM:
        query = query.where(
            (Statement.lender_id == by.organisation_id)
            | (Statement.agency_id == by.organisation_id)
        )
    statement = db.session.scalar(query)
    if statement is None:
        raise NotFound
    return statement


def statement_rows(*, organisation_id: int | None = None) -> list[StatementRow]:
    """The statements of one side, or all of them for the platform, newest first."""
    lender, agency = aliased(Organisation), aliased(Organisation)
    query = (
        select(Statement, lender.called, agency.called)
        .join(lender, lender.id == Statement.lender_id)
        .join(agency, agency.id == Statement.agency_id)
        .order_by(Statement.id.desc())
        .limit(500)
    )
    if organisation_id is not None:
        query = query.where(
            (Statement.lender_id == organisation_id) | (Statement.agency_id == organisation_id)
        )
    return [StatementRow(*row) for row in db.session.execute(query)]


def line_rows(statement: Statement) -> list[LineRow]:
    # The code follows from the id: no reader needs a right to the case itself.
    case_code = func.app.public_code("CS", StatementLine.case_id, 7)
    rows = db.session.execute(
        select(
            Payment.code,
            case_code,
            StatementLine.value_on,
            StatementLine.gross_minor,
            StatementLine.rate_bps,
            StatementLine.commission_minor,
        )
        .join(Payment, Payment.id == StatementLine.payment_id)
        .where(StatementLine.statement_id == statement.id)
        .order_by(StatementLine.rate_bps, StatementLine.id)
    )
    return [LineRow(*row) for row in rows]


def parties_of(statement: Statement) -> Parties:
    lender = db.session.get_one(LegalEntity, statement.lender_entity_id)
    agency = db.session.get_one(LegalEntity, statement.agency_entity_id)
    return Parties(lender.name, agency.name, lender.uscc or "", agency.uscc or "")
