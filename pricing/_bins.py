"""One-dimensional histograms: their bins, and where a case falls among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._tape import refuse_protected

Array = NDArray[np.float64]
Histogram: TypeAlias = "Mapping[Any, float] | pd.Series[float]"

TOLERANCE = 0.005
"""Relative difference allowed between a table and its stated totals: rounding."""

MOST_BINS = 400
"""More tell nothing more, and make the work heavy."""


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of one column and what they hold.

    Ranges (`pandas.Interval`) and midpoints are numeric; anything else is a label. A case that
    falls into none, or is missing where no bin is for that, has the place after the last.
    """

    name: str
    keys: tuple[Any, ...]
    share: Array
    """Shape (bins,), sums to 1."""

    of_balances: bool
    """Whether the shares are of balance; otherwise they are of cases."""

    @property
    def numeric(self) -> bool:
        """Whether the bins are of a number."""
        return all(_is_range(key) or _is_number(key) for key in self.keys if not _missing(key))

    @property
    def middle(self) -> Array:
        """Shape (bins,): midpoints; NaN of the bin of missing entries.

        An open range is taken at its finite end.
        """
        return np.array([_middle(key) for key in self.keys])

    def place(self, column: "pd.Series[Any]") -> NDArray[np.int64]:
        """Bin of each entry, shape (n,); `len(keys)` if none."""
        count = len(self.keys)
        result = np.full(len(column), count)
        gone = column.isna().to_numpy()
        if any(_is_range(key) for key in self.keys):
            value = _floats(column, self.name)
            for at, key in enumerate(self.keys):
                if not _missing(key):
                    result[_inside(value, key)] = at
        elif self.numeric:
            value, middle = _floats(column, self.name), self.middle
            order = np.argsort(middle)[: int((~np.isnan(middle)).sum())]
            between = (middle[order][1:] + middle[order][:-1]) / 2
            if len(order):
                result = order[np.searchsorted(between, value)].astype(np.int64)
        else:
            named = {str(key): at for at, key in enumerate(self.keys) if not _missing(key)}
            places = [named.get(str(value), count) for value in column]
            result = np.array(places, dtype=np.int64)
        empty = [at for at, key in enumerate(self.keys) if _missing(key)]
        result[gone] = empty[0] if empty else count
        return result


def read_histograms(
    marginals: Mapping[str, Histogram], count: float, balance: float
) -> dict[str, Bins]:
    """Check each histogram against the totals.

    Raises
    ------
    ValueError
        If one is of a protected attribute, holds an amount that is not possible, or sums to
        neither 1, the count nor the balance. The message names the column and the bin.
    """
    refuse_protected(marginals, "marginals")
    result = {}
    for name, histogram in marginals.items():
        entries = list(histogram.items())
        if len(entries) > MOST_BINS:
            raise ValueError(
                f"marginals[{name!r}] has {len(entries)} bins, more than {MOST_BINS}: join some"
            )
        amount = np.array([_amount(name, key, value) for key, value in entries])
        total = float(amount.sum())
        if not total > 0:
            raise ValueError(f"marginals[{name!r}] must hold amounts, some of them positive")
        of_balances = _near(total, balance) and not _near(total, count)
        if not (of_balances or _near(total, count) or _near(total, 1.0)):
            raise ValueError(
                f"marginals[{name!r}] sums to {total:g}: neither 1, nor the totals' count "
                f"{count:g}, nor their balance {balance:g}"
            )
        keys = tuple(_key(name, key) for key, _ in entries)
        result[str(name)] = Bins(str(name), keys, amount / total, of_balances)
    return result


def _key(name: str, key: Any) -> Any:
    # What JSON makes of a number that is a key.
    if name not in ("dpd", "balance") or not isinstance(key, str):
        return key
    try:
        return float(key)
    except ValueError as error:
        raise ValueError(
            f"marginals[{name!r}] must be keyed by numbers or ranges; got {key!r}"
        ) from error


def _amount(name: str, key: Any, value: Any) -> float:
    try:
        amount = float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"marginals[{name!r}][{key!r}] must be a number") from error
    if not 0 <= amount < np.inf:
        raise ValueError(f"marginals[{name!r}][{key!r}] must be finite and not negative")
    return amount


def _near(total: float, stated: float) -> bool:
    return abs(total - stated) <= TOLERANCE * stated


def _missing(key: Any) -> bool:
    return key is None or key is pd.NA or key is pd.NaT or key != key


def _is_range(key: Any) -> bool:
    return isinstance(key, pd.Interval)


def _is_number(key: Any) -> bool:
    return isinstance(key, int | float | np.number) and not isinstance(key, bool)


def _middle(key: Any) -> float:
    if _missing(key):
        return float("nan")
    if not _is_range(key):
        return float(key)
    ends = [float(end) for end in (key.left, key.right) if np.isfinite(end)]
    return float(np.mean(ends)) if ends else float("nan")


def _inside(value: Array, key: Any) -> NDArray[np.bool_]:
    left = value >= key.left if key.closed_left else value > key.left
    right = value <= key.right if key.closed_right else value < key.right
    result: NDArray[np.bool_] = left & right
    return result


def _floats(column: "pd.Series[Any]", name: str) -> Array:
    try:
        return column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"marginals[{name!r}] has numeric bins, but past cases hold words there"
        ) from error
