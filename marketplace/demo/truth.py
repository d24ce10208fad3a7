"""The planted truth: what each agency would really bring in, which nobody else may read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketplace.portfolios import REGION_GROUPS, age_band

PRODUCTS = ("credit_card", "consumer_loan", "cash_loan", "auto")
PRODUCT_WEIGHTS = (0.46, 0.30, 0.18, 0.06)
_PRODUCT_FACTOR = {"credit_card": 1.0, "consumer_loan": 1.1, "cash_loan": 0.75, "auto": 1.35}
_RATE_BY_AGE = {
    "0-180": 0.14,
    "181-365": 0.095,
    "366-730": 0.055,
    "731-1460": 0.033,
    "1461+": 0.020,
}
_GROUP_OF_DIGIT = dict(zip("123456", REGION_GROUPS, strict=False))
TYPICAL_SHARE = 0.36
"""Mean share of balance that a paying debtor pays in a year."""

_PACE = np.array([0.17, 0.15, 0.13, 0.11, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02])


@dataclass(frozen=True)
class Truth:
    """Skill of each agency, by region group and by product, around one."""

    general: NDArray[np.float64]
    by_group: NDArray[np.float64]
    by_product: NDArray[np.float64]

    def skill(self, agency: int, region: str, product: str) -> float:
        group = REGION_GROUPS.index(group_of(region))
        known = product if product in PRODUCTS else PRODUCTS[0]
        return float(
            self.general[agency]
            * self.by_group[agency, group]
            * self.by_product[agency, PRODUCTS.index(known)]
        )


def plant(agencies: int, rng: np.random.Generator) -> Truth:
    def around_one(spread: float, *shape: int) -> NDArray[np.float64]:
        return np.exp(rng.normal(-(spread**2) / 2, spread, shape))

    return Truth(
        general=around_one(0.28, agencies),
        by_group=around_one(0.22, agencies, len(REGION_GROUPS)),
        by_product=around_one(0.18, agencies, len(PRODUCTS)),
    )


def group_of(region: str) -> str:
    return _GROUP_OF_DIGIT.get(region[:1], "other")


def base_rate(dpd: int, product: str, balance_minor: int) -> float:
    """Share of the balance that an agency of average skill recovers in twelve months."""
    size = (balance_minor / 2_000_000) ** -0.18  # small balances are paid more readily
    return float(
        _RATE_BY_AGE[age_band(dpd)] * _PRODUCT_FACTOR.get(product, 1.0) * min(size, 2.0)
    )


def payments(
    rate: float, balance_minor: int, rng: np.random.Generator, *, months: int = 12
) -> list[tuple[int, int]]:
    """The (month, amount) pairs that one case really pays, often none."""
    if rng.random() >= min(rate / TYPICAL_SHARE, 0.9):
        return []
    share = float(np.clip(rng.beta(0.7, 0.7 * (1 / TYPICAL_SHARE - 1)), 0.004, 1.0))
    total = max(int(balance_minor * share) // 100 * 100, 1_000)
    parts = 1 + int(rng.integers(0, 3)) if total < balance_minor else 1
    paid: dict[int, int] = {}
    for i in range(parts):
        month = int(rng.choice(12, p=_PACE / _PACE.sum()))
        amount = total // parts if i else total - (total // parts) * (parts - 1)
        if month < months and amount:
            paid[month] = paid.get(month, 0) + amount
    return sorted(paid.items())
