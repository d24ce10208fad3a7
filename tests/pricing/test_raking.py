"""Past cases weighed to histograms, against an independent solution of the same problem."""

import numpy as np
import pytest
from scipy.optimize import minimize

from pricing._raking import rake

RNG = np.random.default_rng(7)
N = 400
WEIGHT = RNG.gamma(2.0, 1.0, N)
PLACES = [RNG.integers(0, 4, N), RNG.integers(0, 3, N), RNG.integers(0, 5, N)]
SHARES = [
    np.array([0.4, 0.3, 0.2, 0.1]),
    np.array([0.5, 0.3, 0.2]),
    np.array([0.1, 0.1, 0.2, 0.3, 0.3]),
]


def by_entropy() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The dual of least relative entropy, by a general optimiser."""
    start = WEIGHT / WEIGHT.sum()
    blocks = [
        (place[:, None] == np.arange(len(share))).astype(float)
        for place, share in zip(PLACES, SHARES, strict=True)
    ]
    design, target = np.hstack(blocks), np.concatenate(SHARES)

    def loss(slopes: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        return float(np.log(start @ np.exp(design @ slopes)) - target @ slopes)

    slopes = minimize(loss, np.zeros(len(target)), method="BFGS", options={"gtol": 1e-9}).x
    weight = start * np.exp(design @ slopes)
    return weight / weight.sum()


@pytest.mark.filterwarnings("ignore:Desired error not necessarily achieved")
def test_it_is_the_solution_of_least_entropy() -> None:
    raked = rake(WEIGHT, PLACES, SHARES)
    assert raked.failure == ""
    assert raked.weight == pytest.approx(by_entropy(), rel=1e-3)
    for place, share in zip(PLACES, SHARES, strict=True):
        assert np.bincount(place, raked.weight) == pytest.approx(share, abs=1e-5)


def test_a_bin_without_past_cases() -> None:
    little = [np.array([0.495, 0.495, 0.01])]
    much = [np.array([0.45, 0.45, 0.10])]
    place = [np.arange(N) % 2]
    assert rake(WEIGHT, place, little).failure == ""
    assert "10% lies in a bin without past cases" in rake(WEIGHT, place, much).failure


def test_histograms_that_contradict_each_other() -> None:
    same = np.arange(N) % 2
    raked = rake(WEIGHT, [same, same], [np.array([0.9, 0.1]), np.array([0.2, 0.8])])
    assert "missed by" in raked.failure


def test_a_few_cases_that_carry_everything() -> None:
    rare = (np.arange(N) < 5).astype(np.int64)
    raked = rake(np.ones(N), [rare], [np.array([0.1, 0.9])])
    assert "the weight of 6 past cases" in raked.failure
    assert raked.effective == pytest.approx(1 / (0.9**2 / 5 + 0.1**2 / (N - 5)))


def test_cases_in_no_bin_get_nothing() -> None:
    place = np.arange(N) % 3
    raked = rake(np.ones(N), [place], [np.array([0.5, 0.5])])
    assert raked.weight[place == 2].sum() == 0.0


def test_no_past_case_is_in_any_bin() -> None:
    raked = rake(np.ones(N), [np.full(N, 2)], [np.array([0.5, 0.5])])
    assert "100% lies in a bin" in raked.failure
