"""Notifications: what people are told when something concerns them."""

from marketplace.notifications.models import Notification
from marketplace.notifications.telling import latest, mark_read, tell_parties, unread_count

__all__ = ["Notification", "latest", "mark_read", "tell_parties", "unread_count"]
