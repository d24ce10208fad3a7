"""Working days: weekends, holidays and the days that are made up for, by place."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

SATURDAY = 5
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
"""A day outside is a slip of the keyboard, or how some system writes that it knows none."""

_PUBLISHED = Path(__file__).parent / "holidays.json"


@dataclass(frozen=True)
class Calendar:
    """Working days: weekends and holidays are none, but for days that are made up for."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    _ordinals: dict[date, int] = field(default_factory=dict, compare=False, repr=False)

    def is_working(self, day: date) -> bool:
        if day in self.workdays:
            return True
        return day not in self.holidays and day.weekday() < SATURDAY

    def distance(self, one: date, other: date) -> int:
        """Working days between two days, each first rolled on to a working day."""
        return abs(self._ordinal(one) - self._ordinal(other))

    def _ordinal(self, day: date) -> int:
        """Working days before the day: the same for a day off as for the next working day."""
        if day not in self._ordinals:
            count, one = self._before(day.year), date(day.year, 1, 1)
            while one.year == day.year:
                self._ordinals[one] = count
                count += self.is_working(one)
                one += timedelta(days=1)
        return self._ordinals[day]

    def _before(self, year: int) -> int:
        """Working days from the epoch to the end of the year before."""
        days = (date(year, 1, 1) - _EPOCH).days
        return sum(self.is_working(_EPOCH + timedelta(days=n)) for n in range(days))


_EPOCH = date(2000, 1, 1)


@dataclass(frozen=True)
class PublicHolidays:
    """The public calendar of a place, and the last day for which it is published."""

    calendar: Calendar
    known_to: date | None


@cache
def public_holidays(place: str) -> PublicHolidays:
    """Of a place that publishes none, every weekday is a working day.

    >>> public_holidays("CN").calendar.is_working(date(2026, 10, 1))
    False
    >>> public_holidays("CN").calendar.is_working(date(2026, 10, 10))  # a Saturday made up for
    True
    >>> public_holidays("nowhere").known_to is None
    True
    """
    published = json.loads(_PUBLISHED.read_text()).get(place)
    if published is None:
        return PublicHolidays(Calendar(), None)
    return PublicHolidays(
        Calendar(
            frozenset(map(date.fromisoformat, published["holidays"])),
            frozenset(map(date.fromisoformat, published["workdays"])),
        ),
        date.fromisoformat(published["known_to"]),
    )
