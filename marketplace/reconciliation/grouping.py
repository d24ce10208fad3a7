"""From links to groups: every line in exactly one, with its class and what it earns."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from marketplace.reconciliation.allocating import Allocation, Part, allocate
from marketplace.reconciliation.bank import match_bank
from marketplace.reconciliation.claims import ClaimWork, match_claims, part_id
from marketplace.reconciliation.month import BankLine, Claim, LedgerLine, Month
from marketplace.reconciliation.tiers import Passes


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


_AUTOMATIC = frozenset(
    (GroupClass.MATCHED, GroupClass.MERGED, GroupClass.SPLIT, GroupClass.RECALLED)
)


CLOSE = 10
"""A claim within a tenth of a payment is taken for the same payment, told otherwise."""


def _differs(claim: Claim, part: Part) -> int:
    return abs(claim.amount_minor - part.amount_minor)


def _least(parts: list[Part], measure: Callable[[Part], int]) -> list[Part]:
    least = min(map(measure, parts))
    return [part for part in parts if measure(part) == least]


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


def reconcile(month: Month) -> Reconciled:
    """Match a month's bank entries, postings and claims, and say what each group is."""
    allocation = allocate(month)
    bank, claims = match_bank(month), match_claims(month, allocation)
    groups = tuple(_Grouping(month, allocation, bank, claims).groups())
    return Reconciled(groups, defaultdict(str, month.currencies))


class _Grouping:
    """Everything that was found, looked up from every side."""

    def __init__(
        self, month: Month, allocation: Allocation, bank: Passes, claims: ClaimWork
    ) -> None:
        self._month, self._allocation = month, allocation
        self._bank, self._claims = bank, claims
        self._entries = {entry.id: entry for entry in month.bank}
        self._lines = {line.id: line for line in month.ledger}
        self._claim = {claim.id: claim for claim in month.claims}
        self._parts = {
            part_id(part): part for parts in allocation.parts.values() for part in parts
        }
        self._claims_of: dict[str, list[str]] = defaultdict(list)
        for link in claims.work.links:
            self._claims_of[self._parts[link.right[0]].line.id] += link.left
        self._earned: dict[str, dict[str, int]] = {}

    def groups(self) -> Iterator[Group]:
        linked: set[str] = set()
        for link in self._bank.links:
            linked.update(link.lines)
        whole = [(link.left, link.right) for link in self._bank.links]
        whole += [((), (line.id,)) for line in self._month.ledger if line.id not in linked]
        # Reversals last: they give back what their original earned.
        whole.sort(key=lambda pair: self._lines[pair[1][0]].is_reversal)
        for entries, lines in whole:
            yield self._of_ledger(entries, lines)
        for entry in self._month.bank:
            if entry.id not in linked:
                yield self._of_bank(entry)
        for claim in self._month.claims:
            if claim.id not in self._claims.work.used or claim.id in self._claims.copies:
                yield self._of_claim(claim)

    def _of_ledger(self, entries: tuple[str, ...], ids: tuple[str, ...]) -> Group:
        lines = [self._lines[one] for one in ids]
        parts = [part for line in lines for part in self._allocation.parts[line.id]]
        claims = tuple(claim for line in ids for claim in self._claims_of[line])
        kind = self._class(entries, lines, parts)
        reasons = self._reasons(kind, entries, lines, parts)
        return Group(
            kind=kind,
            automatic=not reasons,
            lender=lines[0].lender,
            ledger=ids,
            claims=claims,
            bank=entries,
            cases=tuple(sorted({part.case.code for part in parts})),
            amount_minor=sum(line.amount_minor for line in lines),
            commissionable_minor=self._earn(entries, lines, parts),
            reasons=reasons,
            partners=self._partners((*entries, *ids)),
        )

    def _class(
        self, entries: Sequence[str], lines: list[LedgerLine], parts: list[Part]
    ) -> GroupClass:
        if lines[0].is_reversal:
            return GroupClass.REVERSAL
        if not entries:
            return GroupClass.UNKNOWN_LEDGER
        if not any(part.case.window_on(part.line.value_on) for part in parts):
            return GroupClass.RECALLED
        if len(entries) > 1:
            return GroupClass.SPLIT
        if len(lines) > 1 or len({part.case.code for part in parts}) > 1:
            return GroupClass.MERGED
        return GroupClass.MATCHED

    def _reasons(
        self, kind: GroupClass, entries: Sequence[str], lines: list[LedgerLine],
        parts: list[Part],
    ) -> tuple[str, ...]:  # fmt: skip
        """Why a person must look at postings and their entries."""
        found = []
        if not entries:
            stopped = any(line.id in self._bank.stopped for line in lines)
            found.append("bank_rivals" if stopped else "no_bank_entry")
        if kind is GroupClass.REVERSAL and lines[0].id not in self._allocation.original:
            found.append("original_not_found")
        if not parts:
            found.append("case_unknown")
        doubted = [part_id(part) for part in parts if part_id(part) in self._doubted]
        if doubted:
            rivals = any(one in self._claims.work.stopped for one in doubted)
            found.append("claim_rivals" if rivals else "claim_differs")
        if kind not in _AUTOMATIC and kind is not GroupClass.REVERSAL and not found:
            found.append("class_needs_person")
        return tuple(found)

    @cached_property
    def _doubted(self) -> set[str]:
        """Parts without a claim that a claim without a part seems to mean, told otherwise."""
        found: set[str] = set()
        for claim in self._month.claims:
            case = self._month.case_of_claim(claim)
            if case and claim.id not in self._claims.work.used:
                own = [
                    part
                    for part in self._parts_of_case.get(case.code, ())
                    if part.amount_minor > 0
                    and case.entitled(part.line.value_on) == claim.agency
                ]
                found.update(part_id(part) for part in self._meant(claim, own))
        return found - self._claims.work.used

    def _meant(self, claim: Claim, parts: list[Part]) -> list[Part]:
        """The parts that explain a claim best: by reference, amount and day."""
        named = [part for part in parts if claim.reference == part.line.reference != ""]
        if named:
            return named
        equal = [part for part in parts if part.amount_minor == claim.amount_minor]
        if equal:
            # Of which day it should have been nobody can tell: any of them may be meant.
            return equal
        near = [
            part
            for part in parts
            if self._month.near(claim.lender, claim.value_on, part.line.value_on)
        ]
        close = [part for part in near if _differs(claim, part) * CLOSE <= part.amount_minor]
        if close:
            return _least(close, lambda part: _differs(claim, part))
        return [part for part in near if part.amount_minor > claim.amount_minor]

    def _earn(
        self, entries: Sequence[str], lines: list[LedgerLine], parts: list[Part]
    ) -> dict[str, int]:
        """Commissionable cash by agency: what bank and ledger both show, within a window."""
        if lines[0].is_reversal:
            original = self._allocation.original.get(lines[0].id)
            return {
                agency: -amount
                for agency, amount in (self._of_original(original) if original else {}).items()
            }
        total = sum(line.amount_minor for line in lines)
        verified = min(sum(self._entries[one].amount_minor for one in entries), total)
        earned: dict[str, int] = {}
        for part in parts:
            amount = min(part.amount_minor, max(verified, 0))
            verified -= amount
            window = part.case.window_on(part.line.value_on)
            if window is not None and amount:
                of_line = self._earned.setdefault(part.line.id, {})
                of_line[window.agency] = of_line.get(window.agency, 0) + amount
                earned[window.agency] = earned.get(window.agency, 0) + amount
        return earned

    def _of_original(self, line: LedgerLine) -> dict[str, int]:
        """What a posting earned; one that no entry was found for yet, what it will."""
        if line.id in self._bank.used:
            return self._earned.get(line.id, {})
        earned: dict[str, int] = {}
        for part in self._allocation.parts[line.id]:
            window = part.case.window_on(line.value_on)
            if window is not None:
                earned[window.agency] = earned.get(window.agency, 0) + part.amount_minor
        return earned

    def _of_bank(self, entry: BankLine) -> Group:
        stopped = entry.id in self._bank.stopped
        return Group(
            kind=GroupClass.UNKNOWN_BANK,
            automatic=False,
            lender=entry.lender,
            ledger=(),
            claims=(),
            bank=(entry.id,),
            cases=(),
            amount_minor=entry.amount_minor,
            commissionable_minor={},
            reasons=("bank_rivals" if stopped else "no_posting",),
            partners=self._partners((entry.id,)),
        )

    def _of_claim(self, claim: Claim) -> Group:
        case = self._month.case_of_claim(claim)
        copied = claim.id in self._claims.copies
        kind, reason = GroupClass.UNKNOWN_CLAIM, "no_part"
        if copied or self._repeats(claim):
            kind, reason = GroupClass.DUPLICATE, "repeats_another"
        elif case and self._is_of_another(claim):
            kind, reason = GroupClass.RECALLED, "other_agency_entitled"
        elif claim.id in self._claims.work.stopped:
            reason = "claim_rivals"
        elif case is None:
            reason = "case_unknown"
        return Group(
            kind=kind,
            automatic=copied,
            lender=claim.lender,
            ledger=(),
            claims=(claim.id,),
            bank=(),
            cases=(case.code,) if case else (),
            amount_minor=claim.amount_minor,
            commissionable_minor={},
            reasons=() if copied else (reason,),
            partners=self._partners((claim.id,)),
        )

    def _repeats(self, claim: Claim) -> bool:
        """Whether a linked claim of the same agency says the same of another day."""
        return (claim.agency, claim.lender, claim.number, claim.amount_minor) in self._linked

    @cached_property
    def _linked(self) -> set[tuple[str, str, str, int]]:
        return {
            (one.agency, one.lender, one.number, one.amount_minor)
            for one in self._month.claims
            if one.id in self._claims.work.used
        }

    def _is_of_another(self, claim: Claim) -> bool:
        """Whether it claims a payment that came in the window of another agency."""
        case = self._month.case_of_claim(claim)
        if case is None:
            return False
        return any(
            part.amount_minor == claim.amount_minor
            and (window := case.window_on(part.line.value_on)) is not None
            and window.agency != claim.agency
            and self._month.near(claim.lender, claim.value_on, part.line.value_on)
            for part in self._parts_of_case.get(case.code, ())
        )

    @cached_property
    def _parts_of_case(self) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self._parts.values():
            found[part.case.code].append(part)
        return found

    @cached_property
    def _met(self) -> dict[str, Counter[str]]:
        """How often lines were rivals of each other."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for work in (self._bank, self._claims.work):
            for rival in work.rivals:
                for one in rival.lines:
                    found[one].update(set(rival.lines) - {one})
        return found

    def _partners(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Lines that were rivals for these, the most often met first."""
        found: Counter[str] = Counter()
        for one in ids:
            found.update(self._met.get(one, {}))
        return tuple(line.partition("|")[0] for line, _n in found.most_common(5))
