"""The exploration slice is drawn as the seed says, and the verifier draws it again."""

import dataclasses

import numpy as np
import pytest

from matching import Infeasible, Problem, assign, conflict, verify
from matching._exploration import drawn
from tests.matching.programs import Program, termed


@pytest.mark.parametrize(
    ("terms", "seeds", "least"), [((), 300, 100), (("case_value",), 150, 50)]
)
def test_around_the_slice_the_split_is_best(
    terms: tuple[str, ...], seeds: int, least: int
) -> None:
    explored = 0
    for seed in range(seeds):
        problem = termed(seed, ("exploration", "region", *terms), 16)
        if conflict(problem) is not None:
            continue
        try:
            split = assign(problem, seed=seed)
        except Infeasible as refusal:
            assert refusal.conflict.terms == (("exploration",),)  # noqa: PT017
            continue
        lot = drawn(problem, seed, split.attempt)
        assert (split.agency[lot >= 0] == lot[lot >= 0]).all()
        assert split.value == Program(problem).solve(lot)
        assert split.gap == 0
        assert verify(problem, split.certificate).failures == (), seed
        explored += int((lot >= 0).sum())
    assert explored > least


def test_another_lot_is_rejected() -> None:
    g = np.random.default_rng(2)
    problem = Problem(
        g.integers(1, 99, 200),
        g.integers(0, 3, 200),
        g.integers(1, 9, (3, 5)),
        capacity=[60] * 5,
        exploration=1_000,
    )
    certificate = assign(problem, seed=4).certificate
    assert verify(problem, certificate)
    for claim in ({"seed": 5}, {"attempt": 1}):
        forged = dataclasses.replace(certificate, statement={**certificate.statement, **claim})
        assert not verify(problem, forged)


def test_the_slice_is_as_large_as_its_share_and_spread_evenly() -> None:
    problem = Problem(
        [1] * 4_000, [0] * 4_000, [[9, 1, 1, 1]], capacity=[4_000] * 4, exploration=2_000
    )
    lot = drawn(problem, 1, 0)
    count = np.bincount(lot[lot >= 0], minlength=4)
    assert count.sum() == 800
    # Four fair agencies: 200 each, give or take four standard deviations.
    assert np.abs(count - 200).max() < 4 * np.sqrt(800 * 0.25 * 0.75)


@pytest.mark.parametrize("share", [-1, 10_001, 0.5, True])
def test_a_share_out_of_range_is_refused(share: object) -> None:
    with pytest.raises(ValueError, match="exploration"):
        Problem([1], [0], [[1]], capacity=[1], exploration=share)  # type: ignore[arg-type]
