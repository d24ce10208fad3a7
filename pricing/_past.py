"""A sample of past cases, to stand for books of which only a distribution is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._features import Features, read_number

Array = NDArray[np.float64]

MOST_KEPT = 10_000


@dataclass(frozen=True, eq=False)
class Past:
    """Past cases by their features, without names or outcomes, and their values."""

    cases: pd.DataFrame
    """Columns that were features: floats, or words and None; and `balance`."""

    lot: NDArray[np.int64]
    weight: Array
    mean: Array
    """Shape (n,): expected share of balance, learned without the case's own lot."""

    var: Array

    def __len__(self) -> int:
        """Number of cases kept."""
        return len(self.lot)

    @property
    def mass(self) -> Array:
        """Shape (n,), sums to 1: share of each case in the weighted balance."""
        mass = self.weight * self.cases["balance"].to_numpy(dtype=float)
        result: Array = mass / mass.sum()
        return result

    @classmethod
    def sample(
        cls,
        cases: pd.DataFrame,
        features: Features,
        code: NDArray[np.int64],
        weight: Array,
        values: tuple[Array, Array],
    ) -> "Past":
        """Keep at most 10,000 cases, spread evenly over the lots by weight.

        `values` are mean and variance of each case, each (n,).
        """
        chance = np.minimum(weight / weight.sum() * MOST_KEPT, 1.0)
        # Every case whose running total passes a whole number, with half a step ahead.
        steps = np.floor(np.cumsum(chance) + 0.5)
        kept = np.arange(len(code))
        if len(code) > MOST_KEPT:
            kept = np.flatnonzero(np.diff(steps, prepend=0.0) > 0)
        return cls(
            _columns(cases.iloc[kept], features),
            code[kept],
            (weight / chance)[kept] if len(code) > MOST_KEPT else weight,
            values[0][kept],
            values[1][kept],
        )

    def to_json(self) -> dict[str, Any]:
        """Write as what JSON can hold; missing entries are null."""
        columns = {
            name: [None if value != value else value for value in column.tolist()]
            for name, column in self.cases.items()
        }
        arrays = {name: getattr(self, name).tolist() for name in _ARRAYS}
        return {"cases": columns, **arrays}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Past":
        """Read what `to_json` wrote."""
        columns = {
            name: pd.Series(column, dtype=object if _has_words(column) else float)
            for name, column in content["cases"].items()
        }
        mean, var, weight = (
            np.array(content[n], dtype=float) for n in ("mean", "var", "weight")
        )
        lot = np.array(content["lot"], dtype=np.int64)
        return cls(pd.DataFrame(columns), lot, weight, mean, var)


_ARRAYS = ("lot", "weight", "mean", "var")


def _columns(cases: pd.DataFrame, features: Features) -> pd.DataFrame:
    kept: dict[str, Any] = {"balance": read_number(cases, "balance")}
    kept |= {name: read_number(cases, name) for name in features.numeric}
    for name, known in features.categories.items():
        # Rare words might point to a person; to the learner they are missing anyway.
        words = cases[name].astype("object").map(str)
        kept[name] = words.where(words.isin(known) & cases[name].notna(), None).to_numpy(object)
    return pd.DataFrame(kept)


def _has_words(column: list[Any]) -> bool:
    return any(isinstance(value, str) for value in column)
