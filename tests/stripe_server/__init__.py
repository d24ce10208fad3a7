"""A thin stateful counterpart of Stripe over HTTP, held to the types of the pinned client.

Every request and every answer is checked against shapes read from stripe-python's own typed
parameters and resources, so that neither the product nor this server can drift from them.
"""

from tests.stripe_server.faults import Fault, Kind
from tests.stripe_server.hooks import Delivery
from tests.stripe_server.server import KEY, StripeServer

__all__ = ["KEY", "Delivery", "Fault", "Kind", "StripeServer"]
