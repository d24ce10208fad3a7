"""Regions, newcomers, and a least number of agencies: as good as an integer program's best."""

import numpy as np
import pytest

from matching import Infeasible, Problem, assign, marginal_values, verify
from matching._exploration import drawn
from tests.matching.programs import Program, termed
from tests.matching.references import changed

COUNTED = ("region", "newcomer")


@pytest.mark.parametrize("block", range(5))
def test_regions_and_newcomers_are_exact(block: int) -> None:
    for seed in range(block * 200, block * 200 + 200):
        problem = termed(seed, COUNTED, 24)
        best = Program(problem).solve()
        if best is None:
            with pytest.raises(Infeasible):
                assign(problem)
            continue
        split = assign(problem, seed=seed)
        assert (split.value, split.gap) == (best, 0), seed
        assert verify(problem, split.certificate).failures == (), seed
        assert verify(split.certificate.problem(), split.certificate), seed


@pytest.mark.parametrize("block", range(4))
def test_enough_agencies_have_a_case(block: int) -> None:
    proven = 0
    for seed in range(block * 150, block * 150 + 150):
        problem = termed(seed, ("min_agencies", *COUNTED[: seed % 3]))
        best = Program(problem).solve()
        if best is None:
            with pytest.raises(Infeasible):
                assign(problem)
            continue
        split = assign(problem, seed=seed)
        assert split.value == best <= split.bound, seed
        assert verify(problem, split.certificate).failures == (), seed
        proven += split.gap == 0
    assert proven > 60


def test_an_agency_may_lose_its_only_case_to_the_lot() -> None:
    # In-house is as good for every case: some lots leave the agency without one.
    for seed in range(50):
        problem = Problem(
            [5, 5, 5], [0, 1, 1], [[0], [0]], capacity=[3], forbidden=[[True], [False]],
            retain=0, min_agencies=1,
        )  # fmt: skip
        split = assign(problem, seed=seed)
        assert (split.agency == 0).any()
        assert verify(problem, split.certificate), seed


def test_a_region_binds_where_the_agency_does_not() -> None:
    book = {"region": [0, 1], "region_capacity": [[1, 9], [9, 9]], "capacity": [9, 9]}
    problem = Problem([100, 300, 500], [0, 0, 1], [[5, 1], [5, 1]], **book)
    split = assign(problem)
    assert split.agency.tolist() == [1, 0, 0]
    assert split.price == (0, 0)
    # One more case of region 0 with agency 0 would add 100 * (5 - 1).
    assert split.region_price == ((400, 0), (0, 0))


def test_the_newcomers_share_costs_what_its_price_says() -> None:
    problem = Problem(
        [100, 300],
        [0, 0],
        [[5, 1]],
        capacity=[2, 2],
        newcomer=[False, True],
        newcomer_share=5_000,
    )
    split = assign(problem)
    assert split.agency.tolist() == [1, 0]
    assert split.newcomer_price == -1_200
    assert split.value == 1_600


def test_a_large_book_with_regions_is_exact() -> None:
    g = np.random.default_rng(3)
    n, k, s, r = 20_000, 8, 60, 5
    region = g.integers(0, r, s)
    problem = Problem(
        np.exp(g.normal(10, 1, n)).astype(int),
        g.integers(0, s, n),
        g.integers(100, 2_000, (s, k)),
        capacity=np.full(k, n // k + 50),
        region=region,
        region_capacity=g.integers(n // (r * k), n // k, (r, k)),
        newcomer=np.arange(k) < 2,
        newcomer_share=2_400,
        retain=0,
    )
    split = assign(problem)
    assert split.gap == 0
    assert verify(problem, split.certificate).failures == ()


@pytest.mark.parametrize("terms", [("min_agencies",), ("exploration", "newcomer")])
def test_marginal_values_keep_to_the_terms(terms: tuple[str, ...]) -> None:
    compared = 0
    for seed in range(7_000, 7_150):
        problem = termed(seed, terms)
        try:
            split = assign(problem, seed=seed)
        except Infeasible:
            continue
        lot = drawn(problem, seed, split.attempt)
        for j, value in enumerate(marginal_values(split)):
            rest = Program(without(problem, j)).solve(pinned=np.where(lot == j, -1, lot))
            assert value == (None if rest is None else split.value - rest), seed
            compared += value is not None
    assert compared > 100


def without(problem: Problem, agency: int) -> Problem:
    """The same book where one agency may have nothing and need not have anything."""
    here = np.arange(problem.n_agencies) == agency
    return changed(
        problem,
        capacity=np.where(here, 0, problem.capacity),
        minimum=np.where(here, 0, problem.minimum),
        forbidden=problem.forbidden | here,
    )
