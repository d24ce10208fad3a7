"""Offering, answering, releasing and recalling a placement."""

from datetime import UTC, datetime, time, timedelta

import pytest

from marketplace import casework, placements
from marketplace.accounts import User
from marketplace.casework import Channel, Outcome, PromiseTaken
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.placements import OfferClosed, Placement, PlacementStatus
from marketplace.portfolios import Case, Portfolio, PortfolioStatus
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.refusing import refused, refused_by_database


@pytest.fixture
def portfolio(clara: User) -> Portfolio:
    return factories.portfolio(clara, 5, status=PortfolioStatus.PLACED)


@pytest.fixture
def offered(clara: User, amy: User, portfolio: Portfolio) -> Placement:
    lot = factories.cases_of(portfolio)[:2]
    return factories.placement(clara, amy, of=portfolio, cases=lot, accepted=False)


@pytest.fixture
def accepted(offered: Placement, amy: User) -> Placement:
    placements.accept(offered.id, by=amy, now=NOON)
    factories.release(offered)
    return offered


def test_an_offer_counts_its_cases_and_their_balance(offered: Placement) -> None:
    assert (offered.cases, offered.balance_minor) == (2, 200_000)


def test_only_its_own_cases_are_released(
    accepted: Placement, portfolio: Portfolio, amy: User, ravi: User
) -> None:
    held = [case.agency_id for case in factories.cases_of(portfolio)]
    assert held.count(amy.organisation_id) == 2
    assert held.count(None) == 3
    with as_user(amy):
        assert (rows_of("cases"), rows_of("debtors")) == (2, 2)
    with as_user(ravi):
        assert (rows_of("cases"), rows_of("debtors")) == (0, 0)


def test_nothing_is_visible_before_the_acceptance(offered: Placement, amy: User) -> None:
    with as_user(amy):
        assert (rows_of("cases"), rows_of("debtors")) == (0, 0)


def test_the_worker_releases_what_was_accepted(offered: Placement, amy: User) -> None:
    placements.accept(offered.id, by=amy, now=NOON)
    factories.drain()
    with as_user(amy):
        assert rows_of("cases") == 2


def test_releasing_again_changes_nothing(accepted: Placement, amy: User) -> None:
    factories.release(accepted)
    with as_user(amy):
        assert rows_of("cases") == 2


def test_a_recall_before_the_release_leaves_nothing_to_release(
    offered: Placement, clara: User, amy: User
) -> None:
    placements.accept(offered.id, by=amy, now=NOON)
    placements.recall(offered.id, reason="second thoughts", by=clara, now=NOON)
    factories.drain()
    with as_user(amy):
        assert rows_of("cases") == 0


def test_an_offer_is_answered_once(accepted: Placement, amy: User) -> None:
    with refused("already been answered", kind=OfferClosed):
        placements.accept(accepted.id, by=amy, now=NOON)
    with refused("already been answered", kind=OfferClosed):
        placements.decline(accepted.id, reason="rates", by=amy, now=NOON)


def test_an_offer_is_answered_in_time(offered: Placement, amy: User) -> None:
    with refused("time to answer", kind=OfferClosed):
        placements.accept(offered.id, by=amy, now=offered.answer_due_at)
    placements.accept(offered.id, by=amy, now=offered.answer_due_at - timedelta(seconds=1))


def test_declining_frees_the_cases(
    offered: Placement, clara: User, amy: User, ravi: User
) -> None:
    placements.decline(offered.id, reason="capacity", by=amy, now=NOON)
    assert (offered.status, offered.decline_reason) == (PlacementStatus.DECLINED, "capacity")
    again = factories.placement(
        clara, ravi, of=db.session.get(Portfolio, offered.portfolio_id), accepted=False
    )
    assert again.cases == 5


def test_declining_takes_one_of_the_reasons(offered: Placement, amy: User) -> None:
    with refused("Choose a reason"):
        placements.decline(offered.id, reason="mood", by=amy, now=NOON)


def test_a_case_is_with_one_agency_at_a_time(
    accepted: Placement, clara: User, ravi: User, portfolio: Portfolio
) -> None:
    factories.papers(clara, ravi)
    with refused_by_database("one_agency_at_a_time"):
        factories.placement(clara, ravi, of=portfolio, accepted=False)


def test_a_recall_stops_contact_at_once(
    accepted: Placement, portfolio: Portfolio, clara: User, colin: User
) -> None:
    case = held_case(accepted)
    assert casework.begin_contact(case.id, Channel.CALL, by=colin, now=NOON).decision.allowed
    placements.recall(accepted.id, reason="complaints", by=clara, now=NOON)
    factories.read_again(Case)
    request = casework.begin_contact(case.id, Channel.CALL, by=colin, now=NOON)
    assert request.contact is None
    assert [block.rule_id for block in request.decision.blocks] == ["PLACEMENT"]
    with as_user(colin):
        assert rows_of("cases") == 0
        with pytest.raises(NotFound):
            casework.case_page(case.code, by=colin)


def test_a_recall_closes_the_promises(accepted: Placement, clara: User, colin: User) -> None:
    case = held_case(accepted)
    contact = casework.begin_contact(case.id, Channel.CALL, by=colin, now=NOON).contact
    promise = PromiseTaken(5_000, NOON.date())
    casework.finish_contact(contact.id, Outcome.PROMISE, promise=promise, by=colin, now=NOON)
    placements.recall(accepted.id, reason="term", by=clara, now=NOON)
    factories.drain()
    assert db.session.scalars(db.select(casework.Promise.open)).all() == [False]


def test_a_recall_happens_once_and_says_why(accepted: Placement, clara: User) -> None:
    with refused("needs a reason"):
        placements.recall(accepted.id, reason=" ", by=clara, now=NOON)
    placements.recall(accepted.id, reason="term", by=clara, now=NOON)
    with refused("already ended", kind=OfferClosed):
        placements.recall(accepted.id, reason="term", by=clara, now=NOON)


def test_foreign_placements_are_not_found(
    offered: Placement, clara: User, bea: User, ravi: User
) -> None:
    for stranger in (ravi, bea, clara):
        with pytest.raises(NotFound):
            placements.accept(offered.id, by=stranger, now=NOON)
        with pytest.raises(NotFound):
            placements.decline(offered.id, reason="rates", by=stranger, now=NOON)
    for stranger in (ravi, bea):
        with pytest.raises(NotFound):
            placements.recall(offered.id, reason="no", by=stranger, now=NOON)
        with pytest.raises(NotFound):
            placements.owned_placement(offered.code, organisation_id=stranger.organisation_id)


def test_the_rates_are_listed_by_cell(offered: Placement) -> None:
    (line,) = placements.rate_lines(offered)
    assert (line.rate_bps, line.cases, line.balance_minor) == (2000, 2, 200_000)


def held_case(placement: Placement) -> Case:
    return db.session.scalars(
        db.select(Case).where(Case.agency_id == placement.agency_id).order_by(Case.id)
    ).first()


def test_a_placement_ends_with_its_last_day(clara: User, amy: User, ravi: User) -> None:
    placed = factories.placement(clara, amy)
    due = placed.recall_due_on
    last = datetime.combine(due, time(15, 59), UTC)  # 23:59 in Shanghai
    placements.end_due(now=last)
    assert placed.status is PlacementStatus.ACCEPTED
    placements.end_due(now=last + timedelta(minutes=1))
    db.session.refresh(placed)
    assert placed.status is PlacementStatus.RECALLED
    assert placed.ended_at == datetime.combine(due, time(16), UTC) - timedelta.resolution
    with as_user(amy):
        assert rows_of("cases") == 0
    placements.end_due(now=last + timedelta(days=9))
    told = db.session.execute(
        db.text("SELECT count(*) FROM audit_events WHERE action = 'placement.recalled'")
    )
    assert told.scalar_one() == 1
