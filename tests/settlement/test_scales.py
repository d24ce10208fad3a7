"""Tables without a gap and without a doubt; tiers that equal counting unit by unit."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import BPS
from marketplace.settlement.earning import Cash, TierMode, in_tiers
from marketplace.settlement.scales import (
    MOST_DPD,
    BadTable,
    Kind,
    Tier,
    as_stored,
    read_scale,
)
from tests.refusing import refused

FLAT = [[None, 2500]]


def row(**given: Any) -> dict[str, Any]:
    return {"tiers": FLAT} | given


def test_the_example_of_a_contract() -> None:
    tiers = (Tier(300_000, 2_500), Tier(None, 1_800))

    def total(mode: TierMode) -> Fraction:
        parts = in_tiers([Cash(1, 800_000)], tiers, mode)
        return sum((Fraction(p.gross_minor * p.rate_bps, BPS) for p in parts), Fraction())

    assert (total(TierMode.MARGINAL), total(TierMode.WHOLE)) == (165_000, 144_000)


CASH = st.lists(st.integers(1, 60), max_size=12)
TIERS = st.lists(st.integers(1, 150), min_size=0, max_size=4, unique=True).flatmap(
    lambda ends: st.lists(
        st.integers(1, BPS), min_size=len(ends) + 1, max_size=len(ends) + 1
    ).map(lambda rates: [Tier(*x) for x in zip([*sorted(ends), None], rates, strict=True)])
)


@given(CASH, TIERS)
def test_marginal_tiers_equal_counting_every_unit(
    amounts: list[int], tiers: list[Tier]
) -> None:
    """Independently: unit number n has the rate of the first tier that ends at n or later."""
    parts = in_tiers(
        [Cash(i, amount) for i, amount in enumerate(amounts)], tiers, TierMode.MARGINAL
    )
    earned = dict.fromkeys(range(len(amounts)), 0)
    unit = 0
    for i, amount in enumerate(amounts):
        for _one in range(amount):
            unit += 1
            reached = (t for t in tiers if t.up_to_minor is None or unit <= t.up_to_minor)
            earned[i] += next(reached).rate_bps
    for i in earned:
        mine = [part for part in parts if part.payment_id == i]
        assert sum(part.gross_minor * part.rate_bps for part in mine) == earned[i]
        assert sum(part.gross_minor for part in mine) == amounts[i]
        assert all(part.gross_minor > 0 for part in mine)


@given(CASH, TIERS)
def test_whole_tiers_have_one_rate(amounts: list[int], tiers: list[Tier]) -> None:
    parts = in_tiers(
        [Cash(i, amount) for i, amount in enumerate(amounts)], tiers, TierMode.WHOLE
    )
    assert [part.gross_minor for part in parts] == amounts
    ends = [t.up_to_minor for t in tiers if t.up_to_minor is not None]
    reached = sum(end < sum(amounts) for end in ends)
    assert {part.rate_bps for part in parts} <= {tiers[reached].rate_bps}


@given(st.data())
def test_a_table_that_is_taken_has_one_row_for_every_kind(data: st.DataObject) -> None:
    """Bounds are drawn at random; whatever is taken covers kinds drawn at random once."""
    days = sorted(data.draw(st.sets(st.integers(1, MOST_DPD), max_size=3)))
    rows = []
    for low, high in zip([0, *days], [*(day - 1 for day in days), MOST_DPD], strict=True):
        split = data.draw(st.sampled_from(["none", "secured", "rounds"]))
        if split == "secured":
            rows += [row(dpd=[low, high], secured=flag) for flag in (False, True)]
        elif split == "rounds":
            rows += [row(dpd=[low, high], rounds=[1, 1]), row(dpd=[low, high], rounds=[2, 99])]
        else:
            rows.append(row(dpd=[low, high]))
    scale = read_scale(rows)
    assert read_scale(as_stored(scale)) == scale
    kind = Kind(
        data.draw(st.integers(1, 99)), data.draw(st.integers(0, MOST_DPD)), "auto",
        data.draw(st.booleans()), data.draw(st.booleans()),
    )  # fmt: skip
    assert sum(one.covers(kind) for one in scale.rows) == 1
    assert scale.rows[scale.row_of(kind)].covers(kind)
    spoilt = rows[:-1] if data.draw(st.booleans()) else [*rows, rows[0]]
    with pytest.raises(BadTable):
        read_scale(spoilt)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "No row has a rate for round 1, 0 days"),
        ([row(dpd=[0, 180]), row(dpd=[182, 7300])], "No row has a rate for round 1, 181 days"),
        ([row(dpd=[0, 181]), row(dpd=[181, 7300])], "Rows 1, 2 all have a rate"),
        ([row(product="auto")], "No row has a rate"),
        ([row(secured=True)], "unsecured"),
        ([row(dpd=[5, 3])], "must stay within"),
        ([row(rounds=[0, 9])], "must stay within"),
        ([row(tiers=[])], "needs tiers"),
        ([row(tiers=[[100, 5]])], "needs tiers"),
        ([row(tiers=[[None, 5], [None, 5]])], "needs tiers"),
        ([row(tiers=[[100, 5], [100, 4], [None, 3]])], "must rise"),
        ([row(tiers=[[0, 5], [None, 3]])], "must rise"),
        ([row(tiers=[[None, 0]])], "does not lie between"),
        ([row(tiers=[[None, 10_001]])], "does not lie between"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(rows: list[dict[str, Any]], words: str) -> None:
    with refused(words, kind=BadTable):
        read_scale(rows)
