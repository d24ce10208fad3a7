"""Arbitrary values that are wide, equal or many: still best, and alike everywhere."""

from typing import Any

import numpy as np
import pytest

import matching._active
import matching._engines
from matching import Problem, assign, conflict, explain, verify
from tests.matching.references import (
    arbitrary_problem,
    awkward_problem,
    changed,
    min_cost_flow_value,
)


def test_no_case_would_rather_be_elsewhere() -> None:
    for seed in range(60):
        problem = arbitrary_problem(20_000 + seed, 30)
        if conflict(problem) is not None:
            continue
        split = assign(problem)
        reasons = [explain(split, case=case) for case in range(problem.n_cases)]
        assert sum(reason.value for reason in reasons) == split.value
        assert all(reason.margin is None or reason.margin >= 0 for reason in reasons)


def test_values_of_nothing_change_nothing() -> None:
    """Ties included: by segments or case by case, the lot falls alike."""
    for seed in range(100):
        problem = awkward_problem(30_000 + seed, 40)
        if problem.n_cases == 0 or conflict(problem) is not None:
            continue
        nothing = np.zeros((problem.n_cases, problem.n_agencies), dtype=np.int64)
        plain, same = assign(problem), assign(changed(problem, case_value=nothing))
        assert (same.value, same.prices) == (plain.value, plain.prices), seed
        assert same.agency.tobytes() == plain.agency.tobytes(), seed


def test_values_as_wide_as_they_may_be() -> None:
    """Near 2**53 neither floating point nor, for many agencies, 64 bits suffice."""
    for seed in range(60):
        g = np.random.default_rng(seed)
        n, k = int(g.integers(1, 40)), int(g.choice([1, 2, 5, 30]))
        wide = 2**53 - g.integers(0, 3, (n, k)) * int(g.integers(1, 2**50))
        problem = Problem(
            np.zeros(n, dtype=int),
            np.zeros(n, dtype=int),
            np.zeros((1, k), dtype=int),
            capacity=g.integers(0, n + 1, k),
            retain=0 if g.random() < 0.5 else None,
            case_value=np.where(g.random((n, k)) < 0.2, -wide, wide),
        )
        if conflict(problem) is not None:
            continue
        split, reference = assign(problem), assign(problem, engine="lsa")
        assert split.gap == reference.gap == 0
        assert (split.value, split.prices) == (reference.value, reference.prices)


def large(n: int, k: int, top: int, **given: Any) -> Problem:
    g = np.random.default_rng(n)
    return Problem(
        np.exp(g.normal(10, 1, n)).astype(int),
        g.integers(0, 50, n),
        g.integers(0, top, (50, k)),
        capacity=np.ceil(g.dirichlet(np.full(k, 4.0)) * 1.05 * n).astype(int) + 1,
        forbidden=(g.random((50, k)) < 0.3) & (np.arange(k) > 2),
        case_value=g.integers(0, 10**5 * top, (n, k), endpoint=True),
        **given,
    )


def test_a_large_book_is_exact() -> None:
    regions = {"region": np.arange(50) % 4, "region_capacity": np.full((4, 12), 1_200)}
    few = {
        "newcomer": np.arange(12) > 9,
        "newcomer_share": 1_100,
        "min_share": [200] + [0] * 11,
    }
    problem = large(40_000, 12, 500, retain=0, **regions, **few)
    split = assign(problem)
    assert split.gap == 0
    assert verify(problem, split.certificate).failures == ()
    assert max(map(max, split.region_price)) > 0


@pytest.mark.parametrize("top", [0, 2], ids=["all equal", "three values"])
@pytest.mark.parametrize("wide", [1, 2**50])
def test_a_large_book_of_equals_is_exact_and_drawn_by_lot(top: int, wide: int) -> None:
    """With few values, told apart by lots; with wide ones there is no room for lots."""
    n, k, g = 8_000, 20, np.random.default_rng(1)
    problem = Problem(
        np.zeros(n, dtype=int),
        np.zeros(n, dtype=int),
        np.zeros((1, k), dtype=int),
        capacity=np.full(k, n // k + 5),
        case_value=g.integers(0, top, (n, k), endpoint=True) * wide,
    )
    split = assign(problem, seed=1)
    assert split.gap == 0
    assert verify(problem, split.certificate).failures == ()
    assert assign(problem, seed=1).agency.tobytes() == split.agency.tobytes()
    assert assign(problem, seed=2).agency.tobytes() != split.agency.tobytes()


def test_equals_are_told_apart_without_losing_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching._engines, "SMALL", 0)
    monkeypatch.setattr(matching._active, "NEAREST", 4)
    monkeypatch.setattr(matching._active, "PER_COLUMN", 0)
    for seed in range(40):
        g = np.random.default_rng(seed)
        n, k = int(g.integers(50, 200)), int(g.integers(2, 7))
        problem = Problem(
            np.zeros(n, dtype=int),
            g.integers(0, 3, n),
            np.zeros((3, k), dtype=int),
            capacity=g.integers(n // k, 2 * n // k, k) + 1,
            minimum=g.integers(0, n // k, k) // 2,
            case_value=g.integers(0, int(g.integers(1, 4)), (n, k), endpoint=True),
            retain=0 if g.random() < 0.3 else None,
        )
        split, best = assign(problem, seed=seed), min_cost_flow_value(problem)
        assert (split.value, split.gap) == (best, 0), seed
        assert (
            split.agency.tobytes() == assign(problem, seed=seed, engine="lsa").agency.tobytes()
        )


def test_debtors_of_one_case_each_are_no_groups() -> None:
    for seed in range(40):
        problem = arbitrary_problem(50_000 + seed, 30)
        if conflict(problem) is not None:
            continue
        numbers = np.random.default_rng(seed).permutation(problem.n_cases)
        plain, alone = assign(problem), assign(changed(problem, group=numbers))
        assert (alone.value, alone.gap, alone.prices) == (plain.value, 0, plain.prices)
        assert alone.agency.tobytes() == plain.agency.tobytes()
