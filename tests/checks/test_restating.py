"""Whatever a contract pays by, a statement that was reckoned right has no difference."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import settlement
from marketplace.accounts import TaxKind, TaxStatus, User
from marketplace.checks.differences import rounded
from marketplace.checks.restating import by_the_tables, statement_differences
from marketplace.core.db import db
from marketplace.core.money import divide_half_away
from marketplace.placements import FrameworkContract, Placement
from marketplace.portfolios import Case, Portfolio
from marketplace.settlement import RateBasis, Statement, StatementLine, TierMode
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY

MONTHS = [TODAY + timedelta(days=30 * n) for n in range(4)]
AMOUNTS = st.lists(st.lists(st.integers(1, 9_999), max_size=4), min_size=1, max_size=3)


@pytest.fixture
def cases(clara: User, amy: User) -> list[Case]:
    placed = factories.placement(clara, amy, rate_bps=2_000)
    placed.result_weight_bps = 7_000
    return factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))


def drafted(by: User, month: int) -> Statement:
    """The statement of a month, drafted a day after it is over."""
    end = MONTHS[month + 1]
    return settlement.draft_statement(
        settlement.due_statements(end)[0], period_start=MONTHS[month], period_end=end, by=by,
        now=NOON + timedelta(days=30 * month + 31),
    )  # fmt: skip


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**6))
def test_both_ways_of_rounding_agree(numerator: int, denominator: int) -> None:
    assert rounded(numerator, denominator) == divide_half_away(numerator, denominator)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    months=AMOUNTS, mode=st.none() | st.sampled_from(TierMode), later=st.integers(0, 2),
    holdback=st.sampled_from([0, 1_000]), back=st.booleans(), basis=st.sampled_from(RateBasis),
    scores=st.lists(st.none() | st.integers(0, 10_000), min_size=3, max_size=3),
    pays=st.lists(st.booleans(), min_size=3, max_size=3),
    tax=st.none() | st.sampled_from([0, 100, 300]),
    included=st.lists(st.booleans(), min_size=4, max_size=4),
)  # fmt: skip
def test_right_statements_have_no_differences(
    cases: list[Case], clara: User, amy: User, aline: User, fred: User, fang: User, pia: User,
    paul: User, months: list[list[int]], mode: TierMode | None, later: int, holdback: int,
    back: bool, basis: RateBasis, scores: list[int | None], pays: list[bool], tax: int | None,
    included: list[bool],
) -> None:  # fmt: skip
    """Tiers agreed before, between or never, that pay or do not, with VAT or without;
    reversals; holdback; conduct that changes month by month; another tax status from the
    second month on."""
    with db.session.begin_nested() as undone:
        contract = db.session.scalars(db.select(FrameworkContract)).one()
        placed = db.session.scalars(db.select(Placement)).one()
        placed.rates_include_tax = included[3]
        if tax is not None:
            seller = placed.agency_entity_id
            db.session.add(
                TaxStatus(
                    entity_id=seller, kind=TaxKind.SMALL_SCALE, rate_bps=tax,
                    valid_from=MONTHS[2],
                )
            )  # fmt: skip
        for n, amounts in enumerate(months):
            score = scores[n]
            if score is not None:
                settlement.score_quality(
                    contract.agency_id, (MONTHS[n + 1] - timedelta(days=1)).replace(day=1),
                    score, source="Review", by=clara, now=NOON + timedelta(days=30 * n + 31),
                )  # fmt: skip
            if mode is not None and n >= later:
                terms = settlement.propose_terms(
                    contract.id, valid_from=TODAY, basis=basis, tier_mode=mode,
                    scale=[{"tiers": [[3_000, 2_500], [7_000, 1_801], [None, 999]]}],
                    holdback_bps=holdback, holdback_days=30 if holdback else 0,
                    paid_for=dict(settlement.USUAL) | ({} if pays[n] else {"voluntary": []}),
                    by=clara, now=NOON,
                )  # fmt: skip
                settlement.agree_to_terms(
                    terms.id, by=amy, now=NOON + timedelta(days=30 * n + 2)
                )
            for i, amount in enumerate(amounts):
                factories.payment(
                    cases[i % len(cases)], amount, reference=f"P{n}-{i}", value_on=MONTHS[n],
                    verified_by=aline, now=NOON + timedelta(days=99),
                )  # fmt: skip
            if back and n and months[n - 1]:
                factories.payment(
                    cases[0], -months[n - 1][0], reference=f"B{n}", reverses=f"P{n - 1}-0",
                    value_on=MONTHS[n], verified_by=aline, now=NOON + timedelta(days=99),
                )  # fmt: skip
            if settlement.due_statements(MONTHS[n + 1]):
                made = drafted(pia, n)
                settlement.confirm(made.id, by=fred, now=NOON)
                settlement.confirm(made.id, by=fang, now=NOON)
                settlement.approve(made.id, by=paul, now=NOON)
        assert list(statement_differences()) == []
        stated = db.session.scalars(db.select(StatementLine.commission_minor)).all()
        assert bool(stated) == any(months)
        undone.rollback()


def test_many_payments_that_were_rounded_alike_are_no_difference() -> None:
    """A unit each at 25 %, which now contains VAT: 2,358.49 ten-thousandths are 2,358."""
    lines = [
        SimpleNamespace(
            payment_id=n, placement_id=1, kind=kind, reversal_of_id=None, gross_minor=gross,
            unrounded=unrounded, tax_bps=600, tax_included=False, value_on=TODAY, round=1,
            dpd=1,
        )
        for n in range(22_000)
        for kind, gross, unrounded in (("payment", 1, 2_500), ("true_up", 0, -142))
    ]  # fmt: skip
    row = {"rounds": [1, 9], "dpd": [0, 9], "product": None, "secured": None, "litigated": None}
    terms = SimpleNamespace(
        id=1, basis="payment", valid_from=TODAY, tier_mode="marginal", rates_include_tax=True,
        scale=[row | {"tiers": [[None, 2_500]]}],
    )  # fmt: skip
    for line in lines:
        line.starts_on = line.posted_on = TODAY
    expected, found, converted = by_the_tables(lines, [terms])
    assert (expected, converted) == (55_000_000, 22_000)
    assert 10_000 < abs(expected - found) < converted
    lines[0].unrounded += 30_000 * 10_000
    _expected, found, _converted = by_the_tables(lines, [terms])
    assert abs(expected - found) >= 10_000 + converted
