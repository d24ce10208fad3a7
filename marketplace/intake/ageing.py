"""What is not reconciled, by class and age: over all months, for whoever may see them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from marketplace.core.db import db
from marketplace.intake.standing import UNREVERSED

AGES = ("0_7", "8_30", "31_60", "61_up")
"""Days since the value date, in which what is not reconciled is counted."""

AGE = "width_bucket((CAST(:on AS date) - {day})::int, ARRAY[8, 31, 61])"
"""The place in AGES of a day."""

# A line is reconciled once an agreed decision holds it; see standing.py. Its group is the
# latest one; lines that no run has seen yet are in none.
_UNRECONCILED = f"""
WITH reconciled AS (
  SELECT x.line_id FROM intake_decision_lines x JOIN intake_decisions d ON d.id = x.decision_id
   WHERE d.kind <> 'reverse' AND d.agreed AND {UNREVERSED}),
waiting AS (
  SELECT max(m.group_id) AS group_id, l.value_on
    FROM intake_lines l JOIN intake_members m ON m.line_id = l.id
   WHERE NOT EXISTS (SELECT 1 FROM reconciled r WHERE r.line_id = l.id)
   GROUP BY l.id),
aged AS (
  SELECT group_id, {AGE.format(day="min(value_on)")} AS age FROM waiting GROUP BY group_id)
SELECT g.kind, f.currency, a.age, count(*) AS items, sum(abs(f.amount_minor))::bigint
  FROM aged a JOIN intake_groups g ON g.id = a.group_id
  JOIN intake_figures f ON f.group_id = g.id
 GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
"""  # noqa: S608 -- composed of this project's own constants


@dataclass(frozen=True)
class Aged:
    """What is not reconciled: of one class and one age; a class of '' is being matched."""

    kind: str
    currency: str
    age: int
    """The place in AGES."""

    items: int
    amount_minor: int


def unreconciled(*, on: date) -> list[Aged]:
    """Groups that no agreed decision holds, by class and by the age of their oldest line."""
    return [Aged(*row) for row in db.session.execute(text(_UNRECONCILED), {"on": on})]
