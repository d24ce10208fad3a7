"""What must be said of a tape before it is valued, as sums that add up over its parts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._early import FRESHEST_DPD
from pricing._tape import first_row, numbers

if TYPE_CHECKING:
    from pricing._features import Features

Array = NDArray[np.float64]

WEIGHED = ("dpd", "product", "region")
"""Columns whose gaps the prior's band depends on."""

NEVER_NEGATIVE = (
    "principal", "interest", "fees", "loan_amount", "contract_age_days",
    "months_since_last_payment", "last_payment_amount", "prior_agency",
)  # fmt: skip

CENTURY = 36_525
"""Days past due above which an age cannot be true."""

SECURED_PRODUCTS = frozenset(["mortgage", "auto"])


@dataclass(frozen=True)
class Facts:
    """Counts of rows and sums of balance; those of two parts add up to those of both."""

    rows: int
    balance: float
    amounts: "Counter[str]"
    """Balance, by what is said of it: 'missing dpd', 'fresh', 'unsecured' ..."""

    counts: "Counter[str]"
    """Rows, by what is said of them: 'unknown score', 'outside score', 'impossible fees' ..."""

    first: dict[str, str]
    """First row, by what is wrong with it."""

    currencies: frozenset[str]

    @classmethod
    def of(
        cls, cases: pd.DataFrame, balance: Array, dpd: Array, features: "Features | None" = None
    ) -> "Facts":
        """Look at rows; `features`, if any, are those that were learned from."""
        amounts: Counter[str] = Counter()
        for name in WEIGHED:
            gap = np.ones(len(cases), dtype=bool)
            if name in cases.columns:
                gap = cases[name].isna().to_numpy()
            _add(amounts, f"missing {name}", float(balance[gap].sum()))
        _add(amounts, "fresh", float(balance[dpd < FRESHEST_DPD].sum()))
        _add(amounts, "unsecured", float(balance[_uncovered(cases)].sum()))
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        for name, bad in _impossible(cases, dpd).items():
            if bad.any():
                counts[f"impossible {name}"] = int(bad.sum())
                first[name] = str(first_row(cases, bad))
        if features is not None:
            counts.update(features.strange(cases))
        return cls(len(cases), float(balance.sum()), amounts, counts, first, _currencies(cases))

    @classmethod
    def joined(cls, parts: Sequence["Facts"]) -> "Facts":
        """Those of all parts together."""
        amounts: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        for part in parts:
            amounts.update(part.amounts)
            counts.update(part.counts)
            first = {**part.first, **first}
        return cls(
            sum(part.rows for part in parts),
            sum(part.balance for part in parts),
            amounts,
            counts,
            first,
            frozenset().union(*(part.currencies for part in parts)),
        )

    def share(self, name: str) -> float:
        """Share of the balance of which something is said."""
        return self.amounts[name] / self.balance if self.balance else 0.0

    def warnings(self) -> list[str]:
        """What no model can value as it stands."""
        result = [
            f"impossible-value: {name} is {'above a century' if name == 'dpd' else 'negative'} "
            f"in {self.counts[f'impossible {name}']} of the cases, the first of them row {row}"
            for name, row in sorted(self.first.items())
        ]
        if self.amounts["unsecured"]:
            result.append(
                f"no-collateral: {self.share('unsecured'):.0%} of the balance is of mortgages "
                "or auto loans without a collateral_value, and is valued as unsecured"
            )
        return result


def _add(counter: "Counter[str]", name: str, amount: float) -> None:
    if amount:
        counter[name] += amount  # type: ignore[assignment]


def _impossible(cases: pd.DataFrame, dpd: Array) -> "dict[str, NDArray[np.bool_]]":
    """Rows whose entry cannot be true, by column."""
    found: dict[str, NDArray[np.bool_]] = {"dpd": dpd > CENTURY}
    for name in NEVER_NEGATIVE:
        if name in cases.columns:
            found[name] = numbers(cases[name], name, booleans=True) < 0
    return found


def _uncovered(cases: pd.DataFrame) -> NDArray[np.bool_]:
    if "product" not in cases.columns:
        return np.zeros(len(cases), dtype=bool)
    owed = cases["product"].isin(SECURED_PRODUCTS).to_numpy()
    if "collateral_value" in cases.columns:
        owed = owed & cases["collateral_value"].isna().to_numpy()
    return np.asarray(owed)


def _currencies(cases: pd.DataFrame) -> frozenset[str]:
    if "currency" not in cases.columns:
        return frozenset()
    return frozenset(map(str, cases["currency"].dropna().unique()))
