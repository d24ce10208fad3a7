"""Balances and debtors kept together: small books as an integer program, a proven bound."""

import numpy as np
import pytest

from matching import Infeasible, Problem, assign, verify
from tests.matching.programs import Program, termed

MIXES = (
    ("balance",),
    ("group",),
    ("balance", "group"),
    ("balance", "group", "region", "newcomer", "min_agencies"),
)


def few_segments(seed: int, cases: int, agencies: int, slack: float) -> Problem:
    """One to three segments and bounds on balances alone: whole segments tie."""
    g = np.random.default_rng(seed)
    segments = int(g.integers(1, 4))
    balance = np.rint(np.exp(g.normal(13.5, 1.1, cases))).astype(np.int64)
    share = g.dirichlet(np.full(agencies, 5.0)) * (1 + slack)
    return Problem(
        balance,
        g.integers(0, segments, cases),
        g.integers(50_000, 400_000, (segments, agencies)),
        capacity=[cases] * agencies,
        balance_capacity=np.ceil(share * balance.sum()).astype(np.int64),
    )


def check_exact(problem: Problem, seed: int) -> bool:
    """Whether the book can be placed, having checked that it is, and as well as can be."""
    best = Program(problem).solve()
    if best is None:
        with pytest.raises(Infeasible):
            assign(problem)
        return False
    split = assign(problem, seed=seed)
    assert verify(problem, split.certificate).failures == (), seed
    assert split.value <= best <= split.bound, seed
    assert best - split.value <= abs(best) * 1e-8, seed
    return True


@pytest.mark.parametrize("mix", MIXES, ids="+".join)
@pytest.mark.parametrize("block", range(3))
def test_small_books_equal_an_integer_program(mix: tuple[str, ...], block: int) -> None:
    seeds = range(block * 100, block * 100 + 100)
    assert sum(check_exact(termed(seed, mix, 12), seed) for seed in seeds) > 10


def test_few_segments_that_tie_equal_an_integer_program() -> None:
    books = [few_segments(seed, 10, 2 + seed % 2, 0.1 + seed % 5 / 4) for seed in range(100)]
    assert sum(check_exact(book, seed) for seed, book in enumerate(books)) > 50


@pytest.mark.parametrize(("seed", "slack"), [(0, 0.002), (1, 0.01), (5, 0.02)])
def test_few_segments_fill_rooms_almost_to_the_last_unit(seed: int, slack: float) -> None:
    problem = few_segments(seed, 10_000, 8, slack)
    split = assign(problem)
    assert verify(problem, split.certificate).failures == ()
    assert split.gap <= split.bound * 5e-6
    assert (assign(problem).agency == split.agency).all()
