"""What people put together: its class, its commission, and what cannot be decided."""

import json
from pathlib import Path

import pytest

from marketplace.reconciliation import (
    Decided,
    Group,
    GroupClass,
    Window,
    read_decided,
    reconcile,
)
from tests.reconciliation.months import case, claim, day, entry, month, posting
from tests.refusing import refused


def only(given, *decided: Decided) -> Group:  # type: ignore[no-untyped-def]
    found = reconcile(given, decided).groups
    assert not any(one.automatic for one in found)
    return found[0]


def test_text_without_a_reference_is_matched_by_a_person() -> None:
    one = case(1)
    given = month([one], [posting(1, one, 100, 0)], [entry(1, "no reference", 100, 0)])
    group = only(given, Decided(("ledger:1",), (), ("bank:1",)))
    assert (group.kind, group.reasons) == (GroupClass.MATCHED, ("decided",))
    assert group.commissionable_minor == {"A": 100}


def test_what_the_bank_shows_less_of_earns_less_and_the_last_parts_lose_it() -> None:
    cases = [case(1, debtor="D", balance=60), case(2, debtor="D", balance=60)]
    lines = [posting(1, cases[0], 100, 0, number="D")]
    given = month(cases, lines, [entry(1, "", 70, 0)], by_debtor=True)
    group = only(given, Decided(("ledger:1",), (), ("bank:1",)))
    assert group.kind is GroupClass.SHORT
    assert group.commissionable_minor == {"A": 70}
    assert (group.amount_minor, group.cases) == (100, ("CA000001", "CA000002"))


@pytest.mark.parametrize(("claimed", "kind"), [(120, GroupClass.SHORT), (80, GroupClass.OVER)])
def test_a_claim_of_another_amount_is_told_and_adds_no_cash(
    claimed: int, kind: GroupClass
) -> None:
    one = case(1)
    given = month(
        [one], [posting(1, one, 100, 0)], [entry(1, "", 100, 0)], [claim(1, one, claimed, 0)]
    )
    group = only(given, Decided(("ledger:1",), ("claims:1",), ("bank:1",)))
    assert (group.kind, group.commissionable_minor) == (kind, {"A": 100})


@pytest.mark.parametrize(("on", "claimed_on"), [(9, 0), (0, 9)])
def test_another_day_is_a_matter_of_timing(on: int, claimed_on: int) -> None:
    one = case(1)
    given = month(
        [one], [posting(1, one, 100, 0)], [entry(1, one.number, 100, on)],
        [claim(1, one, 100, claimed_on, reference="R")],
    )  # fmt: skip
    group = only(given, Decided(("ledger:1",), ("claims:1",), ("bank:1",)))
    assert (group.kind, group.commissionable_minor) == (GroupClass.TIMING, {"A": 100})


def test_a_reversal_takes_back_what_its_original_was_decided_to_earn() -> None:
    one = case(1)
    lines = [
        posting(1, one, 100, 0, reference="R1"),
        posting(2, one, -100, 5, reference="R2"),
    ]
    given = month([one], lines, [entry(1, "", 60, 0), entry(2, "", -100, 5)])
    first = Decided(("ledger:1",), (), ("bank:1",))
    found = reconcile(
        given, [Decided(("ledger:2",), (), ("bank:2",), "ledger:1"), first]
    ).groups
    earned = {one.ledger[0]: (one.kind, one.commissionable_minor) for one in found}
    assert earned == {
        "ledger:1": (GroupClass.SHORT, {"A": 60}),
        "ledger:2": (GroupClass.REVERSAL, {"A": -60}),
    }


def test_a_claim_alone_repeats_another_or_is_of_the_agency_before() -> None:
    one = case(1, windows=(Window("A", day(-90), day(-60)), Window("B", day(-40), day(90))))
    claims = [
        claim(1, one, 100, 0, agency="B"),
        claim(2, one, 100, 9, agency="B"),
        claim(3, one, 100, 9, agency="A"),
        claim(4, one, 77, 9, agency="A"),
    ]
    given = month([one], [posting(1, one, 100, 0)], [entry(1, one.number, 100, 0)], claims)
    found = reconcile(
        given,
        [
            Decided((), ("claims:2",), (), "ledger:1"),
            Decided((), ("claims:3",), (), "ledger:1"),
            Decided((), ("claims:4",)),
        ],
    ).groups
    assert {one.claims[0]: (one.kind, one.automatic) for one in found} == {
        "claims:1": (GroupClass.MATCHED, True),
        "claims:2": (GroupClass.DUPLICATE, False),
        "claims:3": (GroupClass.RECALLED, False),
        "claims:4": (GroupClass.UNKNOWN_CLAIM, False),
    }


def test_a_claim_repeats_one_of_any_posting_that_came_with_it() -> None:
    one, two = case(1, debtor="D"), case(2, debtor="D")
    given = month(
        [one, two], [posting(1, one, 100, 0), posting(2, two, 250, 0)],
        [entry(1, one.number, 350, 0)], [claim(1, two, 250, 0), claim(2, two, 250, 9)],
    )  # fmt: skip
    found = reconcile(given, [Decided((), ("claims:2",), (), "ledger:1")]).groups
    assert {g.claims: g.kind for g in found} == {
        ("claims:1",): GroupClass.MERGED,
        ("claims:2",): GroupClass.DUPLICATE,
    }


def test_what_is_left_of_a_suggestion_stands_alone() -> None:
    """A sound link that waited for a claim gives way to what a person says."""
    one = case(1)
    given = month(
        [one], [posting(1, one, 100, 0)], [entry(1, one.number, 100, 0), entry(2, "", 100, 0)],
        [claim(1, one, 100, 9)],
    )  # fmt: skip
    suggested = reconcile(given).groups[0]
    assert (suggested.bank, suggested.automatic) == (("bank:1",), False)
    found = reconcile(given, [Decided(("ledger:1",), (), ("bank:2",))]).groups
    assert [(g.ledger, g.bank, g.claims) for g in found] == [
        (("ledger:1",), ("bank:2",), ()), ((), ("bank:1",), ()), ((), (), ("claims:1",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ([Decided(("ledger:9",))], "ledger:9 cannot be decided. There is no such line"),
        ([Decided(("bank:2",))], "There is no such line"),
        ([Decided(("ledger:1",), (), ("bank:2",))], "It was matched by rule"),
        ([Decided((), (), ("bank:2",)), Decided((), (), ("bank:2",))], "decided twice"),
        ([Decided((), (), ("bank:2",), "ledger:9")], "There is no such posting"),
    ],
)
def test_what_cannot_be_decided_is_refused_by_its_line(
    decided: list[Decided], words: str
) -> None:
    one = case(1)
    given = month(
        [one], [posting(1, one, 100, 0)], [entry(1, one.number, 100, 0), entry(2, "", 5, 0)]
    )
    with refused(words):
        reconcile(given, decided)


@pytest.mark.parametrize(
    "said", ["", "[]", "{}", '{"groups": [{"ledger": [1]}]}', '{"groups": 1}']
)
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, said: str) -> None:
    path = tmp_path / "decided.json"
    path.write_text(said)
    with refused("does not say what was decided"):
        read_decided(path)


def test_a_file_is_read_in_the_words_of_the_output(tmp_path: Path) -> None:
    path = tmp_path / "decided.json"
    group = {"ledger": ["l:1"], "claims": [], "bank": ["b:1"], "of": None, "class": "matched"}
    path.write_text(json.dumps({"groups": [group]}))
    assert read_decided(path) == (Decided(("l:1",), (), ("b:1",)),)
