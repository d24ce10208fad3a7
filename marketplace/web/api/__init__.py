"""The door for programs. It is closed: there are no keys to it yet."""

from flask import Blueprint, abort

door = Blueprint("api", __name__, url_prefix="/api")


@door.before_request
def closed() -> None:
    abort(404)


@door.get("/")
def show() -> str:
    """Nobody gets here: the door is closed."""
    raise AssertionError
