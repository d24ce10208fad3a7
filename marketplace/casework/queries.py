"""The queue, the case page and the cash, for screens."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text

from marketplace.accounts import User
from marketplace.casework.models import Contact, Payment, Promise
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.placements import replace_track_records
from marketplace.portfolios import AGE_BAND_SQL, REGION_GROUP_SQL, Case, Debtor

SEASONED_DAYS = 90
"""Younger placements say little: cash comes in over months."""


@dataclass(frozen=True)
class QueueLine:
    """A case waiting for its collector. Names and numbers are masked."""

    code: str
    name_masked: str | None
    phone_masked: str | None
    region: str
    product: str
    dpd: int
    balance_minor: int
    currency: str
    last_contact_at: datetime | None
    promise_due_on: date | None


@dataclass(frozen=True)
class CasePage:
    case: Case
    debtor: Debtor
    contacts: list[Contact]
    promises: list[Promise]
    payments: list[Payment]


@dataclass(frozen=True)
class PaymentLine:
    code: str
    case_code: str
    value_on: date
    amount_minor: int
    currency: str
    source: str
    reference: str
    verified_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class CashMonth:
    """Cash of one agency in one month since its placement began."""

    agency_id: int
    month: int
    amount_minor: int


def queue(agency_id: int, *, limit: int = 50, offset: int = 0) -> list[QueueLine]:
    """The agency's cases: promises falling due first, then those longest untouched."""
    last = (
        select(Contact.case_id, func.max(Contact.started_at).label("at"))
        .where(Contact.agency_id == agency_id)
        .group_by(Contact.case_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Case.code,
            Debtor.name_masked,
            Debtor.phone_masked,
            Case.region,
            Case.product,
            Case.dpd,
            Case.balance_minor,
            Case.currency,
            last.c.at,
            Promise.due_on,
        )
        .join(Debtor, Debtor.id == Case.debtor_id)
        .outerjoin(last, last.c.case_id == Case.id)
        .outerjoin(Promise, (Promise.case_id == Case.id) & Promise.open)
        .where(Case.agency_id == agency_id)
        .order_by(
            Promise.due_on.asc().nulls_last(),
            last.c.at.asc().nulls_first(),
            Case.balance_minor.desc(),
            Case.id,
        )
        .limit(limit)
        .offset(offset)
    )
    return [QueueLine(*row) for row in rows]


def case_page(code: str, *, by: User) -> CasePage:
    """Everything about one case that its lender or its present agency may see."""
    case = db.session.scalar(
        select(Case).where(
            Case.code == code,
            (Case.lender_id == by.organisation_id) | (Case.agency_id == by.organisation_id),
        )
    )
    if case is None:
        raise NotFound
    return CasePage(
        case=case,
        debtor=db.session.get_one(Debtor, case.debtor_id),
        contacts=list(
            db.session.scalars(
                select(Contact).where(Contact.case_id == case.id).order_by(Contact.id.desc())
            )
        ),
        promises=list(
            db.session.scalars(
                select(Promise).where(Promise.case_id == case.id).order_by(Promise.id.desc())
            )
        ),
        payments=list(
            db.session.scalars(
                select(Payment)
                .where(Payment.case_id == case.id)
                .order_by(Payment.value_on.desc(), Payment.id.desc())
            )
        ),
    )


def payment_lines(lender_id: int, *, limit: int = 200) -> list[PaymentLine]:
    """A lender's latest payments, unverified ones first."""
    rows = db.session.execute(
        select(
            Payment.code,
            Case.code,
            Payment.value_on,
            Payment.amount_minor,
            Payment.currency,
            Payment.source,
            Payment.ledger_ref,
            Payment.verified_at,
            Payment.withdrawn_at,
        )
        .join(Case, Case.id == Payment.case_id)
        .where(Payment.lender_id == lender_id)
        .order_by(
            (Payment.verified_at.is_(None) & Payment.withdrawn_at.is_(None)).desc(),
            Payment.id.desc(),
        )
        .limit(limit)
    )
    return [PaymentLine(*row) for row in rows]


def cash_by_month(portfolio_id: int) -> list[CashMonth]:
    """Verified cash of a portfolio, by agency and month since placement: the liquidation."""
    rows = db.session.execute(
        text(
            "SELECT p.agency_id, ((p.value_on - pl.starts_on) / 30)::int AS month,"
            " sum(p.amount_minor)::bigint FROM payments p"
            " JOIN placements pl ON pl.id = p.placement_id"
            " WHERE pl.portfolio_id = :portfolio AND p.verified_by_id IS NOT NULL"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        ),
        {"portfolio": portfolio_id},
    )
    return [CashMonth(*row) for row in rows]


def refresh_track_records(*, now: datetime) -> None:
    """Sum up, over all lenders, what each agency brought in on what it was given."""
    # Composed of this project's own constants only.
    replace_track_records(
        f"""SELECT pc.agency_id, {REGION_GROUP_SQL} AS region_group, c.product,
               {AGE_BAND_SQL} AS age_band, count(*)::bigint,
               sum(pc.placed_balance_minor)::bigint,
               coalesce(sum(paid.amount), 0)::bigint
          FROM placement_cases pc
          JOIN placements pl ON pl.id = pc.placement_id AND pl.answered_at IS NOT NULL
               AND pl.status <> 'declined' AND pl.starts_on <= (:now)::date - {SEASONED_DAYS}
          JOIN cases c ON c.id = pc.case_id
          LEFT JOIN (SELECT placement_id, case_id, sum(amount_minor) AS amount FROM payments
                      WHERE verified_by_id IS NOT NULL GROUP BY 1, 2) paid
               ON paid.placement_id = pc.placement_id AND paid.case_id = pc.case_id
         GROUP BY 1, 2, 3, 4""",  # noqa: S608
        now=now,
    )
