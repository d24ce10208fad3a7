"""When a file is due: the days and the hour of a feed, at the lender's own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.core.calendars import PublicHolidays

WORKING_WEEK = frozenset(range(5))
_FARTHEST = timedelta(days=800)
"""Nobody closes for longer: the search for the next due moment ends here."""


@dataclass(frozen=True)
class DueTimes:
    """At `at` on the days of `weekdays` (Monday is 0) but for days off, and on days made up."""

    weekdays: frozenset[int]
    at: time
    zone: ZoneInfo
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()

    def is_due(self, day: date) -> bool:
        if day in self.days_on:
            return True
        return day.weekday() in self.weekdays and day not in self.days_off

    def moment(self, day: date) -> datetime:
        """The hour of a day: one that the clocks skip comes when they have moved on, one that
        they repeat the first time."""
        return datetime.combine(day, self.at, tzinfo=self.zone).astimezone(UTC)

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Every due moment later than this one, the earliest first."""
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        last, end = moment, day + _FARTHEST
        while day < end:
            if self.is_due(day) and (due := self.moment(day)) > last:
                yield due
                last, end = due, day + _FARTHEST
            day += timedelta(days=1)

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """Due moments later than `after`, up to and with `until`."""
        found = []
        for due in self.after(after):
            if due > until:
                break
            found.append(due)
        return found

    def working_days(self, since: datetime, until: datetime) -> int:
        """How many due days have begun between two moments: by how many a file is late."""
        first, last = (one.astimezone(self.zone).date() for one in (since, until))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return sum(self.is_due(day) for day in days)


def due_times(
    weekdays: frozenset[int],
    at: time,
    zone: str,
    public: PublicHolidays | None,
    days_off: frozenset[date],
    days_on: frozenset[date],
) -> DueTimes:
    """The public calendar with the lender's own days over it.

    A weekend day made up for is due only where the whole working week is.
    """
    off, on = days_off - days_on, days_on
    if public is not None:
        off |= public.calendar.holidays - days_on
        if weekdays >= WORKING_WEEK:
            on |= public.calendar.workdays - days_off
    return DueTimes(weekdays, at, ZoneInfo(zone), off, on)
