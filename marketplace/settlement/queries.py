"""Statements, their parties and their amounts, for screens and exports."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.accounts import Kind, LegalEntity, Organisation, User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.words import Name, Words, _
from marketplace.settlement.models import Statement, StatementStatus, TaxPart
from marketplace.settlement.terms import QualityScore

STATEMENTS = 50
"""Statements on a page of their list."""


@dataclass(frozen=True)
class StatementRow:
    statement: Statement
    lender: Name
    agency: Name


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


def next_version(statement: Statement) -> Statement | None:
    """The version that a disputed one was replaced by."""
    return db.session.scalar(select(Statement).where(Statement.replaces_id == statement.id))


def statement_of_journal(journal_id: int) -> Statement | None:
    """The statement whose approval a journal posted."""
    return db.session.scalar(select(Statement).where(Statement.journal_id == journal_id))


def statement_rows(
    *,
    organisation_id: int | None = None,
    status: StatementStatus | None = None,
    page: int = 1,
    size: int | None = STATEMENTS,
) -> tuple[list[StatementRow], int]:
    """A page of the statements of one side, or of all for the platform, the newest first.

    And how many there are; a page of no size holds all of them.
    """
    lender, agency = aliased(Organisation), aliased(Organisation)
    query = (
        select(Statement, lender.called, agency.called, func.count().over())
        .join(lender, lender.id == Statement.lender_id)
        .join(agency, agency.id == Statement.agency_id)
        .order_by(Statement.id.desc())
        .limit(size)
        .offset((page - 1) * (size or 0))
    )
    if organisation_id is not None:
        query = query.where(
            (Statement.lender_id == organisation_id) | (Statement.agency_id == organisation_id)
        )
    if status is not None:
        query = query.where(Statement.status == status)
    found = db.session.execute(query).all()
    rows = [StatementRow(row[0], row[1], row[2]) for row in found]
    return rows, found[0][-1] if found else 0


def carried_from(statement: Statement) -> str | None:
    """The statement whose debt it took over."""
    query = select(Statement.code).where(Statement.id == statement.carried_from_id)
    return db.session.scalar(query)


def parties_of(statement: Statement) -> Parties:
    lender = db.session.get_one(LegalEntity, statement.lender_entity_id)
    agency = db.session.get_one(LegalEntity, statement.agency_entity_id)
    return Parties(lender.name, agency.name, lender.uscc or "", agency.uscc or "")


def amounts_of(statement: Statement) -> list[tuple[Words, int]]:
    """From the commission of the lines to what is due, step by step, without empty steps."""
    steps = [
        (_("Commission"), statement.commission_minor, True),
        (_("Conduct and quality, score %(score)s%%",
           score=f"{statement.quality_bps / 100:g}"), statement.quality_minor,
         statement.quality_score_id is not None),
        (_("Conduct and quality, given back"), statement.quality_minor,
         statement.quality_score_id is None and statement.quality_minor != 0),
        (_("Held back"), -statement.holdback_minor, statement.holdback_minor != 0),
        (_("Released from earlier statements"), statement.released_minor,
         statement.released_minor != 0),
        (_("VAT that the rates include"), -statement.included_tax_minor,
         statement.included_tax_minor != 0),
        (_("Net, without tax"), statement.earned_minor, True),
        *((_("VAT on commission, %(rate)s%%", rate=f"{part.rate_bps / 100:g}"),
           part.tax_minor, True) for part in _taxed(statement)),
        (_("Taken over from the last statement"), statement.carried_in_minor,
         statement.carried_in_minor != 0),
        (_("Lender pays agency"), statement.due_minor, True),
        (_("Left to the next statement"), statement.carried_out_minor,
         statement.carried_out_minor != 0),
        (_("Platform fee, %(rate)s%% of cash", rate=f"{statement.fee_bps / 100:g}"),
         statement.fee_minor, True),
        (_("VAT on the fee, %(rate)s%%", rate=f"{statement.fee_tax_bps / 100:g}"),
         statement.fee_tax_minor, True),
        (_("Taken over from the last statement"), statement.fee_carried_in_minor,
         statement.fee_carried_in_minor != 0),
        (_("Lender pays platform"), statement.fee_due_minor, True),
        (_("Left to the next statement"), statement.fee_carried_out_minor,
         statement.fee_carried_out_minor != 0),
    ]  # fmt: skip
    return [(words, amount) for words, amount, shown in steps if shown]


def _taxed(statement: Statement) -> list[TaxPart]:
    """Rate by rate; at its own rate where nothing is earned."""
    return statement.tax_parts or [TaxPart(statement.commission_tax_bps, 0, 0)]


def score_of(statement: Statement) -> QualityScore | None:
    """The score of conduct that a statement was reckoned with."""
    if statement.quality_score_id is None:
        return None
    return db.session.get(QualityScore, statement.quality_score_id)
