"""What went to and fro between an agency and its lenders, day by day, and what is late.

Eight flows, counted where the things themselves are kept: nothing is counted ahead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from marketplace import feeds, intake
from marketplace.accounts import Organisation
from marketplace.core.calendars import public_holidays
from marketplace.core.days import day_of
from marketplace.core.db import db
from marketplace.feeds import DueTimes
from marketplace.portfolios import market_of

DAYS = 14


class Flow(StrEnum):
    """In the order of a table: from the lender, from the agency, both ways."""

    PLACED = "placed"
    RECALLED = "recalled"
    BALANCES = "balances"
    POSTINGS = "postings"
    REPORTS = "reports"
    CONTACTS = "contacts"
    HOLDS = "holds"
    STATEMENTS = "statements"


class Standing(StrEnum):
    """How a day's flow stands where something was due; the first outweighs the others."""

    LATE = "late"
    DUE = "due"
    CAME_LATE = "came_late"


@dataclass(frozen=True)
class FlowDay:
    """A flow on one day. `due_at` is the first of what is late or still to come."""

    items: int = 0
    promises: int = 0
    """Of contacts: those that ended in a promise to pay."""

    standing: Standing | None = None
    due_at: datetime | None = None

    def counting(self, items: int, promises: int = 0) -> "FlowDay":
        return replace(self, items=self.items + items, promises=self.promises + promises)

    def standing_at(self, standing: Standing, due_at: datetime) -> "FlowDay":
        if self.standing is None or _rank(standing, due_at) < _rank(
            self.standing, self.due_at or due_at
        ):
            return replace(self, standing=standing, due_at=due_at)
        return self


@dataclass
class LenderFlows:
    """The flows between an agency and one lender."""

    lender: Organisation
    cells: dict[tuple[date, Flow], FlowDay] = field(default_factory=dict)

    def on(self, day: date, flow: Flow) -> FlowDay:
        return self.cells.get((day, flow), FlowDay())


# A hold is seen while its debtor's case is: row-level security says so as well. OFFSET keeps
# the plan at the holds of these days; turned round, it looked through all cases for theirs.
_CAME = f"""
SELECT 'placed' AS flow, lender_id, {day_of("answered_at")} AS day, sum(cases)::bigint AS items,
       0::bigint AS promises
  FROM placements
 WHERE agency_id = :agency AND answered_at >= :since AND status <> 'declined'
 GROUP BY 2, 3
UNION ALL
SELECT 'recalled', lender_id, {day_of("ended_at")}, sum(cases)::bigint, 0
  FROM placements
 WHERE agency_id = :agency AND ended_at >= :since AND answered_at IS NOT NULL
 GROUP BY 2, 3
UNION ALL
SELECT CASE source WHEN 'agency_claim' THEN 'reports' ELSE 'postings' END, lender_id,
       {day_of("reported_at")}, count(*), 0
  FROM payments
 WHERE agency_id = :agency AND reported_at >= :since AND withdrawn_by_id IS NULL
 GROUP BY 1, 2, 3
UNION ALL
SELECT 'reports', b.lender_id, {day_of("b.brought_at")}, sum(f.lines)::bigint, 0
  FROM intake_batches b JOIN intake_files f ON f.batch_id = b.id AND f.kind = 'claims'
 WHERE b.agency_id = :agency AND b.brought_at >= :since
 GROUP BY 2, 3
UNION ALL
SELECT 'contacts', lender_id, {day_of("started_at")}, count(*),
       count(*) FILTER (WHERE outcome = 'RPC-PTP')
  FROM contacts
 WHERE agency_id = :agency AND started_at >= :since
 GROUP BY 2, 3
UNION ALL
SELECT 'holds', h.lender_id, {day_of("h.starts_at")}, count(*), 0
  FROM holds h
 WHERE h.starts_at >= :since AND h.starts_at <= :now
   AND h.debtor_id IN (SELECT c.debtor_id FROM cases c WHERE c.agency_id = :agency OFFSET 0)
 GROUP BY 2, 3
UNION ALL
SELECT 'statements', lender_id, {day_of("made_at")}, count(*), 0
  FROM statements
 WHERE agency_id = :agency AND made_at >= :since
 GROUP BY 2, 3
"""  # noqa: S608 -- composed of this project's own constants, here and below

# What waits for one side is late on its day until it comes; before the table, on its first.
_AWAITED = """
SELECT 'placed' AS flow, lender_id, answer_due_at AS due_at
  FROM placements WHERE agency_id = :agency AND status = 'offered'
UNION ALL
SELECT 'recalled', lender_id, (recall_due_on + time '23:59') AT TIME ZONE :zone
  FROM placements WHERE agency_id = :agency AND status = 'accepted'
UNION ALL
SELECT 'statements', lender_id, disputes_end_at
  FROM statements WHERE agency_id = :agency AND status = 'draft'
"""


def flow_days(zone: str, now: datetime) -> list[date]:
    """The days of the table at this clock, the newest first."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return [today - timedelta(days=n) for n in range(DAYS)]


def flows_of(
    agency_id: int, *, lender_id: int | None = None, zone: str, now: datetime
) -> list[LenderFlows]:
    """The flows between an agency and each lender, or one, that ever placed cases with it.

    The agency asks, or the lender: what whoever asks may not see is not counted.
    """
    clock = ZoneInfo(zone)
    first = flow_days(zone, now)[-1]
    since = datetime.combine(first, time(), tzinfo=clock)
    lenders = intake.lenders_of(agency_id)
    found = {one.id: LenderFlows(one) for one in lenders if lender_id in (None, one.id)}
    values = {"agency": agency_id, "zone": zone, "since": since, "now": now}
    for row in db.session.execute(text(_CAME), values):
        _count(found, row.lender_id, row.day, Flow(row.flow), row.items, row.promises)
    for row in db.session.execute(text(_AWAITED), values):
        standing = Standing.LATE if row.due_at <= now else Standing.DUE
        day = max(row.due_at.astimezone(clock).date(), first)
        _stand(found, row.lender_id, day, Flow(row.flow), standing, row.due_at)
    for row in db.session.execute(
        text("SELECT * FROM app.feeds_told(:agency, :since)"), values
    ):
        _add_feed(found, row, since, now, clock)
    return list(found.values())


def _rank(standing: Standing, due_at: datetime) -> tuple[int, datetime]:
    return list(Standing).index(standing), due_at


def _count(
    found: dict[int, LenderFlows], lender_id: int, day: date, flow: Flow, items: int,
    promises: int = 0,
) -> None:  # fmt: skip
    if (of := found.get(lender_id)) is not None:
        of.cells[day, flow] = of.on(day, flow).counting(items, promises)


def _stand(
    found: dict[int, LenderFlows], lender_id: int, day: date, flow: Flow, standing: Standing,
    due_at: datetime,
) -> None:  # fmt: skip
    if (of := found.get(lender_id)) is not None:
        of.cells[day, flow] = of.on(day, flow).standing_at(standing, due_at)


def _add_feed(
    found: dict[int, LenderFlows], feed: Any, since: datetime, now: datetime, clock: ZoneInfo
) -> None:
    """A feed by its calendar: files of balances are counted, payments are where they went."""
    flow = Flow.BALANCES if feed.contents == "balances" else Flow.POSTINGS
    if flow is Flow.BALANCES:
        for came_at in feed.came_at:
            _count(found, feed.lender_id, came_at.astimezone(clock).date(), flow, 1)
    for standing, due_at in _moments(feed, since, now, clock):
        day = due_at.astimezone(clock).date()
        _stand(found, feed.lender_id, day, flow, standing, due_at)


def _moments(
    feed: Any, since: datetime, now: datetime, clock: ZoneInfo
) -> Iterator[tuple[Standing, datetime]]:
    """Due moments of the table's days that nothing answered for, or only afterwards."""
    for missed_at in feed.missed_at:
        if missed_at <= feed.covered_to_at:
            yield Standing.CAME_LATE, missed_at
    grace = timedelta(minutes=feed.grace_minutes)
    tonight = datetime.combine(now.astimezone(clock).date(), time.max, tzinfo=clock)
    begun = since - timedelta.resolution
    for due_at in _due_of(feed).between(max(feed.covered_to_at, begun), tonight):
        yield Standing.LATE if due_at + grace <= now else Standing.DUE, due_at


def _due_of(feed: Any) -> DueTimes:
    public = public_holidays(market_of(feed.jurisdiction)) if feed.public_holidays else None
    return feeds.due_times(
        frozenset(feed.weekdays), feed.due_time, feed.time_zone, public,
        frozenset(feed.days_off), frozenset(feed.days_on),
    )  # fmt: skip


def late_flows(of: Sequence[LenderFlows]) -> int:
    """How many flows of these lenders are late now, over all days."""
    return sum(
        len({flow for (_d, flow), cell in one.cells.items() if cell.standing is Standing.LATE})
        for one in of
    )
