"""What is known of recovery before any history of one's own, with its sources."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

VERSION = "2025.2"
DAYS_PER_YEAR = 365.25
FRESH_YEARS = 0.75
UNKNOWN_AGE_DAYS = 2 * DAYS_PER_YEAR
"""Assumed age of a case whose days past due are not known."""


@dataclass(frozen=True)
class PriorRow:
    """One published figure."""

    market: str
    measure: str
    value: float
    unit: str
    period: str
    source: str


_YINDENG = "YinDeng, statistics of personal NPL batch transfers"
_PRICE = "share of principal and interest"
_FACE = "share of face"

_MONTHLY = "share of accounts per month"
_QIFU = "Qifu Technology, results of Q2 2024: 30-day collection rate of 86.3 %"
_ASSUMPTION = "assumption: no figure by bucket is published"
_ROLLS = (
    ("M1", 0.863, 0.137, _QIFU),
    ("M2", 0.25, 0.70, _ASSUMPTION),
    ("M3", 0.12, 0.84, _ASSUMPTION),
    ("M4", 0.08, 0.89, _ASSUMPTION),
    ("M5", 0.06, 0.92, _ASSUMPTION),
    ("M6", 0.05, 0.94, _ASSUMPTION),
)
"""Bucket, share that cures and that rolls to the next in a month, and the source."""

TABLE: tuple[PriorRow, ...] = (
    PriorRow("CN", "price, all", 0.041, _PRICE, "2025-Q1", _YINDENG),
    PriorRow("CN", "price, all", 0.069, "share of principal", "2025-Q1", _YINDENG),
    PriorRow("CN", "price, all", 0.058, _PRICE, "2024-Q3", _YINDENG),
    PriorRow("CN", "price, all", 0.094, "share of principal", "2024-Q3", _YINDENG),
    PriorRow("CN", "price, under 1 year", 0.126, _PRICE, "2024-2025", _YINDENG),
    PriorRow("CN", "price, over 5 years", 0.018, _PRICE, "2024-2025", _YINDENG),
    PriorRow("CN", "price, consumer", 0.038, _PRICE, "2024-2025", _YINDENG),
    PriorRow("CN", "price, consumer", 0.065, "share of principal", "2024-2025", _YINDENG),
    PriorRow("CN", "price, business", 0.068, _PRICE, "2024-2025", _YINDENG),
    PriorRow("CN", "price, business", 0.093, "share of principal", "2024-2025", _YINDENG),
    PriorRow("US", "price, all", 0.040, _FACE, "2013", "FTC, debt buying industry study"),
    PriorRow("US", "price, card, fresh", 0.16, _FACE, "2014", "CFPB, card issuers"),
    PriorRow("US", "price, card, secondary", 0.09, _FACE, "2014", "CFPB, card issuers"),
    PriorRow("US", "price, median age 5 years", 0.01, _FACE, "2015", "CFPB, marketplaces"),
    PriorRow("US", "price, Encore", 0.092, _FACE, "2016", "Encore Capital, annual report"),
    PriorRow("US", "price, PRA", 0.086, _FACE, "2016", "PRA Group, annual report"),
    PriorRow(
        "EU", "price, lowest year", 0.179, "share of nominal", "2023-2025", "KRUK, reports"
    ),
    PriorRow(
        "EU", "price, highest year", 0.223, "share of nominal", "2023-2025", "KRUK, reports"
    ),
    PriorRow(
        "CN",
        "lowest first reserve price, property",
        0.70,
        "share of appraisal",
        "2016",
        "Supreme People's Court, Fa Shi [2016] 18, article 10",
    ),
    *(
        PriorRow("CN", f"{kind}, {name}", value, _MONTHLY, "2024-Q2", source)
        for name, cures, rolls, source in _ROLLS
        for kind, value in (("cure", cures), ("roll", rolls))
    ),
)
"""Published figures. Prices paid, not cash received: the step between is an assumption."""

_FRESH = {"CN": 0.126, "US": 0.16, "EU": 0.201}
_LABELS = {
    "CN": "Chinese personal NPL batch transfers",
    "US": "US charged-off consumer debt; not Chinese experience",
    "EU": "European (mainly Polish and Romanian) purchases; not Chinese experience",
}
_ASSUMED = {
    "CN": (
        "12-month cash is 0.6 of the price paid for debt under one year old",
        "an age under 0.75 years does not matter, and each further year costs 31 %",
    ),
    "US": (
        "12-month cash is 0.6 of the price paid for fresh card debt; the 0.6 is untested here",
        "the decay with age is carried over from the Chinese prices",
    ),
    "EU": (
        "12-month cash is 0.6 of the mid price of KRUK's purchases; the 0.6 is untested here",
        "the decay with age is carried over from the Chinese prices",
        "purchases of all ages are taken as fresh",
    ),
}


@dataclass(frozen=True)
class Prior:
    r"""Expected 12-month cash as a share of balance, by age.

    Use `Prior.default`; the fields are public so that a lender can state its own belief.

    Notes
    -----
    For a case *a* years past due,

    .. math:: m = \kappa \, f \, e^{-\lambda \max(a - 0.75, 0)}

    with `fresh` price *f*, `cash_to_price` :math:`\kappa = 0.6` and `decay`
    :math:`\lambda = 0.371`, the slope between the prices of young and old Chinese debt.
    **The 0.6 is an assumption**, not a measurement, as `assumptions` repeats.

    Examples
    --------
    >>> prior = Prior.default("CN")
    >>> prior.rate([180, 5 * 365.25]).round(4)
    array([0.0756, 0.0156])
    >>> prior.assumptions[0]
    '12-month cash is 0.6 of the price paid for debt under one year old'
    """

    market: str
    """"CN", "US" or "EU": figures of one market are never shown as those of another."""

    label: str
    version: str
    fresh: float
    cash_to_price: float
    decay: float
    """Per year."""

    tau: float
    """Standard deviation of the common factor of a whole book, on the log scale."""

    assumptions: tuple[str, ...]
    sources: tuple[PriorRow, ...]

    def __post_init__(self) -> None:
        for name in ("fresh", "cash_to_price", "tau"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be positive and finite")
        if not 0 <= self.decay < np.inf:
            raise ValueError("decay must be finite and not negative")
        if not self.fresh * self.cash_to_price <= 1:
            raise ValueError("fresh times cash_to_price must not exceed 1")

    @classmethod
    def default(cls, market: str = "CN") -> "Prior":
        """Take the published prior of a market.

        Parameters
        ----------
        market : {"CN", "US", "EU"}

        Raises
        ------
        ValueError
            If the market is not one of the three.
        """
        if market not in _FRESH:
            raise ValueError(f"market must be one of {sorted(_FRESH)}; got {market!r}")
        return cls(
            market=market,
            label=_LABELS[market],
            version=VERSION,
            fresh=_FRESH[market],
            cash_to_price=0.6,
            decay=0.371,
            tau=0.5,
            assumptions=_ASSUMED[market],
            sources=tuple(row for row in TABLE if row.market == market),
        )

    def rate(
        self, dpd: ArrayLike, product: Any = None, score: Any = None
    ) -> NDArray[np.float64]:
        """Expected 12-month cash as a share of balance.

        Under 180 days past due this is the rate of charged-off debt; a `Model` values such
        cases by the roll and cure rates among `sources`, where there are any.

        Parameters
        ----------
        dpd : array_like, shape (n,)
            Days past due; NaN where not known, which is taken as two years.
        product : ignored
            Prices by product are published, but not by product and age; this version makes
            no difference.
        score : ignored
            A score is not informative until measured: on charged-off US loans the score at
            origination ranked recoveries worse than chance.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        ValueError
            If a `dpd` is negative or infinite.
        """
        days = np.asarray(dpd, dtype=float)
        if np.isinf(days).any() or (days < 0).any():
            raise ValueError("dpd must be finite and not negative (NaN where not known)")
        years = np.where(np.isnan(days), UNKNOWN_AGE_DAYS, days) / DAYS_PER_YEAR
        age = np.maximum(years - FRESH_YEARS, 0.0)
        result: NDArray[np.float64] = (
            self.fresh * self.cash_to_price * np.exp(-self.decay * age)
        )
        return result
