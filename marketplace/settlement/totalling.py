"""From lines to amounts: commission, quality, holdback, what is carried, the fee, the taxes."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from marketplace.accounts import tax_rate_bps
from marketplace.core.db import db
from marketplace.core.money import BPS, share_bps
from marketplace.placements import Placement
from marketplace.settlement.adjusting import conduct, score_for, withhold
from marketplace.settlement.gathering import ContractCash, Due
from marketplace.settlement.models import (
    HoldbackRelease,
    LineKind,
    Statement,
    StatementStatus,
)
from marketplace.settlement.reckoning import Line

PLATFORM_FEE_BPS = 300
"""The platform's fee, in basis points of the cash it helped to recover."""

PLATFORM_VAT_BPS = 600


def totalled(
    due: Due, lines: Sequence[Line], contract: ContractCash, period_end: date
) -> tuple[Statement, list[HoldbackRelease]] | None:
    """A statement with all its amounts, and what it releases; nothing is written.

    None where there is neither a line nor anything to release.
    """
    sides = _sides(due, lines)
    if sides is None:
        return None
    statement = _statement(due, lines, contract, period_end, sides)
    releases = withhold(statement, contract.terms)
    if not lines and not releases:
        return None
    statement.commission_tax_minor = share_bps(
        statement.earned_minor, statement.commission_tax_bps
    )
    return statement, releases


def _sides(due: Due, lines: Sequence[Line]) -> Placement | Statement | None:
    """What names the legal entities: the placement of the first line, or the last statement."""
    if lines:
        return db.session.get_one(Placement, lines[0].payment.placement_id)
    return last_statement(due)


def last_statement(due: Due) -> Statement | None:
    """The newest of a contract in a currency that was not cancelled."""
    return db.session.scalar(
        select(Statement)
        .where(
            Statement.lender_id == due.lender_id,
            Statement.agency_id == due.agency_id,
            Statement.contract_id == due.contract_id,
            Statement.currency == due.currency,
            Statement.status != StatementStatus.CANCELLED,
        )
        .order_by(Statement.id.desc())
        .limit(1)
    )


def _statement(
    due: Due,
    lines: Sequence[Line],
    contract: ContractCash,
    period_end: date,
    sides: Placement | Statement,
) -> Statement:
    """The amounts: commission, the platform's fee, and the tax on each at the day's rates."""
    gross = sum(line.gross_minor for line in lines if line.kind is not LineKind.EXCLUDED)
    fee = share_bps(gross, PLATFORM_FEE_BPS)
    score = score_for(due.lender_id, due.agency_id, period_end)
    score_bps = score.score_bps if score else BPS
    tax_bps = tax_rate_bps(sides.agency_entity_id, period_end)
    return Statement(
        lender_id=due.lender_id,
        agency_id=due.agency_id,
        lender_entity_id=sides.lender_entity_id,
        agency_entity_id=sides.agency_entity_id,
        contract_id=due.contract_id,
        currency=due.currency,
        period_end=period_end,
        payments=len({line.payment.id for line in lines if line.kind is not LineKind.TRUE_UP}),
        gross_minor=gross,
        commission_minor=sum(line.commission_minor for line in lines),
        quality_minor=sum(conduct(lines, contract.stated, contract.weights, score_bps)),
        quality_score_id=score.id if score else None,
        quality_bps=score_bps,
        commission_tax_bps=tax_bps,
        fee_minor=fee,
        fee_bps=PLATFORM_FEE_BPS,
        fee_tax_minor=share_bps(fee, PLATFORM_VAT_BPS),
        fee_tax_bps=PLATFORM_VAT_BPS,
    )
