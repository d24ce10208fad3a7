"""Who earns on a payment: the placement in force on its value date, at most one.

In force from its start to its actual recall, or to the day it is due, and its contract's tail
after that. Where two are in force, such as a tail and the next placement, the first to begin.
"""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import text

from marketplace.casework.models import PARTS, Appropriation, Payment
from marketplace.core.days import day_of
from marketplace.core.db import db
from marketplace.core.installation import installed

ATTRIBUTED = f"""
SELECT DISTINCT ON (pc.case_id) pc.case_id, pc.placement_id, pc.agency_id, c.currency
  FROM cases c
  LEFT JOIN LATERAL (
    SELECT pc.case_id, pc.placement_id, pc.agency_id
      FROM placement_cases pc JOIN placements p ON p.id = pc.placement_id
      JOIN framework_contracts f ON f.id = p.contract_id
     WHERE pc.case_id = c.id AND p.answered_at IS NOT NULL AND p.status <> 'declined'
       AND p.starts_on <= CAST(:value_on AS date)
       AND CAST(:value_on AS date) <= f.tail_days::integer
             + coalesce({day_of("p.ended_at")}, p.recall_due_on)
     ORDER BY p.starts_on, p.id LIMIT 1) pc ON true
"""  # noqa: S608 -- composed of this project's own constants


def attribute_reversals(values: list[dict[str, object]], known: Mapping[str, Payment]) -> None:
    """A reversal takes the money from the placement that earned it, whoever works now.

    And from what the payment had been set against.
    """
    originals = {payment.id: payment for payment in known.values()}
    for value in values:
        if original := originals.get(cast(int, value["reversal_of_id"])):
            value["placement_id"] = original.placement_id
            value["agency_id"] = original.agency_id
            value.update(parts_of(original.applied.taken_back() if original.applied else None))


def attribute(values: list[dict[str, object]]) -> None:
    """Give each payment to the placement in force on its value date, at most one."""
    by_day: dict[object, list[dict[str, object]]] = {}
    for value in values:
        by_day.setdefault(value["value_on"], []).append(value)
    query = text(f"{ATTRIBUTED} WHERE c.id = ANY(:cases) AND pc.case_id IS NOT NULL")
    for value_on, group in by_day.items():
        rows = db.session.execute(
            query,
            {
                "value_on": value_on,
                "cases": [value["case_id"] for value in group],
                "zone": installed().time_zone,
            },
        )
        found = {row.case_id: row for row in rows}
        for value in group:
            if row := found.get(value["case_id"]):
                value["placement_id"], value["agency_id"] = row.placement_id, row.agency_id


def parts_of(applied: Appropriation | None) -> dict[str, int | None]:
    return dict(zip(PARTS, applied or (None,) * len(PARTS), strict=True))
