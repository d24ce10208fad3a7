"""Thin history is drawn to the prior, thick history speaks for itself."""

from typing import Any

import numpy as np
import pytest

from matching import shrink


def history(seed: int, k: int = 6, s: int = 5, records: int = 40) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    prior = rng.uniform(0.05, 0.2, s)
    truth = np.clip(
        prior[:, None] * rng.lognormal(0, 0.3, k) * rng.lognormal(0, 0.2, (s, k)), 0, 1
    )
    m = s * k * records
    segment, agency = rng.integers(0, s, m), rng.integers(0, k, m)
    exposure = rng.uniform(500, 5_000, m)
    paid = rng.random(m) < truth[segment, agency]
    return paid * exposure, exposure, agency, segment, prior, truth


def test_shrunken_rates_are_closer_than_raw_ones() -> None:
    shrunken = raw = 0.0
    for seed in range(20):
        recovered, exposure, agency, segment, prior, truth = history(seed)
        rates = shrink(recovered, exposure, agency, segment, prior=prior)
        sums = np.zeros(truth.shape)
        np.add.at(sums, (segment, agency), recovered)
        raw += float(((sums / rates.exposure - truth) ** 2).sum())
        shrunken += float(((rates.rate - truth) ** 2).sum())
    assert shrunken < 0.8 * raw


def test_newcomer_gets_the_prior_and_a_wide_interval() -> None:
    rates = shrink([50, 60] * 40, [500] * 80, [0] * 80, [0] * 80, prior=0.1, shape=(1, 2))
    assert rates.rate[0, 1] == pytest.approx(0.1)
    width = rates.high - rates.low
    assert width[0, 1] > 2 * width[0, 0]
    assert rates.records.tolist() == [[80, 0]]
    assert rates.exposure.tolist() == [[40_000.0, 0.0]]


def test_no_history_at_all() -> None:
    rates = shrink([], [], [], [], prior=[0.1, 0.2], shape=(2, 3))
    assert rates.rate.tolist() == [[0.1] * 3, [0.2] * 3]
    assert (rates.low < rates.rate).all()
    assert (rates.high > rates.rate).all()


def test_one_record_moves_little() -> None:
    rates = shrink([1_000], [1_000], [0], [0], prior=0.1)
    assert 0.1 < rates.rate[0, 0] < 0.15


def test_more_evidence_is_believed_more() -> None:
    few = shrink([200] * 2, [1_000] * 2, [0] * 2, [0] * 2, prior=0.1).rate[0, 0]
    many = shrink([200] * 200, [1_000] * 200, [0] * 200, [0] * 200, prior=0.1).rate[0, 0]
    assert 0.1 < few < many < 0.2001


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (([-1.0], [1.0], [0], [0]), "recovered"),
        (([float("nan")], [1.0], [0], [0]), "recovered"),
        (([1.0], [0.0], [0], [0]), "exposure"),
        (([1.0], [1.0], [0.5], [0]), "agency"),
        (([1.0], [1.0], [0], [-1]), "segment"),
        (([1.0, 2.0], [1.0], [0], [0]), "same length"),
    ],
)
def test_bad_history(arguments: tuple[Any, ...], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        shrink(*arguments, prior=0.1)


@pytest.mark.parametrize("prior", [0.0, 1.5, float("nan"), [0.1, 0.2, 0.3]])
def test_bad_prior(prior: Any) -> None:
    with pytest.raises(ValueError, match=r"prior"):
        shrink([1.0], [2.0], [0], [0], prior=prior, shape=(1, 1))


def test_shape_too_small() -> None:
    with pytest.raises(ValueError, match="shape"):
        shrink([1.0], [2.0], [3], [0], prior=0.1, shape=(1, 1))


def test_a_sum_over_many_cases_weighs_as_much_as_its_cases():
    """Track records come as one sum per kind: 5,000 cases at twice the prior are evidence."""
    known = {"agency": [0], "segment": [0], "prior": 0.1, "shape": (1, 2)}
    one_case = shrink([100_000], [500_000], **known)
    many = shrink([100_000], [500_000], cases=[5000], **known)
    assert one_case.rate[0, 0] == pytest.approx(0.1, abs=0.01)
    assert many.rate[0, 0] == pytest.approx(0.2, abs=0.005)
    assert many.records[0, 0] == 5000


@pytest.mark.parametrize("cases", [[0], [1, 1], [1.5], [-1]])
def test_impossible_counts_of_cases_are_refused(cases):
    with pytest.raises(ValueError, match="cases"):
        shrink([1], [2], [0], [0], prior=0.1, cases=cases)
