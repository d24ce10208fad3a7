"""Months: proposed, then closed for good by a second person; corrections go to an open one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, locked, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.ledger.chaining import BrokenChain, Head, verify_chain
from marketplace.ledger.incidents import open_incidents
from marketplace.ledger.models import Journal, LedgerPeriod
from marketplace.ledger.reading import is_balanced, user_codes


@dataclass(frozen=True)
class Month:
    """A month of the books as a page shows it."""

    start: date
    journals: int
    proposed_by: str
    proposed_by_id: int | None
    proposed_at: datetime | None
    closed_by: str
    closed_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.start:%Y-%m}"


def propose_close(month: date, *, by: User, now: datetime) -> LedgerPeriod:
    """The first person proposes to close a month that is over and in order."""
    start = month.replace(day=1)
    queue_up("ledger period", 0)
    if _period(start) is not None:
        raise Refusal(
            _("The closing of %(month)s has been proposed already.", month=f"{start:%Y-%m}"),
            next_step=_("A second person confirms it on the page of the months."),
        )
    _require_ready(start, now)
    period = LedgerPeriod(month_start=start, proposed_by_id=by.id, proposed_at=now)
    db.session.add(period)
    db.session.flush()
    _record("period.proposed", period, by, now)
    return period


def close_period(month: date, *, by: User, now: datetime) -> LedgerPeriod:
    """A second person closes it, if the books are in order at that moment. It stays closed."""
    start = month.replace(day=1)
    # Whoever is posting finishes first; whoever comes later finds the month closed.
    queue_up("ledger period", 0)
    period = _period(start)
    if period is None:
        raise NotFound
    if period.closed_at is not None:
        raise Refusal(_("%(month)s is closed already.", month=f"{start:%Y-%m}"))
    if period.proposed_by_id == by.id:
        raise Refusal(
            _("You proposed to close this month, so somebody else must confirm it."),
            next_step=_("Ask a colleague in finance."),
        )
    head = _require_ready(start, now)
    period.closed_by_id, period.closed_at = by.id, now
    period.head_sequence, period.head_hash = head.sequence, head.hash
    db.session.flush()
    db.session.refresh(period)  # the database wrote its own time
    _record("period.closed", period, by, now, sequence=head.sequence, head=head.hash.hex())
    return period


def months() -> list[Month]:
    """Every month with journals or a closing, the newest first."""
    month = func.date_trunc("month", Journal.effective_on)
    counted = {
        row[0].date(): row[1]
        for row in db.session.execute(select(month, func.count()).group_by(month))
    }
    periods = {row.month_start: row for row in db.session.scalars(select(LedgerPeriod))}
    people = [row.proposed_by_id for row in periods.values()]
    people += [row.closed_by_id for row in periods.values() if row.closed_by_id]
    codes = user_codes(people)
    return [
        _month(start, counted.get(start, 0), periods.get(start), codes)
        for start in sorted({*counted, *periods}, reverse=True)
    ]


def _period(start: date) -> LedgerPeriod | None:
    return locked(select(LedgerPeriod).where(LedgerPeriod.month_start == start))


def _month(
    start: date, journals: int, period: LedgerPeriod | None, codes: Mapping[int, str]
) -> Month:
    if period is None:
        return Month(start, journals, "", None, None, "", None)
    closed_by = codes[period.closed_by_id] if period.closed_by_id else ""
    return Month(
        start, journals, codes[period.proposed_by_id], period.proposed_by_id,
        period.proposed_at, closed_by, period.closed_at,
    )  # fmt: skip


def _require_ready(start: date, now: datetime) -> Head:
    """The month is over, earlier ones are closed, and nothing in the books is in doubt."""
    next_start = (start + timedelta(days=31)).replace(day=1)
    if next_start > now.date():
        raise Refusal(
            _("%(month)s is not over yet.", month=f"{start:%Y-%m}"),
            next_step=_("Close it on or after %(day)s.", day=next_start),
        )
    _require_order(start)
    if open_incidents():
        raise Refusal(
            _("An incident is open."),
            next_step=_("Close every incident with its reason first."),
        )
    if not is_balanced():
        raise Refusal(
            _("A journal is out of balance."),
            next_step=_("Stop posting and run the self-check."),
        )
    head = verify_chain()
    if isinstance(head, BrokenChain):
        raise Refusal(
            _("The chain of journals is broken at journal %(n)s.", n=head.journal_id or "–"),
            next_step=_("Stop posting and compare the books with a backup."),
        )
    return head


def _require_order(start: date) -> None:
    month = func.date_trunc("month", Journal.effective_on)
    earlier = db.session.scalar(
        select(func.min(Journal.effective_on)).where(
            Journal.effective_on < start,
            month.not_in(
                select(func.date_trunc("month", LedgerPeriod.month_start)).where(
                    LedgerPeriod.closed_at.is_not(None)
                )
            ),
        )
    )
    if earlier is not None:
        raise Refusal(
            _("%(month)s is still open, and comes first.", month=f"{earlier:%Y-%m}"),
            next_step=_("Close the months in their order."),
        )


def _record(action: str, period: LedgerPeriod, by: User, now: datetime, **details: Any) -> None:
    month = f"{period.month_start:%Y-%m}"
    audit.record(action, period, by=by, now=now, month=month, **details)
