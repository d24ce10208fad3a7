"""Exchanges: every currency balances by itself, and rounding makes no money unseen."""

from datetime import date
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import ledger
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.money import LARGEST_MINOR
from marketplace.ledger import AccountKind, Entry, Journal, Rate
from tests.conftest import NOON
from tests.factories import someone
from tests.refusing import refused

DAY = date(2026, 3, 1)
CURRENCIES = ("CNY", "USD", "JPY")
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rate(quoted: str, source: str = "Bank of China") -> Rate:
    return Rate(quoted, source, DAY)


def exchange(
    sold: int, sold_in: str, bought: int, bought_in: str, at: Rate, *, key: str = "fx"
) -> Journal:
    return ledger.exchange(
        key,
        Entry(AccountKind.FEE_RECEIVABLE, None, -sold, sold_in),
        Entry(AccountKind.FEE_RECEIVABLE, None, bought, bought_in),
        at, effective_on=DAY, made_by_id=someone("pia").id, approved_by=someone("paul"),
        now=NOON,
    )  # fmt: skip


def net() -> dict[tuple[str, str], int]:
    return {
        (row.kind.value, row.currency): row.net_minor
        for row in ledger.balances()
        if row.net_minor
    }


def test_both_legs_and_where_the_rate_came_from(pia: User, paul: User) -> None:
    journal = exchange(10_000, "USD", 71_234, "CNY", rate("7.1234"))
    assert net() == {
        ("fee_receivable", "USD"): -10_000, ("fx_clearing", "USD"): 10_000,
        ("fee_receivable", "CNY"): 71_234, ("fx_clearing", "CNY"): -71_234,
    }  # fmt: skip
    assert journal.facts == {
        "rate": "7.1234", "rate_source": "Bank of China", "rate_on": "2026-03-01",
    }  # fmt: skip


def test_a_unit_beyond_the_rate_is_a_difference(pia: User, paul: User) -> None:
    exchange(1, "USD", 8, "CNY", rate("7.1234"))
    assert net()["fx_difference", "CNY"] == -1
    assert net()["fx_clearing", "CNY"] == -7


def test_minor_units_differ_between_currencies(pia: User, paul: User) -> None:
    exchange(10_000, "USD", 15_012, "JPY", rate("150.12"))
    assert ledger.bought_minor(15_012, "JPY", "USD", rate("100/15012")) == 10_000


@pytest.mark.parametrize("received", [69_999, 71_233, 71_235, 90_000])
def test_an_amount_that_the_rate_does_not_give_is_refused(
    pia: User, paul: User, received: int
) -> None:
    with refused("not what the rate gives"):
        exchange(10_000, "USD", received, "CNY", rate("7.1234"))


@pytest.mark.parametrize("quoted", ["", "0", "0/5", "5/0", "-1", "1e5", "7,1", "nan", " 7"])
def test_what_is_no_rate_is_refused(pia: User, paul: User, quoted: str) -> None:
    with refused("rate"):
        exchange(100, "USD", 1, "CNY", rate(quoted))


def test_what_is_no_exchange_is_refused(pia: User, paul: User) -> None:
    with refused("between two currencies"):
        exchange(100, "USD", 100, "USD", rate("1"))
    with refused("goes out"):
        exchange(-100, "USD", -100, "CNY", rate("1"))
    with refused("needs its source"):
        exchange(100, "USD", 100, "CNY", rate("1", " "))
    with refused("is not accepted"):
        exchange(100, "USD", 100, "XXX", rate("1"))


RATES = st.tuples(st.integers(1, 10**6), st.integers(1, 10**6))


@quick
@given(
    amount=st.integers(1, 10**9), quoted=RATES, pair=st.permutations(CURRENCIES),
    up=st.booleans(), back_up=st.booleans(),
)  # fmt: skip
def test_there_and_back_makes_no_money_but_the_difference(
    pia: User, paul: User, amount: int, quoted: tuple[int, int], pair: list[str],
    up: bool, back_up: bool,
) -> None:  # fmt: skip
    """Whoever rounds in their own favour both ways has what the difference account shows."""
    sold, bought = pair[0], pair[1]
    there, back = rate(f"{quoted[0]}/{quoted[1]}"), rate(f"{quoted[1]}/{quoted[0]}")
    exact = ledger.converted(amount, sold, bought, there)
    received = ceil(exact) if up else floor(exact)
    exact_back = ledger.converted(received, bought, sold, back)
    returned = ceil(exact_back) if back_up else floor(exact_back)
    if not received or not returned or max(received, returned) > LARGEST_MINOR:
        return  # the books take nothing of nothing, and no more than their largest amount
    with db.session.begin_nested() as undone:
        exchange(amount, sold, received, bought, there, key="there")
        exchange(received, bought, returned, sold, back, key="back")
        db.session.execute(db.text("SET CONSTRAINTS ALL IMMEDIATE"))
        left = net()
        undone.rollback()
    for currency in (sold, bought):
        assert sum(value for (_, c), value in left.items() if c == currency) == 0
    gained = returned - amount
    in_sold = Fraction(left.get(("fx_difference", sold), 0))
    in_bought = Fraction(left.get(("fx_difference", bought), 0))
    assert in_sold <= 0 >= in_bought
    assert gained + in_sold + in_bought / (exact / amount) <= 0
