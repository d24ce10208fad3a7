"""Histograms of a portfolio: every case in one bin, the bins in order."""

from collections import Counter
from datetime import date

import numpy as np
import pytest

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import spreading
from tests import factories
from tests.conftest import as_user


@pytest.mark.parametrize("currency", ["CNY", "JPY"])
def test_every_case_is_in_the_bin_of_its_value(clara: User, currency: str) -> None:
    book = factories.portfolio(clara, 40, currency=currency)
    rng = np.random.default_rng(1)
    units = 1 if currency == "JPY" else 100
    cases = factories.cases_of(book)
    for n, case in enumerate(cases):
        case.balance_minor = int(10 ** rng.uniform(2, 7)) * units
        case.dpd = int(rng.integers(0, 2_500))
        case.score = int(rng.integers(300, 850)) if n % 3 else None
        case.opened_on = date(2015 + n % 5, 1, 1) if n % 4 else None
    with as_user(clara):
        db.session.flush()
        found = portfolios.spread_of(book.id, currency)
    for bins in found.values():
        assert sum(one.cases for one in bins) == 40
        assert sum(one.balance_minor for one in bins) == sum(c.balance_minor for c in cases)
    sizes = Counter(
        np.searchsorted(spreading.SIZES, [c.balance_minor // units for c in cases], "right")
    )
    low = min(sizes)
    assert [one.cases for one in found["size"]] == [
        sizes.get(at, 0) for at in range(low, max(sizes) + 1)
    ]
    days = Counter(np.searchsorted(spreading.DAYS, [c.dpd for c in cases], "right"))
    assert {one.cases for one in found["days"] if one.cases} == set(days.values())
    assert found["score"][0].label == ""
    assert found["score"][0].cases == sum(c.score is None for c in cases)
    assert [one.label for one in found["vintage"]] == ["", *map(str, range(2015, 2020))]


def test_a_portfolio_without_cases_has_no_bins(clara: User) -> None:
    book = factories.portfolio(clara, 0)
    with as_user(clara):
        assert set(map(len, portfolios.spread_of(book.id, "CNY").values())) == {0}
