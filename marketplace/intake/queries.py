"""Months, queues, groups and decisions, for screens. One query each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.intake.models import Batch, GroupRow, Run
from marketplace.intake.standing import CURRENT

STATES = ("open", "proposed", "automatic", "settled")
PAGE = 50
NEAR_DAYS = 10
"""Equal amounts further apart are no hint."""

# All of these are composed of this project's own constants; values travel as parameters.
_TOTALS = f"""
WITH {CURRENT}
SELECT kind, state, count(*) AS groups, sum(ledger_minor)::bigint, sum(bank_minor)::bigint,
       sum(claim_minor)::bigint
  FROM standing GROUP BY 1, 2
"""  # noqa: S608

_QUEUE = f"""
WITH {CURRENT}
SELECT s.*, f.currency, f.amount_minor, f.cases, f.commissionable, d.code AS decision,
       count(*) OVER () AS total
  FROM standing s JOIN intake_figures f ON f.group_id = s.id
  LEFT JOIN intake_decisions d ON d.id = s.decision_id
 WHERE (:state = '' OR s.state = :state) AND (:kind = '' OR s.kind = :kind)
 ORDER BY abs(f.amount_minor) DESC, s.id LIMIT :limit OFFSET :offset
"""  # noqa: S608

_PARTNERS = f"""
WITH {CURRENT},
able AS MATERIALIZED (
  SELECT s.*, f.currency, f.amount_minor, f.cases, f.partners,
         coalesce(s.ledger_on, s.bank_on, s.claim_on) AS day
    FROM standing s JOIN intake_figures f ON f.group_id = s.id
   WHERE s.state = 'open'),
wanted AS (SELECT * FROM able WHERE id = ANY(:ids)),
rivals AS (
  SELECT w.id AS wanted_id, m.group_id
    FROM wanted w CROSS JOIN unnest(w.partners) AS p(line_id)
    JOIN intake_members m ON m.line_id = p.line_id),
pairs AS (
  SELECT w.id AS wanted_id, s.id, s.code, s.kind, s.amount_minor, s.currency, s.places, s.day,
         (w.id, s.id) IN (SELECT wanted_id, group_id FROM rivals) AS rival,
         s.amount_minor = w.amount_minor AS same_amount, s.cases && w.cases AS same_case,
         abs(s.day - w.day) AS days
    FROM wanted w JOIN able s ON s.id <> w.id
   WHERE (s.has_ledger, s.has_bank, s.has_claim) <> (w.has_ledger, w.has_bank, w.has_claim)),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY wanted_id ORDER BY
           (rival::int * 2 + same_amount::int * 2 + same_case::int) DESC, days, code) AS place
    FROM pairs WHERE rival OR same_case OR (same_amount AND days <= {NEAR_DAYS}))
SELECT * FROM ranked WHERE place <= :most ORDER BY wanted_id, place
"""  # noqa: S608

_GROUP = f"""
WITH {CURRENT}
SELECT s.*, f.currency, f.amount_minor, f.cases, f.commissionable
  FROM standing s JOIN intake_figures f ON f.group_id = s.id WHERE s.id = :group
"""  # noqa: S608

_LINES = """
SELECT l.id, l.source, l.place, l.number, l.claim_id, l.value_on, l.amount_minor, l.currency,
       l.reference, l.reverses, l.fragments, l.agency_id, l.text_sealed IS NOT NULL AS has_text,
       (SELECT string_agg(p.code, ' ') FROM intake_payments i
          JOIN payments p ON p.id = i.payment_id
         WHERE i.line_id = l.id AND p.withdrawn_by_id IS NULL) AS payments
  FROM intake_members m JOIN intake_lines l ON l.id = m.line_id
 WHERE m.group_id = :group ORDER BY l.source, l.id
"""

_DECISIONS = """
SELECT d.id, d.code, d.kind, d.reason_code, d.reason, d.made_by_id, d.made_at, d.agreed,
       d.checked_by_id, d.checked_at, d.check_note, d.run_id, w.code AS reverses,
       EXISTS (SELECT 1 FROM intake_decisions r
                WHERE r.reverses_id = d.id AND r.agreed AND d.kind <> 'automatic') AS reversed,
       t.lines, t.ledger_minor, t.bank_minor, t.groups,
       d.kind = 'automatic' AND d.run_id <> (
         SELECT max(n.id) FROM intake_runs n
          WHERE n.lender_id = d.lender_id AND n.month_start = d.month_start) AS superseded
  FROM intake_decisions d
  LEFT JOIN intake_decisions w ON w.id = d.reverses_id
  JOIN LATERAL (
    SELECT count(DISTINCT l.id) AS lines,
           coalesce(sum(l.amount_minor) FILTER (WHERE l.source = 'ledger'), 0)::bigint AS ledger_minor,
           coalesce(sum(l.amount_minor) FILTER (WHERE l.source = 'bank'), 0)::bigint AS bank_minor,
           CASE WHEN d.kind <> 'automatic' THEN array_agg(DISTINCT (
             SELECT g.code FROM intake_groups g JOIN intake_members m ON m.group_id = g.id
              WHERE m.line_id = l.id ORDER BY g.id DESC LIMIT 1)) END AS groups
      FROM intake_decision_lines x JOIN intake_lines l ON l.id = x.line_id
     WHERE x.decision_id = d.id) t ON true
 WHERE d.lender_id = :lender AND d.month_start = :month
   AND (CAST(:group AS bigint) IS NULL OR EXISTS (
     SELECT 1 FROM intake_decision_lines y JOIN intake_members m ON m.line_id = y.line_id
      WHERE y.decision_id = d.id AND m.group_id = :group))
 ORDER BY d.checked_at IS NOT NULL, d.id DESC LIMIT 200
"""  # noqa: E501

_MONTHS = """
SELECT b.lender_id, b.month_start, max(b.brought_at) AS brought_at, count(DISTINCT b.id) AS batches,
       coalesce(sum(t.ledger), 0)::bigint AS ledger, coalesce(sum(t.bank), 0)::bigint AS bank,
       coalesce(sum(t.claims), 0)::bigint AS claims
  FROM intake_batches b
  LEFT JOIN LATERAL (
    SELECT sum(lines) FILTER (WHERE kind = 'ledger') AS ledger,
           sum(lines) FILTER (WHERE kind = 'bank') AS bank,
           sum(lines) FILTER (WHERE kind = 'claims') AS claims
      FROM intake_files f WHERE f.batch_id = b.id) t ON true
 WHERE CAST(:lender AS bigint) IS NULL OR b.lender_id = :lender
 GROUP BY 1, 2 ORDER BY 2 DESC, 1 LIMIT 60
"""  # noqa: E501

_FILES = """
SELECT f.kind, f.filename, f.lines, f.sha256, f.agency_id, b.code, b.brought_by_id, b.brought_at
  FROM intake_files f JOIN intake_batches b ON b.id = f.batch_id
 WHERE b.lender_id = :lender AND b.month_start = :month ORDER BY f.id DESC
"""


@dataclass(frozen=True)
class Total:
    """Groups of one class in one state, with what each source says of them."""

    kind: str
    state: str
    groups: int
    ledger_minor: int
    bank_minor: int
    claim_minor: int


@dataclass(frozen=True)
class Filter:
    """Which groups of a month a list shows."""

    state: str = "open"
    kind: str = ""


@dataclass(frozen=True)
class Queue:
    """A page of groups, how many there are, and who may be partners of those that are open."""

    rows: Sequence[Any]
    total: int
    partners: Mapping[int, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class MonthState:
    """How far a month is: its newest run, and whether files wait to be matched."""

    month: date
    run: Run | None
    waiting: Batch | None
    files: Sequence[Any]
    brought_at: datetime


def months(lender_id: int | None = None) -> list[Any]:
    """Months with their lines by kind of file; of one lender, or of all that one may see."""
    return list(db.session.execute(text(_MONTHS), {"lender": lender_id}))


def month_state(lender_id: int, month: date) -> MonthState:
    batch = db.session.scalars(
        select(Batch)
        .where(Batch.lender_id == lender_id, Batch.month_start == month)
        .order_by(Batch.id.desc())
    ).first()
    if batch is None:
        raise NotFound
    run = db.session.scalars(
        select(Run)
        .where(Run.lender_id == lender_id, Run.month_start == month)
        .order_by(Run.id.desc())
    ).first()
    files = db.session.execute(
        text(_FILES),
        {"lender": lender_id, "month": month},
    ).all()
    matched = run is not None and run.batch_id >= batch.id
    return MonthState(month, run, None if matched else batch, files, batch.brought_at)


def totals(lender_id: int, month: date) -> list[Total]:
    rows = db.session.execute(text(_TOTALS), {"lender": lender_id, "month": month})
    return [Total(*row) for row in rows]


def queue(
    lender_id: int,
    month: date,
    shown: Filter,
    *,
    page: int = 1,
    size: int | None = PAGE,
    partners: bool = True,
) -> Queue:
    """Groups by their amount, the largest first; `size` None: all of them."""
    rows = db.session.execute(
        text(_QUEUE),
        {
            "lender": lender_id, "month": month, "state": shown.state, "kind": shown.kind,
            "limit": size, "offset": (page - 1) * (size or 0),
        },
    ).all()  # fmt: skip
    open_ids = [row.id for row in rows if row.state == "open"]
    able = partners_of(lender_id, month, open_ids, most=1) if partners and open_ids else {}
    return Queue(rows, rows[0].total if rows else 0, able)


def partners_of(
    lender_id: int, month: date, group_ids: Sequence[int], *, most: int
) -> dict[int, list[Any]]:
    """Open groups that may belong to these, the likeliest first."""
    rows = db.session.execute(
        text(_PARTNERS),
        {"lender": lender_id, "month": month, "ids": list(group_ids), "most": most},
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.wanted_id, []).append(row)
    return found


def month_of_group(code: str, lender_id: int) -> tuple[GroupRow, date]:
    found = db.session.execute(
        select(GroupRow, Run.month_start)
        .join(Run, Run.id == GroupRow.run_id)
        .where(GroupRow.code == code, GroupRow.lender_id == lender_id)
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def group_now(group: GroupRow, month: date) -> Any:
    """A group as it stands; None if its lines went to a newer one."""
    return db.session.execute(
        text(_GROUP),
        {"lender": group.lender_id, "month": month, "group": group.id},
    ).first()


def lines_of(group_id: int) -> list[Any]:
    return list(db.session.execute(text(_LINES), {"group": group_id}))


def decisions(lender_id: int, month: date, group_id: int | None = None) -> list[Any]:
    """Decisions of a month, or about one group: those that wait first."""
    return list(
        db.session.execute(
            text(_DECISIONS), {"lender": lender_id, "month": month, "group": group_id}
        )
    )
