"""The debtors' door. It is closed: debtors are served through their lender for now.

Only the page after a payment is open, to everybody: it says thanks and knows nobody.
"""

from flask import Blueprint, abort, render_template, request

from marketplace.core import tenancy
from marketplace.web.security import VISITOR

door = Blueprint("debtor", __name__, url_prefix="/debtor")


@door.before_request
def closed() -> None:
    if request.endpoint != "debtor.thanks":
        abort(404)
    tenancy.act_as(VISITOR)


@door.get("/thanks")
def thanks() -> str:
    """Where the lender's payment page leads back to, paid or not."""
    return render_template("debtor/thanks.html")


@door.get("/")
def show() -> str:
    """Nobody gets here: the door is closed."""
    raise AssertionError
