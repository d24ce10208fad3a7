"""Shares of the book are bounds in cases, rounded so that the share holds."""

from typing import Any

import numpy as np
import pytest

from matching import Infeasible, Problem, assign, conflict, explain, verify
from tests.matching.references import awkward_problem, changed, min_cost_flow_value


def test_shares_equal_the_bounds_they_come_to() -> None:
    split_well = 0
    for seed in range(50_000, 50_250):
        problem, g = awkward_problem(seed, 40), np.random.default_rng(seed)
        k, n = problem.n_agencies, problem.n_cases
        high = g.integers(0, 10_001, k)
        low = np.minimum(g.integers(0, 3_000, k) * (g.random(k) < 0.3), high)
        most = np.minimum(problem.capacity, n * high // 10_000)
        least = np.maximum(problem.minimum, -(-n * low // 10_000))
        if (least > most).any():
            with pytest.raises(ValueError, match="capacity and max_share allow"):
                changed(problem, min_share=low, max_share=high)
            continue
        shared = changed(problem, min_share=low, max_share=high)
        plain = min_cost_flow_value(changed(problem, capacity=most, minimum=least))
        if plain is None:
            assert conflict(shared) is not None
            continue
        split = assign(shared, seed=seed)
        assert (split.value, split.gap) == (plain, 0)
        assert verify(shared, split.certificate).failures == ()
        assert verify(split.certificate.problem(), split.certificate)
        split_well += 1
    assert split_well > 40


def test_shares_are_checked_by_the_verifier() -> None:
    split = assign(Problem([5] * 10, [0] * 10, [[2, 1]], capacity=[10, 10]))
    for share in ({"max_share": [5_000, 10_000]}, {"min_share": [0, 1]}):
        verdict = verify(changed(split.problem, **share), split.certificate)
        assert len(verdict.failures) > 1


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"min_share": [-1, 0]}, "min_share"),
        ({"max_share": [10_001, 0]}, "max_share"),
        ({"min_share": [5, 0], "max_share": [4, 0]}, "min_share must not exceed max_share"),
        ({"max_share": [0.5, 0.5]}, "max_share"),
        ({"min_share": [1]}, "min_share"),
        ({"max_share": [100, 100], "minimum": [1, 0]}, "agency 0"),
    ],
)
def test_bad_shares_are_refused_by_name(shares: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Problem([5] * 10, [0] * 10, [[2, 1]], capacity=[10, 10], **shares)


def test_shares_show_in_conflicts_and_reasons() -> None:
    book: dict[str, Any] = {"capacity": [10, 10], "max_share": [4_000, 10_000]}
    split = assign(Problem([5] * 10, [0] * 10, [[2, 1]], **book))
    assert explain(split, agency=0).capacity == explain(split, agency=0).cases == 4
    both = Problem([5] * 10, [0] * 10, [[2, 1]], capacity=[10, 10], max_share=[4_000, 5_000])
    with pytest.raises(Infeasible, match="10 cases, capacity 9"):
        assign(both)
