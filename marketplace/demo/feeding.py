"""The demo lender's feed of balances: one old portfolio, told of on the last two days."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from marketplace import accounts, feeds
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.demo.cast import email
from marketplace.feeds import DeliveryChannel, Feed, FeedTerms, Semantics
from marketplace.portfolios import Case, Portfolio, suggested_columns

HEADERS = (
    "案件编号", "剩余本金(元)", "利息(元)", "罚息(元)", "欠款总额(元)", "逾期天数", "基准日",
)  # fmt: skip
EVERY_DAY = range(7)


def send_balances(now: datetime) -> None:
    """A snapshot of the oldest portfolio: some has been paid since, and one case stays away."""
    manager = accounts.user_by_email(email("DEMO", "manager"))
    approver = accounts.user_by_email(email("DEMO", "approver"))
    book = db.session.scalars(
        select(Portfolio)
        .where(Portfolio.lender_id == manager.organisation_id)
        .order_by(Portfolio.id)
        .limit(1)
    ).one()
    opened = now - timedelta(days=2)
    terms = FeedTerms(
        name="核心系统余额", semantics=Semantics.SNAPSHOT, currency=book.currency,
        weekdays=EVERY_DAY, due_time=time(9), time_zone="Asia/Shanghai", portfolio_id=book.id,
        public_holidays=False,
    )  # fmt: skip
    feed = feeds.draw_up(terms, by=manager, now=opened)
    feeds.approve(feed.id, by=approver, now=opened)
    for days, first in ((2, 0), (1, 1), (0, 1)):
        cases = _cases(book)[first:]
        _deliver(feed, cases, by=manager, now=now - timedelta(days=days))
    feeds.make_key(feed.id, by=manager, now=now)


def _cases(book: Portfolio) -> list[Case]:
    """As the last file left them."""
    query = select(Case).where(Case.portfolio_id == book.id).order_by(Case.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _deliver(feed: Feed, cases: Sequence[Case], *, by: User, now: datetime) -> None:
    delivery, _new = feeds.receive(
        feed.id, f"balances_{now:%Y%m%d}.csv", _file(cases, now), channel=DeliveryChannel.HAND,
        by=by, now=now,
    )  # fmt: skip
    feeds.take_in(delivery.id, now=now)
    if delivery.reasons == ["columns_unknown"]:
        known = suggested_columns(delivery.layout)
        feeds.confirm_columns(delivery.id, known, by=by, now=now)
        feeds.take_in(delivery.id, now=now)


def _file(cases: Sequence[Case], now: datetime) -> bytes:
    """Every tenth debtor pays a tenth between two files."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    for n, case in enumerate(cases):
        paid = case.principal_minor // 10 if n % 10 == now.day % 10 else 0
        parts = (case.principal_minor - paid, case.interest_minor, case.fees_minor)
        amounts = [f"{part // 100}.{part % 100:02d}" for part in (*parts, sum(parts))]
        writer.writerow([case.lender_case_no, *amounts, case.dpd, now.date().isoformat()])
    return text.getvalue().encode()
