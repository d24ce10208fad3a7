"""From lines to amounts: commission, quality, holdback, what is carried, the fee, the taxes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.accounts import tax_rate_bps
from marketplace.core.db import db
from marketplace.core.money import BPS, share_bps
from marketplace.placements import Placement
from marketplace.settlement.adjusting import score_for, withhold
from marketplace.settlement.gathering import ContractCash, Due
from marketplace.settlement.models import (
    HoldbackRelease,
    LineKind,
    Statement,
    StatementLine,
    StatementStatus,
    TaxPart,
)
from marketplace.settlement.reckoning import Line
from marketplace.settlement.sharing import Basis, Share, bases, conduct, share_out, tax_of

PLATFORM_FEE_BPS = 300
"""The platform's fee, in basis points of the cash it helped to recover."""

PLATFORM_VAT_BPS = 600


@dataclass(frozen=True)
class Totalled:
    """A statement with all its amounts, what it releases, and what its lines bear."""

    statement: Statement
    releases: list[HoldbackRelease]
    shares: list[Share]


def totalled(
    due: Due, lines: Sequence[Line], contract: ContractCash, period_end: date
) -> Totalled | None:
    """A statement's amounts; nothing is written.

    None where there is neither a line nor anything to release.
    """
    sides = _sides(due, lines)
    if sides is None:
        return None
    statement = _statement(due, lines, period_end, sides)
    today = Basis(statement.quality_bps, statement.commission_tax_bps)
    by = bases(lines, contract.stated, today)
    quality = conduct(lines, contract.stated, contract.weights, by)
    statement.quality_minor = sum(quality)
    releases = withhold(statement, contract.terms)
    if not lines and not releases:
        return None
    shares = share_out(statement, lines, quality, by)
    _tax(statement, lines, shares, releases)
    return Totalled(statement, releases, shares)


def _tax(
    statement: Statement,
    lines: Sequence[Line],
    shares: Sequence[Share],
    releases: Sequence[HoldbackRelease],
) -> None:
    """Once per rate: released amounts are taxed as what they were held back from."""
    payable: Counter[tuple[int, bool]] = Counter()
    for line, share in zip(lines, shares, strict=True):
        left = line.commission_minor + share.quality_minor - share.holdback_minor
        payable[share.tax_bps, share.tax_included] += left
    basis = (StatementLine.tax_bps, StatementLine.tax_included)
    held = db.session.execute(
        select(*basis, func.sum(StatementLine.holdback_minor))
        .where(StatementLine.statement_id.in_([one.held_by_id for one in releases]))
        .group_by(*basis)
    )
    for rate, included, amount in held:
        payable[rate, included] += int(amount)
    net: Counter[int] = Counter()
    tax: Counter[int] = Counter()
    statement.included_tax_minor = 0
    for (rate, included), amount in payable.items():
        part = tax_of(amount, rate, included=included)
        net[rate] += amount - part * included
        tax[rate] += part
        statement.included_tax_minor += part * included
    statement.tax_by_rate = [
        list(TaxPart(rate, net[rate], tax[rate]))
        for rate in sorted(net)
        if net[rate] or tax[rate]
    ]
    statement.commission_tax_minor = tax.total()


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
    period_end: date,
    sides: Placement | Statement,
) -> Statement:
    """The amounts of the lines, the platform's fee, and the score and the rates of the day."""
    gross = sum(line.gross_minor for line in lines if line.kind is not LineKind.EXCLUDED)
    fee = share_bps(gross, PLATFORM_FEE_BPS)
    score = score_for(due.lender_id, due.agency_id, period_end)
    score_bps = score.score_bps if score else BPS
    tax_bps = tax_rate_bps(sides.agency_entity_id, period_end - timedelta(days=1))
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
        quality_score_id=score.id if score else None,
        quality_bps=score_bps,
        commission_tax_bps=tax_bps,
        fee_minor=fee,
        fee_bps=PLATFORM_FEE_BPS,
        fee_tax_minor=share_bps(fee, PLATFORM_VAT_BPS),
        fee_tax_bps=PLATFORM_VAT_BPS,
    )
