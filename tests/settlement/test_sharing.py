"""Every line bears its share of what a statement takes off and adds, to the last minor unit."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.money import BPS, divide_half_away, share_bps
from marketplace.settlement import LineKind, Statement
from marketplace.settlement.reckoning import Line
from marketplace.settlement.sharing import share_out
from tests import factories
from tests.conftest import NOON, as_user
from tests.factories import TODAY
from tests.settlement.tiered import tiered_cases

RATES = st.integers(0, BPS)
LINES = st.lists(
    st.tuples(st.integers(-5_000, 5_000), st.integers(0, 5_000), st.integers(1, 2),
              st.sampled_from(LineKind)),
    min_size=1, max_size=12,
)  # fmt: skip


def line(gross: int, rate: int, placement: int, kind: LineKind) -> Any:
    excluded, none = kind is LineKind.EXCLUDED, kind is LineKind.TRUE_UP
    return SimpleNamespace(
        kind=kind, gross_minor=0 if none else gross,
        commission_minor=0 if excluded else share_bps(gross, rate),
        payment=SimpleNamespace(placement_id=placement, id=0, reversal_of_id=1),
    )  # fmt: skip


def is_reversal(one: Line) -> bool:
    return one.kind is LineKind.REVERSAL


@given(LINES, RATES, RATES, st.integers(0, 3_000), RATES, RATES)
def test_shares_add_up_to_the_statement(
    given_lines: list[tuple[int, int, int, LineKind]], weight: int, score: int, held: int,
    tax: int, fee: int,
) -> None:  # fmt: skip
    lines: list[Line] = [line(*one) for one in given_lines]
    weights = {1: weight, 2: BPS}
    commission = sum(one.commission_minor for one in lines)
    missing = (BPS - weight) * (BPS - score)
    of_first = [x for x in lines if x.payment.placement_id == 1 and not is_reversal(x)]
    quality = -divide_half_away(sum(x.commission_minor for x in of_first) * missing, BPS * BPS)
    contract: Any = SimpleNamespace(weights=weights, stated={})
    holdback = share_bps(max(commission + quality, 0), held)
    cash = sum(x.gross_minor for x in lines if x.kind is not LineKind.EXCLUDED)
    statement: Any = SimpleNamespace(
        quality_bps=score, holdback_bps=held, holdback_minor=holdback, commission_tax_bps=tax,
        fee_bps=fee, fee_tax_bps=tax,
    )  # fmt: skip
    shares = share_out(statement, lines, contract)
    found = [sum(column) for column in zip(*(vars(s).values() for s in shares), strict=True)]
    net = commission + quality - holdback
    assert found == [
        quality, holdback, share_bps(net, tax), share_bps(cash, fee),
        share_bps(share_bps(cash, fee), tax),
    ]  # fmt: skip
    for one, share in zip(lines, shares, strict=True):
        if is_reversal(one):
            assert share.quality_minor == 0  # nothing had been taken off
            continue
        off = one.commission_minor * (BPS - weights[one.payment.placement_id]) * (BPS - score)
        assert abs(share.quality_minor + divide_half_away(off, BPS * BPS)) <= 1
        if one.kind is LineKind.EXCLUDED:
            assert share.fee_minor == share.quality_minor == 0


@pytest.fixture
def stated(clara: User, amy: User, aline: User, pia: User) -> Statement:
    """Odd amounts over two tiers, conduct at 85 %, a tenth held back, one taken back."""
    cases = tiered_cases(clara, amy)
    for i in range(9):
        factories.payment(
            cases[i % 3], 12_347 * (i + 1), reference=f"R{i}", verified_by=aline,
            value_on=TODAY + timedelta(days=i),
        )  # fmt: skip
    factories.payment(cases[0], -12_347, reference="BACK", reverses="R0", verified_by=aline)
    return factories.statement(pia)


def test_the_lines_of_a_statement_come_to_its_totals(stated: Statement, fred: User) -> None:
    with as_user(fred):
        lines = settlement.line_rows(stated)
    assert {one.kind for one in lines} == {LineKind.PAYMENT, LineKind.REVERSAL}
    for name in ("commission", "quality", "holdback", "fee", "fee_tax"):
        found = sum(getattr(one, f"{name}_minor") for one in lines)
        assert found == getattr(stated, f"{name}_minor"), name
    assert stated.quality_minor < 0 < stated.holdback_minor
    assert sum(one.tax_minor for one in lines) == stated.commission_tax_minor
    assert sum(one.payable_minor for one in lines) == stated.due_minor
    assert sum(one.billed_minor for one in lines) == stated.fee_due_minor


def test_tax_on_a_release_is_no_lines(
    stated: Statement, amy: User, fred: User, fang: User, paul: User, aline: User, pia: User
) -> None:
    for by in (fred, fang):
        settlement.confirm(stated.id, by=by, now=NOON)
    settlement.approve(stated.id, by=paul, now=NOON)
    end = TODAY + timedelta(days=30)
    factories.payment(
        factories.any_case(), 20_003, reference="LATE", value_on=end, verified_by=aline,
        now=NOON + timedelta(days=40),
    )  # fmt: skip
    second = factories.statement(pia, start=end, end=end + timedelta(days=30))
    lines = settlement.line_rows(second)
    assert second.released_minor == stated.holdback_minor
    assert second.released_tax_minor > 0
    of_lines = sum(one.tax_minor for one in lines)
    assert of_lines + second.released_tax_minor == second.commission_tax_minor


def test_the_rates_are_kept_as_they_were(
    stated: Statement, clara: User, amy: User, pia: User
) -> None:
    (award,) = stated.rates["awards"]
    assert award["award"] == "AU-TEST"
    assert award["weight_bps"] == 7_000
    assert award["bids"] == [{"cell": "s", "rate_bps": 2_250}]
    (version,) = stated.rates["terms"]
    assert version["scale"][0]["tiers"] == [[50_001, 2_500], [None, 1_801]]
    assert version["holdback_bps"] == 1_000
    before = settlement.fingerprint(stated.rates)
    db.session.expire(stated)
    assert settlement.fingerprint(stated.rates) == before
    lines = settlement.line_rows(stated)
    assert {(one.bid_bps, one.rate_bps) for one in lines} == {(2_250, 2_500), (2_250, 1_801)}
    assert {(one.round, one.dpd, one.cell, one.award) for one in lines} == {
        (one.round, one.dpd, "s", "AU-TEST") for one in lines
    }
    assert str(lines[0].factor(stated.quality_bps)) == "0.955"
