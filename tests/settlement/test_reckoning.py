"""Statement after statement adds up to what one reckoning of everything would have said."""

from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import BPS
from marketplace.settlement import USUAL, LineKind, RateBasis, TierMode
from marketplace.settlement.reckoning import Line, Paid, Stated, reckon
from marketplace.settlement.scales import Kind

DAY = date(2026, 3, 2)
KIND = Kind(1, 200, "auto", secured=False, litigated=False)


def paid(number: int, amount: int, **given: Any) -> Paid:
    usual: dict[str, Any] = {
        "placement_id": 1, "case_id": number, "method": "voluntary",
        "value_on": DAY + timedelta(days=number), "posted_on": DAY + timedelta(days=number),
        "reversal_of_id": None, "awarded_bps": 2_500, "starts_on": DAY, "kind": KIND,
        "holds": (),
    }  # fmt: skip
    return Paid(id=number, amount_minor=amount, **(usual | given))


def terms(number: int = 1, **given: Any) -> Any:
    usual = {
        "id": number, "version": number, "valid_from": DAY, "basis": RateBasis.PLACEMENT,
        "scale": [], "tier_mode": TierMode.MARGINAL, "paid_for": USUAL,
        "from_first_activity": False, "rates_include_tax": False,
    }  # fmt: skip
    return SimpleNamespace(**(usual | given))


NOTHING = Stated(0, 0, 0, 0, None, BPS, 600, tax_included=False, excluded=False)


class Books:
    """What a model of statements remembers: every line, by payment."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    @property
    def stated(self) -> dict[int, Stated]:
        found: dict[int, Stated] = {}
        for line in self.lines:
            old = found.get(line.payment.id, NOTHING)
            out = "excluded" in (line.kind, line.reason)
            found[line.payment.id] = Stated(
                old.unrounded + line.unrounded,
                old.commission_minor + line.commission_minor,
                0,
                line.rate_bps,
                line.terms_id,
                BPS,
                600,
                False,
                out or (old.excluded and line.reason != "included"),
                line.reason if out else old.reason,
            )
        return found

    def state(self, payments: list[Paid], versions: list[Any]) -> list[Line]:
        new = reckon(payments, self.stated, versions)
        self.lines += new
        return new


TABLE = [{"tiers": [[3_000, 2_500], [8_000, 1_800], [None, 900]]}]
AMOUNTS = st.lists(st.integers(1, 4_000), min_size=1, max_size=10)


@given(AMOUNTS, st.lists(st.integers(0, 10), max_size=4), st.sampled_from([*TierMode]),
       st.sets(st.integers(0, 9), max_size=3))  # fmt: skip
def test_statements_add_up_to_one_reckoning_of_everything(
    amounts: list[int], cuts: list[int], mode: TierMode, undone: set[int]
) -> None:
    """Tiers are crossed and payments taken back between statements; the sum is the same."""
    version = terms(scale=TABLE, tier_mode=mode)
    payments = [paid(i, amount) for i, amount in enumerate(amounts)]
    payments += [replace_paid(payments[i], i) for i in sorted(undone) if i < len(amounts)]
    books = Books()
    for cut in sorted({*cuts, len(payments)}):
        books.state(payments[:cut], [version])
    kept = [p for p in payments if p.reversal_of_id is None and p.id not in undone]
    exact = model(kept, mode)
    assert sum(line.unrounded for line in books.lines) == exact
    rounded = sum(line.commission_minor for line in books.lines)
    assert abs(rounded - Fraction(exact, BPS)) <= len(books.lines)
    for i in undone & {p.id for p in payments}:
        lines = [x for x in books.lines if i in (x.payment.id, x.payment.reversal_of_id)]
        assert sum(line.commission_minor for line in lines) == 0
    assert books.state(payments, [version]) == [], "nothing is left to state"


def replace_paid(original: Paid, number: int) -> Paid:
    return original._replace(
        id=100 + number, amount_minor=-original.amount_minor, reversal_of_id=original.id,
        value_on=DAY + timedelta(days=100 + number),
    )  # fmt: skip


def model(kept: list[Paid], mode: TierMode) -> int:
    """Ten-thousandths of a unit that these payments earn, counted by the unit."""
    rates = [(3_000, 2_500), (8_000, 1_800), (10**9, 900)]
    total = sum(p.amount_minor for p in kept)
    if mode is TierMode.WHOLE:
        return total * next(rate for end, rate in rates if total <= end)
    earned, before = 0, 0
    for end, rate in rates:
        earned += max(0, min(total, end) - before) * rate
        before = end
    return earned


def test_crossing_a_whole_tier_makes_up_the_difference() -> None:
    version = terms(
        scale=[{"tiers": [[3_000, 2_500], [None, 1_800]]}], tier_mode=TierMode.WHOLE
    )
    books, payments = Books(), [paid(1, 3_000), paid(2, 5_000)]
    (first,) = books.state(payments[:1], [version])
    assert (first.kind, first.commission_minor) == (LineKind.PAYMENT, 750)
    true_up, second = books.state(payments, [version])
    assert (true_up.kind, true_up.gross_minor, true_up.commission_minor, true_up.reason) == (
        LineKind.TRUE_UP, 0, -210, "tier",
    )  # fmt: skip
    assert (second.rate_bps, second.commission_minor) == (1_800, 900)


def test_a_version_that_reaches_back_makes_up_the_difference() -> None:
    books, payments = Books(), [paid(1, 1_000), paid(2, 1_000)]
    old = terms(1)
    books.state(payments, [old])
    new = terms(2, valid_from=DAY + timedelta(days=2), basis=RateBasis.PAYMENT,
                scale=[{"tiers": [[None, 3_000]]}])  # fmt: skip
    (line,) = books.state(payments, [old, new])
    assert (line.kind, line.payment.id, line.commission_minor) == (LineKind.TRUE_UP, 2, 50)


WAYS = st.sampled_from(["voluntary", "insurer", "court"])
PAID_FOR = st.fixed_dictionaries(
    {way: st.sampled_from([[], ["none"], ["none", "dispute"]]) for way in WAYS.elements}
)


@given(
    st.lists(st.tuples(st.integers(1, 4_000), WAYS, st.booleans()), min_size=1, max_size=8),
    st.lists(st.tuples(PAID_FOR, st.sampled_from([*TierMode])), min_size=1, max_size=4),
    st.sets(st.integers(0, 7), max_size=3), st.integers(0, 8),
)  # fmt: skip
def test_terms_that_reach_back_change_what_is_paid_for(
    cash: list[tuple[int, str, bool]], tables: list[tuple[Any, TierMode]], undone: set[int],
    cut: int,
) -> None:  # fmt: skip
    """Version after version says anew which cash earns: the sum is as if the last held ever."""
    versions = [
        terms(n, scale=TABLE, paid_for=paid_for, tier_mode=mode)
        for n, (paid_for, mode) in enumerate(tables, 1)
    ]
    payments = [
        paid(i, amount, method=way, holds=("dispute",) if held else ())
        for i, (amount, way, held) in enumerate(cash)
    ]
    back = [replace_paid(payments[i], i) for i in sorted(undone) if i < len(cash)]
    books = Books()
    books.state(payments[:cut], versions[:1])
    for n in range(1, len(versions) + 1):
        books.state(payments, versions[:n])
    books.state([*payments, *back], versions)
    last = versions[-1].paid_for
    earning = [
        one for one in payments
        if one.id not in undone and (one.holds or ("none",))[0] in last[one.method]
    ]  # fmt: skip
    assert sum(line.unrounded for line in books.lines) == model(earning, versions[-1].tier_mode)
    for one in payments:
        lines = [x for x in books.lines if one.id in (x.payment.id, x.payment.reversal_of_id)]
        counted = sum(x.gross_minor for x in lines if x.kind is not LineKind.EXCLUDED)
        assert counted == (one.amount_minor if one in earning else 0)
        if one not in earning:
            assert sum(x.commission_minor for x in lines) == 0
    assert books.state([*payments, *back], versions) == [], "nothing is left to state"


def test_terms_that_reach_back_may_change_what_the_rate_says_of_tax() -> None:
    """26.5 % with 6 % of VAT in it is 25 % without: as first stated, nothing changes."""
    books, cash = Books(), [paid(1, 100_000)]
    old = terms(1, scale=[{"tiers": [[None, 2_500]]}])
    books.state(cash, [old])
    same = terms(2, scale=[{"tiers": [[None, 2_650]]}], rates_include_tax=True)
    assert books.state(cash, [old, same]) == []
    less = terms(3, scale=[{"tiers": [[None, 2_500]]}], rates_include_tax=True)
    (line,) = books.state(cash, [old, same, less])
    assert (line.kind, line.commission_minor) == (LineKind.TRUE_UP, -1_415)
    assert books.state(cash, [old, same, less]) == []


def test_new_terms_that_reach_back_pay_for_what_was_left_out() -> None:
    none = USUAL | {"insurer": []}
    books, cash = Books(), [paid(1, 1_000, method="insurer")]
    old = terms(1, paid_for=none)
    (out,) = books.state(cash, [old])
    assert (out.kind, out.commission_minor) == (LineKind.EXCLUDED, 0)
    new = terms(2, paid_for=none | {"insurer": ["none"]})
    (line,) = books.state(cash, [old, new])
    assert (line.kind, line.reason) == (LineKind.TRUE_UP, "included")
    assert (line.gross_minor, line.commission_minor, line.terms_id) == (1_000, 250, 2)
    third = terms(3, paid_for=none)
    (back,) = books.state(cash, [old, new, third])
    assert (back.kind, back.reason) == (LineKind.TRUE_UP, "excluded")
    assert (back.gross_minor, back.commission_minor, back.terms_id) == (-1_000, -250, 3)
    assert books.state(cash, [old, new, third]) == []


def test_a_hold_entered_or_lifted_afterwards_changes_nothing_stated() -> None:
    """The next version says the same of it as the one before."""
    books, versions = Books(), [terms(1), terms(2)]
    books.state([paid(1, 1_000), paid(2, 1_000, holds=("dispute",))], versions[:1])
    entered, lifted = paid(1, 1_000, holds=("dispute",)), paid(2, 1_000)
    assert books.state([entered, lifted], versions) == []


def test_the_day_that_decides_is_what_the_terms_say() -> None:
    late = {"value_on": DAY + timedelta(days=9), "posted_on": DAY + timedelta(days=20)}
    for basis, first_day in (
        (RateBasis.PLACEMENT, 0), (RateBasis.PAYMENT, 9), (RateBasis.POSTING, 20),
    ):  # fmt: skip
        for shift, rate in ((0, 3_000), (1, 2_500)):
            version = terms(
                valid_from=DAY + timedelta(days=first_day + shift), basis=basis,
                scale=[{"tiers": [[None, 3_000]]}],
            )  # fmt: skip
            (line,) = reckon([paid(1, 1_000, **late)], {}, [version])
            assert line.rate_bps == rate, (basis, shift)


def test_what_earns_nothing_says_why_and_stays_stated() -> None:
    books = Books()
    payments = [
        paid(1, 1_000, holds=("dispute",)), paid(2, 1_000, method="set_off"),
        paid(3, 1_000, holds=("plan_active",)),
        paid(4, 1_000, holds=("dispute", "plan_active")),
    ]  # fmt: skip
    lines = books.state(payments, [])
    assert [(line.kind, line.reason, line.commission_minor) for line in lines] == [
        (LineKind.EXCLUDED, "dispute", 0),
        (LineKind.EXCLUDED, "set_off", 0),
        (LineKind.PAYMENT, "", 250),
        (LineKind.EXCLUDED, "dispute", 0),
    ]
    again = [one._replace(holds=()) for one in payments]
    assert books.state(again, []) == []


@pytest.mark.parametrize("together", [True, False])
def test_what_reverses_an_excluded_payment_is_excluded_too(*, together: bool) -> None:
    books, one = Books(), paid(1, 10_000, method="set_off")
    if not together:
        books.state([one], [])
    lines = books.state([one, replace_paid(one, 1)], [])
    assert [(line.kind, line.reason, line.commission_minor) for line in lines[-1:]] == [
        (LineKind.EXCLUDED, "set_off", 0)
    ]


def test_a_contract_may_pay_for_more() -> None:
    generous = terms(paid_for={"voluntary": ["none", "dispute"], "set_off": ["none"]})
    (one, two) = reckon(
        [paid(1, 1_000, holds=("dispute",)), paid(2, 1_000, method="set_off")], {}, [generous]
    )
    assert one.commission_minor == two.commission_minor == 250


@given(AMOUNTS, st.lists(st.integers(0, 10), max_size=4), st.sampled_from([*TierMode]),
       st.sets(st.integers(0, 9), max_size=3),
       st.dictionaries(st.integers(0, 9), st.tuples(st.integers(0, 4), st.booleans()),
                       max_size=4))  # fmt: skip
def test_disputed_lines_are_as_if_they_had_come_later_or_never(
    amounts: list[int], cuts: list[int], mode: TierMode, undone: set[int],
    disputes: dict[int, tuple[int, bool]],
) -> None:  # fmt: skip
    """Lines leave a draft, which is reckoned anew; some come back, with their reversals."""
    version = terms(scale=TABLE, tier_mode=mode)
    payments = [paid(i, amount) for i, amount in enumerate(amounts)]
    payments += [replace_paid(payments[i], i) for i in sorted(undone) if i < len(amounts)]
    books, out, back = Books(), set[int](), set[int]()
    for turn, cut in enumerate(sorted({*cuts, len(payments)})):
        before = list(books.lines)
        draft = books.state(without(payments[:cut], out - back), [version])
        fresh = {line.payment.id for line in draft if line.kind is not LineKind.TRUE_UP}
        disputed = {i for i, (when, _) in disputes.items() if when <= turn} & fresh - back
        if disputed:
            out |= disputed
            books.lines = before
            books.state(without(payments[:cut], out - back), [version])
        back |= {i for i in out if disputes[i][1]}
    books.state(without(payments, out - back), [version])
    left = without(payments, out - back)
    gone = {p.reversal_of_id for p in left}
    kept = [p for p in left if p.reversal_of_id is None and p.id not in gone]
    assert sum(line.unrounded for line in books.lines) == model(kept, mode)
    assert {line.payment.id for line in books.lines} == {p.id for p in left}
    assert books.state(left, [version]) == [], "nothing is left to state"


def without(payments: list[Paid], out: set[int]) -> list[Paid]:
    """What can be stated: nothing disputed, nor what reverses it."""
    return [p for p in payments if not {p.id, p.reversal_of_id} & out]
