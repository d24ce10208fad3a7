"""The engine finds what independent solvers find, and prices are what they say."""

import numpy as np
import pytest

import matching._engine
from matching import Infeasible, Problem, assign, conflict, verify
from tests.matching.references import (
    awkward_problem,
    changed,
    check_prices,
    min_cost_flow_value,
)


def found(problem: Problem, seed: int = 0, engine: str = "prices") -> int | None:
    try:
        split = assign(problem, seed=seed, engine=engine)  # type: ignore[arg-type]
    except Infeasible:
        return None
    assert split.gap == 0
    assert verify(problem, split.certificate).failures == ()
    return split.value


@pytest.fixture(params=[200, 0], ids=["paths", "prices"])
def _searched_above(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From how many cases on prices are searched for: both ways must be exact alone."""
    monkeypatch.setattr(matching._engine, "SMALL", request.param)


@pytest.mark.usefixtures("_searched_above")
@pytest.mark.parametrize("block", range(8))
def test_equal_to_min_cost_flow(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        problem = awkward_problem(seed)
        assert found(problem, seed) == min_cost_flow_value(problem), seed


def test_the_reference_engine_is_equal_too() -> None:
    for seed in range(300):
        problem = awkward_problem(seed, 30)
        assert found(problem, seed, "lsa") == min_cost_flow_value(problem), seed


def test_values_as_wide_as_they_may_be() -> None:
    """Near 2**53 neither floating point nor, for many agencies, 64 bits suffice."""
    for seed in range(150):
        g = np.random.default_rng(seed)
        n, k, s = int(g.integers(1, 40)), int(g.integers(1, 7)), int(g.integers(1, 4))
        problem = Problem(
            2**40 + g.integers(0, 3, n),
            g.integers(0, s, n),
            2**12 - g.integers(0, 3, (s, k)) * int(g.integers(1, 2**12)),
            capacity=g.integers(0, n + 1, k),
            retain=0 if g.random() < 0.5 else None,
        )
        if conflict(problem) is not None:
            continue
        by_prices, by_seats = assign(problem), assign(problem, engine="lsa")
        assert by_prices.gap == by_seats.gap == 0
        assert by_prices.value == by_seats.value
        assert by_prices.prices == by_seats.prices


def test_many_agencies_and_wide_values_take_python_integers() -> None:
    g = np.random.default_rng(4)
    problem = Problem(
        2**42 + g.integers(0, 9, 150),
        g.integers(0, 3, 150),
        2**10 - g.integers(0, 5, (3, 80)),
        capacity=np.full(80, 2),
    )
    assert assign(problem).value == assign(problem, engine="lsa").value


@pytest.mark.parametrize("seed", range(6))
def test_so_many_agencies_that_only_near_lines_are_searched(seed: int) -> None:
    g = np.random.default_rng(seed)
    n, k, s, regions = 900, 70, 12, 3
    problem = Problem(
        np.exp(g.normal(10, 1, n)).astype(np.int64),
        g.integers(0, s, n),
        g.integers(100, 2_000, (s, k)),
        capacity=g.integers(10, 30, k),
        minimum=g.integers(0, 5, k),
        forbidden=g.random((s, k)) < 0.4,
        retain=[None, 200][seed % 2],
        region=np.arange(s) % regions,
        region_capacity=g.integers(3, 20, (regions, k)),
    )
    split = assign(problem)
    assert split.gap == 0
    assert verify(problem, split.certificate).failures == ()
    assert split.value == assign(problem, engine="lsa").value


def test_balances_and_segments_too_wide_for_one_key() -> None:
    g = np.random.default_rng(5)
    problem = Problem(
        g.integers(0, 2**50, 500),
        g.integers(0, 9_000, 500),
        g.integers(0, 8, (9_000, 4)),
        capacity=[130, 130, 130, 130],
    )
    by_prices, by_seats = assign(problem), assign(problem, engine="lsa")
    assert (by_prices.value, by_prices.gap) == (by_seats.value, 0)


@pytest.mark.parametrize("block", range(4))
def test_price_intervals_are_what_one_seat_more_or_fewer_is_worth(block: int) -> None:
    for seed in range(60 * block, 60 * block + 60):
        problem = awkward_problem(10_000 + seed, 25)
        if problem.n_cases == 0 or conflict(problem) is not None:
            continue
        split = assign(problem)
        check_prices(split)


def test_prices_do_not_depend_on_the_seed() -> None:
    for seed in range(60):
        problem = awkward_problem(20_000 + seed, 40)
        if conflict(problem) is None:
            splits = [assign(problem, seed=s) for s in range(4)]
            assert len({(split.value, split.price, split.prices) for split in splits}) == 1


def test_a_large_book_says_why_it_cannot_be_placed() -> None:
    g = np.random.default_rng(8)
    licensed = g.random((6, 12)) < 0.5
    forbidden = ~np.repeat(licensed, 50, axis=0)
    cases = 40_000
    problem = Problem(
        g.integers(1, 10**6, cases),
        g.integers(0, 300, cases),
        g.integers(1, 10**6, (300, 12)),
        capacity=np.full(12, cases // 16),
        forbidden=forbidden,
    )
    clash = conflict(problem)
    assert clash is not None
    inside = np.isin(problem.segment, clash.segments)
    licensed_there = np.flatnonzero(~forbidden[list(clash.segments)].all(axis=0))
    assert licensed_there.tolist() == list(clash.agencies)
    assert inside.sum() == clash.cases > clash.capacity
    # Any segment less, and what is left can be placed.
    for spared in clash.segments[:: max(1, len(clash.segments) // 8)]:
        rest = inside & (problem.segment != spared)
        book = changed(problem, balance=problem.balance[rest], segment=problem.segment[rest])
        assert conflict(book) is None
