"""Prices of sums, found where cases choose with probabilities rather than outright."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS = 15
TOLERANCE = 1e-3
FIRST_TEMPERATURE, COOLING, LEVELS = 0.15, 0.4, 9


@dataclass(frozen=True)
class Sums:
    """Bounds on sums of weights over sets of columns: (C,) constraints, (W,) weights."""

    kind: Ints
    """Shape (C,): which weight is summed."""

    members: Floats
    """Shape (C, M): 1 where the column counts."""

    low: Floats
    """Shape (C,), -inf where there is none."""

    high: Floats
    """Shape (C,), inf where there is none."""

    def paid(self, price: Floats, weights: int) -> Floats:
        """What a unit of each weight pays in each column, shape (W, M)."""
        total = np.zeros((weights, self.members.shape[1]))
        np.add.at(total, self.kind, price[:, None] * self.members)
        return total

    def usage(self, held: Floats) -> Floats:
        """The sums, shape (C,), from the weight that each column holds, shape (W, M)."""
        summed: Floats = (held[self.kind] * self.members).sum(axis=1)
        return summed

    def of(self, choice: Ints, weight: Floats) -> Floats:
        """The sums, shape (C,), of a split of debtors with weights of shape (G, W)."""
        columns = self.members.shape[1]
        held = np.stack([np.bincount(choice, w, columns).astype(float) for w in weight.T])
        return self.usage(held)

    def held(self, usage: Floats) -> bool:
        """Whether every bound is met."""
        return bool(((usage <= self.high) & (usage >= self.low)).all())

    def excess(self, usage: Floats, price: Floats) -> Floats:
        """How far the sums are from the bounds in force, 0 for those that need not bind."""
        over, under = usage - self.high, usage - self.low
        free = np.where(over > 0, over, np.minimum(under, 0))
        found = np.where(price > 0, over, np.where(price < 0, under, free))
        return np.where(np.isfinite(found), found, 0.0)

    def worth(self, price: Floats) -> float:
        """What the bounds are worth at these prices."""
        bound = np.where(price > 0, self.high, np.where(price < 0, self.low, 0.0))
        return float((np.where(price == 0, 0.0, bound) * price).sum())

    def step(self, price: Floats, change: Floats) -> Floats:
        """Take a step, stopping where a price changes its sign or has no bound to it."""
        after = price + change
        after = np.where(after * price < 0, 0.0, after)
        after = np.where((after > 0) & ~np.isfinite(self.high), 0.0, after)
        return np.where((after < 0) & (self.low <= 0), 0.0, after)


@dataclass(frozen=True)
class Sample:
    """Rows that stand for a book: some of its debtors, each for so many, and the rest.

    A large debtor is many times a typical one, so that all have the same temperature.
    """

    worth: Floats
    """Shape (n, M), -inf where a pair is closed."""

    weight: Floats
    """Shape (n, W)."""

    times: Floats
    """Shape (n,): how many debtors each row stands for."""

    fixed: Floats
    """Shape (W, M): weight that the debtors not in the rows hold."""


def cooled(sums: Sums, sample: Sample, price: Floats, hot: float, cold: float) -> Floats:
    r"""Follow the prices of the softened book as it cools down.

    Notes
    -----
    Debtors choose with probability proportional to :math:`\exp((v - p a) / \tau)`; the dual is
    smooth in the prices *p*, and Newton's method follows its minimum as :math:`\tau` falls.
    """
    tau = hot
    while True:
        price = _settle(sums, sample, price, tau)
        if tau <= cold:
            return price
        tau = max(cold, tau * COOLING)


def chances(sums: Sums, sample: Sample, price: Floats, tau: float) -> tuple[float, Floats]:
    """Value of the softened dual, and the chances of each column, shape (n, M)."""
    net = sample.worth - sample.weight @ sums.paid(price, sample.weight.shape[1])
    top = net.max(axis=1)
    net -= top[:, None]
    net /= tau
    np.exp(net, out=net)
    total = net.sum(axis=1)
    net /= total[:, None]
    soft = float(((top + tau * np.log(total)) * sample.times).sum())
    paid = sums.paid(price, sample.weight.shape[1])
    return soft - float((paid * sample.fixed).sum()) + sums.worth(price), net


def _settle(sums: Sums, sample: Sample, price: Floats, tau: float) -> Floats:
    value, chance = chances(sums, sample, price, tau)
    spread = sample.weight * sample.times[:, None]
    everyone = float(sample.times.sum())
    mean = spread.sum(axis=0)[sums.kind] / everyone
    mean = np.where(mean > 0, mean, 1.0)
    reach = 5 * tau / mean
    for _ in range(STEPS):
        held = spread.T @ chance + sample.fixed
        excess = sums.excess(sums.usage(held), price)
        if (np.abs(excess) / mean).sum() < TOLERANCE * everyone:
            break
        step = _direction(sums, sample, chance, excess, tau)
        # One price that hardly anybody feels must not hold up the others.
        step, share = np.clip(step, -reach, reach), 1.0
        while True:
            after = sums.step(price, share * step)
            least = value - 1e-4 * abs(float((excess * (after - price)).sum()))
            new_value, new_chance = chances(sums, sample, after, tau)
            if new_value <= least or share < 1e-2:
                break
            share *= 0.4
        if new_value > value:
            break
        price, value, chance = after, new_value, new_chance
    return price


def _direction(
    sums: Sums, sample: Sample, chance: Floats, excess: Floats, tau: float
) -> Floats:
    """Newton's step in the prices whose bounds are missed."""
    open_ = np.flatnonzero(excess != 0)
    kind, members = sums.kind[open_], sums.members[open_]
    weight, times = sample.weight, sample.times[:, None]
    own = weight[:, kind] * (chance @ members.T)
    squares = weight[:, :, None] * weight[:, None, :] * times[:, :, None]
    both = squares.reshape(len(weight), -1).T @ chance
    both = both.reshape(weight.shape[1], weight.shape[1], -1)
    matrix = np.einsum(
        "cdm,cm,dm->cd", both[kind[:, None], kind[None, :]], members, members, optimize=True
    )
    matrix = (matrix - (own * times).T @ own) / tau
    diagonal = np.diag(matrix).copy()
    # Where nobody is in two minds there is no curvature to go by: a little is assumed.
    least = 1e-9 / tau * (weight**2 * times).sum(axis=0)[kind]
    ridge = 1e-5 * diagonal + 1e-6 * diagonal.max() + least + 1e-12
    matrix[np.diag_indices(open_.size)] += ridge
    step = np.zeros(excess.size)
    step[open_] = np.linalg.solve(matrix, excess[open_])
    return step
