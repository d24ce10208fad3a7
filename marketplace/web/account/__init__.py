"""The account door."""

from marketplace.web.security import door_for

door = door_for("account", __name__, admits=lambda user: True)
