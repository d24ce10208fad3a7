"""Splits are best, obey every constraint, and are the same every time."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from matching import Infeasible, Problem, Split, assign, conflict, verify
from tests.matching.references import awkward_problem, changed


def brute_force(problem: Problem) -> int | None:
    """Best value by trying everything; None if nothing is feasible."""
    k = problem.n_agencies
    choices = range(k) if problem.retain is None else range(-1, k)
    best: int | None = None
    for picks in product(choices, repeat=problem.n_cases):
        count = [picks.count(j) for j in range(k)]
        if any(c > m for c, m in zip(count, problem.capacity, strict=True)):
            continue
        if any(c < m for c, m in zip(count, problem.minimum, strict=True)):
            continue
        total = 0
        for i, j in enumerate(picks):
            s, b = int(problem.segment[i]), int(problem.balance[i])
            if j >= 0 and problem.forbidden[s, j]:
                break
            total += (
                b * int(problem.retain or 0)
                if j < 0
                else b * int(problem.value_rate[s, j]) + int(problem.value_base[s, j])
            )
        else:
            best = total if best is None else max(best, total)
    return best


def small_problem(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    n, k, s = rng.integers(0, 6), rng.integers(1, 4), rng.integers(1, 4)
    capacity = rng.integers(0, 5, k)
    return Problem(
        rng.integers(0, 4, n),
        rng.integers(0, s, n),
        rng.integers(-2, 5, (s, k)),
        capacity=capacity,
        minimum=np.minimum(rng.integers(0, 3, k) * rng.integers(0, 2), capacity),
        forbidden=rng.random((s, k)) < 0.25,
        retain=None if rng.random() < 0.5 else int(rng.integers(-1, 4)),
        value_base=rng.integers(-3, 3, (s, k)),
    )


def book(
    n: int, k: int, s: int, *, seed: int = 0, slack: float = 1.1, **kwargs: Any
) -> Problem:
    rng = np.random.default_rng(seed)
    return Problem(
        np.exp(rng.normal(10, 1, n)).astype(int),
        rng.integers(0, s, n),
        rng.integers(100, 2_000, (s, k)),
        capacity=np.full(k, int(n * slack / k) + 1),
        forbidden=rng.random((s, k)) < 0.15,
        **kwargs,
    )


def check_constraints(problem: Problem, split: Split) -> None:
    placed = split.agency >= 0
    used = np.bincount(split.agency[placed], minlength=problem.n_agencies)
    assert (used <= problem.capacity).all()
    assert (used >= problem.minimum).all()
    assert not problem.forbidden[problem.segment[placed], split.agency[placed]].any()
    assert problem.retain is not None or placed.all()


@pytest.mark.parametrize("seed", range(400))
def test_small_books_are_split_best(seed: int) -> None:
    problem = small_problem(seed)
    best = brute_force(problem)
    if best is None:
        with pytest.raises(Infeasible):
            assign(problem)
        return
    split = assign(problem, seed=seed)
    check_constraints(problem, split)
    assert (split.value, split.bound, split.gap) == (best, best, 0)
    assert verify(problem, split.certificate).failures == ()


@pytest.mark.parametrize("retain", [None, 600])
@pytest.mark.parametrize("slack", [1.0, 1.3])
def test_prices_and_seats_find_the_same_value(retain: int | None, slack: float) -> None:
    problem = book(900, 6, 20, slack=slack, retain=retain, minimum=np.full(6, 40))
    by_prices, by_seats = assign(problem, seed=3), assign(problem, seed=3, engine="lsa")
    assert (by_prices.engine, by_seats.engine) == ("prices", "lsa")
    for split in (by_prices, by_seats):
        check_constraints(problem, split)
        assert split.gap == 0
        assert verify(problem, split.certificate).failures == ()
    assert by_prices.value == by_seats.value
    assert by_prices.prices == by_seats.prices


def test_a_large_book_is_split_case_by_case_with_proof() -> None:
    problem = book(60_000, 15, 40, slack=1.05, minimum=np.full(15, 1_000))
    split = assign(problem)
    check_constraints(problem, split)
    assert split.gap == 0
    assert verify(problem, split.certificate).failures == ()


def test_the_reference_is_for_small_books() -> None:
    with pytest.raises(ValueError, match="at most 10000"):
        assign(book(10_001, 2, 2), engine="lsa")


def test_same_seed_same_bytes() -> None:
    for problem in (book(300, 4, 6), book(2_000, 4, 6)):
        first, second = assign(problem, seed=7), assign(problem, seed=7)
        assert first.agency.tobytes() == second.agency.tobytes()
        assert first.certificate == second.certificate
        assert first.certificate.digest == second.certificate.digest


def test_ties_are_settled_by_the_seeded_lottery() -> None:
    problem = Problem([5] * 8, [0] * 8, [[1, 1]], capacity=[4, 4])
    splits = {tuple(assign(problem, seed=seed).agency) for seed in range(10)}
    assert len(splits) > 1


def test_seats_are_not_laid_out_for_idle_capacity() -> None:
    problem = book(800, 100, 10, slack=100.0)
    assert assign(problem).gap == 0


def test_totals_do_not_overflow() -> None:
    problem = Problem([2**50] * 2_000, [0] * 2_000, [[8]], capacity=[2_000])
    for split in (assign(problem), assign(problem, engine="lsa")):
        assert split.value == split.bound == 2_000 * 2**53
        assert verify(problem, split.certificate)


def test_empty_book() -> None:
    split = assign(Problem([], [], [[1, 2]], capacity=[1, 1]))
    assert split.agency.shape == (0,)
    assert (split.value, split.gap) == (0, 0)


def test_nothing_worth_placing_is_retained() -> None:
    split = assign(Problem([10, 10], [0, 0], [[-1]], capacity=[2], retain=0))
    assert split.agency.tolist() == [-1, -1]


def test_prices_are_those_of_capacity() -> None:
    problem = Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1])
    split = assign(problem)
    assert split.price == (0, 400)
    # One more seat would add 400; one fewer would cost 1,200.
    assert split.prices == ((0, 400), (0, 1_200))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"balance": [1.0, 2.0]}, "balance"),
        ({"balance": [float("nan"), 1]}, "balance"),
        ({"balance": [-1, 2]}, "balance"),
        ({"balance": [[1, 2]]}, "balance"),
        ({"balance": [True, False]}, "balance"),
        ({"balance": [2**70, 1]}, "balance"),
        ({"balance": np.array([2**63 + 5, 1], dtype=np.uint64)}, "balance"),
        ({"segment": [0]}, "segment"),
        ({"segment": [0, 2]}, "segment"),
        ({"segment": [0, -1]}, "segment"),
        ({"value_rate": [[], []]}, "no agency"),
        ({"value_rate": [1, 2]}, "value_rate"),
        ({"value_rate": [[2**52], [2**52]]}, r"2\*\*53"),
        ({"capacity": [-1]}, "capacity"),
        ({"capacity": [1, 1]}, "capacity"),
        ({"minimum": [3]}, "minimum"),
        ({"minimum": [-1]}, "minimum"),
        ({"forbidden": [[0], [1]]}, "forbidden"),
        ({"forbidden": [[True]]}, "forbidden"),
        ({"retain": 0.5}, "retain"),
        ({"retain": True}, "retain"),
        ({"value_base": [[1]]}, "value_base"),
        ({"labels": ["a", "b"]}, "labels"),
        ({"labels": "a"}, "labels"),
    ],
)
def test_bad_problems_are_refused_by_name(changes: dict[str, Any], named: str) -> None:
    good: dict[str, Any] = {
        "balance": [1, 9],
        "segment": [0, 1],
        "value_rate": [[1], [2]],
        "capacity": [2],
    }
    Problem(**good)
    with pytest.raises(ValueError, match=named):
        Problem(**{**good, **changes})


def test_problems_are_immutable() -> None:
    problem = Problem([1], [0], [[1]], capacity=[1])
    with pytest.raises(AttributeError):
        problem.retain = 3  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        problem.balance[0] = 5


@pytest.mark.parametrize(
    "arguments", [{"seed": -1}, {"seed": 1.5}, {"seed": True}, {"engine": "blocks"}]
)
def test_bad_arguments_of_assign(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        assign(Problem([1], [0], [[1]], capacity=[1]), **arguments)


@pytest.mark.parametrize("seed", range(300))
def test_conflicts_are_real_and_minimal(seed: int) -> None:
    problem = small_problem(seed)
    clash = conflict(problem)
    assert (clash is None) == (brute_force(problem) is not None)
    if clash is None:
        return
    licensed = ~problem.forbidden
    cases = np.bincount(problem.segment, minlength=problem.n_segments)
    if clash.kind == "capacity":
        members, demand, supply, link = clash.segments, cases, problem.capacity, licensed
        assert (clash.cases, clash.capacity) == (
            cases[list(members)].sum(),
            problem.capacity[list(clash.agencies)].sum(),
        )
        assert clash.cases > clash.capacity
    else:
        members, demand, supply, link = clash.agencies, problem.minimum, cases, licensed.T
        assert clash.minimum > clash.cases
    # Exhaustively: no proper subset clashes.
    for chosen in product([False, True], repeat=len(members)):
        subset = [m for m, keep in zip(members, chosen, strict=True) if keep]
        reach = link[subset].any(axis=0)
        assert all(chosen) or demand[subset].sum() <= supply[reach].sum()


def test_conflict_in_words() -> None:
    problem = Problem([1] * 3, [0] * 3, [[1, 1]], capacity=[2, 9], forbidden=[[False, True]])
    with pytest.raises(Infeasible, match="3 cases, capacity 2") as refusal:
        assign(problem)
    assert refusal.value.conflict.segments == (0,)
    short = Problem([1], [0], [[1]], capacity=[2], minimum=[2], retain=0)
    with pytest.raises(Infeasible, match="minimum lots 2, only 1 cases"):
        assign(short)


def test_among_equals_every_way_of_solving_chooses_alike() -> None:
    """Ties are everywhere here; neither the engine nor the memory's layout may show."""
    apart = 0
    for seed in range(200):
        problem = awkward_problem(70_000 + seed, 40)
        if problem.n_cases == 0 or conflict(problem) is not None:
            continue
        laid_out = changed(
            problem,
            balance=np.repeat(problem.balance, 2)[::2],
            value_rate=np.asfortranarray(problem.value_rate),
            forbidden=np.asfortranarray(problem.forbidden)[:, ::1],
        )
        splits = [
            assign(problem, seed=seed),
            assign(problem, seed=seed, engine="lsa"),
            assign(laid_out, seed=seed),
        ]
        assert len({split.agency.tobytes() for split in splits}) == 1, seed
        assert len({split.certificate.split_file for split in splits}) == 1
        apart += assign(problem, seed=seed + 1).agency.tobytes() != splits[0].agency.tobytes()
    assert apart > 30
