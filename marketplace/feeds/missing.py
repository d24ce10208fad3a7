"""Cases that a snapshot should have held. Absent is not paid: somebody has to look."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.feeds.models import Feed, FeedAbsence
from marketplace.portfolios import Balances, Case, staged

TIMES_TO_ESCALATE = 2

_EXPECTED = """c.lender_id = :lender AND NOT 'paid' = ANY(c.hold_flags)
  AND (CAST(:portfolio AS bigint) IS NULL OR c.portfolio_id = :portfolio)
  AND c.balance_as_of <= :as_of"""
"""What the lender still claims, as far as it was known on the day of the file."""

_COUNT = f"""
SELECT count(*) AS total, count(*) FILTER (WHERE n.case_no IS NULL) AS absent
  FROM cases c LEFT JOIN feed_names n ON n.case_no = c.lender_case_no
 WHERE {_EXPECTED}"""  # noqa: S608

_NOTE = f"""
INSERT INTO feed_absences (lender_id, feed_id, case_id, since_on, last_on, times, note)
SELECT c.lender_id, :feed, c.id, :as_of, :as_of, 1, ''
  FROM cases c
 WHERE {_EXPECTED}
   AND NOT EXISTS (SELECT 1 FROM feed_names n WHERE n.case_no = c.lender_case_no)
 ORDER BY c.id
ON CONFLICT (feed_id, case_id) WHERE ended_on IS NULL DO UPDATE
   SET last_on = excluded.last_on, times = feed_absences.times + 1
 WHERE feed_absences.last_on < excluded.last_on"""  # noqa: S608
"""Missing again the same day is not missing twice."""

_END = """
UPDATE feed_absences a SET ended_on = :as_of
  FROM cases c
 WHERE a.feed_id = :feed AND a.ended_on IS NULL AND c.id = a.case_id
   AND ('paid' = ANY(c.hold_flags)
        OR EXISTS (SELECT 1 FROM feed_names n WHERE n.case_no = c.lender_case_no))"""

_OPEN = """
SELECT count(*) AS absent, count(*) FILTER (WHERE times >= :often) AS often,
       count(*) FILTER (WHERE times = :often AND last_on = :as_of) AS new
  FROM feed_absences WHERE feed_id = :feed AND ended_on IS NULL"""


@dataclass(frozen=True)
class Expected:
    """Of the cases that a file should hold, how many it does not."""

    total: int
    absent: int


def _values(feed: Feed, as_of: date | None) -> dict[str, Any]:
    return {
        "lender": feed.lender_id,
        "portfolio": feed.portfolio_id,
        "feed": feed.id,
        "as_of": as_of or date.max,
        "often": TIMES_TO_ESCALATE,
    }


def _names(balances: Balances) -> Any:
    return staged("feed_names", "case_no text", balances.named.alias("case_no").to_frame())


def expected(feed: Feed, balances: Balances) -> Expected:
    with _names(balances):
        row = db.session.execute(text(_COUNT), _values(feed, balances.as_of)).one()
    return Expected(row.total, row.absent)


def note_absent(feed: Feed, balances: Balances, as_of: date, now: datetime) -> dict[str, int]:
    """Write down who is absent since when; who is back, or paid, no longer is."""
    values = _values(feed, as_of)
    with _names(balances):
        db.session.execute(text(_NOTE), values)
        db.session.execute(text(_END), values)
    row = db.session.execute(text(_OPEN), values).one()
    if row.new:
        audit.record(
            "feed.cases_missing", feed, by=None, now=now, parties=[feed.lender_id],
            code=feed.code, cases=row.new, times=TIMES_TO_ESCALATE,
        )  # fmt: skip
    return {"cases_absent": row.absent, "cases_absent_often": row.often}


def look_into(absence_id: int, *, note: str, by: User, now: datetime) -> None:
    """A person says what became of a case that stays away. Its balance is not touched."""
    absence = locked(
        select(FeedAbsence).where(
            FeedAbsence.id == absence_id, FeedAbsence.lender_id == by.organisation_id
        )
    )
    if absence is None:
        raise NotFound
    if absence.ended_on is not None:
        raise Refusal(_("The case is in the file again."))
    if not note.strip():
        raise Refusal(
            _("Say what became of the case."),
            next_step=_("For example: sold, written off, moved to another system."),
        )
    absence.seen_by_id, absence.note = by.id, note.strip()
    case = db.session.get_one(Case, absence.case_id)
    audit.record("case.absence_seen", case, by=by, now=now, note=absence.note)
