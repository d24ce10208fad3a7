"""The door for programs. It has no keys yet; only Stripe's doorbells are let through."""

from flask import Blueprint, abort, request

from marketplace.web.api import stripe_events
from marketplace.web.security import csrf

door = Blueprint("api", __name__, url_prefix="/api")
door.register_blueprint(stripe_events.pages)
csrf.exempt(stripe_events.pages)


@door.before_request
def closed() -> None:
    if request.blueprint != "api.stripe_events":
        abort(404)


@door.get("/")
def show() -> str:
    """Nobody gets here: the door is closed."""
    raise AssertionError
