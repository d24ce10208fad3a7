"""Following a placed book: the fan narrows, and its first band is held to account."""

from datetime import timedelta

import pytest

from marketplace import valuations
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Portfolio
from marketplace.valuations import BandCheck
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.valuations.planted import lot

START = NOON.date()
TERMS = {"cost_bps": 0, "discount_bps": 800, "commission_bps": 2500}


@pytest.fixture
def book(clara: User, amy: User) -> Portfolio:
    """Valued, and then placed as a whole; its cash of a year is in the books."""
    made = lot(clara, amy, 1, starts_on=START, cases=40)
    with as_user(clara):
        valuations.request_valuation(made.id, **TERMS, by=clara, now=NOON)
    factories.drain()
    return made


def after(book: Portfolio, months: int) -> None:
    valuations.revalue_portfolio(
        book.id, now=NOON + timedelta(days=round(months * 365 / 12) + 1)
    )


def width(valuation: valuations.Valuation) -> float:
    return (valuation.p90_minor - valuation.p10_minor) / valuation.mean_minor


def test_the_fan_narrows_as_cash_arrives(book: Portfolio) -> None:
    for month in (1, 3, 6, 9, 12):
        after(book, month)
    path = valuations.history_of(book.id)
    assert [one.months_seen for one in path] == [0, 1, 3, 6, 9, 12]
    cash = [one.cash_minor for one in path]
    assert cash == sorted(cash)
    widths = [width(one) for one in path]
    assert widths[2:] == sorted(widths[2:], reverse=True)
    assert widths[-1] == 0, "a year of cash leaves nothing to guess"
    assert path[3].figures["observed"][-1] == path[3].cash_minor
    low, high = path[3].figures["band_curve"]
    assert low[:6] == high[:6] == path[3].figures["curve"][:6], "the past is certain"
    assert valuations.latest_revaluation(book.id).months_seen == 12


def test_each_month_is_counted_once(book: Portfolio) -> None:
    after(book, 3)
    after(book, 3)
    assert len(valuations.history_of(book.id)) == 2
    assert len(valuations.checks_of(book.id)) == 1


def test_nothing_happens_before_a_month_or_a_value(
    book: Portfolio, clara: User, amy: User
) -> None:
    valuations.revalue_portfolio(book.id, now=NOON + timedelta(days=20))
    unvalued = lot(clara, amy, 2, starts_on=START, cases=5)
    after(unvalued, 3)
    assert valuations.checks_of(book.id) == []
    assert valuations.history_of(unvalued.id) == []


def test_the_band_given_is_held_against_the_cash(book: Portfolio) -> None:
    after(book, 12)
    (check,) = valuations.checks_of(book.id)
    given = valuations.latest_valuation(book.id)
    assert check.valuation_id == given.id
    assert check.months == 12
    assert check.held == (check.low_minor <= check.cash_minor <= check.high_minor)
    gross = given.figures["band_curve"]
    assert check.low_minor == pytest.approx(gross[0][-1], rel=1e-3)
    assert check.high_minor == pytest.approx(gross[1][-1], rel=1e-3)


def test_coverage_is_published_and_names_nobody(
    book: Portfolio, clara: User, bea: User
) -> None:
    after(book, 6)
    after(book, 12)
    check = valuations.checks_of(book.id)[0]
    db.session.add(
        BandCheck(
            lender_id=check.lender_id, valuation_id=valuations.history_of(book.id)[1].id,
            market="CN", months=12, low_minor=1, high_minor=2, cash_minor=3, held=False,
            checked_at=NOON,
        )
    )  # fmt: skip
    valuations.publish_coverage(now=NOON)
    valuations.publish_coverage(now=NOON)
    held = [int(one.held) for one in valuations.checks_of(book.id)]
    with as_user(bea):
        figures = valuations.published_coverage()
        assert [(row.market, row.months, row.given) for row in figures] == [
            ("CN", 6, 1), ("CN", 12, 2),
        ]  # fmt: skip
        assert sum(row.held for row in figures) == sum(held)
        assert rows_of("band_checks") == 0
    with as_user(clara):
        assert rows_of("band_checks") == 3


def test_every_night_all_placed_books_are_followed(book: Portfolio) -> None:
    now = NOON + timedelta(days=100)
    valuations.follow_portfolios(now=now)
    valuations.follow_portfolios(now=now)
    factories.drain(now)
    assert valuations.latest_revaluation(book.id).months_seen == 3
    assert [row.given for row in valuations.published_coverage()] == [1]
