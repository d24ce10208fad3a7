"""The eight flows of an agency and its lenders: counted by day, late by calendar, one's own."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import casework, compliance, feeds, intake, placements, reports
from marketplace.accounts import User
from marketplace.casework import Channel, Outcome, PromiseTaken
from marketplace.compliance import HoldReason
from marketplace.core.db import db
from marketplace.portfolios import Case, PortfolioStatus
from marketplace.reports import Flow, FlowDay, Standing
from tests import factories
from tests.conftest import NOON, as_user, client_of, count_queries
from tests.factories import TODAY
from tests.feeds.conftest import bring, open_feed, owing
from tests.intake.files import claims, small_month
from tests.refusing import refused_by_database

pytestmark = pytest.mark.usefixtures("app")
ZONE = "Asia/Shanghai"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
TUESDAY = datetime(2026, 3, 3, 1, tzinfo=UTC)
"""Nine in the morning in Shanghai: when the feed's first file after NOON is due."""


def flows(who: User, now: datetime = NOON + MINUTE) -> dict[str, Callable[..., FlowDay]]:
    with as_user(who):
        found = reports.flows_of(who.organisation_id, zone=ZONE, now=now)
    return {of.lender.short_code: of.on for of in found}


def counted(who: User) -> dict[str, int]:
    """Of all lenders and days, how many of each flow."""
    with as_user(who):
        found = reports.flows_of(who.organisation_id, zone=ZONE, now=NOON)
    sums: dict[str, int] = {}
    for of in found:
        for (_day, flow), cell in of.cells.items():
            if cell.items:
                sums[flow.value] = sums.get(flow.value, 0) + cell.items
    return sums


def contact(case: Case, by: User, outcome: Outcome, now: datetime) -> None:
    with as_user(by):
        asked = casework.begin_contact(case.id, Channel.SMS, by=by, now=now)
        assert asked.contact is not None, asked.decision
        db.session.flush()
        promise = PromiseTaken(5_000, TODAY + DAY) if outcome is Outcome.PROMISE else None
        casework.finish_contact(asked.contact.id, outcome, promise=promise, by=by, now=now)
        db.session.flush()


def test_each_flow_counts_on_its_day(
    clara: User, amy: User, colin: User, fang: User, aline: User
) -> None:
    of = factories.portfolio(clara, 4, status=PortfolioStatus.PLACED)
    cases = factories.cases_of(of)
    factories.placement(clara, amy, of=of, cases=cases[:3])
    feed = open_feed(clara, aline)
    with as_user(amy):
        casework.report_payment(
            cases[0].id, value_on=TODAY, amount_minor=700, reference="SAID", by=amy, now=NOON
        )
        db.session.flush()
    later = NOON + DAY
    contact(cases[1], colin, Outcome.SENT, later)
    contact(cases[2], colin, Outcome.PROMISE, later)
    factories.payment(cases[0], reference="L1", verified_by=aline, now=later)
    factories.payment(cases[3], reference="L2", now=later)  # in nobody's hands
    bring(feed, [owing(1, 900)], by=clara, now=later)
    compliance.place_hold(
        lender_id=clara.organisation_id, debtor_id=cases[0].debtor_id, note="",
        reason=HoldReason.COMPLAINT, by=clara, now=later,
    )  # fmt: skip
    factories.statement(factories.someone("pia"))
    with as_user(amy):
        intake.bring_claims(
            "claims.csv", claims(("K1", cases[0].lender_case_no, "2026-03-02", "1.00")).content,
            lender_id=clara.organisation_id, month=TODAY.replace(day=1), profile=None, by=amy,
            now=later,
        )  # fmt: skip
    on = flows(amy, later + MINUTE)["JIANGNAN"]
    monday = {flow: on(TODAY, flow).items for flow in Flow if on(TODAY, flow).items}
    assert monday == {Flow.PLACED: 3, Flow.REPORTS: 1, Flow.STATEMENTS: 1}
    tuesday = {flow: on(TODAY + DAY, flow).items for flow in Flow}
    assert tuesday == {
        Flow.PLACED: 0, Flow.RECALLED: 0, Flow.BALANCES: 1, Flow.POSTINGS: 1, Flow.REPORTS: 1,
        Flow.CONTACTS: 2, Flow.HOLDS: 1, Flow.STATEMENTS: 0,
    }  # fmt: skip
    assert on(TODAY + DAY, Flow.CONTACTS).promises == 1


def test_another_agencys_rows_never_count(amy: User, ravi: User, clara: User) -> None:
    cases = small_month()
    colin = factories.someone("colin")
    contact(cases[0], colin, Outcome.SENT, NOON)
    assert counted(amy) == {"placed": 3, "contacts": 1, "postings": 2}
    assert counted(ravi) == {"placed": 2, "postings": 1}
    with as_user(ravi):
        asked = reports.flows_of(amy.organisation_id, zone=ZONE, now=NOON)
        assert asked == [], "row-level security shows a rival no placement, so no lender"
    open_feed(clara, factories.someone("aline"))
    told = text("SELECT count(*) FROM app.feeds_told(:agency, now())")
    seen = {}
    for who in (amy, ravi, clara, factories.someone("bea")):
        with as_user(who):
            seen[who.name] = db.session.scalar(told, {"agency": amy.organisation_id})
    assert seen == {"Amy": 1, "Ravi": 0, "Clara": 1, "Bea": 0}
    with as_user(factories.someone("vera")), refused_by_database("permission denied"):
        db.session.execute(told, {"agency": amy.organisation_id})


def test_a_recall_counts_and_ends_what_the_agency_is_told_of_feeds(
    clara: User, aline: User, amy: User
) -> None:
    placed = factories.placement(clara, amy)
    open_feed(clara, aline)
    wednesday = TUESDAY + DAY
    assert flows(amy, wednesday)["JIANGNAN"](TODAY + DAY, Flow.BALANCES).standing is (
        Standing.LATE
    )
    placements.recall(placed.id, reason="sold", by=clara, now=wednesday)
    on = flows(amy, wednesday + MINUTE)["JIANGNAN"]
    assert on(TODAY + 2 * DAY, Flow.RECALLED).items == 3
    assert on(TODAY + DAY, Flow.BALANCES) == FlowDay()


def test_a_feed_is_late_by_its_calendar_and_a_file_makes_it_come_late(
    clara: User, aline: User, amy: User
) -> None:
    factories.placement(clara, amy)
    feed = open_feed(clara, aline)
    tuesday, grace = TODAY + DAY, timedelta(minutes=feed.grace_minutes)
    soon = flows(amy, TUESDAY - MINUTE)["JIANGNAN"](tuesday, Flow.BALANCES)
    assert (soon.standing, soon.due_at) == (Standing.DUE, TUESDAY)
    within = flows(amy, TUESDAY + grace - MINUTE)["JIANGNAN"](tuesday, Flow.BALANCES)
    assert within.standing is Standing.DUE
    late = flows(amy, TUESDAY + grace)["JIANGNAN"](tuesday, Flow.BALANCES)
    assert (late.items, late.standing) == (0, Standing.LATE)
    feeds.watch_feeds(now=TUESDAY + grace)
    bring(feed, [owing(1, 900)], by=clara, now=TUESDAY + grace + MINUTE)
    came = flows(amy, TUESDAY + grace + 2 * MINUTE)["JIANGNAN"](tuesday, Flow.BALANCES)
    assert (came.items, came.standing, came.due_at) == (1, Standing.CAME_LATE, TUESDAY)
    feeds.pause(feed.id, reason="moving", by=clara, now=TUESDAY + 3 * grace)
    assert flows(amy, TUESDAY + 5 * DAY)["JIANGNAN"](tuesday, Flow.BALANCES) == FlowDay()


def test_a_feed_of_somebody_elses_cases_is_not_told(
    clara: User, aline: User, amy: User, bea: User
) -> None:
    factories.placement(clara, amy)
    other = factories.portfolio(clara, 1, first=9, name="Not placed")
    open_feed(clara, aline, portfolio_id=other.id)
    assert flows(amy, TUESDAY + DAY)["JIANGNAN"](TODAY + DAY, Flow.BALANCES) == FlowDay()
    assert set(flows(amy)) == {"JIANGNAN"}, "Bohai placed nothing"


def test_an_answer_a_recall_and_a_confirmation_are_late_when_their_time_is_over(
    clara: User, amy: User, aline: User
) -> None:
    of = factories.portfolio(clara, 3, status=PortfolioStatus.PLACED)
    cases = factories.cases_of(of)
    placed = factories.placement(clara, amy, of=of, cases=cases[:1])
    offered = factories.placement(clara, amy, of=of, cases=cases[1:], accepted=False)
    factories.payment(cases[0], verified_by=aline)
    drafted = factories.statement(factories.someone("pia"))
    due = offered.answer_due_at
    waits = flows(amy, due - MINUTE)["JIANGNAN"](due.date(), Flow.PLACED)
    assert waits == FlowDay(standing=Standing.DUE, due_at=due)
    much_later = NOON + timedelta(days=200)
    first = reports.flow_days(ZONE, much_later)[-1]
    on = flows(amy, much_later)["JIANGNAN"]
    for flow in (Flow.PLACED, Flow.RECALLED):
        assert on(first, flow).standing is Standing.LATE, flow
    assert on(first, Flow.RECALLED).due_at.date() == placed.recall_due_on
    db.session.refresh(drafted)
    window = drafted.disputes_end_at
    shown = flows(amy, window + MINUTE)["JIANGNAN"](
        window.astimezone(ZoneInfo(ZONE)).date(), Flow.STATEMENTS
    )
    assert shown.standing is Standing.LATE
    with as_user(amy):
        ever = max(window, much_later) + DAY
        late = reports.flows_of(amy.organisation_id, zone=ZONE, now=ever)
    assert reports.late_flows(late) == 3


def test_the_page_and_its_file_say_the_same(
    app: Flask, clara: User, amy: User, fred: User, colin: User
) -> None:
    factories.placement(clara, amy, now=datetime.now(UTC) - DAY)
    db.session.commit()
    for who, locale, words in ((amy, "en", "Newly placed cases"), (fred, "zh", "新委案件")):
        page = client_of(app, who, locale).get("/agency/intake/flows")
        assert page.status_code == 200
        assert words in page.text
        assert page.text.count("<tr>") == 14 + 2
    rows = list(
        csv.DictReader(io.StringIO(client_of(app, amy).get("/agency/intake/flows.csv").text))
    )
    assert len(rows) == 14 * 8
    came = [row for row in rows if row["Number"] != "0"]
    assert [(row["Flow"], row["Number"]) for row in came] == [("Newly placed cases", "3")]
    assert client_of(app, clara).get("/agency/intake/flows").status_code == 404


def test_the_lender_sees_the_same_from_its_side_and_no_other_lenders(
    app: Flask, clara: User, aline: User, bea: User, amy: User, colin: User, ravi: User
) -> None:
    assert ravi.organisation.short_code == "HUAXIN"
    placed = factories.placement(clara, amy)
    other = factories.portfolio(bea, 2, first=20, status=PortfolioStatus.PLACED)
    factories.placement(bea, amy, of=other)
    open_feed(clara, aline)
    case = db.session.scalars(select(Case).where(Case.portfolio_id == placed.portfolio_id))
    contact(case.first(), colin, Outcome.SENT, NOON)
    with as_user(clara):
        (mine,) = reports.flows_of(
            amy.organisation_id, lender_id=clara.organisation_id, zone=ZONE, now=TUESDAY + DAY
        )
    same = flows(amy, TUESDAY + DAY)["JIANGNAN"]
    for day in reports.flow_days(ZONE, TUESDAY + DAY):
        assert [mine.on(day, flow) for flow in Flow] == [same(day, flow) for flow in Flow]
    assert mine.on(TODAY, Flow.PLACED).items == 3
    assert mine.on(TODAY + DAY, Flow.BALANCES).standing is Standing.LATE
    db.session.commit()
    client = client_of(app, clara)
    page = client.get("/lender/agencies/ANHENG/flows").text
    assert "From the agency" in page
    rows = csv.DictReader(io.StringIO(client.get("/lender/agencies/ANHENG/flows.csv").text))
    assert len(list(rows)) == 14 * 8
    nothing = client.get("/lender/agencies/HUAXIN/flows").text
    assert "No cases have been placed with this agency yet." in nothing
    assert client.get("/lender/agencies/JIANGNAN/flows").status_code == 404


def test_an_agency_without_lenders_is_told_so(app: Flask, ravi: User) -> None:
    db.session.commit()
    page = client_of(app, ravi).get("/agency/intake/flows").text
    assert "No lender has placed cases with you yet." in page
    assert "Look at opportunities" in page


def test_more_lenders_need_no_more_queries(amy: User, clara: User, bea: User) -> None:
    factories.placement(clara, amy)

    def ask() -> None:
        with as_user(amy):
            reports.flows_of(amy.organisation_id, zone=ZONE, now=NOON)

    one = count_queries(ask)
    of = factories.portfolio(bea, 2, first=20, status=PortfolioStatus.PLACED)
    factories.placement(bea, amy, of=of)
    assert count_queries(ask) == one
    assert set(flows(amy)) == {"JIANGNAN", "BOHAI"}
