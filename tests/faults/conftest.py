"""The counterpart of Stripe, for processes of their own too."""

from tests.rails.conftest import server, story, stripe_on

__all__ = ["server", "story", "stripe_on"]
