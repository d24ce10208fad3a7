"""The platform's published coverage: open to everybody, signed in or not."""

from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace import valuations
from marketplace.valuations import ModelStatus

pages = Blueprint("coverage", __name__)


@pages.get("/coverage")
def show() -> ResponseReturnValue:
    figures = valuations.published_coverage()
    return render_template(
        "account/coverage/show.html",
        markets={
            market: list(rows) for market, rows in groupby(figures, key=lambda row: row.market)
        },
        active=[one for one in valuations.versions() if one.status is ModelStatus.ACTIVE],
    )
