"""The account door: signing in and out, and what people and managers keep about themselves.

It is the only door with pages for strangers. They are listed in `OPEN`, one by one.
"""

from marketplace.web.account import (
    audit,
    coverage,
    entities,
    factors,
    home,
    invitation,
    notifications,
    people,
    preferences,
    reset,
    security,
    sign_in,
    single_sign_on,
)
from marketplace.web.security import door_for

OPEN = frozenset(
    {
        "account.home.show",
        "account.coverage.show",
        "account.sign_in.show",
        "account.sign_in.sign_in",
        "account.sign_in.second_factor",
        "account.sign_in.key_options",
        "account.sign_in.key",
        "account.sign_in.sign_out",
        "account.invitation.show",
        "account.invitation.accept",
        "account.reset.ask",
        "account.reset.send",
        "account.reset.show",
        "account.reset.set_password",
        "account.single_sign_on.start",
        "account.single_sign_on.finish",
        "account.preferences.language",
    }
)
"""The endpoints that strangers may reach; they act for nobody in particular."""

door = door_for(
    "account", __name__, admits=lambda user: True, prefix="/", open_to_strangers=OPEN
)

for _part in (
    home,
    sign_in,
    invitation,
    reset,
    single_sign_on,
    preferences,
    security,
    factors,
    people,
    entities,
    audit,
    notifications,
    coverage,
):
    door.register_blueprint(_part.pages)

door.app_context_processor(notifications.unread)
