"""Whose rules a lender's tapes follow."""

from marketplace.core.errors import Refusal
from marketplace.core.words import _

_EUROPE = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "EU", "FI", "FR", "GB", "GR", "HR",
    "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
))  # fmt: skip


def market_of(jurisdiction: str) -> str:
    """Whose rules a lender's tapes follow.

    >>> market_of("CN"), market_of("DE")
    ('CN', 'EU')
    """
    if jurisdiction in ("CN", "US"):
        return jurisdiction
    if jurisdiction in _EUROPE:
        return "EU"
    raise Refusal(
        _("Tapes of %(place)s cannot be read yet.", place=jurisdiction),
        next_step=_("Ask us which countries are supported."),
    )


def places_of(market: str) -> tuple[str, ...]:
    """The jurisdictions whose lenders make up a market.

    >>> places_of("CN")
    ('CN',)
    """
    return tuple(sorted(_EUROPE)) if market == "EU" else (market,)


CURRENCY_OF = {"CN": "CNY", "US": "USD", "EU": "EUR"}
"""What amounts are in where nothing says so."""
