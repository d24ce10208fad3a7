"""Payments by feed: told once, kept in their months, what changed or went away is told."""

import io
import os
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import casework, feeds, intake, ledger
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.feeds import (
    PICK_UP,
    Contents,
    DeliveryChannel,
    Feed,
    FeedDelivery,
    FeedTerms,
    Semantics,
)
from marketplace.intake import Batch, Line
from marketplace.portfolios import ColumnTarget, PortfolioStatus, Unit, headings_of
from marketplace.reactions import run
from tests import factories
from tests.conftest import NOON, SYSTEM, TestBrowser, as_user, client_of
from tests.intake.files import bank, bring, placed, table
from tests.intake.files import ledger as ledger_file
from tests.refusing import refused

HEADINGS = ("案件编号", "还款日期", "还款金额(元)", "交易流水号", "冲正原流水号")
COLUMNS = {
    "案件编号": ColumnTarget("lender_case_no"),
    "还款日期": ColumnTarget("value_date"),
    "还款金额(元)": ColumnTarget("amount"),
    "交易流水号": ColumnTarget("ledger_ref"),
    "冲正原流水号": ColumnTarget("reverses_ref"),
}
TODAY = NOON.replace(day=6)
FIRST = ("C000001", "2026-03-03", "100.00", "R1")
SECOND = ("C000002", "2026-03-04", "50.00", "R2")


def terms(**other: object) -> FeedTerms:
    usual: dict = {
        "name": "Core payments", "semantics": Semantics.DELTA, "currency": "CNY",
        "weekdays": range(7), "due_time": time(9), "time_zone": "Asia/Shanghai",
        "contents": Contents.PAYMENTS, "public_holidays": False,
    }  # fmt: skip
    return FeedTerms(**(usual | other))


def payments(*rows: Sequence[str]) -> bytes:
    return table(HEADINGS, [[*row, *[""] * (5 - len(row))] for row in rows])


def deliver(feed: Feed, *rows: Sequence[str], now=TODAY, content: bytes | None = None):
    by = factories.someone("clara")
    with as_user(by):
        delivery, _new = feeds.receive(
            feed.id, "payments.csv", content or payments(*rows),
            channel=DeliveryChannel.HAND, by=by, now=now,
        )  # fmt: skip
    factories.drain(now)
    db.session.refresh(delivery)
    return delivery


def opened(**other: object) -> Feed:
    feed = feeds.draw_up(terms(**other), by=factories.someone("clara"), now=NOON)
    feeds.approve(feed.id, by=factories.someone("aline"), now=NOON)
    feed.mapping = feeds.require_payment_columns(COLUMNS)
    feed.headers_sha256 = headings_of({"tables": [{"headers": list(HEADINGS)}]})
    db.session.flush()
    return feed


def headed(heading: str, field: str, *, confirmed: bool = True) -> Feed:
    """An open feed whose files have one more column."""
    feed = opened()
    columns = COLUMNS | {heading: ColumnTarget(field)}
    feed.mapping = feeds.require_payment_columns(columns)
    known = headings_of({"tables": [{"headers": list(columns)}]})
    feed.headers_sha256 = known if confirmed else None
    db.session.flush()
    return feed


@pytest.fixture
def feed(clara: User, aline: User) -> Feed:
    placed()
    return opened()


def told() -> list[tuple[str, str, int]]:
    rows = db.session.execute(
        select(Line.reference, Line.month_start, Line.amount_minor).order_by(Line.id)
    )
    return [(row.reference, f"{row.month_start:%Y-%m}", row.amount_minor) for row in rows]


def kinds(delivery: FeedDelivery) -> dict[str, int]:
    return feeds.issues_of(delivery).by_kind


def test_the_first_file_waits_for_its_columns_and_is_then_taken(clara: User, aline: User):
    placed()
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.approve(feed.id, by=aline, now=NOON)
    delivery = deliver(feed, FIRST)
    assert delivery.reasons == ["columns_unknown"]
    suggested = {name: one["field"] for name, one in delivery.layout["mapping"].items()}
    assert suggested == {name: target.field for name, target in COLUMNS.items()}
    with as_user(clara):
        feeds.confirm_columns(delivery.id, COLUMNS, by=clara, now=TODAY)
    factories.drain(TODAY)
    db.session.refresh(delivery)
    assert (delivery.status, delivery.counts["months"]) == ("applied", ["2026-03"])
    assert told() == [("R1", "2026-03", 10_000)]


def test_yen_have_no_cents(clara: User, aline: User) -> None:
    of = factories.portfolio(clara, 2, status=PortfolioStatus.PLACED, currency="JPY")
    factories.placement(clara, factories.someone("amy"), of=of)
    feed = opened(currency="JPY")
    assert deliver(feed, ("C000001", "2026-03-03", "5000", "R1")).status == "applied"
    bad = deliver(feed, ("C000001", "2026-03-03", "5000.50", "R2"))
    assert (bad.status, bad.reasons) == ("waiting", ["unreadable"])
    assert "payments.csv:2: “5000.50” is not an amount" in str(bad.failure)
    bring(bank(("还款 C000001", "2026-03-03", "5000")))
    amounts = db.session.execute(select(Line.amount_minor, Line.currency)).all()
    assert {tuple(row) for row in amounts} == {(5_000, "JPY")}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("C000001", "0001-01-01", "1.00", "R1"), "“0001-01-01” is not a date between"),
        (("C000001", "2026-03-03", "9" * 20, "R1"), "is not an amount"),
        (("C000001", "2026-03-03", "1e400", "R1"), "is not an amount"),
    ],
)
def test_what_cannot_be_waits_with_its_line(
    feed: Feed, row: tuple[str, str, str, str], words: str
) -> None:
    delivery = deliver(feed, row)
    assert delivery.reasons == ["unreadable"]
    assert "payments.csv:2" in str(delivery.failure)
    assert words in str(delivery.failure)


@pytest.mark.parametrize("place", [HEADINGS[1], FIRST[3]])
def test_a_nul_is_refused_at_the_door(feed: Feed, place: str) -> None:
    content = payments(FIRST).replace(place.encode(), b"x\0")
    line = 1 if place in HEADINGS else 2
    with refused(f"payments.csv:{line} holds characters that no text has"):
        deliver(feed, content=content)


def test_a_wrong_column_that_was_confirmed_can_be_said_again(
    app: Flask, clara: User, aline: User
) -> None:
    placed()
    bring(ledger_file(("C000003", "2026-03-02", "5.00", "H1")))
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.approve(feed.id, by=aline, now=NOON)
    delivery = deliver(feed, FIRST)
    wrong = COLUMNS | {"案件编号": ColumnTarget("debtor_key"), "冲正原流水号": ColumnTarget("")}
    with as_user(clara):
        feeds.confirm_columns(delivery.id, wrong, by=clara, now=TODAY)
    factories.drain(TODAY)
    db.session.refresh(delivery)
    assert delivery.reasons == ["unreadable"]
    where = f"/lender/deliveries/{delivery.code}"
    manager = client_of(app, clara)
    page = manager.get(where).text
    assert "months are kept by" in page
    form = page.split(f'action="{where}/columns"')[1].split("</form>")[0]
    assert '<option value="debtor_key" selected>' in form
    assert form.count(" selected>") == 4 + len(HEADINGS), "as it was confirmed, and units"
    said = {f"field-{i}": COLUMNS[name].field for i, name in enumerate(HEADINGS)}
    assert manager.post(f"{where}/columns", data=said).status_code == 303
    with acting(SYSTEM):
        factories.drain(TODAY)
        db.session.refresh(delivery)
        assert (delivery.status, delivery.note) == ("applied", "")
        assert told()[-1] == ("R1", "2026-03", 10_000)


def test_what_was_discarded_and_is_sent_again_is_judged_again(feed: Feed, clara: User) -> None:
    first = deliver(feed, ("C000001", "2026-03-03", "much", "R1"))
    assert first.status == "waiting"
    with as_user(clara):
        feeds.discard(first.id, reason="wrong export", by=clara, now=TODAY)
    factories.drain(TODAY)
    again = deliver(feed, ("C000001", "2026-03-03", "much", "R1"))
    assert (again.id != first.id, again.status) == (True, "waiting")
    assert deliver(feed, ("C000001", "2026-03-03", "much", "R1")).id == again.id
    db.session.refresh(first)
    assert (first.status, first.note) == ("discarded", "wrong export")


@pytest.mark.parametrize("lacking", ["lender_case_no", "value_date", "amount", "ledger_ref"])
def test_columns_without_which_nothing_is_told(clara: User, aline: User, lacking: str):
    placed()
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.approve(feed.id, by=aline, now=NOON)
    delivery = deliver(feed, FIRST)
    without = {n: t for n, t in COLUMNS.items() if t.field != lacking}
    with refused("needed and missing"):
        feeds.confirm_columns(delivery.id, without, by=clara, now=TODAY)
    twice = COLUMNS | {"冲正原流水号": ColumnTarget("amount")}
    with refused("Several columns"):
        feeds.confirm_columns(delivery.id, twice, by=clara, now=TODAY)
    thousands = COLUMNS | {"还款金额(元)": ColumnTarget("amount", Unit.TEN_THOUSAND)}
    with refused("to the cent"):
        feeds.confirm_columns(delivery.id, thousands, by=clara, now=TODAY)


def test_a_delta_tells_what_is_new_once(feed: Feed) -> None:
    assert deliver(feed, FIRST).counts["lines_new"] == 1
    second = deliver(feed, FIRST, SECOND, now=TODAY + timedelta(days=1))
    assert (second.counts["lines_new"], second.counts["lines_known"]) == (1, 1)
    assert told() == [("R1", "2026-03", 10_000), ("R2", "2026-03", 5_000)]
    third = deliver(feed, ("C000003", "2026-03-07", "1.00", "R3"), now=TODAY + timedelta(2))
    assert (third.status, kinds(third)) == ("applied", {})


def test_a_day_without_payments_answers_for_its_moment(feed: Feed) -> None:
    before = feed.covered_to_at
    delivery = deliver(feed)
    assert (delivery.status, delivery.counts["lines_new"]) == ("applied", 0)
    assert db.session.get_one(Feed, feed.id).covered_to_at > before
    assert told() == []


def test_a_file_over_two_months_goes_into_both(feed: Feed) -> None:
    deliver(feed, ("C000001", "2026-02-27", "10.00", "R0"), FIRST)
    assert told() == [("R0", "2026-02", 1_000), ("R1", "2026-03", 10_000)]
    months = select(Batch.month_start).order_by(Batch.month_start)
    assert list(db.session.scalars(months)) == [date(2026, 2, 1), date(2026, 3, 1)]


def test_what_belongs_to_a_closed_month_goes_into_the_open_one(
    feed: Feed, pia: User, paul: User
) -> None:
    february = date(2026, 2, 1)
    with as_user(pia):
        ledger.propose_close(february, by=pia, now=TODAY)
    with as_user(paul):
        ledger.close_period(february, by=paul, now=TODAY)
    deliver(feed, ("C000001", "2026-02-27", "10.00", "R0"))
    assert told() == [("R0", "2026-03", 1_000)]


def test_another_payment_under_a_known_reference_waits_and_changes_nothing(
    feed: Feed, aline: User
) -> None:
    deliver(feed, FIRST)
    other = ("C000001", "2026-03-03", "900.00", "R1")
    delivery = deliver(feed, other, SECOND, now=TODAY + timedelta(days=1))
    assert (delivery.status, delivery.reasons) == ("waiting", ["payments_changed"])
    assert kinds(delivery) == {"payment_changed": 1}
    assert len(told()) == 1
    with as_user(aline):
        feeds.accept(delivery.id, reason="asked", by=aline, now=TODAY + timedelta(days=1))
    factories.drain(TODAY + timedelta(days=1))
    assert told() == [("R1", "2026-03", 10_000), ("R2", "2026-03", 5_000)]


def test_absent_from_a_snapshot_is_told_and_not_undone(clara: User, aline: User) -> None:
    placed()
    feed = opened(semantics=Semantics.SNAPSHOT)
    deliver(feed, FIRST, SECOND)
    delivery = deliver(feed, SECOND, now=TODAY + timedelta(days=1))
    assert delivery.reasons == ["payments_gone"]
    page = feeds.issues_of(delivery)
    assert [(one.kind, one.row, one.value_masked) for one in page.lines] == [
        ("payment_gone", 2, "R1")
    ]
    assert len(told()) == 2


def test_payments_of_others_are_not_missed_by_a_snapshot(clara: User, aline: User) -> None:
    placed()
    bring(ledger_file(("C000003", "2026-03-02", "5.00", "H1")))
    feed = opened(semantics=Semantics.SNAPSHOT)
    assert deliver(feed, FIRST).status == "applied"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("C000001", "2026-03-03", "hundred", "R1"), "not an amount"),
        (("C000001", "3 March", "1.00", "R1"), "not a date"),
        (("C000001", "2026-03-03", "1.005", "R1"), "not an amount"),
        (("C000001", "2026-03-03", "0.00", "R1"), "amount is zero"),
        (("C000001", "2026-03-03", "1.00", ""), "reference is empty"),
        (("", "2026-03-03", "1.00", "R1"), "is empty"),
    ],
)
def test_one_bad_line_and_nothing_is_kept(feed: Feed, row: tuple[str, ...], words: str) -> None:
    delivery = deliver(feed, SECOND, row)
    assert (delivery.status, delivery.reasons) == ("waiting", ["unreadable"])
    assert words in str(delivery.failure)
    assert "payments.csv:3" in str(delivery.failure)
    assert told() == []


def test_other_headings_wait(feed: Feed) -> None:
    delivery = deliver(feed, content=table([*HEADINGS, "柜员"], [[*FIRST, "", "7"]]))
    assert delivery.reasons == ["columns_changed"]


def test_a_fed_payment_meets_its_bank_entry_and_is_verified_by_a_colleague(
    feed: Feed, aline: User
) -> None:
    deliver(feed, FIRST)
    bring(bank(("还款 C000001", "2026-03-03", "100.00")))
    state = intake.month_state(factories.someone("clara").organisation_id, date(2026, 3, 1))
    assert state is not None
    paid = db.session.scalars(select(casework.Payment)).all()
    assert [(one.amount_minor, one.verified_at) for one in paid] == [(10_000, None)]


def test_what_a_feed_tells_cannot_be_changed(feed: Feed, clara: User) -> None:
    with refused("cannot be changed"):
        feeds.change(
            feed.id, terms(contents=Contents.BALANCES), feed.version, by=clara, now=TODAY
        )


def test_a_lender_kept_by_customer_number_is_not_mixed(clara: User, aline: User) -> None:
    placed()
    bring(ledger_file(("C000003", "2026-03-02", "5.00", "H1")))
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.approve(feed.id, by=aline, now=NOON)
    delivery = deliver(feed, FIRST)
    by_customer = COLUMNS | {"案件编号": ColumnTarget("debtor_key")}
    feeds.confirm_columns(delivery.id, by_customer, by=clara, now=TODAY)
    factories.drain(TODAY)
    db.session.refresh(delivery)
    assert (delivery.reasons, "case number" in str(delivery.failure)) == (["unreadable"], True)


def test_the_plain_file_of_a_person_still_fits_after_a_feed(feed: Feed) -> None:
    deliver(feed, FIRST)
    bring(ledger_file(("C000003", "2026-03-02", "5.00", "H1")))
    assert {one[0] for one in told()} == {"R1", "H1"}


def test_on_screen(app: Flask, clara: User, aline: User) -> None:
    placed()
    manager, approver = client_of(app, clara), client_of(app, aline)
    form = {
        "name": "Core payments", "semantics": "delta", "currency": "CNY", "portfolio": "",
        "weekday": ["0", "1", "2", "3", "4"], "due_time": "18:30", "time_zone": "Asia/Shanghai",
        "grace_minutes": "30", "days_off": "", "days_on": "",
    }  # fmt: skip
    unsaid = manager.post("/lender/feeds/", data=form)
    assert unsaid.status_code == 422
    assert "balances or payments" in unsaid.text
    where = manager.post("/lender/feeds/", data=form | {"contents": "payments"}).headers[
        "Location"
    ]
    code = where.rpartition("/")[2]
    assert "Payments (ledger lines)" in manager.get(where).text
    assert approver.post(f"/lender/feeds/{code}/approve").status_code == 303
    sent = manager.post(
        f"/lender/feeds/{code}/deliveries",
        data={"file": (io.BytesIO(payments(FIRST)), "payments.csv")},
    )
    factories.drain()
    page = sent.headers["Location"]
    assert "Ledger reference" in manager.get(page).text
    chosen = {f"field-{i}": target.field for i, target in enumerate(COLUMNS.values())}
    chosen |= {f"unit-{i}": "major" for i in range(5)}
    assert manager.post(f"{page}/columns", data=chosen).status_code == 303
    factories.drain()
    shown = manager.get(page).text
    assert "Told otherwise before" in shown
    assert "/lender/intake/2026-03/" in shown
    with acting(SYSTEM):
        assert len(told()) == 1


def test_a_program_delivers_payments(app: Flask, feed: Feed, clara: User) -> None:
    key = feeds.make_key(feed.id, by=clara, now=NOON)[1]
    answer = TestBrowser(app).post(
        f"/api/feeds/{feed.code}/deliveries", data=payments(FIRST),
        headers={"Authorization": f"Bearer {key}", "X-Filename": "p.csv"},
    )  # fmt: skip
    assert answer.status_code == 201
    with acting(SYSTEM):
        factories.drain()
        assert told() == [("R1", "2026-03", 10_000)]


def test_a_folder_takes_payments_and_puts_aside_what_has_no_headings(
    feed: Feed, folder: Path
) -> None:
    incoming = folder / feed.code / "incoming"
    incoming.mkdir(parents=True)
    for name, content in (("p.csv", payments(FIRST)), ("q.csv", b"\n1,2\n")):
        (incoming / name).write_bytes(content)
        os.utime(incoming / name, (NOON.timestamp(), NOON.timestamp()))
    for _look in range(2):
        run(PICK_UP, lambda: TODAY)
        factories.drain(TODAY)
    assert told() == [("R1", "2026-03", 10_000)]
    assert list(incoming.iterdir()) == []
    assert "no headings" in (incoming.parent / "refused" / "q.csv.txt").read_text()
