"""Valuing each lot by what earlier lots taught."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from pricing._baselines import BandTable, TwoStageGlm
from pricing._cases import CaseValues
from pricing._fit import fit
from pricing._hurdle import MOST_RECOVERED
from pricing._model import Model
from pricing._outcomes import read_lots, read_outcomes
from pricing._pace import read_months
from pricing._prior import Prior
from pricing.evaluate._cold import cold_starts
from pricing.evaluate._histograms import by_table, columns_of, histograms_of
from pricing.evaluate._proper import crps, pit
from pricing.evaluate._report import Report, Score

Array = NDArray[np.float64]

OURS = "ours"
TABLE = "band table"
GLM = "two-stage GLM"
COLD = (30, 100, 300, 1_000)
SEEN = 3
"""Months of cash after which a lot is valued again."""

FITS = 0.01
"""Months of some sources do not add up to their year: beyond this they are of no use."""


def _silent(_line: str) -> None:
    pass


def forward_chain(
    cases: pd.DataFrame,
    outcomes: pd.DataFrame,
    lots: ArrayLike,
    *,
    prior: Prior | None = None,
    first: int = 18,
    block: int = 5,
    cold: tuple[int, ...] = COLD,
    said: Callable[[str], None] = _silent,
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
    cold : tuple of int
        Numbers of outcomes, drawn from the first lots, for the cold start.
    said : callable
        Told what is being done.

    Raises
    ------
    ValueError
        As `fit` does, and if there are no later lots.

    Notes
    -----
    CRPS as twice the mean pinball loss over 50 levels. PIT coverage counts a case that
    pays nothing, and whose interval begins at nothing, by drawing its level at random below
    1 - p (randomised PIT, seeded), as a law with an atom at 0 demands. Histograms are of
    balance. The pace alone divides three months of cash by the share that all past cash had
    reached by then. Cash of a lot is cut off at 1.5 of each balance, as it is in learning,
    but not where months of cash are counted.

    References
    ----------
    Gneiting and Raftery (2007), Strictly proper scoring rules, JASA 102; Czado, Gneiting and
    Held (2009), Predictive model assessment for count data, Biometrics 65.
    """
    code, names = read_lots(lots, len(cases))
    if not 2 <= first < len(names) or block < 1:
        raise ValueError(f"first must leave later lots of {len(names)}; got {first}")
    known = prior if prior is not None else Prior.default("EU")
    history = _History.of(cases, outcomes)
    ours, table, glm = _Tally(), _Tally(), _Tally()
    paces: list[float] = []
    for start in range(first, len(names), block):
        last = min(start + block, len(names))
        said(f"lots {start + 1} to {last} of {len(names)} by those before")
        past = code < start
        model = fit(cases[past], outcomes[past], code[past], prior=known)
        bands = BandTable.fit(cases[past], history.recovery[past])
        stages = TwoStageGlm.fit(cases[past], history.recovery[past])
        for lot in range(start, last):
            own = code == lot
            table.add(bands.values(cases[own]), history, own)
            table.marginals.append(by_table(bands, cases[own]) / history.cash_of(own) - 1)
            glm.add(stages.values(cases[own]), history, own)
            ours.add(model.value_cases(cases[own]), history, own)
            _judge(ours, model, history, own, past)
            paces += _pace_alone(history, own, past)
    later, early = code >= first, code < first
    starts = cold_starts(
        (cases[early], outcomes[early], code[early]),
        (cases[later], history.recovery[later], code[later] - first),
        known,
        cold,
        said,
    )
    return Report(
        len(names) - first,
        int(later.sum()),
        {OURS: ours.score(), TABLE: table.score(), GLM: glm.score()},
        updated=len(paces),
        pace_error=float(np.mean(np.abs(paces))) if paces else None,
        histograms=columns_of(cases),
        raking_failed=ours.unraked,
        cold=starts,
    )


@dataclass(frozen=True)
class _History:
    cases: pd.DataFrame
    balance: Array
    cash: Array
    recovery: Array
    months: Array

    @classmethod
    def of(cls, cases: pd.DataFrame, outcomes: pd.DataFrame) -> "_History":
        cash = read_outcomes(outcomes, len(cases), 12)
        balance = cases["balance"].to_numpy(dtype=float)
        recovery = np.minimum(cash / balance, MOST_RECOVERED)
        return cls(cases, balance, cash, recovery, read_months(outcomes, 12))

    def cash_of(self, own: NDArray[np.bool_]) -> float:
        return max(float(self.balance[own] @ self.recovery[own]), 1e-9)

    def months_of(self, own: NDArray[np.bool_]) -> Array | None:
        """Cash of a lot by month; None if it is not known or does not add up."""
        months, whole = self.months[own].sum(axis=0), float(self.cash[own].sum())
        fits = np.isfinite(months).all() and abs(months.sum() - whole) <= FITS * whole
        return months if len(months) and fits and whole > 0 else None


@dataclass
class _Tally:
    """Adds up over lots."""

    errors: list[float] = field(default_factory=list)
    crps: list[Array] = field(default_factory=list)
    pit: list[Array] = field(default_factory=list)
    alone: list[tuple[bool, bool]] = field(default_factory=list)
    bands: list[tuple[bool, bool, float]] = field(default_factory=list)
    marginals: list[float] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)
    unraked: int = 0

    def add(self, values: CaseValues, history: _History, own: NDArray[np.bool_]) -> None:
        balance, recovery = history.balance[own], history.recovery[own]
        actual = history.cash_of(own)
        expected = max(float(balance @ values.mean), 1e-9)
        self.errors.append(expected / actual - 1)
        self.crps.append(crps(values, recovery))
        self.pit.append(pit(values, recovery, seed=len(self.pit)))
        sigma = float(np.sqrt(np.log1p(balance**2 @ values.var / expected**2)))
        # Where nothing is left to luck, only the expected cash itself lies within.
        level = abs(np.log(actual / expected) + sigma**2 / 2) / max(sigma, 1e-12)
        self.alone.append((level <= ndtri(0.9), level <= ndtri(0.975)))

    def score(self) -> Score:
        away = np.abs(np.concatenate(self.pit) - 0.5)
        alone = np.mean(np.array(self.alone, dtype=float), axis=0)
        score = Score(
            tuple(self.errors),
            float(np.concatenate(self.crps).mean()),
            float((away <= 0.4).mean()),
            float((away <= 0.475).mean()),
            float(alone[0]),
            float(alone[1]),
        )
        if self.bands:
            held = [float(mean) for mean in np.mean(np.array(self.bands, dtype=float), axis=0)]
            score = dataclasses.replace(
                score, band_80=held[0], band_95=held[1], width_80=held[2]
            )
        return dataclasses.replace(
            score,
            marginal_errors=tuple(self.marginals) if self.marginals else None,
            update_error=float(np.mean(np.abs(self.updates))) if self.updates else None,
        )


def _judge(
    tally: _Tally,
    model: Model,
    history: _History,
    own: NDArray[np.bool_],
    past: NDArray[np.bool_],
) -> None:
    """Judge what only our model has: bands, histograms, and values after first cash."""
    cases, actual = history.cases, history.cash_of(own)
    worth = model.value_portfolio(cases[own])
    inside = [low <= actual <= high for low, high in (worth.band(0.8), worth.band(0.95))]
    low, high = worth.band(0.8)
    tally.bands.append((inside[0], inside[1], (high - low) / worth.gross))
    shown = histograms_of(cases[past], cases[own], columns_of(cases))
    totals = {"count": float(own.sum()), "balance": float(history.balance[own].sum())}
    seen_so = model.value_distribution(marginals=shown, totals=totals)
    tally.unraked += any(line.startswith("raking-failed") for line in seen_so.warnings)
    tally.marginals.append(seen_so.gross / actual - 1)
    months = history.months_of(own)
    if months is not None:
        value = model.update(cases[own], months[:SEEN])
        tally.updates.append(value.gross / float(history.cash[own].sum()) - 1)


def _pace_alone(
    history: _History, own: NDArray[np.bool_], past: NDArray[np.bool_]
) -> list[float]:
    """Error of a lot by the pace of all past cash; empty if its months are not known."""
    months = history.months_of(own)
    known = np.isfinite(history.months).all(axis=1) & past
    before = history.months[known].sum(axis=0)
    if months is None or not before.sum() > 0:
        return []
    share = before[:SEEN].sum() / before.sum()
    return [float(months[:SEEN].sum() / share / history.cash[own].sum() - 1)]
