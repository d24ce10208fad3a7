"""Finance at a glance: what waits for somebody, and which rail carried what."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from marketplace.core.db import db

_WAITING = """
SELECT (SELECT count(*) FROM statements WHERE status = 'lender_confirmed') AS to_approve,
       (SELECT count(*) FROM line_disputes WHERE decision IS NULL) AS disputes,
       (SELECT count(*) FROM (
          SELECT part, confirmed_at, withdrawn_at FROM remittances
           UNION ALL SELECT part, confirmed_at, withdrawn_at FROM debt_clearances) paid
         WHERE part = 'fee' AND confirmed_at IS NULL AND withdrawn_at IS NULL) AS fees
"""

# Commission has come by bank once its agency says so, by Stripe once it was transferred.
_BY_RAIL = """
WITH approved AS (
  SELECT rail, currency, status, gross_minor, fee_minor + fee_tax_minor AS billed_minor,
         greatest(app.owed(s), 0) AS due_minor
    FROM statements s WHERE approved_at >= :since AND undone_at IS NULL)
SELECT rail, currency, count(*) AS statements, sum(gross_minor)::bigint, sum(due_minor)::bigint,
       coalesce(sum(due_minor) FILTER (
         WHERE status IN ('received', 'closed') OR rail = 'stripe' AND status = 'paid'),
         0)::bigint,
       sum(billed_minor)::bigint
  FROM approved GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Waiting:
    """How many wait: for the platform's approval, for a decision, for a second person."""

    to_approve: int
    disputes: int
    fees: int


@dataclass(frozen=True)
class RailSum:
    """Approved statements in one currency by one rail."""

    rail: str
    currency: str
    statements: int
    gross_minor: int
    due_minor: int
    come_minor: int
    """Of what is due to agencies, what has reached them."""

    billed_minor: int


def waiting() -> Waiting:
    return Waiting(*db.session.execute(text(_WAITING)).one())


def cash_by_rail(*, since: date) -> list[RailSum]:
    """Cash, commission and fee of the statements approved since a day, by rail."""
    rows = db.session.execute(text(_BY_RAIL), {"since": since})
    return [RailSum(*row) for row in rows]
