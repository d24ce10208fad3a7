"""The books against the mirrored movements of our balance at Stripe.

What nobody has booked yet is no difference: the page of the rail shows it, and it waits there.
"""

from collections.abc import Iterator

from sqlalchemy import text

from marketplace.checks.differences import Difference, amounts
from marketplace.core.db import db

TOTALS = """
SELECT currency, sum(moved)::bigint AS expected, sum(posted)::bigint AS found FROM (
  SELECT currency, net_minor AS moved, 0 AS posted FROM rail_transactions
   WHERE journal_id IS NOT NULL
  UNION ALL
  SELECT p.currency, 0, p.amount_minor FROM postings p
    JOIN ledger_accounts k ON k.id = p.account_id AND k.kind = 'stripe_balance') both_sides
 GROUP BY 1 HAVING sum(moved) <> sum(posted) ORDER BY 1
"""

# One journal for each booked movement, and none besides, in either direction.
MOVEMENTS = """
WITH posted AS (
  SELECT j.id, substr(j.idempotency_key, 8) AS ref, p.currency,
         coalesce(sum(p.amount_minor) FILTER (WHERE k.kind = 'stripe_balance'), 0) AS balance,
         coalesce(sum(p.amount_minor) FILTER (WHERE k.kind = 'stripe_cost'), 0) AS cost
    FROM journals j
    JOIN postings p ON p.journal_id = j.id
    JOIN ledger_accounts k ON k.id = p.account_id
   WHERE j.idempotency_key LIKE 'stripe:%' GROUP BY 1, 2, 3),
moved AS (
  SELECT journal_id, transaction_ref AS ref, currency, net_minor, fee_minor, amount_minor
    FROM rail_transactions WHERE journal_id IS NOT NULL)
SELECT coalesce(m.ref, p.ref) AS ref, coalesce(m.currency, p.currency) AS currency,
       coalesce(m.net_minor, 0)::bigint AS net, coalesce(m.fee_minor, 0)::bigint AS fee,
       coalesce(m.amount_minor, 0)::bigint AS amount, coalesce(p.balance, 0)::bigint AS balance,
       coalesce(p.cost, 0)::bigint AS cost
  FROM moved m FULL JOIN posted p
    ON p.id = m.journal_id AND p.ref = m.ref AND p.currency = m.currency
 ORDER BY 1, 2
"""


def mirror_differences() -> Iterator[Difference]:
    """Every movement that is not posted as it was, and every posting that nothing moved."""
    for row in db.session.execute(text(TOTALS)):
        yield amounts("stripe_sum", row.currency, row.currency, row.expected, row.found)
    for row in db.session.execute(text(MOVEMENTS)):
        # A movement that nothing explains, a fee for instance, is itself a cost.
        costs = {row.fee, row.fee - row.amount}
        if row.balance != row.net:
            yield amounts("stripe_movement", row.ref, row.currency, row.net, row.balance)
        elif row.cost not in costs:
            yield amounts("stripe_movement", row.ref, row.currency, row.fee, row.cost)
