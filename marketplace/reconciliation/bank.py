"""Bank entries against postings: by reference, amount and day."""

import re
from collections import defaultdict
from collections.abc import Iterator

from marketplace.reconciliation.month import BankLine, LedgerLine, Month
from marketplace.reconciliation.tiers import Candidate, Passes, sets_with_sum

_RUN = re.compile(r"[A-Z0-9]+")
SHORTEST, LONGEST = 4, 8
"""Digits of a fragment of a case number."""


class References:
    """What the text of an entry refers to: the number or the debtor key of postings."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._full: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._ending: dict[tuple[str, str], set[str]] = defaultdict(set)
        for case in month.cases:
            target = case.debtor if case.lender in month.by_debtor else case.number
            self._full[case.lender, case.number.upper()].add(target)
            if case.lender in month.by_debtor:
                self._full[case.lender, case.debtor.upper()].add(target)
            for length in range(SHORTEST, LONGEST + 1):
                end = case.number[-length:]
                if len(end) == length and end.isdigit():
                    self._ending[case.lender, end].add(target)

    def full(self, entry: BankLine) -> set[str]:
        """Numbers that a run of the text is."""
        return {
            target
            for run in _runs(entry.text)
            for target in self._full.get((entry.lender, run), ())
        }

    def any(self, entry: BankLine) -> set[str]:
        """Those, and numbers that a run of 4 to 8 digits ends."""
        found = self.full(entry)
        for run in _runs(entry.text):
            if run.isdigit() and SHORTEST <= len(run) <= LONGEST:
                found |= self._ending.get((entry.lender, run), set())
        return found


def _runs(text: str) -> list[str]:
    return _RUN.findall(text.upper())


def match_bank(month: Month, references: References) -> Passes:
    """Link entries (left) to postings (right), tier by tier."""
    work = Passes()
    full = {entry.id: references.full(entry) for entry in month.bank}
    loose = {entry.id: references.any(entry) for entry in month.bank}
    lines = _Lines(month)
    work.run(1, _pairs(month, lines, full, same_day=True))
    work.run(2, _pairs(month, lines, loose, same_day=False))
    work.run(3, [*_merged(month, lines, loose, work), *_divided(month, loose, work)])
    return work


class _Lines:
    """Postings by what they are looked up by."""

    def __init__(self, month: Month) -> None:
        self.by_amount: dict[tuple[str, str, int], list[LedgerLine]] = defaultdict(list)
        self.by_debtor: dict[tuple[str, str], list[LedgerLine]] = defaultdict(list)
        for line in month.ledger:
            self.by_amount[line.lender, line.number, line.amount_minor].append(line)
            self.by_debtor[line.lender, month.debtor_of(line)].append(line)


def _pairs(
    month: Month, lines: _Lines, refers: dict[str, set[str]], *, same_day: bool
) -> Iterator[Candidate]:
    for entry in month.bank:
        for number in refers[entry.id]:
            for line in lines.by_amount.get((entry.lender, number, entry.amount_minor), ()):
                if (
                    line.value_on == entry.value_on
                    if same_day
                    else month.near(entry.lender, line.value_on, entry.value_on)
                ):
                    yield Candidate((entry.id,), (line.id,))


def _merged(
    month: Month, lines: _Lines, refers: dict[str, set[str]], work: Passes
) -> Iterator[Candidate]:
    """One entry that pays several postings of one debtor, one of them referred to."""
    for entry in month.bank:
        if entry.id in work.used:
            continue
        for debtor in _debtors(month, entry.lender, refers[entry.id]):
            near = [
                line
                for line in lines.by_debtor.get((entry.lender, debtor), ())
                if line.id not in work.used
                and (line.amount_minor < 0) == (entry.amount_minor < 0)
                and month.near(entry.lender, line.value_on, entry.value_on)
            ]
            for chosen in sets_with_sum(near, entry.amount_minor, _amount):
                if any(line.number in refers[entry.id] for line in chosen):
                    yield Candidate((entry.id,), tuple(line.id for line in chosen))


def _divided(month: Month, refers: dict[str, set[str]], work: Passes) -> Iterator[Candidate]:
    """Several entries, each referring to it, that pay one posting."""
    entries: dict[tuple[str, str], list[BankLine]] = defaultdict(list)
    for entry in month.bank:
        if entry.id not in work.used:
            for number in refers[entry.id]:
                entries[entry.lender, number].append(entry)
    for line in month.ledger:
        if line.id in work.used:
            continue
        near = [
            entry
            for entry in entries.get((line.lender, line.number), ())
            if (entry.amount_minor < 0) == (line.amount_minor < 0)
            and month.near(line.lender, line.value_on, entry.value_on)
        ]
        for chosen in sets_with_sum(near, line.amount_minor, _amount):
            yield Candidate(tuple(entry.id for entry in chosen), (line.id,))


def _debtors(month: Month, lender: str, numbers: set[str]) -> set[str]:
    if lender in month.by_debtor:
        return numbers
    return {
        case.debtor
        for number in numbers
        if (case := month.case_of_number.get((lender, number))) is not None
    }


def _amount(line: BankLine | LedgerLine) -> int:
    return line.amount_minor
