"""Prices at which demand nearly meets capacity: where the exact work starts from."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matching._options import Options
from matching._oracle import Near, Oracle

SAMPLE = 4096
LEVELS = 8
FIRST_TEMPERATURE, COOLING = 0.15, 0.45
STEPS = 40
LINES = 24
"""Columns that are looked at in each segment while prices are still far off."""
PATIENCE = 20
"""Steps in which the error may fail to fall by a tenth: with ties it falls unevenly."""

Floats = NDArray[np.float64]


class Sampled(Protocol):
    """What can draw a sample of its cases."""

    def sample(self, size: int) -> tuple[Floats, float]:
        """Values, shape (n, M), -inf where barred, and how many cases each stands for."""


class Answers(Protocol):
    """How cases answer to prices: `Oracle` by segments, `Active` case by case."""

    n_options: int

    def choose(self, price: Floats) -> Any:
        """What every case chooses at these prices of the columns."""

    def demand(self, runs: Any) -> Floats:
        """Cases that choose each option, shape (M,)."""

    def surplus(self, runs: Any, price: Floats) -> float:
        """Sum of the chosen values less prices."""

    def curvature(self, runs: Any, width: Floats) -> Floats:
        """How demand answers to prices, shape (M, M): the chord over a change of `width`."""


@dataclass(frozen=True)
class Bounds:
    """What the nodes above the cases must and may receive, shape (V,) each, in cases."""

    capacity: Floats
    minimum: Floats
    members: Floats | None
    """Shape (V, M): 1 where a column lies below a node, or is it; None if every column does
    so for itself alone."""

    def demand(self, columns: Floats) -> Floats:
        """Demand of the nodes, from that of the columns."""
        return columns if self.members is None else self.members @ columns

    def paid(self, price: Floats) -> Floats:
        """What a case pays in each column: the prices of all nodes above it."""
        return price if self.members is None else price @ self.members

    def curvature(self, matrix: Floats) -> Floats:
        """How the demand of the nodes answers to their prices, from that of the columns."""
        return matrix if self.members is None else self.members @ matrix @ self.members.T

    def excess(self, demand: Floats, price: Floats) -> Floats:
        """Demand beyond the bound in force: capacity at a price above 0, minimum below."""
        over, under = demand - self.capacity, demand - self.minimum
        free = np.where(over > 0, over, np.minimum(under, 0))
        return np.where(price > 0, over, np.where(price < 0, under, free))

    def worth(self, price: Floats) -> float:
        """What the seats are worth at these prices."""
        seats = np.where(price > 0, self.capacity, self.minimum)
        return float((seats * price).sum())

    def step(self, price: Floats, change: Floats) -> Floats:
        """Take a step, stopping where a price would change its sign or must not be negative."""
        after = price + change
        crossed = ((price > 0) & (after < 0)) | ((price < 0) & (after > 0))
        return np.where(crossed | ((after < 0) & (self.minimum <= 0)), 0.0, after)


@dataclass(frozen=True)
class _Point:
    price: Floats
    runs: Any
    value: float
    excess: Floats

    @property
    def error(self) -> float:
        return float(np.abs(self.excess).sum())


def search(oracle: Oracle, start: Floats | None = None) -> Floats:
    r"""Prices of the nodes, shape (V,), at which demand meets the bounds up to a few cases.

    Parameters
    ----------
    oracle : Oracle
    start : ndarray, shape (V,), optional
        Prices known to be close; without them a smoothed problem on a sample gives some.

    Notes
    -----
    Damped Newton steps on the dual, which is convex and piecewise linear in the prices [1]_;
    the second derivative is a chord as wide as the last step. Where there are many columns,
    the first steps look only at those near the envelopes. Only speed depends on the
    outcome: whatever it is, the exact work that follows ends at the best split.

    References
    ----------
    .. [1] J. Kitagawa, Q. Mérigot and B. Thibert, "Convergence of a Newton algorithm for
       semi-discrete optimal transport", J. European Mathematical Society 21, 2019.
    """
    bounds = bounds_of(oracle.columns)
    if start is None:
        price, width = smoothed(oracle, bounds)
    else:
        price, width = start, max(1.0, float(np.abs(start).mean()) * 1e-3)
    if oracle.n_options > 2 * LINES:
        price = newton(Near(oracle, bounds.paid(price), LINES), bounds, price, width)
    return newton(oracle, bounds, price, width)


def bounds_of(columns: Options) -> Bounds:
    """The bounds of all nodes, keeping in-house included: it never binds."""
    return Bounds(
        columns.high.astype(float),
        columns.low.astype(float),
        columns.members().astype(float) if columns.high.size > columns.n_columns else None,
    )


def newton(oracle: Answers, bounds: Bounds, price: Floats, width: float) -> Floats:
    """Damped Newton steps from these prices; `width` is that of the first chords."""
    here = best = _at(oracle, bounds, price)
    damping, stalled, mark = 1e-6, 0, np.inf
    for _ in range(STEPS):
        stalled = 0 if here.error < 0.9 * mark else stalled + 1
        mark = min(mark, here.error)
        if here.error <= price.size // 2 or stalled > PATIENCE or damping > 1e2:
            break
        step = _direction(oracle, bounds, here, width, damping)
        there, share = _along(oracle, bounds, here, step)
        if there is None:
            damping, width = max(damping * 20, 1e-3), width * 0.5
            continue
        moved = float(np.median(np.abs(there.price - here.price)))
        width = float(np.clip(moved, width * 0.05, width * 3))
        if share == 1:
            damping = max(damping * 0.1, 1e-8)
        else:
            damping = max(damping, 1e-4) * (3 if share < 0.3 else 1)
        here = there
        if here.error < best.error:
            best = here
    return best.price


def _at(oracle: Answers, bounds: Bounds, price: Floats) -> _Point:
    paid = bounds.paid(price)
    runs = oracle.choose(paid)
    excess = bounds.excess(bounds.demand(oracle.demand(runs)), price)
    return _Point(price, runs, oracle.surplus(runs, paid) + bounds.worth(price), excess)


def _direction(
    oracle: Answers, bounds: Bounds, here: _Point, width: float, damping: float
) -> Floats:
    """Solve for the step twice more, each time with chords as wide as the step found."""
    open_ = np.flatnonzero((here.excess != 0) | (here.price != 0))
    widths = np.full((oracle.n_options, oracle.n_options), width)
    full = np.zeros(here.price.size)
    for _ in range(3):
        matrix = bounds.curvature(oracle.curvature(here.runs, widths))[np.ix_(open_, open_)]
        own = np.diag(matrix).copy()
        typical = float(np.median(own[own > 0])) if (own > 0).any() else 1 / width
        ridge = damping * np.maximum(own, typical * 0.05) + 1e-9 * typical
        ridge += np.where(own < 1e-3 * typical, 0.05 * typical, 0.0)
        matrix[np.diag_indices(open_.size)] += ridge
        full[open_] = np.linalg.solve(matrix, here.excess[open_])
        paid = bounds.paid(full)
        widths = np.maximum(np.abs(paid[:, None] - paid), width * 0.02)
    return full


def _along(
    oracle: Answers, bounds: Bounds, here: _Point, step: Floats
) -> tuple[_Point | None, float]:
    """The farthest point along the step that is good enough, and its share of the step."""
    share, slope = 1.0, abs(float((here.excess * step).sum()))
    while share > 2e-2:
        there = _at(oracle, bounds, bounds.step(here.price, share * step))
        falls = there.value < here.value - 1e-3 * share * slope
        level = there.value <= here.value + abs(here.value) * 1e-14
        if falls or (level and there.error < 0.9 * here.error):
            return there, share
        share *= 0.4
    return None, share


def smoothed(oracle: Sampled, bounds: Bounds) -> tuple[Floats, float]:
    r"""Prices of a softened problem on a sample of cases, and how soft it was at the end.

    Notes
    -----
    Cases choose with probability proportional to :math:`\exp((v - p) / \tau)`; the dual is
    then smooth, and Newton's method follows its minimum as the temperature :math:`\tau` falls.
    """
    worth, weight = oracle.sample(SAMPLE)
    scale = max(1.0, float(np.abs(np.median(worth.max(axis=1)))))
    soft = _Soft(np.where(np.isfinite(worth), worth / scale, -1e6), weight, bounds)
    price, tau = np.zeros(bounds.capacity.size), FIRST_TEMPERATURE
    for level in range(LEVELS):
        price = soft.settle(price, tau, 3e-2 if level < LEVELS - 1 else 5e-3)
        tau *= COOLING
    return price * scale, tau * scale


class _Soft:
    """The smoothed dual of a sample."""

    def __init__(self, worth: Floats, weight: float, bounds: Bounds) -> None:
        self._worth = worth.astype(np.float32)
        self._weight = weight
        self._bounds = bounds
        self._total = weight * worth.shape[0]

    def settle(self, price: Floats, tau: float, tolerance: float) -> Floats:
        """Newton's method at one temperature."""
        value, chance = self._at(price, tau)
        for _ in range(10):
            demand = self._bounds.demand(chance.sum(axis=0, dtype=float) * self._weight)
            excess = self._bounds.excess(demand, price)
            if np.abs(excess).sum() < tolerance * self._total:
                break
            step = self._direction(chance, excess, tau)
            share = min(1.0, 5 * tau / max(float(np.abs(step).max()), 1e-300))
            while True:
                after = self._bounds.step(price, share * step)
                least = value - 1e-4 * abs(float((excess * (after - price)).sum()))
                new_value, new_chance = self._at(after, tau)
                if new_value <= least or share < 1e-2:
                    break
                share *= 0.4
            price, value, chance = after, new_value, new_chance
        return price

    def _direction(self, chance: NDArray[np.float32], excess: Floats, tau: float) -> Floats:
        own = np.diag(chance.sum(axis=0, dtype=float)) - (chance.T @ chance).astype(float)
        matrix = self._bounds.curvature(self._weight * own)
        open_ = np.flatnonzero(excess != 0)
        matrix = matrix[np.ix_(open_, open_)] / tau
        ridge = 1e-5 * np.diag(matrix) + 1e-6 * self._total / excess.size
        matrix[np.diag_indices(open_.size)] += ridge
        step = np.zeros(excess.size)
        step[open_] = np.linalg.solve(matrix, excess[open_])
        return step

    def _at(self, price: Floats, tau: float) -> tuple[float, NDArray[np.float32]]:
        """Value of the smoothed dual, and each case's chances with the agencies."""
        net = self._worth - self._bounds.paid(price).astype(np.float32)
        top = net.max(axis=1)
        net -= top[:, None]
        net *= np.float32(1 / tau)
        np.maximum(net, np.float32(-30), out=net)
        np.exp(net, out=net)
        total = net.sum(axis=1)
        soft = float((top.astype(float) + tau * np.log(total)).sum()) * self._weight
        net /= total[:, None]
        return soft + self._bounds.worth(price), net
