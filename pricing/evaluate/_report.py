"""What was measured, and how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Score:
    """How one method did over the lots it had not seen; None where it has no answer."""

    lot_errors: tuple[float, ...]
    """Estimate over actual cash, less 1, by lot."""

    crps: float
    """Continuous ranked probability score per case, of recovery."""

    pit_80: float
    pit_95: float
    """Share of cases within their central 80 and 95 % intervals."""

    alone_80: float
    alone_95: float
    """Share of lots within bands that take their cases as independent."""

    band_80: float | None = None
    band_95: float | None = None
    """Share of lots within their bands, with the common factor of lots."""

    width_80: float | None = None
    """Mean width of the 80 % band over the estimate."""

    marginal_errors: tuple[float, ...] | None = None
    """As `lot_errors`, from one-dimensional histograms of balance alone."""

    update_error: float | None = None
    """Mean absolute lot error after three months of cash, of lots whose months are known."""

    @property
    def mean_error(self) -> float:
        """Mean absolute lot error."""
        return _mean(self.lot_errors)

    @property
    def median_error(self) -> float:
        """Median absolute lot error."""
        return _median(self.lot_errors)

    @property
    def marginal_mean(self) -> float | None:
        """Mean absolute lot error from histograms."""
        return None if self.marginal_errors is None else _mean(self.marginal_errors)

    @property
    def marginal_median(self) -> float | None:
        """Median absolute lot error from histograms."""
        return None if self.marginal_errors is None else _median(self.marginal_errors)

    @property
    def histogram_spread(self) -> float | None:
        """How far values from histograms stray from those of the cases, on the log scale."""
        if self.marginal_errors is None:
            return None
        shown, cases = np.array(self.marginal_errors), np.array(self.lot_errors)
        return float(np.std(np.log1p(shown) - np.log1p(cases)))


@dataclass(frozen=True)
class ColdStart:
    """How a model of few outcomes did on the later lots, over seeded subsamples."""

    outcomes: int
    lot_error: float
    lot_error_se: float
    """Mean absolute lot error, its mean over subsamples and the standard error of that."""

    crps: float
    crps_se: float
    prior_lot_error: float
    prior_crps: float


@dataclass(frozen=True)
class Report:
    """Scores by method, from training on earlier lots only."""

    lots: int
    """Lots valued before they were seen."""

    cases: int
    scores: dict[str, Score]
    updated: int = 0
    """Lots whose months are known and add up to their year."""

    pace_error: float | None = None
    """Their error if cash of three months is carried on at the pace of past cash."""

    histograms: tuple[str, ...] = ()
    """Columns of which the histograms were."""

    raking_failed: int = 0
    """Lots whose histograms past cases could not be weighed to."""

    cold: tuple[ColdStart, ...] = ()

    def __str__(self) -> str:
        """Show it as a table."""
        rows: list[tuple[str, Callable[[Score], str]]] = [
            ("lot error, mean / median (%)", lambda s: _percent(s.mean_error, s.median_error)),
            ("CRPS per case", lambda s: f"{s.crps:.4f}"),
            ("PIT coverage 80 / 95 (%)", lambda s: _percent(s.pit_80, s.pit_95)),
            ("lot coverage, independence (%)", lambda s: _percent(s.alone_80, s.alone_95)),
            ("lot coverage, lot factor (%)", lambda s: _percent(s.band_80, s.band_95)),
            (
                "mean width of 80 % band / estimate",
                lambda s: "-" if s.width_80 is None else f"{s.width_80:.2f}",
            ),
            (
                f"{len(self.histograms)} histograms, mean / median (%)",
                lambda s: _percent(s.marginal_mean, s.marginal_median),
            ),
            (
                "spread about the value of cases",
                lambda s: "-" if s.histogram_spread is None else f"{s.histogram_spread:.2f}",
            ),
            ("error after 3 months of cash (%)", lambda s: _percent(s.update_error)),
        ]
        lines = [f"{self.lots} later lots, {self.cases} cases, each valued before it was seen"]
        lines.append(f"{'':36}" + "".join(f"{name:>16}" for name in self.scores))
        for title, show in rows:
            cells = "".join(f"{show(score):>16}" for score in self.scores.values())
            lines.append(f"{title:36}{cells}")
        lines.append(f"raking failed and was done without for {self.raking_failed} lots")
        pace = f"after 3 months, of {self.updated} lots, by pace alone (%)"
        lines.append(f"{pace:52}{_percent(self.pace_error)}")
        lines.append("cold start: lot error and its prior's (%), CRPS and its prior's")
        lines += [_cold_line(start) for start in self.cold]
        return "\n".join(lines)


def _cold_line(start: ColdStart) -> str:
    error = f"{100 * start.lot_error:.1f} +- {100 * start.lot_error_se:.1f}"
    score = f"{start.crps:.4f} +- {start.crps_se:.4f}"
    return (
        f"{start.outcomes:>8} outcomes {error:>15} {100 * start.prior_lot_error:>8.1f} "
        f"{score:>19} {start.prior_crps:>9.4f}"
    )


def _mean(errors: tuple[float, ...]) -> float:
    return float(np.mean(np.abs(errors)))


def _median(errors: tuple[float, ...]) -> float:
    return float(np.median(np.abs(errors)))


def _percent(*shares: float | None) -> str:
    return " / ".join("-" if share is None else f"{100 * share:.1f}" for share in shares)
