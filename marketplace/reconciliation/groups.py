"""What a group of lines is, what it earns, and how a month stands in groups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.reconciliation.allocating import Part
from marketplace.reconciliation.month import BankLine, Claim, LedgerLine, Month


class GroupClass(StrEnum):
    """What a group of lines is; the first that fits."""

    REVERSAL = "reversal"
    DUPLICATE = "duplicate"
    UNKNOWN_CLAIM = "unknown_claim"
    UNKNOWN_BANK = "unknown_bank"
    UNKNOWN_LEDGER = "unknown_ledger"
    SHORT = "short"
    OVER = "over"
    RECALLED = "recalled"
    TIMING = "timing"
    SPLIT = "split"
    MERGED = "merged"
    MATCHED = "matched"


AUTOMATIC = frozenset(
    (GroupClass.MATCHED, GroupClass.MERGED, GroupClass.SPLIT, GroupClass.RECALLED)
)


@dataclass(frozen=True)
class Group:
    """Lines that belong together, and what became of them."""

    kind: GroupClass
    automatic: bool
    lender: str
    ledger: tuple[str, ...]
    claims: tuple[str, ...]
    bank: tuple[str, ...]
    cases: tuple[str, ...]
    amount_minor: int
    commissionable_minor: dict[str, int]
    reasons: tuple[str, ...] = ()
    """Why a person must look, as codes; empty if automatic."""

    partners: tuple[str, ...] = ()
    """Lines that may belong here, the likeliest first."""

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.ledger, *self.claims, *self.bank)

    def as_json(self) -> dict[str, object]:
        return {
            "class": self.kind.value,
            "auto": self.automatic,
            "ledger": list(self.ledger),
            "claims": list(self.claims),
            "bank": list(self.bank),
            "cases": list(self.cases),
            "amount_minor": self.amount_minor,
            "commissionable_minor": self.commissionable_minor,
        }


@dataclass(frozen=True)
class Reconciled:
    """A month in groups."""

    groups: tuple[Group, ...]
    currencies: dict[str, str]
    """Of each lender."""

    def totals_by_class(self) -> dict[str, dict[str, Any]]:
        """Groups, automatic ones and amounts by currency of each class."""
        totals: dict[str, dict[str, Any]] = {}
        for group in self.groups:
            held = totals.setdefault(
                group.kind.value, {"groups": 0, "auto": 0, "amount_minor_by_currency": {}}
            )
            held["groups"] += 1
            held["auto"] += group.automatic
            amounts, currency = held["amount_minor_by_currency"], self.currencies[group.lender]
            amounts[currency] = amounts.get(currency, 0) + group.amount_minor
        return totals

    def as_json(self) -> dict[str, object]:
        return {
            "groups": [group.as_json() for group in self.groups],
            "totals_by_class": self.totals_by_class(),
        }


def class_of(
    month: Month, entries: Sequence[BankLine], lines: Sequence[LedgerLine],
    parts: Sequence[Part], claims: Sequence[Claim],
) -> GroupClass:  # fmt: skip
    """The first class that fits postings, their parts, entries of the bank and claims."""
    if not entries:
        return GroupClass.UNKNOWN_LEDGER
    if lines[0].is_reversal:
        return GroupClass.REVERSAL
    paid = sum(entry.amount_minor for entry in entries)
    posted = sum(line.amount_minor for line in lines)
    shown = [(paid, posted), *_claimed(month, parts, claims)]
    if any(stronger < weaker for stronger, weaker in shown):
        return GroupClass.SHORT
    if any(stronger > weaker for stronger, weaker in shown):
        return GroupClass.OVER
    return _of_equal_amounts(month, entries, lines, parts, claims)


def _of_equal_amounts(
    month: Month, entries: Sequence[BankLine], lines: Sequence[LedgerLine],
    parts: Sequence[Part], claims: Sequence[Claim],
) -> GroupClass:  # fmt: skip
    if not any(part.case.window_on(part.line.value_on) for part in parts):
        return GroupClass.RECALLED
    if not _is_timely(month, entries, lines, parts, claims):
        return GroupClass.TIMING
    if len(entries) > 1:
        return GroupClass.SPLIT
    if len(lines) > 1 or len({part.case.code for part in parts}) > 1:
        return GroupClass.MERGED
    return GroupClass.MATCHED


def _claimed(
    month: Month, parts: Sequence[Part], claims: Sequence[Claim]
) -> list[tuple[int, int]]:
    """Of each case that is claimed: what is posted on it, and what is claimed."""
    posted: dict[str, int] = defaultdict(int)
    for part in parts:
        posted[part.case.code] += part.amount_minor
    said: dict[str, int] = defaultdict(int)
    for claim in claims:
        if case := month.case_of_claim(claim):
            said[case.code] += claim.amount_minor
    return [(posted[code], amount) for code, amount in said.items()]


def _is_timely(
    month: Month, entries: Sequence[BankLine], lines: Sequence[LedgerLine],
    parts: Sequence[Part], claims: Sequence[Claim],
) -> bool:  # fmt: skip
    """Whether bank and agencies name the days of the postings, give or take a working day."""
    pairs = [(entry.value_on, line) for entry in entries for line in lines]
    for claim in claims:
        case = month.case_of_claim(claim)
        pairs += [(claim.value_on, part.line) for part in parts if part.case == case]
    return all(month.near(line.lender, day, line.value_on) for day, line in pairs)
