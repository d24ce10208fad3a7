"""The staff door."""

from marketplace.web.security import door_for

door = door_for("staff", __name__, admits=lambda user: True)
