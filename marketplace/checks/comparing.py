"""The ledger against the statements: what each lender owes and each agency has earned."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text

from marketplace.checks.differences import Difference, amounts
from marketplace.core.db import db

# A statement's journal leaves the lender's accounts owing commission and fee, the agency's
# having earned the commission, whichever rail it is paid by. Memos of cash are neither.
# Statement by statement: what is wrong in two the other way round must not cancel out.
POSTED = """
SELECT s.code, s.currency,
       s.commission_minor + s.quality_minor - s.holdback_minor + s.released_minor
         + s.commission_tax_minor - s.included_tax_minor AS earned,
       s.fee_minor + s.fee_tax_minor AS billed,
       coalesce(posted.to_lender, 0)::bigint AS to_lender,
       coalesce(posted.to_agency, 0)::bigint AS to_agency
  FROM statements s
  LEFT JOIN LATERAL (
    SELECT sum(p.amount_minor) FILTER (WHERE k.organisation_id = s.lender_id
                                         AND k.kind <> 'memo_cash') AS to_lender,
           sum(p.amount_minor) FILTER (WHERE k.organisation_id = s.agency_id
                                         AND k.kind <> 'memo_recoveries') AS to_agency
      FROM postings p JOIN ledger_accounts k ON k.id = p.account_id
     WHERE p.journal_id = s.journal_id AND p.currency = s.currency
  ) posted ON true
 WHERE s.approved_at IS NOT NULL AND s.status <> 'cancelled'
 ORDER BY s.id
"""

# What is released is what an earlier statement held back, whole.
RELEASED = """
SELECT s.code, s.currency, s.released_minor AS found,
       coalesce(sum(h.holdback_minor), 0)::bigint AS expected
  FROM statements s
  LEFT JOIN holdback_releases r ON r.released_by_id = s.id
  LEFT JOIN statements h ON h.id = r.held_by_id AND h.contract_id = s.contract_id
   AND h.currency = s.currency AND h.undone_at IS NULL AND h.id < s.id
 WHERE s.status <> 'cancelled' AND s.undone_at IS NULL
 GROUP BY s.id HAVING s.released_minor <> coalesce(sum(h.holdback_minor), 0) ORDER BY s.id
"""

STRAY = """
SELECT j.id, j.idempotency_key FROM journals j
 WHERE j.idempotency_key LIKE 'statement:%'
   AND NOT EXISTS (SELECT 1 FROM statements s WHERE s.journal_id = j.id
                    AND j.idempotency_key = 'statement:' || s.id)
 ORDER BY j.id
"""

# What was undone is in no account any more; what was not has nothing that takes it out.
UNDONE = """
SELECT s.code, p.currency, sum(abs(p.total))::bigint AS found
  FROM statements s
  JOIN LATERAL (
    SELECT p.account_id, p.currency, sum(p.amount_minor) AS total
      FROM postings p JOIN journals j ON j.id = p.journal_id
     WHERE j.idempotency_key = 'claw back:' || s.id
        OR s.undone_at IS NOT NULL AND j.id = s.journal_id
     GROUP BY 1, 2) p ON p.total <> 0
 GROUP BY s.id, s.code, p.currency ORDER BY s.id
"""

# A confirmed payment settles exactly what its part of the statement left open. The worker posts
# that of commissions: what was confirmed within the hour may still be on its way.
REMITTED = """
SELECT s.code, r.part, r.currency, r.amount_minor::bigint AS expected,
       coalesce(sum(p.amount_minor) FILTER (WHERE p.amount_minor * sign(r.amount_minor) > 0
         AND k.kind = CASE r.part WHEN 'fee' THEN 'bank_clearing'
                                  ELSE 'memo_agency_earned' END), 0)::bigint AS found
  FROM remittances r
  JOIN statements s ON s.id = r.statement_id
  LEFT JOIN postings p ON p.journal_id = r.journal_id AND p.currency = r.currency
  LEFT JOIN ledger_accounts k ON k.id = p.account_id
 WHERE r.confirmed_at <= CAST(:now AS timestamptz) - interval '1 hour'
 GROUP BY r.id, s.code ORDER BY r.id
"""

# What ended a debt ends it whole in both accounts that had it, on whichever rail.
CLEARED = """
SELECT s.code, c.currency, c.amount_minor::bigint AS expected,
       least(coalesce(sum(p.amount_minor) FILTER (WHERE k.organisation_id = s.lender_id
               AND k.kind = CASE s.rail WHEN 'stripe' THEN 'lender_receivable'
                                        ELSE 'memo_lender_owes' END), 0),
             coalesce(-sum(p.amount_minor) FILTER (WHERE k.kind = CASE
               WHEN c.part = 'fee' THEN 'bank_clearing'
               WHEN s.rail = 'stripe' THEN 'agency_payable'
               ELSE 'memo_agency_earned' END), 0))::bigint AS found
  FROM debt_clearances c
  JOIN statements s ON s.id = c.statement_id
  LEFT JOIN postings p ON p.journal_id = c.journal_id AND p.currency = c.currency
  LEFT JOIN ledger_accounts k ON k.id = p.account_id
 WHERE c.confirmed_at <= CAST(:now AS timestamptz) - interval '1 hour'
 GROUP BY c.id, s.id ORDER BY c.id
"""

UNBALANCED = """
SELECT journal_id, currency, sum(amount_minor)::bigint AS total FROM postings
 GROUP BY 1, 2 HAVING sum(amount_minor) <> 0 ORDER BY 1, 2
"""


def ledger_differences(now: datetime) -> Iterator[Difference]:
    for row in db.session.execute(text(POSTED)):
        owed = row.earned + row.billed
        if row.to_lender != owed:
            yield amounts("lender_owes", row.code, row.currency, owed, row.to_lender)
        if -row.to_agency != row.earned:
            yield amounts("agency_earned", row.code, row.currency, row.earned, -row.to_agency)
    for row in db.session.execute(text(RELEASED)):
        yield amounts("statement_released", row.code, row.currency, row.expected, row.found)
    yield from _paid(now)
    yield from _journals()


def _paid(now: datetime) -> Iterator[Difference]:
    """Confirmed payments and ended debts that are not in the books as they were."""
    for row in db.session.execute(text(REMITTED), {"now": now}):
        if row.expected != row.found:
            yield amounts(
                f"remitted_{row.part}", row.code, row.currency, row.expected, row.found
            )
    for row in db.session.execute(text(CLEARED), {"now": now}):
        if row.expected != row.found:
            yield amounts("debt_cleared", row.code, row.currency, row.expected, row.found)


def _journals() -> Iterator[Difference]:
    """Journals that stand for nothing, do not cancel what they should, or do not balance."""
    for row in db.session.execute(text(UNDONE)):
        yield amounts("statement_undone", row.code, row.currency, 0, row.found)
    for row in db.session.execute(text(STRAY)):
        yield Difference(
            "stray_journal", f"{row.id}", {"journal": row.id, "key": row.idempotency_key}
        )
    for row in db.session.execute(text(UNBALANCED)):
        yield amounts("unbalanced_journal", f"{row.journal_id}", row.currency, 0, row.total)
