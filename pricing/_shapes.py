"""When the cash of each kind of case comes in: by age, by bucket, by time to a sale."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pricing import _early, _secured
from pricing._timing import pace, share_paid

if TYPE_CHECKING:
    from pricing._prior import Prior

Array = NDArray[np.float64]

LONGEST = 120
"""Months that a curve reaches at most."""

PACES = 4
SALES = PACES + len(_early.BUCKETS)
"""Kinds from this number on are sales, by the month they are expected in."""


def kinds_of(prior: "Prior", dpd: Array) -> NDArray[np.int64]:
    """Kind of each case that the prior values, shape (n,)."""
    kind = pace(dpd)
    if _early.rates(prior, LONGEST) is None:
        return kind
    code = _early.bucket(dpd)
    return np.where(code >= 0, PACES + code, kind)


def table(prior: "Prior", horizon: int, learned: Array | None = None) -> Array:
    """Cash by the end of each month over that of the horizon, shape (kinds, 120).

    `learned`, shape (4, horizon), replaces the first kinds within the horizon.
    """
    months = np.arange(1.0, LONGEST + 1)
    early = _early.rates(prior, LONGEST)
    if early is None:
        early = np.tile(share_paid(months)[:1], (len(_early.BUCKETS), 1))
    sold = _secured.sold(np.arange(1.0, _secured.LATEST + 1)[:, None], months)
    paid = np.vstack([share_paid(months), early, sold])
    result: Array = paid / np.maximum(paid[:, horizon - 1 : horizon], 1e-300)
    if learned is not None and learned.size:
        result[:PACES, :horizon] = learned
    return result


def assumptions(kinds: NDArray[np.int64]) -> tuple[str, ...]:
    """What must be said of a book of these kinds besides what the prior says."""
    early = ((kinds >= PACES) & (kinds < SALES)).any()
    sales = (kinds >= SALES).any()
    return ((_early.ASSUMPTION,) if early else ()) + ((_secured.ASSUMPTION,) if sales else ())
