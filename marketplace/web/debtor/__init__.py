"""The debtors' door. It is closed: debtors are served through their lender for now."""

from flask import Blueprint, abort

door = Blueprint("debtor", __name__, url_prefix="/debtor")


@door.before_request
def closed() -> None:
    abort(404)


@door.get("/")
def show() -> str:
    """Nobody gets here: the door is closed."""
    raise AssertionError
