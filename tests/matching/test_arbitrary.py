"""Books in which every pair has a value of its own are split best, and proven so."""

from typing import Any

import pytest

from matching import Infeasible, Problem, Split, assign, conflict, verify
from tests.matching.programs import Program, termed
from tests.matching.references import (
    arbitrary_problem,
    check_prices,
    min_cost_flow_value,
)

TERMS = (("region", "newcomer"), ("min_agencies",), ("region", "newcomer", "min_agencies"))
LEAST: dict[str, dict[str, Any]] = {
    "paths": {},
    "prices": {"_engines.SMALL": 0},
    "floors": {
        "_engines.SMALL": 0,
        "_active.SAMPLE": 8,
        "_active.SIZES": (8,),
        "_active.NEAREST": 2,
        "_active.PER_COLUMN": 0,
        "_contest.CONTESTED": 2,
    },
}
"""Sizes from which on samples, prices and floors are used: each must be exact alone."""
LEAST["lots"] = {**LEAST["floors"], "_engines.CLASSES": 0}


@pytest.fixture(params=LEAST)
def _sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LEAST[request.param].items():
        monkeypatch.setattr(f"matching.{name}", value)


def checked(problem: Problem, seed: int, best: int | None) -> Split | None:
    """The split if there is to be one: worth the best, proven, and alike by either engine."""
    if best is None:
        with pytest.raises(Infeasible):
            assign(problem, seed=seed)
        return None
    split, reference = assign(problem, seed=seed), assign(problem, seed=seed, engine="lsa")
    assert split.value == best, seed
    assert verify(problem, split.certificate).failures == (), seed
    assert split.prices == reference.prices, seed
    assert split.certificate.split_file == reference.certificate.split_file, seed
    return split


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("most_cases", [8, 60, 250])
def test_equal_to_min_cost_flow(most_cases: int) -> None:
    for seed in range(80):
        problem = arbitrary_problem(seed, most_cases)
        split = checked(problem, seed, min_cost_flow_value(problem))
        assert split is None or split.gap == 0, seed


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("terms", TERMS, ids="+".join)
def test_further_terms_equal_an_integer_program(terms: tuple[str, ...]) -> None:
    proven = 0
    for seed in range(45):
        problem = termed(seed, (*terms, "case_value"), 12)
        split = checked(problem, seed, Program(problem).solve())
        if split is not None:
            assert split.gap == 0 or problem.min_agencies, seed
            proven += split.gap == 0
    assert proven > 15


@pytest.mark.usefixtures("_sizes")
def test_price_intervals_are_what_one_seat_more_or_fewer_is_worth() -> None:
    for seed in range(40):
        problem = arbitrary_problem(10_000 + seed, 25)
        if problem.n_cases and conflict(problem) is None:
            check_prices(assign(problem))
