"""Debt before charge-off: buckets, and how accounts roll and cure."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pricing._cases import MEAN_IF_PAID
from pricing._timing import share_paid

if TYPE_CHECKING:
    from pricing._prior import Prior

Array = NDArray[np.float64]

FRESHEST_DPD = 180
"""Published prices start about here: charged-off, transferred debt."""

BUCKETS = ("M1", "M2", "M3", "M4", "M5", "M6")
DAYS = 30
"""Days of a bucket, and of a month."""

ASSUMPTION = (
    "under 180 days past due an account pays once when it cures, as large a share as any"
    " payer; all but the first of the roll and cure rates are assumed"
)


def months(days: int) -> int:
    """Months of a term in days, as `horizon` counts them.

    Parameters
    ----------
    days : int
        A multiple of 30, or 365 (or 360) for a year.

    Raises
    ------
    ValueError
        If the term is not of whole months.

    Examples
    --------
    >>> [months(days) for days in (30, 60, 90, 180, 365)]
    [1, 2, 3, 6, 12]
    """
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise ValueError(f"days must be a positive integer; got {days!r}")
    if days % 365 == 0:
        return days // 365 * 12
    if days % DAYS:
        raise ValueError(f"days must be a multiple of 30, or of 365; got {days}")
    return days // DAYS


def bucket(dpd: Array) -> NDArray[np.int64]:
    """Bucket of each case, shape (n,): 0 for M1 (to day 30) ... 5 for M6; -1 for any other.

    The sixth ends at day 179, since the published prices begin at 180.
    """
    early = dpd < FRESHEST_DPD
    code = np.ceil(np.where(early, dpd, 0.0) / DAYS) - 1
    return np.where(early, np.clip(code, 0, len(BUCKETS) - 1), -1).astype(np.int64)


def rates(prior: "Prior", length: int) -> Array | None:
    r"""Cash by the end of each month as a share of balance, shape (buckets, length).

    None if the prior has no roll and cure rates.

    Notes
    -----
    A Markov chain by month: an account in bucket *k* cures with :math:`c_k`, rolls to the
    next with :math:`r_k`, or stays. Curing ends it, and is the payment of the hurdle, of mean
    0.35 of the balance. What rolls out of M6 is charged off, and brings in over the months
    that are left what the prior expects of the freshest such debt, at its pace.
    """
    found = {(row.measure, row.unit): row.value for row in prior.sources}
    cure: list[float] = []
    roll: list[float] = []
    for name in BUCKETS:
        for kind, rows in (("cure", cure), ("roll", roll)):
            value = found.get((f"{kind}, {name}", "share of accounts per month"))
            if value is None:
                return None
            rows.append(value)
    return _chain(tuple(cure), tuple(roll), prior.fresh * prior.cash_to_price, length)


@lru_cache(maxsize=32)
def _chain(
    cure: tuple[float, ...], roll: tuple[float, ...], charged_off: float, length: int
) -> Array:
    cures, rolls = np.array(cure), np.array(roll)
    if (cures < 0).any() or (rolls < 0).any() or (cures + rolls > 1 + 1e-9).any():
        raise ValueError("cure and roll rates must be shares that sum to 1 at most")
    tail = charged_off * share_paid(np.arange(float(length)))[0]
    state = np.eye(len(cures))
    cash = np.zeros((len(cures), length))
    for month in range(length):
        cash[:, month:] += MEAN_IF_PAID * (state @ cures)[:, None]
        lost = state[:, -1] * rolls[-1]
        cash[:, month:] += lost[:, None] * tail[: length - month]
        rolled = state * rolls
        state = state * (1 - cures - rolls)
        state[:, 1:] += rolled[:, :-1]
    cash.setflags(write=False)
    return cash
