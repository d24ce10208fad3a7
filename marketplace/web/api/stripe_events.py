"""Where Stripe rings: the signature is checked on the raw body, and nothing else is done."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from marketplace import rails
from marketplace.core import tenancy
from marketplace.core.db import transaction
from marketplace.web.security import VISITOR, clock

pages = Blueprint("stripe_events", __name__, url_prefix="/stripe")


@pages.post("/<endpoint>")
def ring(endpoint: str) -> ResponseReturnValue:
    """Store the event and its job, or turn it away; a repetition is as welcome as the first."""
    tenancy.act_as(VISITOR)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        with transaction():
            rails.receive(endpoint, request.get_data(), signature, now=clock())
    except rails.NotSigned:
        abort(401)
    return "", 200
