"""What a delivery does to the cases, and what it must not do."""

import io
from datetime import date

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import select

from marketplace import auctions, feeds, portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.feeds import DeliveryChannel, Feed, FeedAbsence, FeedIssue, Semantics
from marketplace.portfolios import Portfolio, PortfolioStatus
from tests import factories
from tests.conftest import NOON, as_user, client_of, rows_of
from tests.feeds.conftest import (
    HEADERS,
    MAPPING,
    balances,
    bring,
    case,
    history,
    open_feed,
    owing,
    terms,
)
from tests.portfolios.tapes import as_csv
from tests.refusing import refused

NEXT = "2026-03-03"
TUESDAY = NOON.replace(day=3)


def issues() -> dict[int, str]:
    rows = db.session.execute(select(FeedIssue.row, FeedIssue.kind).where(FeedIssue.rejects))
    return {row.row: row.kind for row in rows}


def test_a_balance_is_taken_with_its_history(feed: Feed, clara: User) -> None:
    delivery = bring(feed, [owing(1, 700, as_of=NEXT)], by=clara, now=TUESDAY)
    assert (delivery.status, delivery.counts["cases_taken"]) == ("applied", 1)
    assert (case(1).balance_minor, case(1).balance_as_of) == (70_000, date(2026, 3, 3))
    assert case(1).dpd == 400
    assert history(1) == [(70_000, True)]
    line = portfolios.balance_lines(case(1).id, lender_id=clara.organisation_id)[0]
    assert (line.delivery_id, line.row, line.file_sha256) == (delivery.id, 2, delivery.sha256)
    assert delivery.file_key == ""
    book = db.session.scalars(select(Portfolio)).one()
    db.session.refresh(book)
    assert book.balance_minor == 270_000


def test_a_delta_leaves_what_it_does_not_name(feed: Feed, clara: User) -> None:
    delivery = bring(feed, [owing(1, 700, as_of=NEXT)], by=clara, now=TUESDAY)
    assert "cases_absent" not in delivery.counts
    assert case(2).balance_minor == 100_000
    assert rows_of("feed_absences") == 0


def test_the_same_file_is_the_same_delivery(feed: Feed, clara: User) -> None:
    first = bring(feed, [owing(1, 700)], by=clara)
    second = bring(feed, [owing(1, 700)], by=clara)
    assert first.id == second.id
    assert len(history(1)) == 1
    feeds.take_in(first.id, now=NOON)
    assert len(history(1)) == 1


def test_an_older_file_after_a_newer_changes_no_balance(feed: Feed, clara: User) -> None:
    bring(feed, [owing(1, 700, as_of=NEXT)], by=clara, now=TUESDAY)
    older = bring(feed, [owing(1, 900, as_of="2026-03-01")], by=clara, now=TUESDAY)
    assert older.counts["cases_older"] == 1
    assert case(1).balance_minor == 70_000
    assert history(1) == [(70_000, True), (90_000, False)]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (owing(99, 500, as_of=NEXT), "unknown_case"),
        (owing(1, 1001, as_of=NEXT), "principal_rose"),
        (owing(1, 900, total=1200, as_of=NEXT), "balance_rose"),
        (owing(1, 900, as_of="2026-04-01"), "future_balance"),
        (["C000001", "x", "0", "0", "700", "400", NEXT], "bad_amount"),
        (["C000001", "-5", "0", "0", "700", "400", NEXT], "negative_amount"),
        (["C000001", "0", "30", "0", "0", "400", NEXT], "zero_amount"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_needs_an_explanation_is_told_and_not_taken(
    feed: Feed, clara: User, row: list[str], kind: str
) -> None:
    bring(feed, [row, owing(2, 900, as_of=NEXT)], by=clara, now=TUESDAY)
    assert issues() == {2: kind}
    assert case(1).balance_minor == 100_000
    assert history(1) == []
    assert case(2).balance_minor == 90_000


def test_interest_grows_by_itself(feed: Feed, clara: User) -> None:
    bring(feed, [owing(1, 1000, interest=20, as_of=NEXT)], by=clara, now=TUESDAY)
    assert (case(1).balance_minor, issues()) == (102_000, {})


def test_another_currency_is_not_taken(clara: User, aline: User) -> None:
    factories.portfolio(clara, 1)
    feed = open_feed(clara, aline, currency="USD")
    bring(feed, [owing(1, 700, as_of=NEXT)], by=clara, now=TUESDAY)
    assert issues() == {2: "currency_changed"}
    assert case(1).balance_minor == 100_000


def test_zero_is_paid_stops_contact_and_leaves_the_market(feed: Feed, clara: User) -> None:
    delivery = bring(feed, [owing(1, 0, as_of=NEXT)], by=clara, now=TUESDAY)
    assert delivery.counts["cases_paid"] == 1
    assert delivery.counts["rows_paid"] == 1
    paid = case(1)
    assert (paid.hold_flags, paid.balance_minor) == (["paid"], 100_000)
    assert paid.balance_as_of == date(2026, 3, 3)
    assert history(1) == [(0, True)]
    assert issues() == {}
    book = db.session.scalars(select(Portfolio)).one()
    assert [
        (one.reason, one.cases) for one in auctions.scrubbed(book, TUESDAY.date()).scrubs
    ] == [("paid", 1)]


def test_who_paid_does_not_owe_again_until_a_person_says_so(feed: Feed, clara: User) -> None:
    bring(feed, [owing(1, 0, as_of=NEXT)], by=clara, now=TUESDAY)
    bring(feed, [owing(1, 400, as_of="2026-03-04")], by=clara, now=NOON.replace(day=4))
    assert issues() == {2: "paid_owes_again"}
    with refused("Say why"):
        portfolios.reopen_case(case(1).id, reason=" ", by=clara, now=NOON)
    portfolios.reopen_case(case(1).id, reason="returned by the bank", by=clara, now=NOON)
    bring(feed, [owing(1, 400, as_of="2026-03-05")], by=clara, now=NOON.replace(day=5))
    assert (case(1).hold_flags, case(1).balance_minor) == ([], 40_000)


def test_absent_is_not_paid(snapshot: Feed, clara: User) -> None:
    delivery = bring(snapshot, [owing(1, 900, as_of=NEXT), owing(2, 900, as_of=NEXT)],
                     by=clara, now=TUESDAY)  # fmt: skip
    assert (delivery.counts["cases_absent"], delivery.counts["cases_absent_often"]) == (1, 0)
    assert (case(3).balance_minor, case(3).hold_flags) == (100_000, [])
    assert case(3).balance_as_of == date(2026, 3, 2)
    assert feeds.absent_since(case(3).id) == date(2026, 3, 3)
    assert feeds.absences_of(snapshot) == (1, [])
    assert factories.events("feed.cases_missing") == []


def test_absent_twice_is_for_a_person(snapshot: Feed, clara: User) -> None:
    for day in (3, 4):
        as_of, now = f"2026-03-0{day}", NOON.replace(day=day)
        bring(snapshot, [owing(1, 900, as_of=as_of), owing(2, 900, as_of=as_of)],
              by=clara, now=now)  # fmt: skip
    _total, lines = feeds.absences_of(snapshot)
    assert [(line.lender_case_no, line.times) for line in lines] == [("C000003", 2)]
    assert len(factories.events("feed.cases_missing")) == 1
    with refused("Say what became"):
        feeds.look_into(lines[0].id, note="", by=clara, now=NOON)
    feeds.look_into(lines[0].id, note="sold", by=clara, now=NOON)
    assert feeds.absences_of(snapshot)[1][0].note == "sold"
    # Back again: nothing is left to look at.
    bring(snapshot, [owing(n, 900, as_of="2026-03-05") for n in (1, 2, 3)],
          by=clara, now=NOON.replace(day=5))  # fmt: skip
    assert feeds.absences_of(snapshot) == (0, [])
    assert rows_of("feed_absences") == 1


def test_missing_twice_on_one_day_is_missing_once(snapshot: Feed, clara: User) -> None:
    for principal in (900, 800):
        bring(snapshot, [owing(1, principal, as_of=NEXT), owing(2, 900, as_of=NEXT)],
              by=clara, now=TUESDAY)  # fmt: skip
    assert db.session.scalars(select(FeedAbsence.times)).one() == 1


def test_a_row_that_cannot_be_read_is_not_absent(snapshot: Feed, clara: User) -> None:
    bad = ["C000003", "x", "0", "0", "700", "400", NEXT]
    bring(snapshot, [owing(1, 900, as_of=NEXT), owing(2, 900, as_of=NEXT), bad],
          by=clara, now=TUESDAY)  # fmt: skip
    assert rows_of("feed_absences") == 0


def test_an_older_snapshot_makes_nobody_absent(snapshot: Feed, clara: User) -> None:
    bring(snapshot, [owing(n, 900, as_of=NEXT) for n in (1, 2, 3)], by=clara, now=TUESDAY)
    bring(snapshot, [owing(n, 950, as_of="2026-03-01") for n in (1, 2)], by=clara, now=TUESDAY)
    assert rows_of("feed_absences") == 0


def test_a_snapshot_cut_short_waits_for_a_person(
    snapshot: Feed, clara: User, aline: User
) -> None:
    delivery = bring(snapshot, [owing(1, 900, as_of=NEXT)], by=clara, now=TUESDAY)
    assert (delivery.status, delivery.reasons) == ("waiting", ["mostly_absent"])
    assert case(1).balance_minor == 100_000
    with refused("Somebody else"):
        feeds.accept(delivery.id, reason="sold", by=clara, now=TUESDAY)
    feeds.accept(delivery.id, reason="two were sold", by=aline, now=TUESDAY)
    feeds.take_in(delivery.id, now=TUESDAY)
    db.session.refresh(delivery)
    assert (delivery.status, delivery.counts["cases_absent"]) == ("applied", 2)
    assert case(1).balance_minor == 90_000


def test_a_feed_of_one_portfolio_leaves_the_others_alone(clara: User, aline: User) -> None:
    book = factories.portfolio(clara, 1)
    factories.portfolio(clara, 1, first=7, name="Other")
    feed = open_feed(clara, aline, semantics=Semantics.SNAPSHOT, portfolio_id=book.id)
    bring(feed, [owing(1, 900, as_of=NEXT), owing(7, 100, as_of=NEXT)], by=clara, now=TUESDAY)
    assert issues() == {3: "unknown_case"}
    assert case(7).balance_minor == 100_000
    assert rows_of("feed_absences") == 0


def test_new_columns_wait_until_a_person_says_what_they_are(clara: User, aline: User) -> None:
    factories.portfolio(clara, 1)
    feed = feeds.draw_up(terms(), by=clara, now=NOON)
    feeds.approve(feed.id, by=aline, now=NOON)
    delivery = bring(feed, [owing(1, 700)], by=clara)
    assert (delivery.status, delivery.reasons) == ("waiting", ["columns_unknown"])
    with refused("Nothing can be taken"):
        feeds.accept(delivery.id, reason="so be it", by=aline, now=NOON)
    with refused("needed and missing"):
        feeds.confirm_columns(
            delivery.id, {k: v for k, v in MAPPING.items() if v.field != "dpd"}, by=clara,
            now=NOON,
        )  # fmt: skip
    feeds.confirm_columns(delivery.id, MAPPING, by=clara, now=NOON)
    feeds.take_in(delivery.id, now=NOON)
    assert case(1).balance_minor == 70_000
    changed = as_csv([[*owing(1, 600), "x"]], headers=(*HEADERS, "备注"))
    waits = bring(feed, changed, by=clara)
    assert (waits.status, waits.reasons) == ("waiting", ["columns_changed"])
    assert case(1).balance_minor == 70_000


def test_control_totals_that_differ_wait_for_a_second_person(
    feed: Feed, clara: User, aline: User
) -> None:
    content = _with_cover([owing(1, 700), owing(2, 800)], said=3)
    delivery = bring(feed, content, by=clara, name="balances.xlsx")
    assert (delivery.status, delivery.reasons) == ("waiting", ["control_rows"])
    assert delivery.counts["differences"]["rows"] == [3, 2]
    feeds.accept(delivery.id, reason="the cover counts a header", by=aline, now=NOON)
    feeds.take_in(delivery.id, now=NOON)
    assert case(2).balance_minor == 80_000


def _with_cover(rows: list[list[str]], *, said: int) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    cover = book.add_worksheet("封面")
    cover.write_row(0, 0, ["案件数", said])
    page = book.add_worksheet("明细")
    for i, row in enumerate([HEADERS, *rows]):
        page.write_row(i, 0, row)
    book.close()
    return stream.getvalue()


def test_a_discarded_delivery_changes_nothing_and_its_file_goes(
    snapshot: Feed, clara: User
) -> None:
    delivery = bring(snapshot, [owing(1, 900)], by=clara)
    with refused("Say why"):
        feeds.discard(delivery.id, reason="", by=clara, now=NOON)
    feeds.discard(delivery.id, reason="cut short", by=clara, now=NOON)
    assert (delivery.status, delivery.file_key) == ("discarded", "")
    with refused("does not wait"):
        feeds.accept(delivery.id, reason="x", by=clara, now=NOON)
    assert case(1).balance_minor == 100_000


def test_a_discarded_file_that_is_sent_again_is_judged_again(
    snapshot: Feed, clara: User, aline: User
) -> None:
    first = bring(snapshot, [owing(1, 900)], by=clara)
    feeds.discard(first.id, reason="cut short", by=clara, now=NOON)
    factories.drain()
    again = bring(snapshot, [owing(1, 900)], by=clara)
    assert (again.id != first.id, again.reasons) == (True, ["mostly_absent"])
    with as_user(aline):
        feeds.accept(again.id, reason="two were sold", by=aline, now=NOON)
    factories.drain()
    assert case(1).balance_minor == 90_000
    assert bring(snapshot, [owing(1, 900)], by=clara).id == again.id
    db.session.refresh(first)
    assert (first.status, first.note) == ("discarded", "cut short")


def test_columns_of_balances_that_give_no_sound_row_are_asked_again(
    app: Flask, feed: Feed, clara: User
) -> None:
    feed.mapping = feed.mapping | {
        "剩余本金(元)": feed.mapping["逾期天数"], "逾期天数": feed.mapping["剩余本金(元)"],
        "案件编号": feed.mapping["基准日"], "基准日": feed.mapping["案件编号"],
    }  # fmt: skip
    db.session.flush()
    delivery = bring(feed, [owing(1, 900)], by=clara)
    assert delivery.reasons == ["no_sound_row"]
    page = client_of(app, clara).get(f"/lender/deliveries/{delivery.code}").text
    assert "Confirm the columns" in page


def test_a_feed_that_is_not_open_takes_nothing(feed: Feed, clara: User) -> None:
    feeds.pause(feed.id, reason="moving house", by=clara, now=NOON)
    with refused("takes no deliveries"):
        bring(feed, [owing(1, 700)], by=clara)


def test_a_case_at_an_agency_keeps_its_placement(clara: User, aline: User, amy: User) -> None:
    book = factories.portfolio(clara, 2, status=PortfolioStatus.PLACED)
    factories.placement(clara, amy, of=book)
    feed = open_feed(clara, aline)
    bring(feed, [owing(1, 700, as_of=NEXT)], by=clara, now=TUESDAY)
    assert (case(1).agency_id, case(1).balance_minor) == (amy.organisation_id, 70_000)


def test_other_tenants_find_no_feed_and_deliver_to_none(
    feed: Feed, clara: User, bea: User, amy: User
) -> None:
    bring(feed, [owing(1, 700)], by=clara)
    with as_user(bea):
        for table in ("feeds", "feed_deliveries", "feed_issues", "feed_absences", "feed_keys"):
            assert rows_of(table) == 0, table
        with pytest.raises(NotFound):
            feeds.receive(
                feed.id, "x.csv", balances([owing(1, 1)]), channel=DeliveryChannel.HAND,
                by=bea, now=NOON,
            )  # fmt: skip
        with pytest.raises(NotFound):
            feeds.make_key(feed.id, by=bea, now=NOON)
    assert case(1).balance_minor == 70_000
