"""Days as people count them: by the installation's clock, not by UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.core.installation import installed


def local_day(moment: datetime) -> date:
    """The day that it is then."""
    return moment.astimezone(ZoneInfo(installed().time_zone)).date()


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    zone = ZoneInfo(installed().time_zone)
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta.resolution


def day_of(column: str) -> str:
    """The SQL for the day of a moment; the query's `zone` is `installed().time_zone`."""
    return f"({column} AT TIME ZONE :zone)::date"
