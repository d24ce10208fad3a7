"""The jobs page: what waits, what runs, what failed, and why it is tried again."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts import Permission
from marketplace.core import jobs
from marketplace.web.security import requires

pages = Blueprint("jobs", __name__, url_prefix="/jobs")


@pages.get("/")
@requires(Permission.JOBS_VIEW)
def index() -> ResponseReturnValue:
    chosen = request.args.get("state", "")
    return render_template(
        "staff/jobs/index.html",
        counts=jobs.counts(),
        lines=jobs.latest(chosen if chosen in jobs.STATES else None),
        chosen=chosen,
    )
