"""Terms bind once both sides agree; scores count once nobody contests them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from marketplace import casework, checks, ledger, placements, settlement
from marketplace.accounts import User
from marketplace.casework import Channel
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.placements import FrameworkContract, Placement, Rail
from marketplace.portfolios import Case, Portfolio
from marketplace.settlement import (
    BadTable,
    CommissionTerms,
    QualityScore,
    RateBasis,
    Statement,
    StatementStatus,
    TierMode,
)
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database

END = TODAY + timedelta(days=30)
LATER = END + timedelta(days=30)
TIERED: dict[str, Any] = {
    "scale": [{"tiers": [[3_000, 2_500], [None, 1_800]]}],
    "tier_mode": TierMode.WHOLE,
}


@pytest.fixture
def cases(clara: User, amy: User) -> list[Case]:
    placed = factories.placement(clara, amy, rate_bps=2_000)
    return factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))


@pytest.fixture
def contract(cases: list[Case]) -> FrameworkContract:
    return db.session.scalars(db.select(FrameworkContract)).one()


def proposed(contract: FrameworkContract, by: User, **given: Any) -> CommissionTerms:
    usual: dict[str, Any] = {"valid_from": TODAY, "basis": RateBasis.PLACEMENT}
    return settlement.propose_terms(contract.id, **(usual | given), by=by, now=NOON)


def paid_and_scored(case: Case, amy: User, clara: User, aline: User) -> QualityScore:
    """100.00 come in, of whose commission results earn 70 %; conduct is given half marks."""
    placed = db.session.scalars(db.select(Placement)).one()
    placed.result_weight_bps = 7_000
    factories.payment(case, 10_000, reference="A", verified_by=aline)
    return settlement.score_quality(
        amy.organisation_id, TODAY, 5_000, source="Sample of 40 calls", by=clara, now=NOON
    )


def approved(of: Statement, fred: User, fang: User, paul: User) -> Statement:
    settlement.confirm(of.id, by=fred, now=NOON)
    settlement.confirm(of.id, by=fang, now=NOON)
    return settlement.approve(of.id, by=paul, now=NOON)


def approved_for_stripe(statement: Statement, fred: User, fang: User, paul: User) -> Statement:
    """Approved as one that Stripe carries, though nothing is set up there."""
    for by in (fred, fang):
        settlement.confirm(statement.id, by=by, now=NOON)
    statement.status, statement.rail = StatementStatus.APPROVED, Rail.STRIPE
    statement.approved_by_id, statement.approved_at = paul.id, NOON
    db.session.flush()
    return statement


def test_terms_count_once_the_agency_agrees(
    contract: FrameworkContract,
    cases: list[Case],
    clara: User,
    amy: User,
    aline: User,
    pia: User,
) -> None:
    terms = proposed(contract, clara, **TIERED)
    assert settlement.agreed_terms(contract.id) == []
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    factories.payment(cases[0], 2_000, reference="A", verified_by=aline)
    factories.payment(cases[1], 2_000, reference="B", verified_by=aline)
    drafted = factories.statement(pia)
    # 4,000 in all lie in the second tier, and the whole of it has that rate.
    assert (drafted.gross_minor, drafted.commission_minor) == (4_000, 720)
    lines = settlement.line_rows(drafted)
    assert {(line.rate_bps, line.terms_version) for line in lines} == {(1_800, 1)}


def test_crossing_a_tier_later_makes_up_the_difference(
    contract: FrameworkContract, cases: list[Case], clara: User, amy: User, aline: User,
    fred: User, fang: User, pia: User, paul: User,
) -> None:  # fmt: skip
    settlement.agree_to_terms(proposed(contract, clara, **TIERED).id, by=amy, now=NOON)
    factories.payment(cases[0], 2_000, reference="A", verified_by=aline)
    first = approved(factories.statement(pia), fred, fang, paul)
    assert first.commission_minor == 500
    factories.payment(
        cases[1],
        2_000,
        reference="B",
        value_on=END,
        verified_by=aline,
        now=NOON + timedelta(days=40),
    )
    second = factories.statement(pia, start=END, end=LATER)
    assert (second.gross_minor, second.commission_minor) == (2_000, 360 - 140)
    kinds = [(line.kind.value, line.commission_minor) for line in settlement.line_rows(second)]
    assert sorted(kinds) == [("payment", 360), ("true_up", -140)]


def test_what_is_held_back_is_released_once(
    contract: FrameworkContract, cases: list[Case], clara: User, amy: User, aline: User,
    fred: User, fang: User, pia: User, paul: User,
) -> None:  # fmt: skip
    terms = proposed(contract, clara, holdback_bps=1_000, holdback_days=30)
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    factories.payment(cases[0], 10_000, reference="A", verified_by=aline)
    first = approved(factories.statement(pia), fred, fang, paul)
    assert (first.commission_minor, first.holdback_minor, first.earned_minor) == (
        2_000,
        200,
        1_800,
    )
    later = NOON + timedelta(days=70)
    factories.payment(
        cases[1], 10_000, reference="B", value_on=END, verified_by=aline, now=later
    )
    second = factories.statement(pia, start=END, end=LATER)
    assert (second.released_minor, second.holdback_minor) == (200, 200)
    told = [(str(one.name), one.lines) for one in _sums(second)]
    assert ("Released from earlier statements", 1) in told
    settlement.cancel(second.id, reason="again", by=pia, now=NOON)
    assert [(str(one.name), one.lines) for one in _sums(second)] == told, "as it was"
    third = factories.statement(pia, start=END, end=LATER)
    assert third.released_minor == 200
    approved(third, fred, fang, paul)
    factories.payment(
        cases[2], 10_000, reference="C", value_on=LATER, verified_by=aline,
        now=NOON + timedelta(days=100),
    )  # fmt: skip
    fourth = factories.statement(pia, start=LATER, end=LATER + timedelta(days=30))
    assert fourth.released_minor == 200, "of the third; the first was released before"


def _sums(of: Statement) -> list[Any]:
    return settlement.sums_by_kind(of, settlement.line_rows(of))


def test_what_was_held_back_waits_no_longer_than_was_agreed_then(
    contract: FrameworkContract, cases: list[Case], clara: User, amy: User, aline: User,
    fred: User, fang: User, pia: User, paul: User,
) -> None:  # fmt: skip
    terms = proposed(contract, clara, holdback_bps=1_000, holdback_days=30)
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    factories.payment(cases[0], 10_000, reference="A", verified_by=aline)
    approved(factories.statement(pia), fred, fang, paul)
    longer = proposed(contract, clara, holdback_bps=1_000, holdback_days=300, valid_from=END)
    settlement.agree_to_terms(longer.id, by=amy, now=NOON + timedelta(days=1))
    assert settlement.due_statements(LATER - timedelta(days=1)) == []
    assert len(settlement.due_statements(LATER)) == 1
    last = factories.statement(pia, start=END, end=LATER)
    assert (last.payments, last.released_minor) == (0, 200)


def test_what_is_held_back_is_released_when_no_more_cash_comes(
    contract: FrameworkContract, cases: list[Case], clara: User, amy: User, aline: User,
    fred: User, fang: User, pia: User, paul: User,
) -> None:  # fmt: skip
    terms = proposed(contract, clara, holdback_bps=1_000, holdback_days=30)
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    factories.payment(cases[0], 10_000, reference="A", verified_by=aline)
    approved(factories.statement(pia), fred, fang, paul)
    assert settlement.due_statements(LATER - timedelta(days=1)) == []
    (due,) = settlement.due_statements(LATER)
    assert (due.payments, due.amount_minor) == (0, 0)
    preview = settlement.preview_statement(due, period_end=LATER)
    assert preview.totals is not None
    assert preview.totals.released_minor == 200
    last = factories.statement(pia, start=END, end=LATER)
    assert (last.payments, last.commission_minor, last.fee_due_minor) == (0, 0, 0)
    assert (last.released_minor, last.due_minor) == (200, 212), "with 6 % tax"
    for paper in (settlement.statement_workbook, settlement.statement_pdf,
                  settlement.statement_csv):  # fmt: skip
        assert paper(last, now=NOON, audit_head="ab12")
    approved(last, fred, fang, paul)
    checks.check_books(now=NOON)
    assert ledger.incidents(open_only=True) == []
    assert settlement.due_statements(LATER + timedelta(days=400)) == []


def test_terms_that_reach_back_are_made_up_for_when_no_more_cash_comes(
    contract: FrameworkContract, cases: list[Case], clara: User, amy: User, aline: User,
    fred: User, fang: User, pia: User, paul: User,
) -> None:  # fmt: skip
    factories.payment(cases[0], 10_000, reference="A", verified_by=aline)
    approved(factories.statement(pia), fred, fang, paul)
    terms = proposed(contract, clara, scale=[{"tiers": [[None, 2_500]]}])
    settlement.agree_to_terms(terms.id, by=amy, now=NOON + timedelta(days=1))
    (due,) = settlement.due_statements(LATER)
    assert due.payments == 0
    made_up = settlement.draft_statement(
        due, period_start=END, period_end=LATER, by=pia, now=NOON + timedelta(days=2)
    )
    assert (made_up.gross_minor, made_up.commission_minor) == (0, 500)
    assert settlement.due_statements(LATER) == []


def test_what_cannot_be_taken_back_now_is_carried_over(
    cases: list[Case], aline: User, fred: User, fang: User, pia: User, paul: User
) -> None:
    factories.payment(cases[0], 10_000, reference="A", verified_by=aline)
    approved(factories.statement(pia), fred, fang, paul)
    factories.payment(
        cases[0], -10_000, reference="B", reverses="A", value_on=END, verified_by=aline,
        now=NOON + timedelta(days=40),
    )  # fmt: skip
    second = approved(factories.statement(pia, start=END, end=LATER), fred, fang, paul)
    assert (second.commission_minor, second.due_minor) == (-2_000, 0)
    assert second.carried_out_minor == -2_120
    factories.payment(
        cases[1], 20_000, reference="C", value_on=LATER, verified_by=aline,
        now=NOON + timedelta(days=100),
    )  # fmt: skip
    third = factories.statement(pia, start=LATER, end=LATER + timedelta(days=30))
    assert (third.carried_in_minor, third.due_minor) == (-2_120, 4_240 - 2_120)


def test_a_reversal_takes_back_what_conduct_had_left(
    cases: list[Case], clara: User, amy: User, aline: User, fred: User, fang: User, pia: User,
    paul: User,
) -> None:  # fmt: skip
    """By the score of then, which nobody contests any more, whatever the score is now."""
    score = paid_and_scored(cases[0], amy, clara, aline)
    first = approved(factories.statement(pia), fred, fang, paul)
    assert first.earned_minor == 1_700
    with refused(f"{first.code} was approved with this score"):
        settlement.appeal_score(score.id, "Wrong.", by=amy, now=NOON)
    settlement.score_quality(
        amy.organisation_id, TODAY, 10_000, source="Larger sample", by=clara, now=NOON
    )
    factories.payment(
        cases[0], -10_000, reference="B", reverses="A", value_on=END, verified_by=aline,
        now=NOON + timedelta(days=40),
    )  # fmt: skip
    second = factories.statement(pia, start=END, end=LATER)
    assert (second.commission_minor, second.quality_minor) == (-2_000, 300)
    assert second.earned_minor == -1_700
    assert settlement.statement_pdf(second, now=NOON, audit_head="")
    names = [str(words) for words, _amount in settlement.amounts_of(second)]
    assert any(name.startswith("Conduct and quality") for name in names)


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ([StatementStatus.INVOICED], True),
        ([StatementStatus.INVOICED, StatementStatus.PAID], True),
        ([StatementStatus.INVOICED, StatementStatus.TAKEN_BACK], False),
    ],
)
def test_what_was_held_back_counts_while_the_statement_stands(
    contract: FrameworkContract, cases: list[Case], clara: User, amy: User, aline: User,
    fred: User, fang: User, pia: User, paul: User, state: list[StatementStatus], *,
    counts: bool,
) -> None:  # fmt: skip
    """Wherever its money is by now."""
    terms = proposed(contract, clara, holdback_bps=1_000, holdback_days=30)
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    factories.payment(cases[0], 10_000, reference="A", verified_by=aline)
    first = approved_for_stripe(factories.statement(pia), fred, fang, paul)
    for status in state:
        settlement.carry(first.id, status, now=NOON)
    factories.payment(
        cases[1], 10_000, reference="B", value_on=END, verified_by=aline,
        now=NOON + timedelta(days=70),
    )  # fmt: skip
    second = factories.statement(pia, start=END, end=LATER)
    assert second.released_minor == (200 if counts else 0)


def test_conduct_takes_its_share_unless_it_is_contested(
    cases: list[Case], contract: FrameworkContract, clara: User, amy: User, aline: User,
    pia: User,
) -> None:  # fmt: skip
    score = paid_and_scored(cases[0], amy, clara, aline)
    drafted = factories.statement(pia)
    # 2,000 x (0.7 + 0.3 x 0.5) = 1,700
    assert (drafted.commission_minor, drafted.quality_minor) == (2_000, -300)
    assert (drafted.earned_minor, drafted.quality_bps) == (1_700, 5_000)
    settlement.cancel(drafted.id, reason="appeal", by=pia, now=NOON)
    settlement.appeal_score(score.id, "The sample is not ours.", by=amy, now=NOON)
    contested = factories.statement(pia)
    assert (contested.quality_minor, contested.quality_score_id) == (0, None)
    settlement.cancel(contested.id, reason="decided", by=pia, now=NOON)
    with refused("somebody else must decide"):
        settlement.decide_appeal(score.id, "It stands.", by=clara, now=NOON)
    settlement.decide_appeal(score.id, "It stands.", by=aline, now=NOON)
    assert factories.statement(pia).quality_minor == -300


def test_a_score_that_is_contested_or_replaced_later_carries_no_statement(
    cases: list[Case], contract: FrameworkContract, clara: User, amy: User, aline: User,
    fred: User, fang: User, pia: User, paul: User,
) -> None:  # fmt: skip
    """Else what conduct takes off would stay off, whatever becomes of the appeal."""
    score = paid_and_scored(cases[0], amy, clara, aline)
    drafted = factories.statement(pia)
    settlement.confirm(drafted.id, by=fred, now=NOON)
    settlement.appeal_score(score.id, "The sample is not ours.", by=amy, now=NOON)
    with refused("contested or replaced"):
        settlement.confirm(drafted.id, by=fang, now=NOON)
    settlement.decide_appeal(score.id, "It was wrong.", by=aline, now=NOON)
    settlement.confirm(drafted.id, by=fang, now=NOON)
    settlement.score_quality(
        amy.organisation_id, TODAY, 9_000, source="Sample of 40 others", by=clara, now=NOON
    )
    with refused("contested or replaced"):
        settlement.approve(drafted.id, by=paul, now=NOON)
    settlement.cancel(drafted.id, reason="another score", by=pia, now=NOON)
    again = approved(factories.statement(pia), fred, fang, paul)
    assert again.quality_minor == -60, "2,000 x 0.3 x 0.1"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"holdback_bps": 3_001}, "At most 30 percent"),
        ({"holdback_days": 366}, "At most 30 percent"),
        ({"paid_for": {"barter": ["none"]}}, "barter"),
        ({"paid_for": {"voluntary": ["monday"]}}, "monday"),
        ({"scale": [{"tiers": [[None, 0]]}]}, "does not lie between"),
        ({"scale": [{"dpd": [0, 10], "tiers": [[None, 10]]}]}, "No row has a rate"),
    ],
)
def test_impossible_terms_are_refused(
    contract: FrameworkContract, clara: User, given: dict[str, Any], words: str
) -> None:
    with refused(words):
        proposed(contract, clara, **given)


def test_only_the_sides_of_a_contract_touch_its_terms(
    contract: FrameworkContract, clara: User, bea: User, amy: User, ravi: User
) -> None:
    with pytest.raises(NotFound):
        proposed(contract, bea)
    first = proposed(contract, clara)
    with pytest.raises(NotFound):
        settlement.agree_to_terms(first.id, by=ravi, now=NOON)
    second = proposed(contract, clara)
    with refused("newer terms"):
        settlement.agree_to_terms(first.id, by=amy, now=NOON)
    agreed = settlement.agree_to_terms(second.id, by=amy, now=NOON)
    assert settlement.agree_to_terms(second.id, by=amy, now=NOON).agreed_at == agreed.agreed_at
    with refused_by_database("two_people_agree"):
        db.session.execute(
            db.text(
                "UPDATE commission_terms SET agreed_by_id = proposed_by_id, agreed_at = now()"
                " WHERE agreed_at IS NULL"
            )
        )


def test_scores_are_checked(clara: User, amy: User) -> None:
    for score, source, words in ((10_001, "x", "between 0 and 100"), (5, " ", "its source")):
        with refused(words):
            settlement.score_quality(
                amy.organisation_id, TODAY, score, source=source, by=clara, now=NOON
            )


def test_a_bad_table_is_named(contract: FrameworkContract, clara: User) -> None:
    with refused("Rows 1, 2 all have a rate", kind=BadTable):
        proposed(contract, clara, scale=[{"tiers": [[None, 1]]}, {"tiers": [[None, 2]]}])
    assert placements.contracts_of(contract.lender_id, contract.agency_id) == [contract]


def test_cash_may_earn_only_from_the_first_activity_on(
    contract: FrameworkContract, cases: list[Case], clara: User, amy: User, colin: User,
    aline: User, pia: User,
) -> None:  # fmt: skip
    terms = proposed(contract, clara, from_first_activity=True)
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    tenth = NOON + timedelta(days=10)
    with as_user(colin):
        for case in cases[:2]:
            casework.begin_contact(case.id, Channel.CALL, by=colin, now=tenth)
    for case, day in zip(cases, (9, 10, 11), strict=True):
        factories.payment(
            case, 1_000, reference=f"R{day}", value_on=TODAY + timedelta(days=day),
            verified_by=aline,
        )  # fmt: skip
    # What finance may know of contacts is the day of the first, and no more.
    with as_user(pia):
        drafted = factories.statement(pia)
        assert rows_denied("contacts")
    lines = {line.case_code: line for line in settlement.line_rows(drafted)}
    early, worked, untouched = (lines[case.code] for case in cases)
    assert (early.commission_minor, early.reason) == (0, "before_activity")
    assert (worked.commission_minor, worked.reason) == (200, "")
    assert (untouched.commission_minor, untouched.reason) == (0, "before_activity")


def rows_denied(table: str) -> bool:
    try:
        with db.session.begin_nested():
            rows_of(table)
    except ProgrammingError:
        return True
    return False
