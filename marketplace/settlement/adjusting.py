"""Between commission and what is due: the score, holdback, and what is carried over."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.core.money import share_bps
from marketplace.settlement.debts import left_of
from marketplace.settlement.models import STANDING, HoldbackRelease, Statement, StatementStatus
from marketplace.settlement.terms import CommissionTerms, QualityScore


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


def score_stands(statement: Statement) -> bool:
    """Whether the score it was reckoned with still counts: neither contested nor replaced."""
    if statement.quality_score_id is None:
        return True
    used = db.session.get_one(QualityScore, statement.quality_score_id, populate_existing=True)
    if used.appealed_at is not None and used.decided_at is None:
        return False
    newer = select(QualityScore.id).where(
        QualityScore.lender_id == used.lender_id,
        QualityScore.agency_id == used.agency_id,
        QualityScore.month_start == used.month_start,
        QualityScore.id > used.id,
        QualityScore.appeal.is_(None) | QualityScore.decision.is_not(None),
    )
    return db.session.scalar(newer.limit(1)) is None


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
        statement.carried_in_minor, statement.fee_carried_in_minor = left_of(before)
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
    released = select(HoldbackRelease.held_by_id)
    held = db.session.scalars(
        select(Statement).where(
            Statement.contract_id == statement.contract_id,
            Statement.currency == statement.currency,
            Statement.status.in_(STANDING),
            Statement.undone_at.is_(None),
            Statement.holdback_minor > 0,
            Statement.period_end <= statement.period_end,
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
        if one.period_end + timedelta(days=_days_held(one, terms)) <= statement.period_end
    ]


def _days_held(statement: Statement, terms: Sequence[CommissionTerms]) -> int:
    """As the terms had it that it was drafted by, whatever was agreed to later."""
    then = [one for one in terms if one.agreed_at and one.agreed_at <= statement.made_at]
    newest = terms_in_force(then, statement.period_end)
    return newest.holdback_days if newest is not None else 0


def _indebted(statement: Statement) -> Statement | None:
    """The contract's first statement that stands with a debt that no other one took over.

    Nor did anybody repay it or give it up, or say so without an answer yet.
    """
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
    return next((one for one in owing if any(left_of(one))), None)
