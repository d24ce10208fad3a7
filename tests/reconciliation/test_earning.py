"""Who earns on a payment: windows, allocation across a debtor's cases, reversals."""

from marketplace.reconciliation import GroupClass, Window, reconcile
from marketplace.reconciliation.allocating import allocate
from tests.reconciliation.months import case, claim, day, entry, month, posting


def paid(given, amount: int = 100, on: int = 0, **more: str):  # type: ignore[no-untyped-def]
    line = posting(1, given, amount, on, **more)
    return reconcile(month([given], [line], [entry(1, given.number, amount, on)])).groups[0]


def test_the_window_that_began_first_earns() -> None:
    both = case(1, windows=(Window("A", day(-9), day(0)), Window("B", day(-3), day(30))))
    assert paid(both).commissionable_minor == {"A": 100}
    assert paid(both, on=1).commissionable_minor == {"B": 100}
    assert paid(both, on=31).commissionable_minor == {}
    assert paid(both, on=31).kind is GroupClass.RECALLED
    assert paid(both, on=31).automatic


def test_the_entitled_agency_outside_any_window_may_claim() -> None:
    gone = case(1, windows=(Window("A", day(-90), day(-60)), Window("B", day(-40), day(-9))))
    assert gone.entitled(day(0)) == "B"
    assert gone.entitled(day(-50)) == "A"
    assert gone.entitled(day(-100)) == "A"
    found = reconcile(
        month([gone], [posting(1, gone, 100, 0)], [entry(1, gone.number, 100, 0)],
              [claim(1, gone, 100, 0, agency="B")])
    )  # fmt: skip
    assert [(g.kind, g.claims) for g in found.groups] == [(GroupClass.RECALLED, ("claims:1",))]


def test_a_claim_of_the_agency_before_is_told_apart() -> None:
    both = case(1, windows=(Window("A", day(-90), day(-60)), Window("B", day(-40), day(90))))
    found = reconcile(
        month([both], [posting(1, both, 100, 0)], [entry(1, both.number, 100, 0)],
              [claim(1, both, 100, 0, agency="A")])
    )  # fmt: skip
    other = next(g for g in found.groups if g.claims)
    assert (other.kind, other.reasons) == (GroupClass.RECALLED, ("other_agency_entitled",))
    assert other.commissionable_minor == {}


def test_a_debtors_oldest_case_is_paid_first_and_the_excess_stays_on_the_last() -> None:
    cases = [case(2, debtor="D", balance=30), case(1, debtor="D", balance=50)]
    lines = [
        posting(2, cases[0], 60, 1, number="D", reference="R2"),
        posting(1, cases[0], 40, 0, number="D", reference="R1"),
    ]
    parts = allocate(month(cases, lines, by_debtor=True)).parts
    told = {
        line: [(part.case.code, part.amount_minor) for part in found]
        for line, found in parts.items()
    }
    assert told == {
        "ledger:1": [("CA000001", 40)],
        "ledger:2": [("CA000001", 10), ("CA000002", 50)],
    }


def test_a_reversal_gives_back_the_parts_of_its_original() -> None:
    cases = [case(1, debtor="D", balance=50), case(2, debtor="D", balance=30)]
    lines = [
        posting(1, cases[0], 60, 0, number="D", reference="R1"),
        posting(2, cases[0], -60, 1, number="D", reference="R2", reverses="R1"),
        posting(3, cases[0], 50, 2, number="D", reference="R3"),
    ]
    entries = [entry(1, "D", 60, 0), entry(2, "D", -60, 1), entry(3, "D", 50, 2)]
    given = month(cases, lines, entries, by_debtor=True)
    parts = allocate(given).parts
    assert [(p.case.code, p.amount_minor) for p in parts["ledger:2"]] == [
        ("CA000001", -50), ("CA000002", -10),
    ]  # fmt: skip
    assert [(p.case.code, p.amount_minor) for p in parts["ledger:3"]] == [("CA000001", 50)]
    groups = {g.ledger[0]: g for g in reconcile(given).groups}
    assert groups["ledger:2"].kind is GroupClass.REVERSAL
    assert groups["ledger:2"].automatic
    assert groups["ledger:2"].commissionable_minor == {"A": -60}
    assert sum(sum(g.commissionable_minor.values()) for g in groups.values()) == 50


def test_a_reversal_may_stand_before_its_original() -> None:
    """In the file of the same day, or of an earlier day: it gives back the same parts."""
    cases = [case(1, debtor="D", balance=50), case(2, debtor="D", balance=30)]
    for on in (1, 0):
        lines = [
            posting(1, cases[0], -60, on, number="D", reference="R1", reverses="R2"),
            posting(2, cases[0], 60, 1, number="D", reference="R2"),
            posting(3, cases[0], 50, 2, number="D", reference="R3"),
        ]
        entries = [entry(1, "D", -60, on), entry(2, "D", 60, 1), entry(3, "D", 50, 2)]
        given = month(cases, lines, entries, by_debtor=True)
        parts = allocate(given).parts
        assert [(p.case.code, p.amount_minor) for p in parts["ledger:1"]] == [
            ("CA000001", -50), ("CA000002", -10),
        ]  # fmt: skip
        assert [(p.case.code, p.amount_minor) for p in parts["ledger:3"]] == [("CA000001", 50)]
        back = next(g for g in reconcile(given).groups if g.ledger == ("ledger:1",))
        assert (back.kind, back.automatic) == (GroupClass.REVERSAL, True)
        assert back.commissionable_minor == {"A": -60}


def test_a_reversal_after_the_recall_still_takes_back() -> None:
    short = case(1, windows=(Window("A", day(-9), day(0)),))
    lines = [posting(1, short, 100, 0), posting(2, short, -100, 9)]
    entries = [entry(1, short.number, 100, 0), entry(2, short.number, -100, 9)]
    groups = {g.ledger[0]: g for g in reconcile(month([short], lines, entries)).groups}
    assert groups["ledger:1"].commissionable_minor == {"A": 100}
    assert groups["ledger:2"].commissionable_minor == {"A": -100}


def test_a_reversal_whose_original_is_not_known_goes_to_a_person() -> None:
    one = case(1)
    twice = [posting(1, one, 100, 0), posting(2, one, 100, 3), posting(3, one, -100, 9)]
    entries = [entry(3, one.number, -100, 9)]
    groups = {g.ledger: g for g in reconcile(month([one], twice, entries)).groups}
    back = groups[("ledger:3",)]
    assert back.reasons == ("original_not_found",)
    assert back.commissionable_minor == {}


def test_what_the_bank_does_not_show_earns_nothing() -> None:
    one = case(1)
    found = reconcile(month([one], [posting(1, one, 100, 0)], [], [claim(1, one, 100, 0)]))
    (group,) = found.groups
    assert (group.kind, group.reasons) == (GroupClass.UNKNOWN_LEDGER, ("no_bank_entry",))
    assert group.commissionable_minor == {}
    assert group.claims == ("claims:1",)


def test_text_without_a_reference_never_matches() -> None:
    one = case(1)
    found = reconcile(
        month([one], [posting(1, one, 123_456, 0)], [entry(1, "转账", 123_456, 0)])
    )
    assert [g.kind for g in found.groups] == [
        GroupClass.UNKNOWN_LEDGER, GroupClass.UNKNOWN_BANK,
    ]  # fmt: skip


def test_one_debit_takes_back_every_payment_that_it_undoes() -> None:
    one = case(1)
    lines = [
        posting(1, one, 100, 0, reference="R1"),
        posting(2, one, 250, 0, reference="R2"),
        posting(3, one, -100, 5, reference="R3", reverses="R1"),
        posting(4, one, -250, 5, reference="R4", reverses="R2"),
    ]
    entries = [entry(1, one.number, 100, 0), entry(2, one.number, 250, 0)]
    entries.append(entry(3, one.number, -350, 5))
    groups = {g.ledger: g for g in reconcile(month([one], lines, entries)).groups}
    back = groups[("ledger:3", "ledger:4")]
    assert (back.kind, back.automatic) == (GroupClass.REVERSAL, True)
    assert back.commissionable_minor == {"A": -350}
    lines[3] = posting(4, one, -250, 5, reference="R4", reverses="R9")
    groups = {g.ledger: g for g in reconcile(month([one], lines, entries)).groups}
    assert groups[("ledger:3", "ledger:4")].reasons == ("original_not_found",)


def test_a_reversal_that_the_bank_does_not_show_takes_nothing_back() -> None:
    one = case(1)
    lines = [posting(1, one, 100, 0), posting(2, one, -100, 3)]
    found = reconcile(month([one], lines, [entry(1, one.number, 100, 0)]))
    back = next(g for g in found.groups if g.ledger == ("ledger:2",))
    assert (back.kind, back.reasons) == (GroupClass.UNKNOWN_LEDGER, ("no_bank_entry",))
    assert back.commissionable_minor == {}
