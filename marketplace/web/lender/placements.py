"""What was placed with whom; recalling it."""

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
    lines = placements.placement_lines(lender_id=current_user.organisation_id)
    return render_template("lender/placements/index.html", lines=lines)


@pages.get("/<code>")
@requires(Permission.PLACEMENT_VIEW)
def show(code: str) -> ResponseReturnValue:
    placement = placements.owned_placement(code, organisation_id=current_user.organisation_id)
    return render_template(
        "lender/placements/show.html",
        placement=placement,
        rates=placements.rate_lines(placement),
        tail=placements.tail_of(placement),
        events=audit.timeline("placements", placement.id),
    )


@pages.post("/<code>/recall")
@requires(Permission.PLACEMENT_RECALL)
def recall(code: str) -> ResponseReturnValue:
    placement = placements.owned_placement(code, organisation_id=current_user.organisation_id)
    with transaction():
        placements.recall(
            placement.id, reason=inputs.text("reason"), by=current_user, now=clock()
        )
    flash(_("Recalled. The agency can no longer see or contact these debtors."), "ok")
    return redirect(url_for(".show", code=code), code=303)
