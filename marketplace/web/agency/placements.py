"""What an agency was offered and holds."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, placements
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("placements", __name__, url_prefix="/placements")


@pages.get("/")
@requires(Permission.PLACEMENT_VIEW)
def index() -> ResponseReturnValue:
    lines = placements.placement_lines(agency_id=current_user.organisation_id)
    return render_template("agency/placements/index.html", lines=lines)


@pages.get("/<code>")
@requires(Permission.PLACEMENT_VIEW)
def show(code: str) -> ResponseReturnValue:
    placement = placements.owned_placement(code, organisation_id=current_user.organisation_id)
    return render_template(
        "agency/placements/show.html",
        placement=placement,
        rates=placements.rate_lines(placement),
        tail=placements.tail_of(placement),
        reasons=placements.DECLINE_REASONS,
        events=audit.timeline("placements", placement.id),
        now=clock(),
    )


@pages.post("/<code>/accept")
@requires(Permission.PLACEMENT_ANSWER)
def accept(code: str) -> ResponseReturnValue:
    placement = placements.owned_placement(code, organisation_id=current_user.organisation_id)
    with transaction():
        placements.accept(placement.id, by=current_user, now=clock())
    flash(_("Accepted. The cases appear in your queue in a moment."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/decline")
@requires(Permission.PLACEMENT_ANSWER)
def decline(code: str) -> ResponseReturnValue:
    placement = placements.owned_placement(code, organisation_id=current_user.organisation_id)
    with transaction():
        placements.decline(
            placement.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Declined. The lender has been told why."), "ok")
    return redirect(url_for(".show", code=code), code=303)
