"""A month as it is reconciled: its lines, its cases and who was entitled to them when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from marketplace.core.calendars import Calendar


@dataclass(frozen=True)
class LedgerLine:
    """One posting of a lender; `number` is a case's at the lender, or a debtor's key."""

    id: str
    lender: str
    number: str
    value_on: date
    amount_minor: int
    reference: str = ""
    reverses: str = ""
    """Reference of the line that this one undoes, where it is told."""

    method: str = ""
    """How the money came, in the lender's own word, where it is told."""

    parts: tuple[int | None, ...] = ()
    """Of a payment: costs, interest, fees and principal, where they are told."""

    @property
    def is_reversal(self) -> bool:
        return self.amount_minor < 0


@dataclass(frozen=True)
class BankLine:
    """One entry of a lender's account; money out is negative."""

    id: str
    lender: str
    value_on: date
    amount_minor: int
    text: str


@dataclass(frozen=True)
class Claim:
    """What an agency says was paid; `number` as it wrote it."""

    id: str
    agency: str
    claim_id: str
    lender: str
    number: str
    value_on: date
    amount_minor: int
    reference: str

    @property
    def alike(self) -> tuple[object, ...]:
        """Claims that are equal in this are interchangeable."""
        return (
            self.agency, self.number, self.lender, self.amount_minor, self.value_on,
            self.reference,
        )  # fmt: skip


@dataclass(frozen=True)
class Window:
    """The days on which one agency was entitled to a case, both included."""

    agency: str
    start: date
    end: date


@dataclass(frozen=True)
class PlacedCase:
    """A case and its placements, the earliest first."""

    code: str
    lender: str
    number: str
    debtor: str
    balance_minor: int
    oldest_due: date
    windows: tuple[Window, ...]

    def window_on(self, day: date) -> Window | None:
        """Whose window holds the day: of two, the one that began first."""
        return next((one for one in self.windows if one.start <= day <= one.end), None)

    def entitled(self, day: date) -> str:
        """The agency of that window; else of the latest begun by then; else of the first.

        A case that was never placed is nobody's.
        """
        held = self.window_on(day)
        if held is not None:
            return held.agency
        begun = tuple(one for one in self.windows if one.start <= day)
        nearest = begun[-1:] or self.windows[:1]
        return nearest[0].agency if nearest else ""


@dataclass(frozen=True)
class Month:
    """Everything there is to reconcile."""

    cases: Sequence[PlacedCase]
    ledger: Sequence[LedgerLine]
    bank: Sequence[BankLine]
    claims: Sequence[Claim]
    calendars: dict[str, Calendar]
    """Of each lender."""

    by_debtor: frozenset[str] = frozenset()
    """Lenders whose ledger names debtors, not cases."""

    by_code: frozenset[str] = frozenset()
    """Agencies that claim by the platform's case code."""

    currencies: dict[str, str] = field(default_factory=dict)
    """Of each lender."""

    def near(self, lender: str, one: date, other: date) -> bool:
        """Whether two days lie at most one working day apart."""
        return self.calendars[lender].distance(one, other) <= 1

    @cached_property
    def cases_of_debtor(self) -> dict[tuple[str, str], list[PlacedCase]]:
        """The lender's allocation order: the oldest due first."""
        found: dict[tuple[str, str], list[PlacedCase]] = defaultdict(list)
        for case in sorted(self.cases, key=lambda case: (case.oldest_due, case.code)):
            found[case.lender, case.debtor].append(case)
        return dict(found)

    @cached_property
    def case_of_number(self) -> dict[tuple[str, str], PlacedCase]:
        return {(case.lender, case.number): case for case in self.cases}

    @cached_property
    def case_of_code(self) -> dict[str, PlacedCase]:
        return {case.code: case for case in self.cases}

    def debtor_of(self, line: LedgerLine) -> str:
        """Whom a line concerns; its own number where the case is not known."""
        if line.lender in self.by_debtor:
            return line.number
        case = self.case_of_number.get((line.lender, line.number))
        return case.debtor if case else line.number

    def case_of_claim(self, claim: Claim) -> PlacedCase | None:
        """The case a claim names exactly; a number is never repaired."""
        if claim.agency in self.by_code:
            case = self.case_of_code.get(claim.number)
            return case if case and case.lender == claim.lender else None
        return self.case_of_number.get((claim.lender, claim.number))


def ordered(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """By value date, then as they stand in the file."""
    return sorted(lines, key=lambda line: line.value_on)
