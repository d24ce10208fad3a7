"""Whether Stripe is set up, and the one client that speaks to it."""

from datetime import datetime, timedelta

from stripe import RequestsClient, StripeClient

from marketplace.core.errors import Refusal
from marketplace.core.installation import StripeAccess, installed
from marketplace.core.words import _
from marketplace.rails.gateway import Gateway

API_VERSION = "2026-10-28.endive"
"""The version this code was written for; a newer client keeps asking for this one."""

NETWORK_RETRIES = 1
# Longer than every attempt of one operation can take, so that two workers never send at once.
LEASE = timedelta(minutes=5)
# Stripe may forget a key after 24 hours; well before that it no longer counts.
KEY_LIFE = timedelta(hours=20)


class StripeIsOff(Refusal):
    """No key is configured: commissions go by bank."""


def is_on() -> bool:
    return installed().stripe is not None


def require_on() -> StripeAccess:
    access = installed().stripe
    if access is None:
        raise StripeIsOff(
            _("Stripe is not set up here: commissions go by bank."),
            next_step=_("The operator sets STRIPE_API_KEY to turn it on."),
        )
    return access


def open_gateway() -> Gateway:
    access = require_on()
    client = StripeClient(
        access.api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": access.api_base} if access.api_base else {},
        max_network_retries=NETWORK_RETRIES,
        http_client=RequestsClient(timeout=access.timeout_seconds),
    )
    return Gateway(client)


def key_is_old(first_used_at: datetime | None, now: datetime) -> bool:
    return first_used_at is not None and now - first_used_at >= KEY_LIFE
