"""How wide the band must be, and why: what is missing, unusual or assumed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._early import FRESHEST_DPD
from pricing._facts import Facts

FRESH_SPREAD = 0.7
"""What debt fresher than that adds, on the log scale: an assumption."""
MARGINALS_SPREAD = 0.19
"""What valuing from a distribution rather than from cases adds, on the log scale."""

MISSING_SPREAD = {"dpd": 0.5, "product": 0.15, "region": 0.10}
"""What not knowing a column adds; what the prior would not need anyway adds nothing."""

FEW_CASES = 30
OUTLIER_SHARE = 0.10


def of_columns(
    cases: pd.DataFrame, weight: NDArray[np.float64], dpd: NDArray[np.float64]
) -> tuple[float, list[str]]:
    """Extra variance on the log scale, and warnings, from what a tape or table holds.

    `weight` is the balance of each row, shape (n,).
    """
    return of_facts(Facts.of(cases, weight, dpd))


def of_facts(facts: Facts) -> tuple[float, list[str]]:
    """The same, from what was counted."""
    extra, warnings = 0.0, []
    for column, spread in MISSING_SPREAD.items():
        gap = facts.share(f"missing {column}")
        if gap > 0:
            extra += gap * spread**2
            warnings.append(f"missing-{column}: {column} missing for {gap:.0%} of the balance")
    more, said = of_fresh(facts)
    return extra + more, [*warnings, *said]


def of_fresh(facts: Facts) -> tuple[float, list[str]]:
    """What debt adds that is fresher than all that is known."""
    fresh = facts.share("fresh")
    if not fresh > 0:
        return 0.0, []
    return fresh * FRESH_SPREAD**2, [
        f"out-of-support: {fresh:.0%} of the balance is under {FRESHEST_DPD} days past "
        "due, out of support of the published figures; the lender's own history is needed"
    ]


def of_balances(balance: NDArray[np.float64]) -> list[str]:
    """Warnings about a book that a few cases dominate."""
    if not balance.size:
        return ["no-cases: the book is empty"]
    warnings = []
    share = balance / balance.sum()
    effective = 1 / float((share**2).sum())
    if effective < FEW_CASES:
        warnings.append(f"few-cases: the book weighs like {effective:.1f} equal cases")
    if share.max() > OUTLIER_SHARE:
        warnings.append(f"outlier-balance: one case holds {share.max():.0%} of the balance")
    return warnings
