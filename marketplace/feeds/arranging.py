"""Setting a feed up: drawn up by one person, approved by another, changed, paused, resumed."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import _
from marketplace.feeds.lateness import plan
from marketplace.feeds.models import Contents, Feed, FeedStatus, Semantics
from marketplace.portfolios import Portfolio


@dataclass(frozen=True)
class FeedTerms:
    """What a lender promises to send, and when. Monday is 0."""

    name: str
    semantics: Semantics
    currency: str
    weekdays: Iterable[int]
    due_time: time
    time_zone: str
    contents: Contents = Contents.BALANCES
    portfolio_id: int | None = None
    public_holidays: bool = True
    days_off: Iterable[date] = ()
    days_on: Iterable[date] = ()
    grace_minutes: int = 60

    def checked(self, lender_id: int) -> dict[str, Any]:
        """As they are kept; refused where a feed could not live by them."""
        if not self.name.strip():
            raise Refusal(
                _("The feed needs a name."), next_step=_("Name the system it comes from.")
            )
        days = sorted(set(self.weekdays))
        if not days or not set(days) <= set(range(7)):
            raise Refusal(
                _("A feed is due on at least one day of the week."),
                next_step=_("Choose the days on which your system sends its file."),
            )
        if self.time_zone not in available_timezones():
            raise Refusal(
                _("There is no time zone %(name)s.", name=self.time_zone),
                next_step=_("Write it as Asia/Shanghai."),
            )
        if self.currency not in MINOR_DIGITS:
            raise Refusal(_("Cases in %(name)s cannot be kept yet.", name=self.currency))
        if not 0 <= self.grace_minutes <= 1440:
            raise Refusal(_("The time of grace is at most 1,440 minutes, a day."))
        _require_portfolio(self.portfolio_id, lender_id)
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return kept | {
            "name": self.name.strip(),
            "weekdays": days,
            "days_off": sorted(set(self.days_off)),
            "days_on": sorted(set(self.days_on)),
        }


def draw_up(terms: FeedTerms, *, by: User, now: datetime) -> Feed:
    """Propose a feed; nothing is taken from it until a second person approves."""
    values = terms.checked(by.organisation_id)
    _require_free_name(values["name"], by.organisation_id)
    feed = Feed(
        lender_id=by.organisation_id, drawn_up_by_id=by.id, drawn_up_at=now,
        status=FeedStatus.DRAFT, **values,
    )  # fmt: skip
    db.session.add(feed)
    audit.record("feed.drawn_up", feed, by=by, now=now, **_told(feed))
    return feed


def change(feed_id: int, terms: FeedTerms, version: int, *, by: User, now: datetime) -> Feed:
    """Another calendar, or another meaning, from now on. What it was stays in the trail."""
    feed = locked_feed(feed_id, by)
    if version != feed.version:
        raise StaleForm(
            _("This feed was changed after you opened the page."),
            next_step=_("Reload the page and look again."),
        )
    if terms.contents is not feed.contents:
        raise Refusal(
            _("What a feed tells cannot be changed: its columns were confirmed for that."),
            next_step=_("Pause it and set up another one."),
        )
    values, was = terms.checked(feed.lender_id), _told(feed)
    if values["name"] != feed.name:
        _require_free_name(values["name"], feed.lender_id)
    for name, value in values.items():
        setattr(feed, name, value)
    plan(feed)
    changed = {k: [v, _told(feed)[k]] for k, v in was.items() if v != _told(feed)[k]}
    audit.record("feed.changed", feed, by=by, now=now, changed=changed)
    return feed


def approve(feed_id: int, *, by: User, now: datetime) -> Feed:
    """A second person opens the feed, or opens it again. Its calendar runs from now."""
    feed = locked_feed(feed_id, by)
    if feed.status is FeedStatus.ACTIVE:
        raise Refusal(_("This feed is open already."))
    if by.id == feed.drawn_up_by_id:
        raise Refusal(
            _("A feed is opened by somebody else than who drew it up or paused it."),
            next_step=_("Ask a colleague who approves."),
        )
    feed.status, feed.approved_by_id, feed.approved_at = FeedStatus.ACTIVE, by.id, now
    feed.covered_to_at = now
    plan(feed)
    audit.record("feed.opened", feed, by=by, now=now)
    return feed


def pause(feed_id: int, *, reason: str, by: User, now: datetime) -> Feed:
    """Expect nothing from the feed, and take nothing. A lock of its cases ends with it."""
    feed = locked_feed(feed_id, by)
    if feed.status is not FeedStatus.ACTIVE:
        raise Refusal(_("Only an open feed can be paused."))
    if not reason.strip():
        raise Refusal(
            _("Say why the feed is paused."),
            next_step=_("Contact is not stopped by old balances while it is."),
        )
    feed.status, feed.drawn_up_by_id, feed.locks_at = FeedStatus.PAUSED, by.id, None
    audit.record("feed.paused", feed, by=by, now=now, reason=reason.strip())
    return feed


def locked_feed(feed_id: int, by: User) -> Feed:
    feed = locked(select(Feed).where(Feed.id == feed_id, Feed.lender_id == by.organisation_id))
    if feed is None:
        raise NotFound
    return feed


def _require_portfolio(portfolio_id: int | None, lender_id: int) -> None:
    if portfolio_id is not None and not db.session.scalar(
        select(Portfolio.id).where(
            Portfolio.id == portfolio_id, Portfolio.lender_id == lender_id
        )
    ):
        raise NotFound


def _require_free_name(name: str, lender_id: int) -> None:
    query = select(Feed.id).where(Feed.lender_id == lender_id, Feed.name == name)
    if db.session.scalar(query) is not None:
        raise Refusal(
            _("There is a feed named %(name)s already.", name=name),
            next_step=_("Choose another name, or change that feed."),
        )


def _told(feed: Feed) -> dict[str, Any]:
    """What the trail keeps of a feed's terms."""
    return {
        "name": feed.name,
        "contents": feed.contents.value,
        "semantics": feed.semantics.value,
        "currency": feed.currency,
        "portfolio_id": feed.portfolio_id,
        "weekdays": list(feed.weekdays),
        "due_time": feed.due_time.isoformat("minutes"),
        "time_zone": feed.time_zone,
        "public_holidays": feed.public_holidays,
        "days_off": [day.isoformat() for day in feed.days_off],
        "days_on": [day.isoformat() for day in feed.days_on],
        "grace_minutes": feed.grace_minutes,
    }
