"""Experience of one market is never shown as that of another."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pricing._prior import Prior

CURRENCIES = {
    "CN": frozenset(["CNY", "RMB"]),
    "US": frozenset(["USD"]),
    "EU": frozenset(["EUR", "PLN", "RON", "CZK", "HUF", "BGN", "SEK", "DKK"]),
}
"""Currencies of the markets that have a prior."""


def warnings(prior: "Prior", currencies: Collection[str]) -> list[str]:
    """What must be said of a book whose currency is not that of the prior's market."""
    own = CURRENCIES.get(prior.market)
    foreign = sorted(set(currencies) - own) if own else []
    return [
        f"other-market: the book is in {name}, and the figures are of market {prior.market}"
        for name in foreign
    ]


def of_sales(prior: "Prior") -> list[str]:
    """What must be said of the terms on which collateral sells, outside of China."""
    if prior.market == "CN":
        return []
    return [
        f"foreign-sales: the assumed terms of sales are Chinese; the market is {prior.market}"
    ]


def agreed(prior: "Prior", market: str | None, cases: pd.DataFrame) -> list[str]:
    """Check that outcomes are of the prior's market; what to say if nobody stated it.

    Raises
    ------
    ValueError
        If the stated market, or the currency, is another.
    """
    if market is not None and market != prior.market:
        raise ValueError(
            f"market is {market!r} and the prior is of {prior.market!r}: outcomes of one are "
            f"not experience of the other. Take Prior.default({market!r})"
        )
    currencies = set(cases["currency"].dropna().astype(str)) if "currency" in cases else set()
    own = CURRENCIES.get(prior.market)
    if own and currencies - own:
        raise ValueError(
            f"currency {sorted(currencies - own)[0]!r} is not of market {prior.market!r}, "
            "whose prior was given: outcomes of one are not experience of the other"
        )
    if market is None and not currencies:
        return [
            f"market-unstated: the outcomes are taken as of market {prior.market}; state "
            "`market` when learning"
        ]
    return []
