"""A statement's lines as both sides read them, down to the payment and the rule."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ScalarSelect, Text, cast, func, select
from sqlalchemy.orm import aliased

from marketplace.casework import Appropriation, Payment
from marketplace.core.days import local_day
from marketplace.core.db import db
from marketplace.core.money import BPS
from marketplace.placements import Placement
from marketplace.settlement.line_disputes import StatementCopy
from marketplace.settlement.models import (
    HoldbackRelease,
    LineKind,
    Statement,
    StatementLine,
    StatementStatus,
    ends_payment,
)
from marketplace.settlement.terms import CommissionTerms

_STORED = (
    StatementLine.value_on,
    StatementLine.kind,
    StatementLine.reason,
    StatementLine.round,
    StatementLine.dpd,
    StatementLine.cell,
    StatementLine.gross_minor,
    StatementLine.tier,
    StatementLine.bid_bps,
    StatementLine.rate_bps,
    StatementLine.weight_bps,
    StatementLine.score_bps,
    StatementLine.tax_bps,
    StatementLine.tax_included,
    StatementLine.commission_minor,
    StatementLine.quality_minor,
    StatementLine.holdback_minor,
    StatementLine.tax_minor,
    StatementLine.fee_minor,
    StatementLine.fee_tax_minor,
)


@dataclass(frozen=True)
class LineRow:
    """One line. The case number is the platform's, the reference the lender's own."""

    payment: str
    case_code: str
    reference: str
    posted_on: date
    method: str
    takes_back: str | None
    """The payment that a reversal undoes."""

    original: str | None
    """The statement with the line that this one takes back or makes up for."""

    award: str
    placement: str
    terms_version: int | None
    parts: Appropriation | None
    """What the whole payment was set against, where the lender's ledger tells."""

    leads: bool
    """Whether it is the first line of its payment's cash: there its parts are said."""

    value_on: date
    kind: LineKind
    reason: str
    round: int
    dpd: int
    cell: str
    gross_minor: int
    tier: int
    bid_bps: int
    rate_bps: int
    weight_bps: int
    score_bps: int
    tax_bps: int
    tax_included: bool
    commission_minor: int
    quality_minor: int
    holdback_minor: int
    tax_minor: int
    fee_minor: int
    fee_tax_minor: int
    after_recall_days: int | None
    """Days from the end of the placement to the cash, if it came after it."""

    @property
    def net_minor(self) -> int:
        """What it leaves the agency, without tax."""
        left = self.commission_minor + self.quality_minor - self.holdback_minor
        return left - self.tax_minor if self.tax_included else left

    @property
    def payable_minor(self) -> int:
        return self.net_minor + self.tax_minor

    @property
    def billed_minor(self) -> int:
        return self.fee_minor + self.fee_tax_minor

    @property
    def only_takes_back(self) -> bool:
        """Whether it has no rate of its own, and ends what a payment was given."""
        return ends_payment(self.kind, self.reason)

    @property
    def factor(self) -> Decimal:
        """What conduct makes of the rate: results + (1 - results) x score."""
        share = self.weight_bps * BPS + (BPS - self.weight_bps) * self.score_bps
        return Decimal(share) / (BPS * BPS)

    def as_stored(self) -> dict[str, Any]:
        days = {"value_on": self.value_on, "posted_on": self.posted_on}
        told = {name: day.isoformat() for name, day in days.items()}
        return asdict(self) | told | {"kind": self.kind.value}

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "LineRow":
        days = {name: date.fromisoformat(stored[name]) for name in ("value_on", "posted_on")}
        parts = Appropriation(*stored["parts"]) if stored["parts"] else None
        return cls(**stored | days | {"kind": LineKind(stored["kind"]), "parts": parts})


def line_rows(statement: Statement) -> list[LineRow]:
    """Its lines; of a version that was set aside, as they stood then."""
    if statement.status is StatementStatus.CANCELLED:
        copy = db.session.get(StatementCopy, statement.id)
        return [LineRow.from_stored(stored) for stored in copy.lines] if copy else []
    # The code follows from the id: no reader needs a right to the case itself.
    case_code = func.app.public_code("CS", StatementLine.case_id, 7)
    rows = db.session.execute(
        select(
            Payment,
            case_code.label("case_code"),
            cast(Payment.method, Text).label("paid_by"),
            func.app.public_code("PY", Payment.reversal_of_id, 7).label("takes_back"),
            _original(statement).label("original"),
            Placement.award_reference,
            Placement.code.label("placement"),
            Placement.ended_at,
            CommissionTerms.version.label("terms_version"),
            *_STORED,
        )
        .join(Payment, Payment.id == StatementLine.payment_id)
        .join(Placement, Placement.id == StatementLine.placement_id)
        .outerjoin(CommissionTerms, CommissionTerms.id == StatementLine.terms_id)
        .where(StatementLine.statement_id == statement.id)
        .order_by(StatementLine.id)
    )
    found = list(rows)
    first: dict[int, int] = {}
    for row in found:
        if row.kind is not LineKind.TRUE_UP:
            first[row.Payment.id] = min(row.tier, first.get(row.Payment.id, row.tier))
    return [_row(row, leads=first.get(row.Payment.id) == row.tier) for row in found]


def releases_of(statement: Statement) -> int:
    """How many statements' holdback it releases; of a version set aside, released then."""
    if statement.status is StatementStatus.CANCELLED:
        copy = db.session.get(StatementCopy, statement.id)
        return copy.releases if copy else 0
    released = select(func.count()).where(HoldbackRelease.released_by_id == statement.id)
    return int(db.session.execute(released).scalar_one())


def _row(row: Any, *, leads: bool) -> LineRow:
    leads = leads and row.kind is not LineKind.TRUE_UP
    return LineRow(
        payment=row.Payment.code,
        case_code=row.case_code,
        reference=row.Payment.ledger_ref,
        posted_on=row.Payment.posted_on,
        method=row.paid_by,
        takes_back=row.takes_back,
        original=row.original,
        award=row.award_reference,
        placement=row.placement,
        terms_version=row.terms_version,
        parts=row.Payment.applied if leads else None,
        leads=leads,
        after_recall_days=_after(row.ended_at, row.value_on),
        **{column.key: getattr(row, column.key) for column in _STORED},
    )


def _after(ended_at: datetime | None, value_on: date) -> int | None:
    days = (value_on - local_day(ended_at)).days if ended_at is not None else 0
    return days if days > 0 else None


def _original(statement: Statement) -> ScalarSelect[str | None]:
    """The last statement up to this one that stated the cash which a line corrects."""
    line, on = aliased(StatementLine), aliased(Statement)
    corrects = StatementLine.kind.in_((LineKind.REVERSAL, LineKind.TRUE_UP))
    paid = func.coalesce(Payment.reversal_of_id, Payment.id)
    return (
        select(on.code)
        .join(line, line.statement_id == on.id)
        .where(
            corrects,
            line.payment_id == paid,
            line.kind != LineKind.TRUE_UP,
            on.id <= statement.id,
        )
        .order_by(on.id.desc())
        .limit(1)
        .correlate(StatementLine, Payment)
        .scalar_subquery()
    )
