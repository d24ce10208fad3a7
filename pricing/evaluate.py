"""How well values hold: forward in time, lot by lot, beside what a spreadsheet would say.

``python -m pricing.evaluate DATA`` prints it for a Parquet or CSV file of cases with their
outcomes, `cash_12m`, and a column `lot`.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import ArrayLike, NDArray

from pricing._baselines import BandTable, TwoStageGlm
from pricing._cases import CaseValues
from pricing._fit import fit
from pricing._hurdle import MOST_RECOVERED
from pricing._model import Model
from pricing._outcomes import read_lots, read_outcomes
from pricing._prior import Prior
from pricing._tape import is_protected

Array = NDArray[np.float64]

OURS = "ours"
TABLE = "band table"
GLM = "two-stage GLM"
_GRID = (np.arange(50) + 0.5) / 50


@dataclass(frozen=True)
class Score:
    """How one method did over the lots it had not seen."""

    lot_errors: tuple[float, ...]
    """Estimate over actual cash, less 1, by lot."""

    crps: float
    """Continuous ranked probability score per case, of recovery."""

    pit_80: float
    pit_95: float
    """Share of cases within their central 80 and 95 % intervals."""

    band_80: float | None = None
    band_95: float | None = None
    """Share of lots within their bands."""

    width_80: float | None = None
    """Mean width of the 80 % band over the estimate."""

    update_error: float | None = None
    """Mean absolute lot error after three months of cash, of lots whose months are known."""

    @property
    def mean_error(self) -> float:
        """Mean absolute lot error."""
        return float(np.mean(np.abs(self.lot_errors)))

    @property
    def median_error(self) -> float:
        """Median absolute lot error."""
        return float(np.median(np.abs(self.lot_errors)))


@dataclass(frozen=True)
class Report:
    """Scores by method, from training on earlier lots only."""

    lots: int
    """Lots valued before they were seen."""

    cases: int
    scores: dict[str, Score]

    def __str__(self) -> str:
        """Show it as a table."""
        rows: list[tuple[str, Callable[[Score], str]]] = [
            ("lot error, mean / median (%)", lambda s: _percent(s.mean_error, s.median_error)),
            ("CRPS per case", lambda s: f"{s.crps:.4f}"),
            ("PIT coverage 80 / 95 (%)", lambda s: _percent(s.pit_80, s.pit_95)),
            ("lot band coverage 80 / 95 (%)", lambda s: _percent(s.band_80, s.band_95)),
            (
                "mean width of 80 % band / estimate",
                lambda s: "-" if s.width_80 is None else f"{s.width_80:.2f}",
            ),
            ("error after 3 months of cash (%)", lambda s: _percent(s.update_error)),
        ]
        lines = [f"{self.lots} later lots, {self.cases} cases, each valued before it was seen"]
        lines.append(f"{'':36}" + "".join(f"{name:>16}" for name in self.scores))
        for title, show in rows:
            cells = "".join(f"{show(score):>16}" for score in self.scores.values())
            lines.append(f"{title:36}{cells}")
        return "\n".join(lines)


def forward_chain(
    cases: pd.DataFrame,
    outcomes: pd.DataFrame,
    lots: ArrayLike,
    *,
    prior: Prior | None = None,
    first: int = 18,
    block: int = 5,
) -> Report:
    """Value lots by what earlier lots taught, never by a random split.

    Parameters
    ----------
    cases, outcomes, lots
        As for `fit`; `cash_12m` or twelve months.
    prior : Prior, optional
        That of the EU market unless given.
    first, block : int
        Lots to learn from before the first is valued; lots between refits.

    Raises
    ------
    ValueError
        As `fit` does, and if there are no later lots.

    Notes
    -----
    CRPS as twice the mean pinball loss over 50 levels. PIT coverage counts a case that
    pays nothing, and whose interval begins at nothing, by drawing its level at random below
    1 - p (randomised PIT, seeded), as a law with an atom at 0 demands.

    References
    ----------
    Gneiting and Raftery (2007), Strictly proper scoring rules, JASA 102; Czado, Gneiting and
    Held (2009), Predictive model assessment for count data, Biometrics 65.
    """
    code, names = read_lots(lots, len(cases))
    if not 2 <= first < len(names) or block < 1:
        raise ValueError(f"first must leave later lots of {len(names)}; got {first}")
    cash = read_outcomes(outcomes, len(cases), 12)
    known = prior if prior is not None else Prior.default("EU")
    balance = cases["balance"].to_numpy(dtype=float)
    recovery = np.minimum(cash / balance, MOST_RECOVERED)
    tally = {name: _Tally() for name in (OURS, TABLE, GLM)}
    for start in range(first, len(names), block):
        past = code < start
        now = (code >= start) & (code < start + block)
        model = fit(cases[past], outcomes[past], code[past], prior=known)
        table = BandTable.fit(cases[past], recovery[past])
        glm = TwoStageGlm.fit(cases[past], recovery[past])
        book, held = cases[now], (code[now], balance[now], recovery[now])
        values = [model.value_cases(book), table.values(book), glm.values(book)]
        for one, value in zip(tally.values(), values, strict=True):
            one.add(value, *held)
        for lot in np.unique(code[now]):
            own = code == lot
            worth = model.value_portfolio(cases[own])
            actual = float(balance[own] @ recovery[own])
            tally[OURS].band(worth.band(0.8), worth.band(0.95), actual, worth.gross)
            tally[OURS].update(model, cases[own], outcomes[own], cash[own])
    later = code >= first
    scores = {name: one.score() for name, one in tally.items()}
    return Report(len(names) - first, int(later.sum()), scores)


class _Tally:
    """Adds up over blocks."""

    def __init__(self) -> None:
        self._errors: list[float] = []
        self._crps: list[Array] = []
        self._pit: list[Array] = []
        self._bands: list[tuple[bool, bool, float]] = []
        self._updates: list[float] = []

    def add(
        self, values: CaseValues, code: NDArray[np.int64], balance: Array, recovery: Array
    ) -> None:
        expected = np.bincount(code, balance * values.mean)
        actual = np.bincount(code, balance * recovery)
        seen = np.unique(code)
        self._errors += list(expected[seen] / np.maximum(actual[seen], 1e-9) - 1)
        self._crps.append(crps(values, recovery))
        self._pit.append(pit(values, recovery))

    def band(
        self, b80: tuple[float, float], b95: tuple[float, float], actual: float, mean: float
    ) -> None:
        inside = [low <= actual <= high for low, high in (b80, b95)]
        self._bands.append((inside[0], inside[1], (b80[1] - b80[0]) / mean))

    def update(
        self, model: Model, lot: pd.DataFrame, outcomes: pd.DataFrame, cash: Array
    ) -> None:
        months = [f"cash_m{k}" for k in range(1, 13)]
        if any(name not in outcomes.columns for name in months):
            return
        seen = outcomes[months].to_numpy(dtype=float, na_value=np.nan)
        # The months of some sources do not add up to their year: then they are of no use.
        whole = float(cash.sum())
        if np.isfinite(seen).all() and abs(seen.sum() - whole) <= 0.01 * whole:
            value = model.update(lot, seen[:, :3].sum(axis=0))
            self._updates.append(abs(value.gross / whole - 1))

    def score(self) -> Score:
        away = np.abs(np.concatenate(self._pit) - 0.5)
        held: list[Any] = [None] * 3
        if self._bands:
            held = [float(mean) for mean in np.mean(np.array(self._bands, dtype=float), axis=0)]
        return Score(
            tuple(float(error) for error in self._errors),
            float(np.concatenate(self._crps).mean()),
            float((away <= 0.4).mean()),
            float((away <= 0.475).mean()),
            band_80=held[0],
            band_95=held[1],
            width_80=held[2],
            update_error=float(np.mean(self._updates)) if self._updates else None,
        )


def crps(values: CaseValues, recovery: Array) -> Array:
    """Continuous ranked probability score of each case, shape (n,)."""
    total = np.zeros(len(recovery))
    for level in _GRID:
        above = recovery - values.quantile(float(level))
        total += np.maximum(level * above, (level - 1) * above)
    result: Array = 2 * total / len(_GRID)
    return result


def pit(values: CaseValues, recovery: Array, seed: int = 0) -> Array:
    """Level at which each case came in, shape (n,); uniform if the values are honest."""
    rng = np.random.default_rng(seed)
    low, high = np.zeros(len(recovery)), np.ones(len(recovery))
    for _ in range(12):
        middle = (low + high) / 2
        below = values.quantile(middle) < recovery
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    nothing = rng.random(len(recovery)) * (1 - values.p_any)
    result: Array = np.where(recovery > 0, (low + high) / 2, nothing)
    return result


def _percent(*shares: float | None) -> str:
    return " / ".join("-" if share is None else f"{100 * share:.1f}" for share in shares)


def read_data(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, "pd.Series[Any]"]:
    """Split a file into cases, outcomes and lots; protected attributes are left out."""
    if not path.exists():
        raise ValueError(f"{path} is not there")
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    if "lot" not in frame.columns:
        raise ValueError(f"{path} must have a column 'lot'")
    data = pd.DataFrame(frame.to_dict(as_series=False))
    cash = [name for name in data.columns if str(name).startswith("cash_")]
    hidden = [name for name in data.columns if is_protected(str(name))]
    return data.drop(columns=[*cash, *hidden, "lot"]), data[cash], data["lot"]


def main(arguments: Sequence[str]) -> int:
    """Print the report on a file."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m pricing.evaluate DATA\n")
        return 2
    sys.stdout.write(f"{forward_chain(*read_data(Path(arguments[0])))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
