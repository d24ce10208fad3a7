"""One delivery of a feed: what was made of it, and what a person decides if it waits."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, feeds, portfolios
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.feeds import PAYMENT_FIELDS, Contents, Feed, FeedDelivery
from marketplace.portfolios import ColumnTarget
from marketplace.reconciliation import DATE_ORDERS
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("deliveries", __name__, url_prefix="/deliveries")
PAGE = 50


@pages.get("/<code>")
@requires(Permission.PORTFOLIO_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _page(*_owned(code))


@pages.get("/<code>/state")
@requires(Permission.PORTFOLIO_VIEW)
def state(code: str) -> ResponseReturnValue:
    """The part of the page that asks again while the job runs."""
    _feed, delivery = _owned(code)
    return render_template("lender/deliveries/state.html", delivery=delivery)


@pages.post("/<code>/columns")
@requires(Permission.TAPE_IMPORT)
def columns(code: str) -> ResponseReturnValue:
    _feed, delivery = _owned(code)
    try:
        with transaction():
            feeds.confirm_columns(
                delivery.id, _chosen(delivery), dates=inputs.text("dates"), by=current_user,
                now=clock(),
            )  # fmt: skip
    except Refusal as error:
        return _page(*_owned(code), error), 422
    flash(_("The columns are confirmed. The file is being read."), "info")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/accept")
@requires(Permission.AUCTION_APPROVE)
def accept(code: str) -> ResponseReturnValue:
    _feed, delivery = _owned(code)
    with transaction():
        feeds.accept(delivery.id, reason=inputs.text("reason"), by=current_user, now=clock())
    flash(_("Accepted. The file is being read."), "info")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/discard")
@requires(Permission.TAPE_IMPORT)
def discard(code: str) -> ResponseReturnValue:
    _feed, delivery = _owned(code)
    with transaction():
        feeds.discard(delivery.id, reason=inputs.text("reason"), by=current_user, now=clock())
    flash(_("Discarded. Nothing was taken from it."), "ok")
    return redirect(url_for(".show", code=code), code=303)


def _owned(code: str) -> tuple[Feed, FeedDelivery]:
    return feeds.owned_delivery(code, lender_id=current_user.organisation_id)


def _chosen(delivery: FeedDelivery) -> dict[str, ColumnTarget]:
    return {
        column["header"]: ColumnTarget(
            request.form.get(f"field-{i}", ""),
            portfolios.Unit(request.form.get(f"unit-{i}") or column["unit"]),
        )
        for i, column in enumerate(delivery.layout["suggestion"])
    }


def _said_of_columns(feed: Feed, delivery: FeedDelivery) -> dict[str, dict[str, str]]:
    """What the form begins with: what was confirmed, or else what is suggested."""
    suggested: dict[str, dict[str, str]] = delivery.layout["mapping"]
    if {"columns_unknown", "columns_changed"} & set(delivery.reasons):
        return suggested
    left_out = {"field": "", "unit": ""}
    return {header: feed.mapping.get(header, left_out) for header in suggested}


def _order_of(feed: Feed) -> str:
    """In which order the days of its payments are written, as it was confirmed."""
    told = (one.get("dates", "") for one in feed.mapping.values())
    return next((order for order in told if order), "")


def _page(feed: Feed, delivery: FeedDelivery, error: Refusal | None = None) -> str:
    kind = request.args.get("kind") or None
    page = inputs.page_number()
    return render_template(
        "lender/deliveries/show.html",
        feed=feed,
        delivery=delivery,
        error=error,
        columns=delivery.layout["suggestion"],
        chosen=_said_of_columns(feed, delivery),
        fields=PAYMENT_FIELDS if feed.contents is Contents.PAYMENTS else portfolios.FIELDS,
        typed=request.form,
        orders=list(DATE_ORDERS),
        order=request.form.get("dates", _order_of(feed)),
        asks_columns=feeds.NEVER_ACCEPTED & set(delivery.reasons),
        acceptable=not feeds.NEVER_ACCEPTED & set(delivery.reasons),
        issues=feeds.issues_of(delivery, page, PAGE, kind),
        kind=kind,
        page=page,
        size=PAGE,
        events=audit.timeline("feed_deliveries", delivery.id),
    )
