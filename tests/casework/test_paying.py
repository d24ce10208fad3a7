"""Payments: recorded by one, verified by another, once each, and given to who earned them."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from marketplace import casework, placements
from marketplace.accounts import User
from marketplace.casework import BadPayments, Payment, PaymentMethod, PaymentRow
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.placements import FrameworkContract, Placement
from marketplace.portfolios import Case, Portfolio
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database

LATER = NOON + timedelta(days=60)


@pytest.fixture
def placed(clara: User, amy: User) -> Placement:
    factories.papers(clara, amy, tail_days=10)
    return factories.placement(clara, amy)


@pytest.fixture
def case(placed: Placement) -> Case:
    return factories.cases_of(db.session.get(Portfolio, placed.portfolio_id))[0]


def row(case: Case, amount: int = 100, reference: str = "R1", reverses: str = "") -> PaymentRow:
    return PaymentRow(case.lender_case_no, TODAY, amount, reference, reverses)


def record(rows: list[PaymentRow], by: User) -> int:
    return casework.record_payments(rows, by=by, now=LATER)


def problems(rows: list[PaymentRow], by: User) -> list[tuple[int, str]]:
    before = rows_of("payments")
    with pytest.raises(BadPayments) as caught:
        record(rows, by)
    assert rows_of("payments") == before
    return [(line, words.sentence % words.values) for line, words in caught.value.problems]


def test_sending_a_file_twice_changes_nothing(case: Case, fang: User) -> None:
    file = [row(case), row(case, 200, "R2")]
    assert record(file, fang) == 2
    assert record(file, fang) == 0
    assert rows_of("payments") == 2


def test_a_reference_with_other_content_is_refused(case: Case, fang: User) -> None:
    record([row(case)], fang)
    assert problems([row(case, 101)], fang) == [
        (1, "The reference R1 is known with other content.")
    ]


@pytest.mark.parametrize(
    "otherwise",
    [{"value_on": TODAY + timedelta(days=1)}, {"method": PaymentMethod.SET_OFF}],
    ids=["day", "way of paying"],
)
def test_what_an_agency_told_otherwise_does_not_stand_for_the_ledger(
    case: Case, amy: User, fang: User, otherwise: dict[str, Any]
) -> None:
    """Else a set-off that it reported as voluntary would earn commission."""
    casework.report_payment(
        case.id, value_on=TODAY, amount_minor=100, reference="R1", by=amy, now=LATER
    )
    assert record([row(case)], fang) == 0
    assert problems([replace(row(case), **otherwise)], fang) == [
        (1, "The reference R1 is known with other content.")
    ]


def test_an_agency_reports_nothing_of_before_it_had_the_case(case: Case, amy: User) -> None:
    before = TODAY - timedelta(days=1)
    with refused("was not placed with you"):
        casework.report_payment(
            case.id, value_on=before, amount_minor=100, reference="R1", by=amy, now=LATER
        )
    assert rows_of("payments") == 0


@pytest.mark.parametrize(
    ("placement", "allowed"), [("placement_id", True), ("NULL", False), ("-1", False)]
)
def test_an_agency_reports_on_cases_that_it_has_by_the_database(
    case: Case, amy: User, fang: User, placement: str, *, allowed: bool
) -> None:
    """Else it could take a reference that the ledger of any lender will use."""
    record([row(case)], fang)
    told = db.text(
        "INSERT INTO payments (lender_id, agency_id, case_id, placement_id, value_on,"
        " posted_on, amount_minor, currency, source, method, ledger_ref, reported_by_id,"
        f" reported_at) SELECT lender_id, agency_id, case_id, {placement}, value_on, posted_on,"
        f" 1, currency, 'agency_report', method, 'X', {amy.id}, reported_at FROM payments"
    )
    with as_user(amy), nullcontext() if allowed else refused_by_database("row-level security"):
        db.session.execute(told)
    assert rows_of("payments") == 1 + allowed


def test_a_reference_used_twice_in_one_file_is_refused(case: Case, fang: User) -> None:
    assert problems([row(case, 100), row(case, 200)], fang) == [
        (2, "The reference R1 is used twice in this file.")
    ]
    assert record([row(case), row(case)], fang) == 1


def test_every_problem_is_listed_and_nothing_is_written(
    case: Case, fang: User, bea: User
) -> None:
    foreign = factories.portfolio(bea, 1, first=9)
    theirs = factories.cases_of(foreign)[0]
    tomorrow = PaymentRow(case.lender_case_no, LATER.date() + timedelta(days=1), 1, "R9")
    found = problems(
        [
            row(case), row(theirs, 1, "R2"), row(case, 1, ""), tomorrow, row(case, 0, "R5"),
            row(case, -5, "R6"), row(case, -5, "R7", reverses="nothing"),
        ],
        fang,
    )  # fmt: skip
    assert [line for line, _words in found] == [2, 3, 4, 5, 6, 7]
    assert found[0][1] == "There is no case C000009."


def test_a_reversal_takes_back_the_whole_payment_once(case: Case, fang: User) -> None:
    record([row(case)], fang)
    assert problems([row(case, -99, "R2", "R1")], fang)
    assert record([row(case, -100, "R2", "R1")], fang) == 1
    assert record([row(case, -100, "R2", "R1")], fang) == 0
    assert problems([row(case, -100, "R3", "R1")], fang) == [
        (1, "The payment R1 has already been reversed.")
    ]


def test_a_file_that_reverses_a_payment_twice_is_refused(case: Case, fang: User) -> None:
    record([row(case)], fang)
    assert problems([row(case, -100, "R2", "R1"), row(case, -100, "R3", "R1")], fang) == [
        (2, "The payment R1 has already been reversed.")
    ]


def test_a_reversal_stays_with_its_case_and_is_not_reversed(case: Case, fang: User) -> None:
    other = factories.cases_of(db.session.get(Portfolio, case.portfolio_id))[1]
    record([row(case)], fang)
    assert problems([row(other, -100, "R2", "R1")], fang)
    record([row(case, -100, "R2", "R1")], fang)
    assert problems([row(case, 100, "R3", "R2")], fang)


@pytest.mark.parametrize("change", ["amount_minor = 1", "case_id = case_id + 1"])
def test_a_payment_never_changes(case: Case, fang: User, change: str) -> None:
    record([row(case)], fang)
    with as_user(fang), refused_by_database("append-only"):
        db.session.execute(db.text(f"UPDATE payments SET {change}"))


def test_only_a_reversal_is_negative_by_the_database(case: Case, fang: User) -> None:
    record([row(case)], fang)
    with refused_by_database("negative_only_as_reversal"):
        db.session.execute(
            db.text(
                "INSERT INTO payments (lender_id, case_id, value_on, posted_on, amount_minor,"
                " currency, source, method, ledger_ref, reported_by_id, reported_at)"
                " SELECT lender_id, case_id, value_on, posted_on, -1, currency, source,"
                " method, 'X', reported_by_id,"
                " reported_at FROM payments"
            )
        )


def test_who_recorded_cannot_verify(case: Case, fang: User, aline: User) -> None:
    record([row(case)], fang)
    ids = casework.unverified_payments(case.lender_id)
    with refused("somebody else must verify"):
        casework.verify_payments(ids, by=fang, now=LATER)
    assert casework.unverified_by_others(by=fang) == []
    assert casework.verify_payments(ids, by=aline, now=LATER) == 1
    assert casework.verify_payments(ids, by=aline, now=LATER) == 0


def test_two_people_verify_by_the_database(case: Case, fang: User) -> None:
    record([row(case)], fang)
    with refused_by_database("two_people_verify"):
        db.session.execute(db.text("UPDATE payments SET verified_by_id = reported_by_id"))


def test_what_nobody_verified_is_withdrawn_for_good(
    case: Case, fang: User, aline: User, bea: User
) -> None:
    record([row(case), row(case, 200, "R2")], fang)
    first, second = db.session.scalars(db.select(Payment.id).order_by(Payment.id))
    with as_user(bea):
        assert casework.withdraw_payments([first], by=bea, now=LATER) == 0
    with as_user(aline):
        casework.verify_payments([second], by=aline, now=LATER)
        assert casework.withdraw_payments([first, second], by=aline, now=LATER) == 1
        assert casework.withdraw_payments([first], by=aline, now=LATER) == 0
        assert casework.verify_payments([first], by=aline, now=LATER) == 0
    assert casework.unverified_payments(case.lender_id) == []
    assert casework.unverified_by_others(by=aline) == []
    [(_, words)] = problems([row(case)], fang)
    assert words == "The payment R1 was withdrawn: record it under another reference."
    [(_, words)] = problems([row(case, -100, "R3", reverses="R1")], fang)
    assert words == "There is no payment R1 to reverse."
    with refused_by_database("payments is append-only"):
        db.session.execute(
            db.update(Payment).where(Payment.id == first).values(withdrawn_by_id=None)
        )
    with refused_by_database("payments is append-only"):
        db.session.execute(
            db.update(Payment).where(Payment.id == second).values(withdrawn_by_id=fang.id)
        )


def test_no_payment_is_both_verified_and_withdrawn_by_the_database(
    case: Case, fang: User, aline: User
) -> None:
    record([row(case)], fang)
    with refused_by_database("withdrawn_never_counts"):
        db.session.execute(
            db.update(Payment).values(withdrawn_by_id=fang.id, verified_by_id=aline.id)
        )


def test_nobody_verifies_for_another_lender(case: Case, fang: User, bea: User) -> None:
    record([row(case)], fang)
    ids = casework.unverified_payments(case.lender_id)
    assert casework.verify_payments(ids, by=bea, now=LATER) == 0


def test_cash_belongs_to_the_placement_of_its_day(
    placed: Placement, case: Case, clara: User, ravi: User
) -> None:
    """Recalled on day 30 with ten tail days; another agency begins on day 50."""
    day = timedelta(days=1)
    placements.recall(placed.id, reason="term", by=clara, now=NOON + 30 * day)
    factories.papers(clara, ravi)
    of = db.session.get(Portfolio, placed.portfolio_id)
    second = factories.placement(clara, ravi, of=of, now=NOON + 50 * day)
    owners = {
        -1: None, 0: placed.id, 30: placed.id, 40: placed.id, 41: None, 49: None,
        50: second.id, 60: second.id,
    }  # fmt: skip
    for offset, owner in owners.items():
        paid = factories.payment(
            case, reference=f"D{offset}", value_on=TODAY + offset * day, now=LATER
        )
        assert paid.placement_id == owner, offset


def test_the_tail_of_an_older_placement_beats_a_newer_one(
    placed: Placement, case: Case, clara: User, ravi: User
) -> None:
    """As in the reconciliation: of two windows that hold a day, the first to begin."""
    placements.recall(placed.id, reason="term", by=clara, now=NOON + timedelta(days=2))
    factories.papers(clara, ravi)
    of = db.session.get(Portfolio, placed.portfolio_id)
    second = factories.placement(clara, ravi, of=of, now=NOON + timedelta(days=4))
    for days, owner in ((5, placed.id), (12, placed.id), (13, second.id)):
        paid = factories.payment(
            case, reference=f"R{days}", value_on=TODAY + timedelta(days=days), now=LATER
        )
        assert paid.placement_id == owner


def test_a_placement_earns_to_the_day_on_which_its_recall_is_due(
    placed: Placement, case: Case
) -> None:
    tail = db.session.get(FrameworkContract, placed.contract_id).tail_days
    for days, owner in ((tail, placed.id), (tail + 1, None)):
        day = placed.recall_due_on + timedelta(days=days)
        paid = factories.payment(
            case, reference=f"D{days}", value_on=day, now=NOON + timedelta(days=999)
        )
        assert paid.placement_id == owner


def test_days_are_those_of_the_installation(placed: Placement, case: Case, clara: User) -> None:
    """At 23:30 in London it is the next morning in Shanghai."""
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    placements.recall(placed.id, reason="early", by=clara, now=late)
    tail = db.session.get(FrameworkContract, placed.contract_id).tail_days
    paid = factories.payment(case, value_on=date(2026, 3, 11) + timedelta(days=tail), now=LATER)
    assert paid.placement_id == placed.id
    again = factories.payment(case, reference="R2", value_on=date(2026, 3, 11), now=late)
    assert again.posted_on == date(2026, 3, 11)


def test_an_offer_that_was_declined_earns_nothing(clara: User, amy: User) -> None:
    offered = factories.placement(clara, amy, accepted=False)
    placements.decline(offered.id, reason="rates", by=amy, now=NOON)
    case = factories.cases_of(db.session.get(Portfolio, offered.portfolio_id))[0]
    assert factories.payment(case, now=LATER).placement_id is None


def test_a_reversal_falls_on_who_earned_the_payment(
    placed: Placement, case: Case, clara: User, ravi: User
) -> None:
    factories.payment(case, 100, now=LATER)
    placements.recall(placed.id, reason="term", by=clara, now=NOON + timedelta(days=20))
    factories.papers(clara, ravi)
    of = db.session.get(Portfolio, placed.portfolio_id)
    factories.placement(clara, ravi, of=of, now=NOON + timedelta(days=40))
    back = factories.payment(
        case,
        -100,
        reference="R2",
        reverses="R1",
        value_on=TODAY + timedelta(days=50),
        now=LATER,
    )
    assert (back.placement_id, back.agency_id) == (placed.id, placed.agency_id)


def test_an_agency_reports_and_its_lender_verifies(case: Case, amy: User, aline: User) -> None:
    with as_user(amy):
        reported = report(case, amy)
    assert (reported.agency_id, reported.verified_by_id) == (amy.organisation_id, None)
    with as_user(amy), refused_by_database("permission denied"):
        db.session.execute(db.text("UPDATE payments SET verified_by_id = 1"))
    assert casework.verify_payments([reported.id], by=aline, now=LATER) == 1


def test_a_report_of_what_the_lender_already_knows_is_refused_in_words(
    case: Case, fang: User, amy: User, clara: User
) -> None:
    outside = factories.add_case(
        db.session.get(Portfolio, case.portfolio_id),
        factories.debtor(clara, factories.invented(50)),
        "C50",
    )
    record([row(outside)], fang)
    with as_user(amy):
        assert rows_of("payments") == 0
        with refused("already been reported"):
            report(case, amy)
        report(case, amy, reference="R2")


def test_nobody_reports_on_a_case_they_do_not_hold(case: Case, ravi: User) -> None:
    with pytest.raises(NotFound):
        report(case, ravi)


@pytest.mark.parametrize(
    ("amount", "day", "words"),
    [(0, TODAY, "above zero"), (100, LATER.date() + timedelta(days=1), "in the future")],
)
def test_impossible_reports_are_refused(
    case: Case, amy: User, amount: int, day: date, words: str
) -> None:
    with refused(words):
        report(case, amy, amount=amount, day=day)


def test_an_agency_sees_its_own_cash_only(
    case: Case, fang: User, amy: User, ravi: User
) -> None:
    record([row(case)], fang)
    with as_user(amy):
        assert rows_of("payments") == 1
    with as_user(ravi):
        assert rows_of("payments") == 0


def report(
    case: Case, by: User, *, reference: str = "R1", amount: int = 100, day: date = TODAY
) -> Payment:
    return casework.report_payment(
        case.id, value_on=day, amount_minor=amount, reference=reference, by=by, now=LATER
    )


def test_a_payment_of_a_thousand_millions_is_refused(case: Case, fang: User) -> None:
    told = problems([row(case, 10**11), row(case, 10**11 - 1, "R2")], fang)
    assert told == [
        (1, "No payment is 1,000,000,000 or more: look whether its unit is right."),
    ]
