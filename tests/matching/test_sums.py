"""Balances and debtors kept together: small books as an integer program, a proven bound."""

import pytest

from matching import Infeasible, assign, verify
from tests.matching.programs import Program, termed

MIXES = (
    ("balance",),
    ("group",),
    ("balance", "group"),
    ("balance", "group", "region", "newcomer", "min_agencies"),
)


@pytest.mark.parametrize("mix", MIXES, ids="+".join)
@pytest.mark.parametrize("block", range(3))
def test_small_books_equal_an_integer_program(mix: tuple[str, ...], block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        problem = termed(seed, mix, 12)
        best = Program(problem).solve()
        if best is None:
            with pytest.raises(Infeasible):
                assign(problem)
            continue
        split = assign(problem, seed=seed)
        assert verify(problem, split.certificate).failures == (), seed
        assert split.value <= best <= split.bound, seed
        assert best - split.value <= abs(best) * 1e-8, seed
