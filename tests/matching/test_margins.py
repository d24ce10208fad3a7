"""Marginal values and winning rates are what a solution from scratch says."""

from collections.abc import Callable

import numpy as np
import pytest

import matching._engine
import matching._engines
from matching import Problem, assign, conflict, explain, marginal_values, would_have_won
from tests.matching.references import (
    arbitrary_problem,
    awkward_problem,
    changed,
    min_cost_flow_value,
)

Books = Callable[[int, int], Problem]
books = pytest.mark.parametrize("books", [awkward_problem, arbitrary_problem])


def feasible(books: Books, seeds: range, most_cases: int = 25) -> list[Problem]:
    problems = [books(seed, most_cases) for seed in seeds]
    return [problem for problem in problems if conflict(problem) is None]


@books
@pytest.mark.parametrize("small", [200, 0])
def test_marginal_values(books: Books, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching._engine, "SMALL", small)
    monkeypatch.setattr(matching._engines, "SMALL", small)
    for problem in feasible(books, range(30_000, 30_120)):
        split = assign(problem)
        for j, value in enumerate(marginal_values(split)):
            capacity, minimum = problem.capacity.copy(), problem.minimum.copy()
            capacity[j] = minimum[j] = 0
            rest = min_cost_flow_value(changed(problem, capacity=capacity, minimum=minimum))
            assert value == (None if rest is None else split.value - rest)


@books
def test_capacity_times_price_is_no_more_than_the_marginal_value(books: Books) -> None:
    strict = 0
    for problem in feasible(books, range(31_000, 31_060)):
        split = assign(problem)
        for j, value in enumerate(marginal_values(split)):
            low = split.prices[0][j]
            if value is not None and low is not None and problem.minimum[j] == 0:
                assert int(problem.capacity[j]) * low <= value
                strict += int(problem.capacity[j]) * low < value
    assert strict


@books
def test_the_winning_rate_is_where_the_split_changes(books: Books) -> None:
    asked = won = 0
    for problem in feasible(books, range(32_000, 32_200), 15):
        if problem.value_rate.max(initial=0) > 10**4 or problem.n_cases == 0:
            continue
        split, g = assign(problem), np.random.default_rng(problem.n_cases)
        segment, agency = (
            int(g.integers(problem.n_segments)),
            int(g.integers(problem.n_agencies)),
        )
        rate = would_have_won(split, agency, segment)
        asked += 1
        mine = (problem.segment == segment) & (split.agency == agency)
        held, now = int(problem.balance[mine].sum()), int(problem.value_rate[segment, agency])

        def gain(
            r: int,
            problem: Problem = problem,
            where: tuple[int, int] = (segment, agency),
            line: tuple[int, int, int] = (split.value, now, held),
        ) -> int:
            rates = problem.value_rate.copy()
            rates[where] = r
            best = min_cost_flow_value(changed(problem, value_rate=rates))
            assert best is not None
            value, now, held = line
            return best - value - (r - now) * held

        if rate is None:
            assert gain(now + 10**6) == 0
        else:
            won += 1
            assert gain(rate) > 0 == gain(rate - 1)
            rates = problem.value_rate.copy()
            rates[segment, agency] = rate
            after = assign(changed(problem, value_rate=rates))
            inside = (problem.segment == segment) & (after.agency == agency)
            assert problem.balance[inside].sum() > held
    assert asked > 40
    assert won > 15


def test_nothing_to_win() -> None:
    split = assign(Problem([100], [0], [[5, 4]], capacity=[1, 0]))
    assert would_have_won(split, 0, 0) is None
    assert would_have_won(split, 1, 0) is None
    barred = Problem([100], [0], [[5, 4]], capacity=[1, 1], forbidden=[[False, True]])
    assert would_have_won(assign(barred), 1, 0) is None
    with pytest.raises(ValueError, match="agency"):
        would_have_won(split, 2, 0)
    with pytest.raises(ValueError, match="segment"):
        would_have_won(split, 0, 1)


def test_empty_book_has_no_margins() -> None:
    assert marginal_values(assign(Problem([], [], [[1, 2]], capacity=[1, 1]))) == (0, 0)


def test_reasons_name_the_prices() -> None:
    split = assign(Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1]))
    case, agency = explain(split, case=0), explain(split, agency=1)
    assert (case.runner_up, case.runner_up_value, case.runner_up_price) == (1, 900, 400)
    assert case.margin == 500 - (900 - 400)
    assert (agency.price_low, agency.price, agency.price_high) == (400, 400, 1_200)
