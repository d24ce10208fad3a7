"""Small months, and a naive reading of the rules to hold the matcher against."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import combinations

from marketplace.reconciliation import (
    BankLine,
    Calendar,
    Claim,
    LedgerLine,
    Month,
    Part,
    PlacedCase,
    Window,
)

START = date(2026, 3, 2)
"""A Monday."""


def day(n: int) -> date:
    return START + timedelta(days=n)


def case(
    n: int, *, debtor: str = "", balance: int = 1_000_000, windows: tuple[Window, ...] = ()
) -> PlacedCase:
    return PlacedCase(
        code=f"CA{n:06d}",
        lender="L",
        number=f"ZX{n:010d}",
        debtor=debtor or f"D{n}",
        balance_minor=balance,
        oldest_due=day(-900 + n % 500),
        windows=windows or (Window("A", day(-60), day(120)),),
    )


def posting(n: int, of: PlacedCase, amount: int, on: int, **more: str) -> LedgerLine:
    number = more.pop("number", of.number)
    return LedgerLine(f"ledger:{n}", "L", number, day(on), amount, **more)


def entry(n: int, text: str, amount: int, on: int) -> BankLine:
    return BankLine(f"bank:{n}", "L", day(on), amount, text)


def claim(
    n: int, of: PlacedCase, amount: int, on: int, *, agency: str = "A", reference: str = ""
) -> Claim:
    return Claim(
        f"claims:{n}", agency, f"{agency}-{n}", "L", of.number, day(on), amount, reference
    )


def month(
    cases: Iterable[PlacedCase],
    ledger: Iterable[LedgerLine] = (),
    bank: Iterable[BankLine] = (),
    claims: Iterable[Claim] = (),
    *,
    calendar: Calendar | None = None,
    by_debtor: bool = False,
) -> Month:
    return Month(
        list(cases), list(ledger), list(bank), list(claims), {"L": calendar or Calendar()},
        frozenset(["L"]) if by_debtor else frozenset(),
    )  # fmt: skip


# The rules again, as plainly as they can be written.


def naive_bank(given: Month) -> set[tuple[frozenset[str], frozenset[str]]]:
    """Which entries go with which postings, by trying every set of every size."""
    ids = {one.id for one in (*given.ledger, *given.bank)}
    used: set[str] = set()
    stopped: set[str] = set()
    links: set[tuple[frozenset[str], frozenset[str]]] = set()
    for fits in (_tier1, _tier2, _tier3):
        able = {
            (frozenset(e.id for e in left), frozenset(p.id for p in right))
            for left, right in _all_sets(given)
            if fits(given, left, right) and not used & {one.id for one in (*left, *right)}
        }
        links |= _counted(able, used, stopped)
    assert used <= ids
    return links


def _counted(
    able: set[tuple[frozenset[str], frozenset[str]]], used: set[str], stopped: set[str]
) -> set[tuple[frozenset[str], frozenset[str]]]:
    """The links of one pass: of lines that fit one only. The others stop."""
    count = Counter(one for left, right in able for one in left | right)
    good = {
        link
        for link in able
        if all(count[one] == 1 and one not in stopped for one in link[0] | link[1])
    }
    stopped |= {one for link in able - good for one in link[0] | link[1]}
    used |= {one for link in good for one in link[0] | link[1]}
    return good


def _all_sets(given: Month):
    for size in range(1, 5):
        for left in combinations(given.bank, size):
            for right in combinations(given.ledger, 1):
                yield left, right
        if size > 1:
            for left in combinations(given.bank, 1):
                for right in combinations(given.ledger, size):
                    yield left, right


def _working(calendar: Calendar, on: date) -> date:
    while not (on in calendar.workdays or (on not in calendar.holidays and on.weekday() < 5)):
        on += timedelta(days=1)
    return on


def _apart(given: Month, one: date, other: date) -> int:
    calendar = given.calendars["L"]
    low, high = sorted((_working(calendar, one), _working(calendar, other)))
    steps = 0
    while low < high:
        low = _working(calendar, low + timedelta(days=1))
        steps += 1
    return steps


def _runs(text: str) -> list[str]:
    return "".join(c if c.isascii() and c.isalnum() else " " for c in text.upper()).split()


def _refers(given: Month, left: BankLine, right: LedgerLine, *, fragment: bool) -> bool:
    if given.by_debtor:
        numbers = [c.number for c in given.cases if c.debtor == right.number]
        full = [*numbers, right.number]
    else:
        numbers = full = [right.number] if _known(given, right) else []
    for run in _runs(left.text):
        if run in full:
            return True
        short = fragment and run.isdigit() and 4 <= len(run) <= 8
        if short and any(number.endswith(run) for number in numbers):
            return True
    return False


def _known(given: Month, line: LedgerLine) -> bool:
    return any(c.number == line.number for c in given.cases)


Sets = Callable[[Month, tuple[BankLine, ...], tuple[LedgerLine, ...]], bool]


def _tier1(given: Month, left, right) -> bool:
    if len(left) != 1 or len(right) != 1:
        return False
    e, p = left[0], right[0]
    return (
        e.amount_minor == p.amount_minor
        and e.value_on == p.value_on
        and _refers(given, e, p, fragment=False)
    )


def _tier2(given: Month, left, right) -> bool:
    if len(left) != 1 or len(right) != 1:
        return False
    e, p = left[0], right[0]
    return (
        e.amount_minor == p.amount_minor
        and _apart(given, e.value_on, p.value_on) <= 1
        and _refers(given, e, p, fragment=True)
    )


def _tier3(given: Month, left, right) -> bool:
    if len(left) == len(right) == 1:
        return False
    lines = [*left, *right]
    if len({one.amount_minor > 0 for one in lines}) > 1:
        return False
    if sum(e.amount_minor for e in left) != sum(p.amount_minor for p in right):
        return False
    if any(_apart(given, e.value_on, p.value_on) > 1 for e in left for p in right):
        return False
    if len(right) > 1:
        owners = {given.debtor_of(p) for p in right}
        return len(owners) == 1 and any(
            _refers(given, left[0], p, fragment=True) for p in right
        )
    return all(_refers(given, e, right[0], fragment=True) for e in left)


def naive_claims(
    given: Month, parts: list[Part]
) -> tuple[set[tuple[frozenset[str], frozenset[str]]], dict[str, str]]:
    """Which claims go with which parts, and which repeat one, by trying every set."""
    alike: dict[tuple[object, ...], list[Claim]] = {}
    for one in given.claims:
        alike.setdefault(one.alike, []).append(one)
    used: set[str] = set()
    stopped: set[str] = set()
    links: set[tuple[frozenset[str], frozenset[str]]] = set()
    copies: dict[str, str] = {}
    for tier, sizes in ((1, (1,)), (2, (1,)), (3, (2, 3, 4))):
        among = given.claims if tier == 3 else [same[0] for same in alike.values()]
        able = {
            (frozenset(c.id for c in chosen), frozenset([_name(part)]))
            for size in sizes
            for chosen in combinations(among, size)
            for part in parts
            if all(_claims(given, c, part, tier) for c in chosen)
            and sum(c.amount_minor for c in chosen) == part.amount_minor
            and not used & {_name(part), *(c.id for c in chosen)}
        }
        links |= _counted(able, used, stopped)
        for first, *rest in alike.values() if tier < 3 else ():
            if first.id in used:
                copies |= {copy.id: first.id for copy in rest}
                used |= {copy.id for copy in rest}
            elif first.id in stopped:
                stopped |= {copy.id for copy in rest}
    return links, copies


def _name(part: Part) -> str:
    return f"{part.line.id}|{part.case.code}"


def _claims(given: Month, claim: Claim, part: Part, tier: int) -> bool:
    """Whether a claim may be told of a part, but for the amount."""
    of, said, on = part.case, claim.reference, part.line.value_on
    if claim.number != of.number or claim.agency != of.entitled(on):
        return False
    if tier == 1:
        return said != "" and said == part.line.reference and claim.value_on == on
    told = said in ("", part.line.reference) if tier == 2 else said == ""
    return told and _apart(given, claim.value_on, on) <= 1
