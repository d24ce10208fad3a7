"""The organisations on the platform."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.accounts import Kind, organisations_of_kind

pages = Blueprint("organisations", __name__, url_prefix="/organisations")


@pages.get("/")
def index() -> ResponseReturnValue:
    firms = [*organisations_of_kind(Kind.LENDER), *organisations_of_kind(Kind.AGENCY)]
    return render_template("staff/organisations/index.html", firms=firms)
