"""Reasons are consistent with the split they explain."""

import numpy as np
import pytest

from matching import Problem, assign, explain


@pytest.fixture
def problem() -> Problem:
    rng = np.random.default_rng(2)
    return Problem(
        rng.integers(100, 900, 80),
        rng.integers(0, 4, 80),
        rng.integers(10, 90, (4, 3)),
        capacity=[25, 25, 25],
        forbidden=[[False, False, True]] + [[False] * 3] * 3,
        retain=5,
    )


def test_no_case_would_rather_be_elsewhere(problem: Problem) -> None:
    split = assign(problem)
    for case in range(80):
        reason = explain(split, case=case)
        assert reason.agency == split.agency[case]
        assert reason.margin is not None
        assert reason.margin >= 0
        assert reason.runner_up != reason.agency
        assert reason.forbidden == ((2,) if problem.segment[case] == 0 else ())


def test_values_add_up(problem: Problem) -> None:
    split = assign(problem)
    by_case = sum(explain(split, case=i).value for i in range(80))
    agencies = [explain(split, agency=j) for j in range(3)]
    kept = sum(int(problem.balance[i]) * 5 for i in np.flatnonzero(split.agency == -1))
    assert by_case == split.value == kept + sum(reason.value for reason in agencies)
    assert [reason.used for reason in agencies] == [r.cases / 25 for r in agencies]


def test_a_case_without_alternative() -> None:
    split = assign(Problem([7], [0], [[3]], capacity=[1]))
    reason = explain(split, case=0)
    assert (reason.runner_up, reason.runner_up_value, reason.margin) == (None, None, None)


def test_bad_questions(problem: Problem) -> None:
    split = assign(problem)
    with pytest.raises(ValueError, match="case must lie"):
        explain(split, case=80)
    with pytest.raises(ValueError, match="agency must lie"):
        explain(split, agency=-1)
    with pytest.raises(ValueError, match="either case or agency"):
        explain(split, case=0, agency=0)  # type: ignore[call-overload]
