"""An agency's day at a glance: what blocks, what waits, what is new."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace import auctions, casework, licences, notifications, placements
from marketplace.placements import PlacementStatus
from marketplace.web.security import clock

pages = Blueprint("home", __name__)
SOON = timedelta(days=90)


@pages.get("/")
def show() -> ResponseReturnValue:
    now = clock()
    mine = placements.placement_lines(agency_id=current_user.organisation_id)
    credentials = licences.credentials_of(current_user.organisation_id)
    return render_template(
        "agency/home.html",
        offers=[line for line in mine if line.placement.status is PlacementStatus.OFFERED],
        held=sum(
            line.placement.cases
            for line in mine
            if line.placement.status is PlacementStatus.ACCEPTED
        ),
        expiring=[
            credential
            for credential in credentials
            if credential.is_in_force(now.date()) and credential.valid_to <= (now + SOON).date()
        ],
        covered=any(credential.is_in_force(now.date()) for credential in credentials),
        closing=auctions.closing_soon(now),
        today=casework.queue(current_user.organisation_id, limit=8),
        news=notifications.latest(current_user, limit=8),
    )
