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
from marketplace.settlement.sharing import Basis, conduct, share_out, tax_of
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
        payment=SimpleNamespace(placement_id=placement, id=0, reversal_of_id=1), reason="",
    )  # fmt: skip


def is_reversal(one: Line) -> bool:
    return one.kind is LineKind.REVERSAL


BASES = st.lists(
    st.builds(
        Basis, st.sampled_from([0, 5_000, BPS]), st.sampled_from([100, 300, 600]), st.booleans()
    ),
    min_size=12, max_size=12,
)  # fmt: skip


@given(LINES, RATES, BASES, st.integers(0, 3_000), RATES, RATES)
def test_shares_add_up_to_the_statement(
    given_lines: list[tuple[int, int, int, LineKind]], weight: int, bases: list[Basis],
    held: int, tax: int, fee: int,
) -> None:  # fmt: skip
    """Lines of several scores and rates of VAT in one statement, as of earlier statements."""
    lines: list[Line] = [line(*one) for one in given_lines]
    by = bases[: len(lines)]
    weights = {1: weight, 2: BPS}
    quality = conduct(lines, {}, weights, by)
    for score in {one.score_bps for one in by}:
        alike = [
            i for i, x in enumerate(lines)
            if by[i].score_bps == score and x.payment.placement_id == 1 and not is_reversal(x)
        ]  # fmt: skip
        off = sum(lines[i].commission_minor for i in alike) * (BPS - weight) * (BPS - score)
        assert sum(quality[i] for i in alike) == -divide_half_away(off, BPS * BPS)
    payable = sum(one.commission_minor for one in lines) + sum(quality)
    holdback = share_bps(max(payable, 0), held)
    cash = sum(x.gross_minor for x in lines if x.kind is not LineKind.EXCLUDED)
    statement: Any = SimpleNamespace(
        holdback_bps=held, holdback_minor=holdback, fee_bps=fee, fee_tax_bps=tax
    )
    shares = share_out(statement, lines, quality, by)
    assert [Basis(one.score_bps, one.tax_bps, one.tax_included) for one in shares] == by
    assert [one.quality_minor for one in shares] == quality
    assert sum(one.holdback_minor for one in shares) == holdback
    assert sum(one.fee_minor for one in shares) == share_bps(cash, fee)
    assert sum(one.fee_tax_minor for one in shares) == share_bps(share_bps(cash, fee), tax)
    for rate, included in {(one.tax_bps, one.tax_included) for one in by}:
        alike = [i for i, one in enumerate(by) if one[1:] == (rate, included)]
        net = sum(
            lines[i].commission_minor + quality[i] - shares[i].holdback_minor for i in alike
        )
        tax = tax_of(net, rate, included=included)
        assert sum(shares[i].tax_minor for i in alike) == tax
    for one, share, basis in zip(lines, shares, by, strict=True):
        if is_reversal(one):
            assert share.quality_minor == 0  # nothing had been taken off
            continue
        missing = (BPS - weights[one.payment.placement_id]) * (BPS - basis.score_bps)
        exact = divide_half_away(one.commission_minor * missing, BPS * BPS)
        assert abs(share.quality_minor + exact) <= 1
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
    *_kinds, released, control = settlement.sums_by_kind(second, lines)
    assert released.tax_minor > 0
    of_lines = sum(one.tax_minor for one in lines)
    assert of_lines + released.tax_minor == control.tax_minor == second.commission_tax_minor


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
    assert str(lines[0].factor) == "0.955"
