"""A lender with placed cases and a feed that is open, and shorthands for what comes in."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from marketplace import feeds, portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.feeds import (
    DeliveryChannel,
    Feed,
    FeedDelivery,
    FeedTerms,
    Semantics,
)
from marketplace.portfolios import Case, ColumnTarget, Unit
from tests import factories
from tests.conftest import NOON, as_user
from tests.portfolios.tapes import as_csv

HEADERS = (
    "案件编号",
    "剩余本金(元)",
    "利息(元)",
    "罚息(元)",
    "欠款总额(元)",
    "逾期天数",
    "基准日",
)
MAPPING = {
    "案件编号": ColumnTarget("lender_case_no", Unit.MAJOR),
    "剩余本金(元)": ColumnTarget("principal", Unit.MAJOR),
    "利息(元)": ColumnTarget("interest", Unit.MAJOR),
    "罚息(元)": ColumnTarget("penalty_fees", Unit.MAJOR),
    "欠款总额(元)": ColumnTarget("placed_balance", Unit.MAJOR),
    "逾期天数": ColumnTarget("dpd", Unit.MAJOR),
    "基准日": ColumnTarget("balance_as_of", Unit.MAJOR),
}
TODAY = "2026-03-02"


def owing(
    n: int, principal: int, *, interest: int = 0, as_of: str = TODAY, total: int | None = None
) -> list[str]:
    """A row: the n-th case owes so many yuan."""
    whole = principal + interest if total is None else total
    return [f"C{n:06d}", str(principal), str(interest), "0", str(whole), "400", as_of]


def balances(rows: Sequence[Sequence[str]]) -> bytes:
    return as_csv(rows, headers=HEADERS)


def terms(**other: Any) -> FeedTerms:
    usual: dict[str, Any] = {
        "name": "Core banking",
        "semantics": Semantics.DELTA,
        "currency": "CNY",
        "weekdays": range(5),
        "due_time": time(9),
        "time_zone": "Asia/Shanghai",
    }
    return FeedTerms(**(usual | other))


def open_feed(lender: User, approver: User, *, now: datetime = NOON, **other: Any) -> Feed:
    """A feed that two people opened, and whose columns have been confirmed before."""
    feed = feeds.draw_up(terms(**other), by=lender, now=now)
    feeds.approve(feed.id, by=approver, now=now)
    headings = {"tables": [{"sheet": "", "headers": list(HEADERS)}]}
    feed.mapping = portfolios.require_balance_columns(MAPPING, headings, market="CN")
    feed.headers_sha256 = portfolios.headings_of(headings)
    db.session.flush()
    return feed


def bring(
    feed: Feed,
    rows: Sequence[Sequence[str]] | bytes,
    *,
    by: User,
    now: datetime = NOON,
    name: str = "balances.csv",
) -> FeedDelivery:
    """A file handed in by a person and taken in by the job."""
    content = rows if isinstance(rows, bytes) else balances(rows)
    with as_user(by):
        delivery, _new = feeds.receive(
            feed.id, name, content, channel=DeliveryChannel.HAND, by=by, now=now
        )
    feeds.take_in(delivery.id, now=now)
    db.session.refresh(delivery)
    return delivery


def case(n: int) -> Case:
    """As the database has it now."""
    found = db.session.scalars(select(Case).where(Case.lender_case_no == f"C{n:06d}")).one()
    db.session.refresh(found)
    return found


def history(n: int) -> list[tuple[int, bool]]:
    """Balance and whether it was taken, the newest first."""
    one = case(n)
    lines = portfolios.balance_lines(one.id, lender_id=one.lender_id)
    return [(line.balance_minor, line.applied) for line in lines]


@pytest.fixture
def feed(clara: User, aline: User) -> Feed:
    """Three cases of 1,000 yuan each, and a delta feed over all of them."""
    factories.portfolio(clara, 3)
    return open_feed(clara, aline)


@pytest.fixture
def snapshot(clara: User, aline: User) -> Feed:
    factories.portfolio(clara, 3)
    return open_feed(clara, aline, semantics=Semantics.SNAPSHOT)
