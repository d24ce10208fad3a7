"""Rails: how an approved statement's money moves (bank, or Stripe)."""

API_VERSION = "2026-10-28.endive"

__all__ = ["API_VERSION"]
