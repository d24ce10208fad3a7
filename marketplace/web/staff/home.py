"""What waits for the platform's people."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace import licences
from marketplace.accounts import Kind, organisations_of_kind
from marketplace.licences import CredentialStatus

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> ResponseReturnValue:
    queue = licences.vetting_queue()
    return render_template(
        "staff/home.html",
        waiting=[
            line
            for line in queue
            if line.credential.status in {CredentialStatus.SUBMITTED, CredentialStatus.CHECKED}
        ],
        lenders=len(organisations_of_kind(Kind.LENDER)),
        agencies=len(organisations_of_kind(Kind.AGENCY)),
    )
