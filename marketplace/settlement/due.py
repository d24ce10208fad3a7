"""Where a statement could be drafted: new cash, a holdback whose time has come, new terms."""

from datetime import date

from sqlalchemy import text

from marketplace.core.db import db
from marketplace.settlement.gathering import Due, contract_payments
from marketplace.settlement.models import STANDING
from marketplace.settlement.reckoning import reckon

# A contract that brings no more cash still pays out what was held back.
_DUE = """
WITH cash AS (
  SELECT pl.lender_id, pl.agency_id, pl.contract_id, p.currency, count(*) AS payments,
         sum(p.amount_minor)::bigint AS amount
    FROM payments p JOIN placements pl ON pl.id = p.placement_id
   WHERE p.verified_by_id IS NOT NULL AND p.value_on < :before
     AND NOT EXISTS (SELECT 1 FROM statement_lines l WHERE l.payment_id = p.id
           AND l.statement_id NOT IN (SELECT id FROM statements WHERE undone_at IS NOT NULL))
     AND NOT EXISTS (SELECT 1 FROM payments o WHERE o.id = p.reversal_of_id
           AND (o.verified_by_id IS NULL OR o.value_on >= :before AND NOT EXISTS (
                SELECT 1 FROM statement_lines l WHERE l.payment_id = o.id
                   AND l.statement_id NOT IN (
                     SELECT id FROM statements WHERE undone_at IS NOT NULL))))
     AND NOT EXISTS (SELECT 1 FROM line_disputes d
           WHERE d.payment_id IN (p.id, p.reversal_of_id)
             AND d.decision IS DISTINCT FROM 'back')
   GROUP BY 1, 2, 3, 4),
held AS (
  SELECT DISTINCT s.lender_id, s.agency_id, s.contract_id, s.currency FROM statements s
   WHERE s.status = ANY(:standing) AND s.undone_at IS NULL AND s.holdback_minor > 0
     AND NOT EXISTS (SELECT 1 FROM holdback_releases r WHERE r.held_by_id = s.id)
     AND s.period_end <= CAST(:before AS date) - coalesce(
           (SELECT t.holdback_days::integer FROM commission_terms t
             WHERE t.contract_id = s.contract_id AND t.agreed_at <= s.made_at
               AND t.valid_from < s.period_end
             ORDER BY t.version DESC LIMIT 1), 0))
SELECT lender_id, agency_id, contract_id, currency, sum(payments)::bigint, sum(amount)::bigint
  FROM (TABLE cash UNION ALL SELECT *, 0, 0 FROM held) found
 GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 1, 2, 3, 4
"""

# Terms that reach back into what is stated, agreed to since the last statement was drafted, or
# a statement that was undone since then, which may have made up for such terms alone.
_RESTATED = """
SELECT s.lender_id, s.agency_id, s.contract_id, s.currency FROM statements s
 WHERE s.status <> 'cancelled'
 GROUP BY 1, 2, 3, 4
HAVING EXISTS (SELECT 1 FROM commission_terms t WHERE t.contract_id = s.contract_id
                  AND t.agreed_at > max(s.made_at) AND t.valid_from < max(s.period_end))
    OR max(s.undone_at) >= max(s.made_at) FILTER (WHERE s.undone_at IS NULL)
 ORDER BY 1, 2, 3, 4
"""

# A statement of which a line is disputed is about to be drafted anew: none may rest on it.
_DISPUTED = """
SELECT DISTINCT s.contract_id, s.currency FROM line_disputes d
  JOIN statements s ON s.id = d.statement_id
 WHERE s.approved_at IS NULL AND s.status <> 'cancelled'
"""


def due_statements(before: date) -> list[Due]:
    """Where a statement could be drafted now, the largest amount of new cash first."""
    disputed = {tuple(row) for row in db.session.execute(text(_DISPUTED))}
    return [one for one in _due(before) if (one.contract_id, one.currency) not in disputed]


def _due(before: date) -> list[Due]:
    standing = [status.value for status in STANDING]
    rows = db.session.execute(text(_DUE), {"before": before, "standing": standing})
    due = [Due(*row) for row in rows]
    known = {(one.contract_id, one.currency) for one in due}
    restated = [
        Due(row.lender_id, row.agency_id, row.contract_id, row.currency, 0, 0)
        for row in db.session.execute(text(_RESTATED))
    ]
    return due + [
        one
        for one in restated
        if (one.contract_id, one.currency) not in known and _changes(one, before)
    ]


def _changes(due: Due, before: date) -> bool:
    contract = contract_payments(due, before)
    return bool(reckon(contract.payments, contract.stated, contract.terms))
