"""When a file is due, by the feed's calendar and at the lender's clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.calendars import public_holidays
from marketplace.feeds import DueTimes, due_times

WORKING_WEEK = frozenset(range(5))
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC")


def at(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def nine(zone: str, weekdays: frozenset[int] = WORKING_WEEK) -> DueTimes:
    return DueTimes(weekdays, time(9), ZoneInfo(zone))


def test_friday_is_followed_by_monday() -> None:
    due = nine("Asia/Shanghai")
    friday = at("Asia/Shanghai", 2026, 3, 6, 9)
    assert next(due.after(friday)) == at("Asia/Shanghai", 2026, 3, 9, 9)
    assert due.between(friday - timedelta(seconds=1), friday) == [friday]


def test_the_hour_stays_when_the_clocks_change() -> None:
    due = nine("America/New_York")
    found = due.between(at("UTC", 2026, 3, 5), at("UTC", 2026, 3, 10))
    assert [one.astimezone(due.zone).hour for one in found] == [9, 9, 9]
    assert [one.hour for one in found] == [14, 14, 13]


def test_an_hour_that_the_clocks_skip_comes_after_and_one_they_repeat_comes_once() -> None:
    daily = frozenset(range(7))
    due = DueTimes(daily, time(2, 30), ZoneInfo("Europe/Berlin"))
    assert due.moment(date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert due.moment(date(2026, 3, 29)).astimezone(due.zone).time() == time(3, 30)
    autumn = due.between(at("UTC", 2026, 10, 24, 12), at("UTC", 2026, 10, 25, 12))
    assert autumn == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_holidays_are_off_and_days_made_up_are_on() -> None:
    due = due_times(WORKING_WEEK, time(9), "Asia/Shanghai", public_holidays("CN"), frozenset(),
                    frozenset())  # fmt: skip
    days = [one.date() for one in due.between(at("UTC", 2026, 2, 12), at("UTC", 2026, 2, 26))]
    # The new year closes from the 15th to the 23rd; Saturday the 14th is worked for it.
    assert days == [date(2026, 2, n) for n in (12, 13, 14, 24, 25)]


def test_a_day_made_up_for_means_nothing_to_a_weekly_file() -> None:
    mondays = due_times(frozenset([0]), time(9), "Asia/Shanghai", public_holidays("CN"),
                        frozenset(), frozenset())  # fmt: skip
    assert not mondays.is_due(date(2026, 2, 14))


def test_the_lenders_own_days_go_before_the_public_ones() -> None:
    own_off, own_on = date(2026, 2, 13), date(2026, 2, 16)
    due = due_times(WORKING_WEEK, time(9), "Asia/Shanghai", public_holidays("CN"),
                    frozenset([own_off]), frozenset([own_on]))  # fmt: skip
    assert not due.is_due(own_off)
    assert due.is_due(own_on)


def test_lateness_counts_the_feeds_own_days() -> None:
    due = nine("Asia/Shanghai")
    friday = at("Asia/Shanghai", 2026, 3, 6, 9)
    assert due.working_days(friday, at("Asia/Shanghai", 2026, 3, 6, 11)) == 1
    assert due.working_days(friday, at("Asia/Shanghai", 2026, 3, 8, 11)) == 1
    assert due.working_days(friday, at("Asia/Shanghai", 2026, 3, 9, 1)) == 2


days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
calendars = st.builds(
    DueTimes,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.frozensets(days, max_size=8),
    st.frozensets(days, max_size=8),
)


@given(calendars, days, st.integers(0, 40))
def test_every_due_day_has_one_moment_on_it_and_no_other_day_has_any(
    due: DueTimes, first: date, length: int
) -> None:
    since = datetime.combine(first, time(), tzinfo=due.zone).astimezone(UTC)
    last = first + timedelta(days=length)
    until = datetime.combine(last, time(), tzinfo=due.zone).astimezone(UTC)
    found = due.between(since - timedelta(microseconds=1), until - timedelta(microseconds=1))
    wanted = [d for d in (first + timedelta(days=n) for n in range(length)) if due.is_due(d)]
    assert [one.astimezone(due.zone).date() for one in found] == wanted
    assert found == sorted(set(found))


@given(calendars, days, st.integers(0, 60), st.integers(0, 60))
def test_a_stretch_of_time_can_be_cut_anywhere(
    due: DueTimes, first: date, one: int, other: int
) -> None:
    start = datetime.combine(first, time(), tzinfo=UTC)
    cut, end = start + timedelta(hours=one * 7), start + timedelta(hours=one * 7 + other * 5)
    assert due.between(start, end) == due.between(start, cut) + due.between(cut, end)
