"""What an organisation has been told."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from marketplace import notifications
from marketplace.core.db import transaction
from marketplace.core.tenancy import now_acting
from marketplace.web.security import VISITOR, clock

pages = Blueprint("notifications", __name__, url_prefix="/account/notifications")

SHOWN = 100


@pages.get("")
def index() -> ResponseReturnValue:
    return render_template(
        "account/notifications/index.html",
        notifications=notifications.latest(current_user, limit=SHOWN),
    )


@pages.post("/read")
def mark_read() -> ResponseReturnValue:
    with transaction():
        notifications.mark_read(by=current_user, now=clock())
    flash(_("All notifications are marked as read."), "ok")
    return redirect(url_for("account.notifications.index"), 303)


def unread() -> dict[str, Any]:
    """For the bell in the top bar of every page."""
    if not current_user.is_authenticated or now_acting() in (None, VISITOR):
        return {}
    if "unread" not in g:
        try:
            g.unread = notifications.unread_count(current_user)
        except SQLAlchemyError:
            return {}  # the page that tells of a broken database must not ask it
    return {"unread": g.unread, "notifications_url": url_for("account.notifications.index")}
