"""Which cases a posting pays: the lender's own order across a debtor's cases."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.reconciliation.month import LedgerLine, Month, PlacedCase, ordered


@dataclass(frozen=True)
class Part:
    """What one posting pays on one case."""

    line: LedgerLine
    case: PlacedCase
    amount_minor: int


@dataclass(frozen=True)
class Allocation:
    """The parts of every posting, and the posting that a reversal undoes."""

    parts: dict[str, tuple[Part, ...]]
    original: dict[str, LedgerLine]
    """By the id of the reversal; only those that are known."""


def allocate(month: Month) -> Allocation:
    """Divide every posting into parts, in the order of time."""
    original = _originals(month)
    parts: dict[str, tuple[Part, ...]] = {}
    left = {case.code: case.balance_minor for case in month.cases}
    for line in _originals_first(ordered(month.ledger), original):
        if line.lender not in month.by_debtor:
            case = month.case_of_number.get((line.lender, line.number))
            parts[line.id] = (Part(line, case, line.amount_minor),) if case else ()
        elif line.is_reversal:
            undone = parts[original[line.id].id] if line.id in original else ()
            parts[line.id] = tuple(Part(line, part.case, -part.amount_minor) for part in undone)
            for part in undone:
                left[part.case.code] += part.amount_minor
        else:
            parts[line.id] = _spread(
                line, month.cases_of_debtor.get((line.lender, line.number), []), left
            )
    return Allocation(parts, original)


def _originals_first(
    lines: list[LedgerLine], original: dict[str, LedgerLine]
) -> Iterator[LedgerLine]:
    """A reversal that stands before its original, such as on the same day, follows it."""
    passed: set[str] = set()
    held: dict[str, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        undone = original.get(line.id)
        if undone is not None and undone.id not in passed:
            held[undone.id].append(line)
            continue
        yield line
        passed.add(line.id)
        yield from held.pop(line.id, ())


def _spread(
    line: LedgerLine, cases: list[PlacedCase], left: dict[str, int]
) -> tuple[Part, ...]:
    """Each case takes at most what remains of it; any excess stays on the last."""
    rest, taken = line.amount_minor, []
    for place, case in enumerate(cases):
        last = place == len(cases) - 1
        amount = rest if last else min(rest, max(left[case.code], 0))
        if amount > 0:
            taken.append(Part(line, case, amount))
            left[case.code] -= amount
            rest -= amount
    return tuple(taken)


def _originals(month: Month) -> dict[str, LedgerLine]:
    """What each reversal undoes, whole: by reference, or as the only line that it can undo.

    What gives a part back undoes nothing by itself: a person looks at it.
    """
    by_reference = {
        (line.lender, line.reference): line for line in month.ledger if line.reference
    }
    positive: dict[tuple[str, str, int], list[LedgerLine]] = defaultdict(list)
    for line in month.ledger:
        if not line.is_reversal:
            positive[line.lender, line.number, line.amount_minor].append(line)
    found = {}
    for line in filter(lambda one: one.is_reversal, month.ledger):
        if line.reverses:
            able = [by_reference.get((line.lender, line.reverses))]
        elif not line.reference:
            able = [
                one
                for one in positive[line.lender, line.number, -line.amount_minor]
                if one.value_on <= line.value_on
            ]
        else:
            able = []
        whole = [one for one in able if one and one.amount_minor == -line.amount_minor]
        if len(able) == len(whole) == 1:
            found[line.id] = whole[0]
    return found
