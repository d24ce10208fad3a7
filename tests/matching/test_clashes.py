"""What clashes is named: it clashes alone, and none of it can be spared."""

import pytest

from matching import Problem, conflict
from tests.matching.programs import Program, termed

EVERY = ("region", "newcomer", "min_agencies", "group", "balance")


@pytest.mark.parametrize("block", range(4))
def test_a_conflict_is_real_and_minimal(block: int) -> None:
    found, seed = 0, block * 100_000
    while found < 250:
        seed += 1
        problem = termed(seed, EVERY, 8)
        clash = conflict(problem)
        if seed % 10 == 0:
            assert (clash is None) == (Program(problem).solve() is not None), seed
        if clash is None or clash.kind != "terms":
            continue
        found += 1
        assert str(clash)
        assert Program(problem, clash.terms).solve() is None, seed
        for spared in clash.terms:
            rest = [term for term in clash.terms if term != spared]
            assert Program(problem, rest).solve() is not None, (seed, spared)


def test_a_conflict_of_balances_in_words() -> None:
    problem = Problem([500], [0], [[1]], capacity=[1], balance_capacity=[499])
    clash = conflict(problem)
    assert clash is not None
    assert set(clash.terms) == {("segment", 0), ("balance_capacity", 0)}
    assert str(clash) == "1 cases in segment 0; agency 0: balance at most 499"
