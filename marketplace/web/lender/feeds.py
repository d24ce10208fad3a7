"""Feeds: the list, one feed with its keys and deliveries, setting it up."""

import re
from datetime import date, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, feeds, portfolios
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.core.money import MINOR_DIGITS
from marketplace.feeds import Contents, DeliveryChannel, Feed, FeedTerms, Semantics
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("feeds", __name__, url_prefix="/feeds")


@pages.get("/")
@requires(Permission.PORTFOLIO_VIEW)
def index() -> ResponseReturnValue:
    lines = feeds.feed_lines(current_user.organisation_id, now=clock())
    return render_template("lender/feeds/index.html", lines=lines)


@pages.get("/new")
@requires(Permission.TAPE_IMPORT)
def new() -> ResponseReturnValue:
    return _form()


@pages.post("/")
@requires(Permission.TAPE_IMPORT)
def create() -> ResponseReturnValue:
    try:
        with transaction():
            feed = feeds.draw_up(_terms(_contents()), by=current_user, now=clock())
    except Refusal as error:
        return _form(error=error), 422
    flash(_("Drawn up. An approver opens it."), "ok")
    return redirect(url_for(".show", code=feed.code), code=303)


@pages.get("/<code>")
@requires(Permission.PORTFOLIO_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _page(_owned(code))


@pages.get("/<code>/edit")
@requires(Permission.TAPE_IMPORT)
def edit(code: str) -> ResponseReturnValue:
    return _form(_owned(code))


@pages.post("/<code>/edit")
@requires(Permission.TAPE_IMPORT)
def change(code: str) -> ResponseReturnValue:
    feed = _owned(code)
    try:
        with transaction():
            version = inputs.whole("version", _("Version"))
            feeds.change(feed.id, _terms(feed.contents), version, by=current_user, now=clock())
    except Refusal as error:
        return _form(_owned(code), error), 422
    flash(_("Changed. What it was before stays on record."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/approve")
@requires(Permission.AUCTION_APPROVE)
def approve(code: str) -> ResponseReturnValue:
    with transaction():
        feeds.approve(_owned(code).id, by=current_user, now=clock())
    flash(_("The feed is open. Its calendar runs from now."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/pause")
@requires(Permission.TAPE_IMPORT)
def pause(code: str) -> ResponseReturnValue:
    reason = inputs.text("reason")
    with transaction():
        feeds.pause(_owned(code).id, reason=reason, by=current_user, now=clock())
    flash(_("Paused. No file is taken until an approver opens the feed again."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/keys")
@requires(Permission.TAPE_IMPORT)
def make_key(code: str) -> ResponseReturnValue:
    """The key is in this answer and nowhere else, so the page is not redirected to."""
    with transaction():
        _key, secret = feeds.make_key(_owned(code).id, by=current_user, now=clock())
    return _page(_owned(code), secret=secret)


@pages.post("/<code>/keys/<int:key_id>/revoke")
@requires(Permission.TAPE_IMPORT)
def revoke_key(code: str, key_id: int) -> ResponseReturnValue:
    with transaction():
        feeds.revoke_key(key_id, by=current_user, now=clock())
    flash(_("The key opens nothing any more."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/deliveries")
@requires(Permission.TAPE_IMPORT)
def deliver(code: str) -> ResponseReturnValue:
    feed = _owned(code)
    try:
        name, content = inputs.uploaded("file", _("File"))
        with transaction():
            delivery, made = feeds.receive(
                feed.id, name, content, channel=DeliveryChannel.HAND, by=current_user,
                now=clock(),
            )  # fmt: skip
    except Refusal as error:
        return _page(_owned(code), error=error), 422
    if not made:
        flash(_("This very file came before: nothing was done twice."), "info")
    return redirect(url_for("lender.deliveries.show", code=delivery.code), code=303)


@pages.post("/<code>/absences/<int:absence_id>")
@requires(Permission.TAPE_IMPORT)
def look_into(code: str, absence_id: int) -> ResponseReturnValue:
    note = inputs.text("note")
    with transaction():
        feeds.look_into(absence_id, note=note, by=current_user, now=clock())
    flash(_("Noted. The balance of the case is as it was."), "ok")
    return redirect(url_for(".show", code=code), code=303)


def _owned(code: str) -> Feed:
    return feeds.owned_feed(code, lender_id=current_user.organisation_id)


def _page(feed: Feed, *, secret: str = "", error: Refusal | None = None) -> str:
    absent, absences = feeds.absences_of(feed)
    root = installed().feeds_folder
    return render_template(
        "lender/feeds/show.html",
        feed=feed,
        error=error,
        secret=secret,
        standing=feeds.punctuality(feed, clock()),
        known_to=feeds.holidays_known_to(feed.lender_id) if feed.public_holidays else None,
        portfolio=_portfolio_of(feed),
        deliveries=feeds.deliveries_of(feed),
        keys=feeds.keys_of(feed),
        alarms=feeds.alarms_of(feed),
        absent=absent,
        absences=absences,
        folder=f"{feed.code}/incoming/" if root else "",
        address=f"{installed().public_url}/api/feeds/{feed.code}/deliveries",
        days=_days(),
        events=audit.timeline("feeds", feed.id),
    )


def _portfolio_of(feed: Feed) -> Any:
    return portfolios.listed_portfolio(feed.portfolio_id) if feed.portfolio_id else None


def _form(feed: Feed | None = None, error: Refusal | None = None) -> str:
    return render_template(
        "lender/feeds/form.html",
        feed=feed,
        error=error,
        typed=request.form,
        contents=Contents,
        semantics=Semantics,
        days=_days(),
        currencies=sorted(MINOR_DIGITS),
        time_zone=installed().time_zone,
        portfolios=portfolios.portfolio_lines(current_user.organisation_id),
        chosen=_portfolio_of(feed).code if feed and feed.portfolio_id else "",
    )


def _days() -> list[str]:
    return [
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
        _("Sunday"),
    ]  # fmt: skip


def _terms(contents: Contents) -> FeedTerms:
    chosen = inputs.text("portfolio")
    lender_id = current_user.organisation_id
    return FeedTerms(
        name=inputs.text("name"),
        contents=contents,
        semantics=_semantics(),
        currency=inputs.text("currency"),
        weekdays=[int(day) for day in request.form.getlist("weekday") if day.isdecimal()],
        due_time=_hour(),
        time_zone=inputs.text("time_zone"),
        portfolio_id=(
            portfolios.owned_portfolio(chosen, lender_id=lender_id).id if chosen else None
        ),
        public_holidays=bool(request.form.get("public_holidays")),
        days_off=_dates("days_off", _("Days off")),
        days_on=_dates("days_on", _("Days on")),
        grace_minutes=inputs.whole("grace_minutes", _("Grace, in minutes")),
    )


def _contents() -> Contents:
    try:
        return Contents(inputs.text("contents"))
    except ValueError as error:
        raise Refusal(
            _("Say whether the feed tells balances or payments."),
            next_step=_("One feed tells one of them; set up another one for the other."),
        ) from error


def _semantics() -> Semantics:
    try:
        return Semantics(inputs.text("semantics"))
    except ValueError as error:
        raise Refusal(
            _("Say whether the file holds everything or only what is new."),
            next_step=_("It decides what it means that something is missing."),
        ) from error


def _hour() -> time:
    try:
        return time.fromisoformat(inputs.text("due_time"))
    except ValueError as error:
        raise Refusal(
            _("The hour must be written as 09:00."), next_step=_("Correct it.")
        ) from error


def _dates(name: str, label: str) -> list[date]:
    written = re.split(r"[\s,，、;；]+", inputs.text(name))
    try:
        return [date.fromisoformat(one) for one in written if one]
    except ValueError as error:
        raise Refusal(
            _("%(label)s: write each day as 2026-03-31, with spaces between.", label=label),
            next_step=_("Correct it."),
        ) from error
