"""The door for programs: Stripe's doorbells, and lenders' systems that deliver to a feed."""

from flask import Blueprint, abort, request

from marketplace.web.api import feeds, stripe_events
from marketplace.web.security import csrf

OPEN = frozenset(("api.stripe_events", "api.feeds"))
"""Who asks here proves it by a signature or a key, not by a session."""

door = Blueprint("api", __name__, url_prefix="/api")
for pages in (stripe_events.pages, feeds.pages):
    door.register_blueprint(pages)
    csrf.exempt(pages)


@door.before_request
def closed() -> None:
    if request.blueprint not in OPEN:
        abort(404)


@door.get("/")
def show() -> str:
    """Nobody gets here: the door is closed."""
    raise AssertionError
