"""The finance door."""

from marketplace.web.security import door_for

door = door_for("finance", __name__, admits=lambda user: True)
