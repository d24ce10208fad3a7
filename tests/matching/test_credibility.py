"""Shrunken rates where the truth was planted: how often intervals hold, what is lost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from matching import Problem, Rates, assign, shrink
from matching._credibility import Seen, _Model, standing

NEWCOMERS = 2


def grid(regions: int, products: int, ages: int) -> np.ndarray[Any, Any]:
    """Region, product and age of every segment."""
    sizes = (regions, products, ages)
    return np.stack(np.unravel_index(np.arange(np.prod(sizes)), sizes), axis=1)


LEVELS = grid(4, 3, 3)
SEGMENTS = len(LEVELS)
COUNTRY = grid(31, 3, 4)


@dataclass(frozen=True)
class World:
    """What is true, and what was seen of it; the last two agencies are new."""

    levels: np.ndarray[Any, Any]
    truth: np.ndarray[Any, Any]
    prior: np.ndarray[Any, Any]
    recovered: np.ndarray[Any, Any]
    exposure: np.ndarray[Any, Any]
    agency: np.ndarray[Any, Any]
    segment: np.ndarray[Any, Any]
    drawn: np.ndarray[Any, Any]

    def rates(self, **given: Any) -> Rates:
        return shrink(
            self.recovered,
            self.exposure,
            self.agency,
            self.segment,
            prior=self.prior,
            shape=self.truth.shape,
            **{"levels": self.levels, **given},
        )

    def raw(self) -> np.ndarray[Any, Any]:
        """Recovered over placed, the prior where nothing was placed."""
        got, owed = np.zeros(self.truth.shape), np.zeros(self.truth.shape)
        np.add.at(got, (self.segment, self.agency), self.recovered)
        np.add.at(owed, (self.segment, self.agency), self.exposure)
        prior = np.broadcast_to(self.prior[:, None], got.shape)
        return np.where(owed > 0, got / np.maximum(owed, 1), prior)


def world(
    seed: int,
    agencies: int,
    records: float,
    *,
    flattery: float = 0.0,
    newcomers: int = NEWCOMERS,
    levels: np.ndarray[Any, Any] = LEVELS,
) -> World:
    """Cases pay 80 % or nothing; `flattery` is how far chosen cases mislead, a log spread."""
    g = np.random.default_rng(seed)
    of_agency, of_level, of_pair = np.exp(g.normal(np.log([0.25, 0.2, 0.2]), 0.4))
    shape = (len(levels), agencies)
    log = g.normal(0, of_agency, agencies) + g.normal(0, of_pair, shape)
    for level in levels.T:
        log = log + g.normal(0, of_level, (level.max() + 1, agencies))[level]
    spread = of_agency**2 + 3 * of_level**2 + of_pair**2
    prior = g.uniform(0.04, 0.2, shape[0])
    truth = np.minimum(prior[:, None] * np.exp(log - spread / 2), 0.7)
    size = int(truth.size * records)
    segment, agency = g.integers(0, shape[0], size), g.integers(0, agencies - newcomers, size)
    exposure, drawn = g.lognormal(8, 0.8, size), g.random(size) < 0.3
    flattered = np.exp(g.normal(0, flattery, agencies)[agency] * ~drawn)
    pays = g.random(size) < np.minimum(truth[segment, agency] * flattered / 0.8, 1)
    return World(levels, truth, prior, pays * exposure * 0.8, exposure, agency, segment, drawn)


def holds(rates: Rates, truth: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return (rates.low <= truth) & (truth <= rates.high)


@pytest.mark.parametrize(("agencies", "records"), [(8, 3), (8, 12), (8, 60), (20, 12)])
def test_intervals_hold_as_often_as_they_say(agencies: int, records: int) -> None:
    worlds = [world(seed, agencies, records) for seed in range(60)]
    held = [holds(each.rates(), each.truth) for each in worlds]
    assert 0.93 <= np.mean(held) <= 0.97
    of_newcomers = [each[:, -NEWCOMERS:] for each in held]
    assert 0.91 <= np.mean(of_newcomers) <= 0.99


def test_what_is_alike_is_learned_together() -> None:
    alone = together = 0.0
    for seed in range(30):
        each = world(seed, 8, 12)
        alone += float(((each.rates(levels=None).rate - each.truth) ** 2).sum())
        together += float(((each.rates().rate - each.truth) ** 2).sum())
    assert together < 0.95 * alone


def test_chosen_cases_are_believed_less_where_lots_were_drawn() -> None:
    """Champions whose cases were picked look better than they are; the drawn cases tell."""
    blind, aware, held = 0.0, 0.0, []
    for seed in range(30):
        each = world(seed, 8, 40, flattery=0.5)
        known = slice(0, -NEWCOMERS)
        rates = each.rates(drawn=each.drawn)
        blind += float(((each.rates().rate - each.truth)[:, known] ** 2).sum())
        aware += float(((rates.rate - each.truth)[:, known] ** 2).sum())
        held.append(holds(rates, each.truth)[:, known])
    assert aware < 0.7 * blind
    assert 0.92 <= np.mean(held) <= 0.98


def regret(rates: np.ndarray[Any, Any], truth: np.ndarray[Any, Any], seed: int) -> float:
    """What a split by these rates loses of the split by the truth, as a share of it."""
    g = np.random.default_rng(seed)
    n, k = 3_000, truth.shape[1]
    balance, segment = g.lognormal(12, 1, n).astype(int), g.integers(0, len(truth), n)
    capacity = np.ceil(g.dirichlet(np.full(k, 4.0)) * n * 1.2).astype(int)

    def worth(by: np.ndarray[Any, Any]) -> float:
        scaled = np.rint(by * 10**6).astype(int)
        split = assign(Problem(balance, segment, scaled, capacity=capacity, retain=0))
        placed = split.agency >= 0
        return float((balance * truth[segment, split.agency])[placed].sum())

    return 1 - worth(rates) / worth(truth)


@pytest.mark.parametrize("records", [4.5, 15])
def test_regret_is_at_most_half_that_of_raw_rates(records: float) -> None:
    """Twelve agencies over thirty-one provinces, with a past of 20,000 and of 67,000 cases.

    Where few segments hold many cases each, even the best use of a history saves less: what
    raw rates lose by noise is then small beside what nobody can know.
    """
    raw = shrunken = 0.0
    for seed in range(5):
        each = world(seed, 12, records, levels=COUNTRY, newcomers=0)
        raw += regret(each.raw(), each.truth, seed)
        shrunken += regret(each.rates().rate, each.truth, seed)
    assert shrunken <= 0.5 * raw


def seen(seed: int) -> Seen:
    g = np.random.default_rng(seed)
    shape = (3, SEGMENTS)
    some = g.random(shape) < 0.6
    both = some & (g.random(shape) < 0.4)
    chosen = np.where(both, g.random(shape), g.integers(0, 2, shape)) * some
    return Seen(
        log=g.normal(0, 1, shape) * some,
        precision=g.gamma(2, 3, shape) * some,
        chosen=chosen,
        contrast=g.normal(0, 1, shape) * both,
        contrast_precision=g.gamma(2, 2, shape) * both,
    )


def by_brute_force(
    told: Seen, agency: int, variance: np.ndarray[Any, Any]
) -> tuple[Any, Any, float]:
    """Mean and variance of every pair, and the likelihood, from the full covariance."""
    same = [(level[:, None] == level).astype(float) for level in LEVELS.T]
    between = variance[0] + sum(v * s for v, s in zip(variance[1:-2], same, strict=True))
    between = between + variance[-1] * np.eye(SEGMENTS)
    has, twice = told.precision[agency] > 0, told.contrast_precision[agency] > 0
    flattery = np.append(told.chosen[agency][has], np.ones(twice.sum()))
    total = variance[-2] * np.outer(flattery, flattery)
    total[: has.sum(), : has.sum()] += between[np.ix_(has, has)]
    precision = np.append(told.precision[agency][has], told.contrast_precision[agency][twice])
    total += np.diag(1 / precision)
    observed = np.append(told.log[agency][has], told.contrast[agency][twice])
    reach = np.hstack([between[:, has], np.zeros((SEGMENTS, twice.sum()))])
    mean = reach @ np.linalg.solve(total, observed)
    left = np.diag(between - reach @ np.linalg.solve(total, reach.T))
    fit = observed @ np.linalg.solve(total, observed) + np.linalg.slogdet(total)[1]
    return mean, left, float(fit) / 2 + float(np.log(precision[has.sum() :]).sum()) / 2


@pytest.mark.parametrize("seed", range(5))
def test_posterior_is_that_of_the_full_covariance(seed: int) -> None:
    told, g = seen(seed), np.random.default_rng(seed)
    variance = g.uniform(0.01, 0.3, 6)
    model = _Model(told, LEVELS)
    found = model.posterior(variance)
    badness = 0.0
    for agency in range(3):
        mean, left, part = by_brute_force(told, agency, variance)
        np.testing.assert_allclose(found.log[agency], mean)
        np.testing.assert_allclose(found.variance[agency], left)
        badness += part
    off = (np.log(variance) / 2 - np.log(0.25)) / 0.5
    assert model.badness(np.log(variance) / 2)[0] == pytest.approx(badness + off @ off / 2)


@pytest.mark.parametrize("seed", range(5))
def test_gradient_is_that_of_small_steps(seed: int) -> None:
    model, point = _Model(seen(seed), LEVELS), np.log(np.linspace(0.1, 0.4, 6))
    _, slope = model.badness(point)
    steps = 1e-5 * np.eye(6)
    small = [(model.badness(point + h)[0] - model.badness(point - h)[0]) / 2e-5 for h in steps]
    np.testing.assert_allclose(slope, small, rtol=1e-5, atol=1e-6)


def test_nothing_seen_leaves_the_prior() -> None:
    nothing = np.zeros((2, SEGMENTS))
    found = standing(Seen(nothing, nothing, nothing, nothing, nothing), LEVELS)
    assert (found.log == 0).all()
    np.testing.assert_allclose(found.variance, found.apart)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"levels": [[0]]}, "levels must have one row"),
        ({"levels": [[0.5], [1.0]]}, "levels must hold integers"),
        ({"drawn": [True]}, "drawn must hold"),
        ({"drawn": [1, 0, 1]}, "drawn must hold"),
    ],
)
def test_bad_levels_and_lots(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        shrink([1, 0, 1], [2, 2, 2], [0, 0, 0], [0, 1, 1], prior=0.1, **given)
