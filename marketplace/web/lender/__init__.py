"""The lender door."""

from marketplace.web.security import door_for

door = door_for("lender", __name__, admits=lambda user: True)
