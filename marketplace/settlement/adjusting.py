"""Between commission and what is due: quality, holdback, and what is carried over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.core.money import BPS, divide_half_away, share_bps
from marketplace.settlement.models import (
    STANDING,
    CommissionTerms,
    HoldbackRelease,
    QualityScore,
    Statement,
    StatementStatus,
)
from marketplace.settlement.reckoning import Line


def score_for(lender_id: int, agency_id: int, period_end: date) -> QualityScore | None:
    """The score that counts: that of the last month or the latest before, none under appeal."""
    last = (period_end - timedelta(days=1)).replace(day=1)
    return db.session.scalar(
        select(QualityScore)
        .where(
            QualityScore.lender_id == lender_id,
            QualityScore.agency_id == agency_id,
            QualityScore.month_start <= last,
            QualityScore.appeal.is_(None) | QualityScore.decision.is_not(None),
        )
        .order_by(QualityScore.month_start.desc(), QualityScore.id.desc())
        .limit(1)
    )


def quality_adjustment(
    lines: Sequence[Line], weights: Mapping[int, int], score: QualityScore | None
) -> int:
    """What is taken off: payable = commission x (results + (1 - results) x score).

    Rounded once per placement, half away from zero. Without a score nothing is taken off.
    """
    if score is None:
        return 0
    earned: dict[int, int] = defaultdict(int)
    for line in lines:
        earned[line.payment.placement_id] += line.commission_minor
    missing = BPS - score.score_bps
    return -sum(
        divide_half_away(amount * (BPS - weights[placement]) * missing, BPS * BPS)
        for placement, amount in earned.items()
    )


def withhold(statement: Statement, terms: Sequence[CommissionTerms]) -> list[HoldbackRelease]:
    """Hold back what the terms say, release what is due, and take over what is owed back."""
    newest = terms_in_force(terms, statement.period_end)
    payable = statement.commission_minor + statement.quality_minor
    statement.holdback_bps = newest.holdback_bps if newest is not None else 0
    statement.holdback_minor = share_bps(max(payable, 0), statement.holdback_bps)
    releases = _due_releases(statement, terms)
    statement.released_minor = sum(one.amount_minor for one in releases)
    before = _indebted(statement)
    statement.carried_in_minor = statement.fee_carried_in_minor = 0
    if before is not None:
        statement.carried_in_minor = before.carried_out_minor
        statement.fee_carried_in_minor = before.fee_carried_out_minor
        statement.carried_from_id = before.id
    return releases


def terms_in_force(
    terms: Sequence[CommissionTerms], period_end: date
) -> CommissionTerms | None:
    """The newest version that began before a period ended."""
    current = [one for one in terms if one.valid_from < period_end]
    return max(current, key=lambda one: one.version, default=None)


def _due_releases(
    statement: Statement, terms: Sequence[CommissionTerms]
) -> list[HoldbackRelease]:
    days = max((one.holdback_days for one in terms), default=0)
    released = select(HoldbackRelease.held_by_id)
    held = db.session.scalars(
        select(Statement).where(
            Statement.contract_id == statement.contract_id,
            Statement.currency == statement.currency,
            Statement.status.in_(STANDING),
            Statement.undone_at.is_(None),
            Statement.holdback_minor > 0,
            Statement.period_end <= statement.period_end - timedelta(days=days),
            Statement.id.not_in(released),
        )
    )
    return [
        HoldbackRelease(
            held_by_id=one.id,
            lender_id=one.lender_id,
            agency_id=one.agency_id,
            amount_minor=one.holdback_minor,
        )
        for one in held
    ]


def _indebted(statement: Statement) -> Statement | None:
    """The contract's first statement that stands with a debt that no other one took over."""
    taken = select(Statement.carried_from_id).where(
        Statement.carried_from_id.is_not(None),
        Statement.status != StatementStatus.CANCELLED,
        Statement.undone_at.is_(None),
    )
    standing = db.session.scalars(
        select(Statement)
        .where(
            Statement.contract_id == statement.contract_id,
            Statement.currency == statement.currency,
            Statement.status.in_(STANDING),
            Statement.undone_at.is_(None),
            Statement.id.not_in(taken),
        )
        .order_by(Statement.id)
    )
    owing = (one for one in standing if one.carried_out_minor or one.fee_carried_out_minor)
    return next(owing, None)
