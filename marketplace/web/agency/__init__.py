"""The agency door."""

from marketplace.web.security import door_for

door = door_for("agency", __name__, admits=lambda user: True)
