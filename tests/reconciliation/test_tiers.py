"""The matcher links what the rules say: held against a naive reading, and rule by rule."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.reconciliation import (
    Calendar,
    GroupClass,
    Month,
    Window,
    allocate,
    reconcile,
)
from marketplace.reconciliation.bank import References, match_bank
from marketplace.reconciliation.claims import match_claims
from marketplace.reconciliation.tiers import sets_with_sum
from tests.reconciliation.months import (
    case,
    claim,
    day,
    entry,
    month,
    naive_bank,
    naive_claims,
    posting,
)

ONE, TWO = case(1_234_567), case(7_654_321)
SISTER = case(1_230_067, debtor=ONE.debtor)


@st.composite
def months(draw: st.DrawFn) -> Month:
    """Few cases, days and amounts, so that rivals are common."""
    cases = [ONE, TWO, SISTER]
    by_debtor = draw(st.booleans())
    amounts = st.sampled_from([100, 200, 300, -100])
    days = st.integers(3, 8)
    texts = st.sampled_from(
        [ONE.number, TWO.number, SISTER.number, "1234567", "TAIL 0067", "4321", "", ONE.debtor]
    )
    ledger = [
        posting(
            n, one, draw(amounts), draw(days), reference=f"R{n}",
            number=one.debtor if by_debtor else one.number,
        )
        for n, one in enumerate(draw(st.lists(st.sampled_from(cases), max_size=5)))
    ]  # fmt: skip
    bank = [
        entry(n, draw(texts), draw(amounts), draw(days)) for n in range(draw(st.integers(0, 5)))
    ]
    off = draw(st.sets(st.integers(3, 8), max_size=2))
    calendar = Calendar(frozenset(map(day, off)), frozenset([day(5)]))
    return month(cases, ledger, bank, calendar=calendar, by_debtor=by_debtor)


@given(months())
@settings(max_examples=400, deadline=None)
def test_entries_and_postings_match_as_a_naive_reading_says(drawn: Month) -> None:
    found = {
        (frozenset(link.left), frozenset(link.right))
        for link in match_bank(drawn, References(drawn)).links
    }
    assert found == naive_bank(drawn)


@st.composite
def claimed_months(draw: st.DrawFn) -> Month:
    """Claims of two agencies, one after the other, on one debtor's few equal payments."""
    gone = (Window("A", day(-60), day(5)), Window("B", day(5), day(60)))
    cases = [case(1, debtor="D", balance=350, windows=gone), case(2, debtor="D")]
    by_debtor = draw(st.booleans())
    amounts, days = st.sampled_from([100, 200, 300]), st.integers(3, 8)
    ledger = [
        posting(
            n, one, draw(amounts), draw(days), reference=draw(st.sampled_from(["", f"R{n}"])),
            number="D" if by_debtor else one.number,
        )
        for n, one in enumerate(draw(st.lists(st.sampled_from(cases), max_size=4)))
    ]  # fmt: skip
    claims = [
        claim(
            n, draw(st.sampled_from(cases)), draw(amounts), draw(days),
            agency=draw(st.sampled_from("AB")),
            reference=draw(st.sampled_from(["", "", "R0", "R1"])),
        )
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    calendar = Calendar(frozenset([day(3)]), frozenset([day(5)]))
    return month(cases, ledger, [], claims, calendar=calendar, by_debtor=by_debtor)


@given(claimed_months())
@settings(max_examples=400, deadline=None)
def test_claims_and_parts_match_as_a_naive_reading_says(drawn: Month) -> None:
    allocation = allocate(drawn)
    found = match_claims(drawn, allocation)
    links = {(frozenset(link.left), frozenset(link.right)) for link in found.work.links}
    parts = [part for posted in allocation.parts.values() for part in posted]
    assert (links, found.copies) == naive_claims(drawn, parts)


@given(months())
@settings(max_examples=200, deadline=None)
def test_every_line_is_in_exactly_one_group(drawn: Month) -> None:
    groups = reconcile(drawn).groups
    lines = [line for g in groups for line in (*g.ledger, *g.bank, *g.claims)]
    assert sorted(lines) == sorted(
        one.id for one in (*drawn.ledger, *drawn.bank, *drawn.claims)
    )
    for group in groups:
        assert group.automatic == (group.reasons == ())
        earned = sum(group.commissionable_minor.values())
        assert abs(earned) <= abs(group.amount_minor)


def test_a_days_rival_stops_all_and_stays_a_rival() -> None:
    postings = [posting(1, ONE, 500, 0), posting(2, ONE, 500, 1)]
    found = reconcile(month([ONE], postings, [entry(1, ONE.number, 500, 2)]))
    # Tier 1 finds no equal day; in tier 2 the entry fits only the second.
    linked = [group for group in found.groups if group.bank and group.ledger]
    assert [group.ledger for group in linked] == [("ledger:2",)]
    both = [posting(1, ONE, 500, 0), posting(2, ONE, 500, 1)]
    found = reconcile(month([ONE], both, [entry(1, ONE.number[-7:], 500, 1)]))
    assert not [group for group in found.groups if group.bank and group.ledger]
    stopped = next(group for group in found.groups if group.bank)
    assert stopped.reasons == ("bank_rivals",)
    assert set(stopped.partners) == {"ledger:1", "ledger:2"}


def test_an_equal_day_and_full_number_come_before_rivals() -> None:
    postings = [posting(1, ONE, 500, 0), posting(2, ONE, 500, 1)]
    found = reconcile(month([ONE], postings, [entry(1, ONE.number, 500, 1)]))
    assert [g.ledger for g in found.groups if g.automatic] == [("ledger:2",)]


def test_working_days_roll_over_weekends_and_made_up_days() -> None:
    friday, saturday, monday = day(4), day(5), day(7)
    plain = Calendar()
    assert plain.distance(friday, monday) == 1
    assert plain.distance(saturday, monday) == 0
    made_up = Calendar(frozenset([monday]), frozenset([saturday]))
    assert made_up.distance(friday, saturday) == 1
    assert made_up.distance(friday, day(8)) == 2
    assert Calendar().distance(date(2025, 12, 31), date(2026, 1, 1)) == 1


def test_what_names_the_same_case_is_a_likely_partner_the_nearest_amount_first() -> None:
    one = case(1)
    given = month(
        [one],
        [posting(1, one, 200, 0), posting(2, one, 100, 0), posting(3, one, -90, 0)],
        [entry(1, one.number, 90, 3), entry(2, "nobody", 55, 0)],
    )
    partners = {(*g.ledger, *g.bank)[0]: g.partners for g in reconcile(given).groups}
    assert partners == {
        "bank:1": ("ledger:2", "ledger:1"), "ledger:1": ("bank:1",), "ledger:2": ("bank:1",),
        "ledger:3": (), "bank:2": (),
    }  # fmt: skip


def test_merged_and_split_are_named_as_such() -> None:
    postings = [posting(1, ONE, 100, 0), posting(2, SISTER, 250, 0)]
    merged = reconcile(month([ONE, SISTER], postings, [entry(1, ONE.number, 350, 1)]))
    assert [(g.kind, g.automatic) for g in merged.groups] == [(GroupClass.MERGED, True)]
    entries = [entry(1, ONE.number, 40, 0), entry(2, ONE.number, 60, 1)]
    split = reconcile(month([ONE], [posting(1, ONE, 100, 0)], entries))
    assert [(g.kind, g.automatic) for g in split.groups] == [(GroupClass.SPLIT, True)]
    apart = [entry(1, ONE.number, 40, 0), entry(2, "", 60, 1)]
    assert not any(
        g.automatic for g in reconcile(month([ONE], [posting(1, ONE, 100, 0)], apart)).groups
    )


def test_no_sums_are_looked_for_in_a_crowd() -> None:
    crowd = [posting(n, ONE, 1 + n, 0) for n in range(60)]
    found = reconcile(month([ONE], crowd, [entry(1, ONE.number, 500, 0)]))
    assert not any(group.automatic for group in found.groups)


def test_a_crowd_is_a_rival_to_what_else_an_entry_may_be() -> None:
    """One entry, two debtors: one with postings without number, one with two that fit."""
    other = case(9_994_567)
    crowd = [posting(n, ONE, 1 + n, 0) for n in range(60)]
    fits = [posting(100 + n, other, 250, 0) for n in range(2)]
    given = month([ONE, other], [*crowd, *fits], [entry(1, "TAIL 4567", 500, 0)])
    assert not any(group.automatic for group in reconcile(given).groups)
    without = month([ONE, other], fits, [entry(1, "TAIL 4567", 500, 0)])
    assert [g.automatic for g in reconcile(without).groups] == [True]


@given(st.lists(st.integers(-3, 9), max_size=9), st.integers(-4, 20))
def test_sets_are_all_those_that_add_up(amounts: list[int], total: int) -> None:
    places = range(len(amounts))
    assert list(sets_with_sum(places, total, amounts.__getitem__)) == [
        chosen
        for size in (2, 3, 4)
        for chosen in combinations(places, size)
        if sum(amounts[place] for place in chosen) == total
    ]


def test_many_equal_amounts_do_not_explode_and_link_nothing() -> None:
    found = reconcile(
        month(
            [ONE], [posting(n, ONE, 100, n % 2) for n in range(48)],
            [entry(n, ONE.number, 400, 0) for n in range(48)],
            [claim(n, ONE, 200, 0) for n in range(48)],
        )
    )  # fmt: skip
    assert not any(group.automatic for group in found.groups)
    agreeing = list(sets_with_sum(range(48), 4, lambda _place: 1))
    assert agreeing == [tuple(range(48))] * 2, "of 194,580 sets none is told apart"


def test_equal_claims_count_once_and_the_rest_repeat_it() -> None:
    claims = [claim(1, ONE, 100, 0), claim(2, ONE, 100, 0)]
    found = reconcile(
        month([ONE], [posting(1, ONE, 100, 0)], [entry(1, ONE.number, 100, 0)], claims)
    )
    kinds = {g.claims: (g.kind, g.automatic) for g in found.groups}
    assert kinds == {
        ("claims:1",): (GroupClass.MATCHED, True),
        ("claims:2",): (GroupClass.DUPLICATE, True),
    }
    two = [posting(1, ONE, 100, 0), posting(2, ONE, 100, 0)]
    stopped = reconcile(month([ONE], two, [], claims))
    assert not any(g.automatic for g in stopped.groups)


def test_claims_that_add_up_are_one_payment() -> None:
    claims = [claim(1, ONE, 40, 0), claim(2, ONE, 60, 1)]
    found = reconcile(
        month([ONE], [posting(1, ONE, 100, 0)], [entry(1, ONE.number, 100, 0)], claims)
    )
    assert [(g.claims, g.automatic) for g in found.groups] == [(("claims:1", "claims:2"), True)]


def test_a_claim_that_tells_it_otherwise_leaves_it_to_a_person() -> None:
    for amount, on in ((101, 0), (100, 20), (99, 1), (101, 20), (99, -9)):
        found = reconcile(
            month(
                [ONE], [posting(1, ONE, 100, 0)], [entry(1, ONE.number, 100, 0)],
                [claim(1, ONE, amount, on)],
            )
        )  # fmt: skip
        paid = next(g for g in found.groups if g.ledger)
        assert paid.reasons == ("claim_differs",)
        assert not any(g.automatic for g in found.groups)


@pytest.mark.parametrize("last", [4_999, 5_000, 5_001])
def test_claims_that_add_up_to_a_payment_of_another_day_leave_it_to_a_person(
    last: int,
) -> None:
    postings = [posting(1, ONE, 10_000, 0), posting(2, ONE, 900, 0)]
    entries = [entry(1, ONE.number, 10_000, 0), entry(2, ONE.number, 900, 0)]
    claims = [claim(n, ONE, amount, 28) for n, amount in enumerate((2_000, 3_000, last))]
    found = reconcile(month([ONE], postings, entries, claims))
    paid = {g.ledger[0]: g.reasons for g in found.groups if g.ledger}
    assert paid == {"ledger:1": ("claim_differs",), "ledger:2": ()}


def test_a_claim_with_the_reference_of_one_payment_and_the_amount_of_another_doubts_both() -> (
    None
):
    postings = [
        posting(n, ONE, amount, 9 * n, reference=f"R{n}") for n, amount in ((1, 100), (2, 250))
    ]
    entries = [entry(n, ONE.number, amount, 9 * n) for n, amount in ((1, 100), (2, 250))]
    found = reconcile(month([ONE], postings, entries, [claim(1, ONE, 250, 18, reference="R1")]))
    assert not any(g.automatic for g in found.groups)


def test_the_nearest_amount_of_another_day_is_doubted_as_well() -> None:
    """A claim of a cent too much, a month late, though another payment is close in time."""
    postings = [posting(1, ONE, 10_000, 0), posting(2, ONE, 9_500, 20)]
    entries = [entry(1, ONE.number, 10_000, 0), entry(2, ONE.number, 9_500, 20)]
    found = reconcile(month([ONE], postings, entries, [claim(1, ONE, 10_001, 20)]))
    assert [g.reasons for g in found.groups if g.ledger] == [("claim_differs",)] * 2
