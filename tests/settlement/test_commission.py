"""The arithmetic of commission: whole units that add up, whatever the payments."""

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import BPS, apportion, divide_half_away, share_bps
from marketplace.settlement import commission

AMOUNTS = st.integers(-(10**12), 10**12)
RATES = st.sampled_from([1, 333, 1000, 2250, 2500, 3333, 10_000])
PAYMENTS = st.lists(st.tuples(AMOUNTS, RATES), max_size=30)


@given(AMOUNTS, st.integers(1, 10**6))
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(abs(numerator), denominator)
    expected = floor(exact + Fraction(1, 2))
    assert divide_half_away(numerator, denominator) == (
        expected if numerator > 0 else -expected
    )


@given(st.lists(AMOUNTS, max_size=30), st.integers(1, 10**6))
def test_parts_add_up_and_stay_within_one_of_their_fraction(
    numerators: list[int], denominator: int
) -> None:
    parts = apportion(numerators, denominator)
    assert sum(parts) == divide_half_away(sum(numerators), denominator)
    for part, numerator in zip(parts, numerators, strict=True):
        assert abs(part - Fraction(numerator, denominator)) < 1


@given(PAYMENTS)
def test_commission_adds_up_per_rate_also_with_reversals(
    payments: list[tuple[int, int]],
) -> None:
    earned = commission([(i, *payment) for i, payment in enumerate(payments)])
    assert sorted((line.payment_id, line.gross_minor, line.rate_bps) for line in earned) == [
        (i, *payment) for i, payment in enumerate(payments)
    ]
    for rate in {rate for _amount, rate in payments}:
        lines = [line for line in earned if line.rate_bps == rate]
        total = sum(line.gross_minor for line in lines)
        assert sum(line.commission_minor for line in lines) == share_bps(total, rate)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), RATES)
def test_payments_that_are_all_taken_back_earn_nothing(amounts: list[int], rate: int) -> None:
    lines = [*amounts, *(-amount for amount in amounts)]
    earned = commission([(i, amount, rate) for i, amount in enumerate(lines)])
    assert sum(line.commission_minor for line in earned) == 0


@given(PAYMENTS)
def test_no_line_is_far_from_its_own_share(payments: list[tuple[int, int]]) -> None:
    for line in commission([(i, *payment) for i, payment in enumerate(payments)]):
        exact = Fraction(line.gross_minor * line.rate_bps, BPS)
        assert abs(line.commission_minor - exact) < 1


def test_a_large_payment_beside_its_near_reversal_earns_its_own_rate() -> None:
    earned = commission([(1, 1000, 2500), (2, -998, 2500)])
    assert [line.commission_minor for line in earned] == [250, -249]


def test_equal_remainders_favour_the_earlier_line() -> None:
    earned = commission([(i, 10, 2500) for i in range(4)])
    assert [line.commission_minor for line in earned] == [3, 3, 2, 2]
