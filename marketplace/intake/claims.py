"""An agency's own claims: what became of each, what waits and since when, what it brought."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text

from marketplace.core.db import db
from marketplace.intake.ageing import AGE, Aged
from marketplace.intake.queries import PAGE

CLAIM_LISTS = ("open", "refused", "all")
_REFUSED = "('claim_refused', 'claim_late', 'not_received')"

# A claim by what the lender decided of it; until then by the group that it fell into.
_STANDING = f"""
claimed AS (
  SELECT l.id, l.lender_id, l.month_start, l.claim_id, l.number, l.value_on, l.amount_minor,
         l.currency, g.kind, g.automatic, g.reasons, o.decision_id, o.reason_code, o.decided_at,
         CASE WHEN o.agreed AND o.kind <> 'resolve' THEN 'accepted'
              WHEN o.agreed AND o.reason_code IN {_REFUSED} THEN 'refused'
              WHEN o.agreed THEN 'closed'
              WHEN o.line_id IS NOT NULL THEN 'proposed'
              WHEN g.id IS NULL THEN 'matching'
              WHEN g.automatic THEN 'automatic'
              ELSE 'open' END AS state
    FROM intake_lines l
    LEFT JOIN LATERAL (SELECT max(m.group_id) AS group_id FROM intake_members m
                        WHERE m.line_id = l.id) x ON true
    LEFT JOIN intake_groups g ON g.id = x.group_id
    LEFT JOIN app.claim_outcomes() o ON o.line_id = l.id
   WHERE l.agency_id = :agency AND l.source = 'claim')
"""  # noqa: S608 -- composed of this project's own constants, here and below

_CLAIMS = f"""
WITH {_STANDING},
shown AS (
  SELECT *, count(*) OVER () AS total FROM claimed
   WHERE :list = 'all' OR state = :list
      OR (:list = 'open' AND state NOT IN ('accepted', 'refused', 'closed'))
   ORDER BY month_start DESC, id LIMIT :limit OFFSET :offset)
SELECT *, CASE WHEN state = 'accepted' THEN app.claim_payments(id, decision_id) END AS payments
  FROM shown ORDER BY month_start DESC, id
"""  # noqa: S608

_AGEING = f"""
WITH {_STANDING}
SELECT coalesce(kind, '') AS kind, currency, {AGE.format(day="value_on")} AS age,
       count(*) AS items, sum(amount_minor)::bigint AS amount_minor
  FROM claimed WHERE state NOT IN ('accepted', 'refused', 'closed')
 GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
"""  # noqa: S608

# What a lender brought for the agency is its claims too, but the lender's batch is not its own.
_FILES = """
SELECT f.filename, f.lines, f.lender_id, b.month_start, b.brought_at
  FROM intake_files f LEFT JOIN intake_batches b ON b.id = f.batch_id
 WHERE f.agency_id = :agency AND f.kind = 'claims' ORDER BY f.id DESC LIMIT 10
"""


def claims_of(
    agency_id: int, shown: str = "open", *, page: int = 1, size: int | None = PAGE
) -> list[Any]:
    """An agency's own claims with what became of each; see CLAIM_LISTS for what is shown."""
    return list(
        db.session.execute(
            text(_CLAIMS),
            {
                "agency": agency_id, "list": shown, "limit": size,
                "offset": (page - 1) * (size or 0),
            },
        )
    )  # fmt: skip


def claims_ageing(agency_id: int, *, on: date) -> list[Aged]:
    """The claims of an agency that nobody has decided yet, by class and age."""
    rows = db.session.execute(text(_AGEING), {"agency": agency_id, "on": on})
    return [Aged(*row) for row in rows]


def claim_files(agency_id: int) -> Sequence[Any]:
    """The last files of an agency's claims, the newest first."""
    return db.session.execute(text(_FILES), {"agency": agency_id}).all()
