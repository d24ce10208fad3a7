"""What was owed on a case, day by day: each balance, and which row of which file says so.

A row is written for each row of a file that names a known case, also where a newer balance was
known already and the case kept it. Nothing here is ever changed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, db, queue_up
from marketplace.core.tenancy import ORG, Audience, Policy
from marketplace.portfolios.models import Tape


class CaseBalance(Model):
    """A balance of a case on a day, as a row of a file has it. At zero the debt is paid."""

    __tablename__ = "case_balances"
    __table_args__ = (
        ForeignKeyConstraint(["lender_id", "case_id"], ["cases.lender_id", "cases.id"]),
    )
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}"),)

    # A case stands in a file once: the same file again adds nothing.
    case_id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    file_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    principal_minor: Mapped[int]
    interest_minor: Mapped[int]
    fees_minor: Mapped[int]
    balance_minor: Mapped[int]
    dpd: Mapped[int]
    applied: Mapped[bool]
    """Whether the case took it; it did not where something newer was known."""

    tape_id: Mapped[int | None]
    delivery_id: Mapped[int | None]
    """The list, or the delivery of a feed, that the file came in as."""

    sheet: Mapped[str]
    row: Mapped[int]
    recorded_at: Mapped[datetime]


def take_turn(lender_id: int) -> None:
    """Lists and feeds of one lender change balances one after the other, to the commit.

    Both lock cases and portfolios, and could not agree on an order.
    """
    queue_up("balances", lender_id)


KEEP_BALANCES = """
INSERT INTO case_balances (lender_id, case_id, as_of, principal_minor, interest_minor,
  fees_minor, balance_minor, dpd, applied, tape_id, file_sha256, sheet, row, recorded_at)
SELECT c.lender_id, c.id, r.balance_as_of, r.principal_minor, r.interest_minor, r.fees_minor,
  r.balance_minor, r.dpd, coalesce(c.tape_id = :tape, false), :tape, :sha256, r.sheet, r.row,
  :now
  FROM tape_cases r
  CROSS JOIN LATERAL (SELECT id, lender_id, tape_id FROM cases
                       WHERE lender_id = :lender AND lender_case_no = r.case_no LIMIT 1) c
 ORDER BY c.id
ON CONFLICT DO NOTHING"""
"""The rows of a tape, after its cases were written: those carry the tape that they took."""

OLDER = """
SELECT count(*) FROM tape_cases r
  CROSS JOIN LATERAL (SELECT tape_id FROM cases
                       WHERE lender_id = :lender AND lender_case_no = r.case_no LIMIT 1) c
 WHERE c.tape_id IS DISTINCT FROM :tape"""


@dataclass(frozen=True)
class BalanceLine:
    """One balance of a case and its source. `change_minor` is since the one before."""

    as_of: date
    principal_minor: int
    interest_minor: int
    fees_minor: int
    balance_minor: int
    change_minor: int | None
    dpd: int
    applied: bool
    file_sha256: str
    sheet: str
    row: int
    tape_code: str | None
    delivery_id: int | None
    recorded_at: datetime


def balance_lines(case_id: int, *, lender_id: int, limit: int = 100) -> list[BalanceLine]:
    """A case's balances, the newest first."""
    rows = db.session.execute(
        select(CaseBalance, Tape.code)
        .outerjoin(Tape, Tape.id == CaseBalance.tape_id)
        .where(CaseBalance.case_id == case_id, CaseBalance.lender_id == lender_id)
        .order_by(CaseBalance.as_of.desc(), CaseBalance.recorded_at.desc())
        .limit(limit + 1)
    ).all()
    before = [row.CaseBalance.balance_minor for row in rows[1:]]
    changes = [
        row.CaseBalance.balance_minor - old for row, old in zip(rows, before, strict=False)
    ]
    return [
        _line(row.CaseBalance, row.code, changes[i] if i < len(changes) else None)
        for i, row in enumerate(rows[:limit])
    ]


def _line(kept: CaseBalance, tape_code: str | None, change: int | None) -> BalanceLine:
    return BalanceLine(
        kept.as_of, kept.principal_minor, kept.interest_minor, kept.fees_minor,
        kept.balance_minor, change, kept.dpd, kept.applied, kept.file_sha256.hex(), kept.sheet,
        kept.row, tape_code, kept.delivery_id, kept.recorded_at,
    )  # fmt: skip
