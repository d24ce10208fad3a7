"""From links to groups: every line in exactly one, with its class and what it earns."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property, partial

from marketplace.reconciliation.allocating import Allocation, Part, allocate
from marketplace.reconciliation.bank import References, match_bank
from marketplace.reconciliation.claims import ClaimWork, match_claims, part_id
from marketplace.reconciliation.deciding import Decided, require_open
from marketplace.reconciliation.doubting import doubted_parts
from marketplace.reconciliation.groups import (
    AUTOMATIC,
    Group,
    GroupClass,
    Reconciled,
    class_of,
)
from marketplace.reconciliation.month import BankLine, Claim, LedgerLine, Month
from marketplace.reconciliation.tiers import LARGEST_SET, Passes


def reconcile(month: Month, decided: Sequence[Decided] = ()) -> Reconciled:
    """Match a month's bank entries, postings and claims, and say what each group is.

    What people decided is grouped as they say, and the rest as if those lines were not there.
    """
    allocation = allocate(month)
    references = References(month)
    bank, claims = match_bank(month, references), match_claims(month, allocation)
    grouping = partial(_Grouping, month, allocation, references, bank, claims)
    groups = tuple(grouping().groups())
    if decided:
        require_open(decided, month, groups)
        groups = tuple(grouping(decided).groups())
    return Reconciled(groups, defaultdict(str, month.currencies))


class _Grouping:
    """Everything that was found, looked up from every side."""

    def __init__(
        self, month: Month, allocation: Allocation, references: References, bank: Passes,
        claims: ClaimWork, decided: Sequence[Decided] = (),
    ) -> None:  # fmt: skip
        self._month, self._allocation, self._decided = month, allocation, decided
        self._references = references
        self._taken = {line for one in decided for line in one.lines}
        self._bank, self._claims = bank, claims
        self._entries = {entry.id: entry for entry in month.bank}
        self._lines = {line.id: line for line in month.ledger}
        self._claim = {claim.id: claim for claim in month.claims}
        self._parts = {
            part_id(part): part for parts in allocation.parts.values() for part in parts
        }
        self._bank_links = [one for one in bank.links if self._taken.isdisjoint(one.lines)]
        self._bank_linked = self._taken.union(*(link.lines for link in self._bank_links))
        self._banked = {line for link in self._bank_links for line in link.right}
        self._banked.update(line for one in decided if one.bank for line in one.ledger)
        self._claims_of: dict[str, list[str]] = defaultdict(list)
        for link in claims.work.links:
            line = self._parts[link.right[0]].line.id
            if self._taken.isdisjoint((line, *link.left)):
                self._claims_of[line] += link.left
        self._earned: dict[str, dict[str, int]] = {}

    def groups(self) -> Iterator[Group]:
        # Reversals last: they give back what their original earned.
        for posted in sorted(
            self._posted(), key=lambda one: self._lines[one[1][0]].is_reversal
        ):
            yield self._of_ledger(*posted)
        for one in self._decided:
            if not one.ledger:
                yield self._without_ledger(one)
        for entry in self._month.bank:
            if entry.id not in self._bank_linked:
                yield self._of_bank(entry)
        placed = self._taken.union(*self._claims_of.values())
        for claim in self._month.claims:
            if claim.id not in placed:
                yield self._of_claim(claim)

    def _posted(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Decided | None]]:
        """Entries of the bank and the postings that they are; postings alone at the end."""
        for one in self._decided:
            if one.ledger:
                yield one.bank, one.ledger, one
        for link in self._bank_links:
            yield link.left, link.right, None
        for line in self._month.ledger:
            if line.id not in self._bank_linked:
                yield (), (line.id,), None

    def _of_ledger(
        self, entries: tuple[str, ...], ids: tuple[str, ...], decided: Decided | None = None
    ) -> Group:
        lines = [self._lines[one] for one in ids]
        told = self._lines.get(decided.of) if decided else None
        undone = [told] if told else [
            self._allocation.original[one] for one in ids if one in self._allocation.original
        ]  # fmt: skip
        parts = [part for line in lines for part in self._allocation.parts[line.id]]
        claims = (
            decided.claims
            if decided
            else tuple(claim for line in ids for claim in self._claims_of[line])
        )
        kind = class_of(
            self._month, [self._entries[one] for one in entries], lines, parts,
            [self._claim[one] for one in claims],
        )  # fmt: skip
        reasons = ("decided",) if decided else self._reasons(kind, entries, lines, parts)
        return Group(
            kind=kind,
            automatic=not reasons,
            lender=lines[0].lender,
            ledger=ids,
            claims=claims,
            bank=entries,
            cases=tuple(sorted({part.case.code for part in parts})),
            amount_minor=sum(line.amount_minor for line in lines),
            commissionable_minor=self._earn(entries, lines, parts, undone),
            reasons=reasons,
            partners=self._partners((*entries, *ids)),
        )

    def _reasons(
        self, kind: GroupClass, entries: Sequence[str], lines: list[LedgerLine],
        parts: list[Part],
    ) -> tuple[str, ...]:  # fmt: skip
        """Why a person must look at postings and their entries."""
        found = []
        if not entries:
            stopped = any(line.id in self._bank.stopped for line in lines)
            found.append("bank_rivals" if stopped else "no_bank_entry")
        if any(one.is_reversal and one.id not in self._allocation.original for one in lines):
            found.append("original_not_found")
        if not parts:
            found.append("case_unknown")
        doubted = [part_id(part) for part in parts if part_id(part) in self._doubted]
        if doubted:
            rivals = any(one in self._claims.work.stopped for one in doubted)
            found.append("claim_rivals" if rivals else "claim_differs")
        if kind not in AUTOMATIC and kind is not GroupClass.REVERSAL and not found:
            found.append("class_needs_person")
        return tuple(found)

    @cached_property
    def _doubted(self) -> set[str]:
        return doubted_parts(self._month, self._allocation, self._claims.work.used)

    def _earn(
        self, entries: Sequence[str], lines: list[LedgerLine], parts: list[Part],
        undone: list[LedgerLine],
    ) -> dict[str, int]:  # fmt: skip
        """Commissionable cash by agency: what bank and ledger both show, within a window."""
        if not entries:
            return {}
        earned: dict[str, int] = {}
        if lines[0].is_reversal:
            for original in undone:
                for agency, amount in self._of_original(original).items():
                    earned[agency] = earned.get(agency, 0) - amount
            return earned
        total = sum(line.amount_minor for line in lines)
        verified = min(sum(self._entries[one].amount_minor for one in entries), total)
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
        if line.id in self._banked:
            return self._earned.get(line.id, {})
        earned: dict[str, int] = {}
        for part in self._allocation.parts[line.id]:
            window = part.case.window_on(line.value_on)
            if window is not None:
                earned[window.agency] = earned.get(window.agency, 0) + part.amount_minor
        return earned

    def _without_ledger(self, decided: Decided) -> Group:
        """Entries of the bank without a posting, or claims that stand alone."""
        claims = [self._claim[one] for one in decided.claims]
        entries = [self._entries[one] for one in decided.bank]
        kind = GroupClass.UNKNOWN_BANK if entries else GroupClass.UNKNOWN_CLAIM
        if decided.of and not entries:
            paid = {self._whose(self._claim[one]) for one in self._claims_at[decided.of]}
            repeats = paid.issuperset(map(self._whose, claims))
            kind = GroupClass.DUPLICATE if repeats else GroupClass.RECALLED
        cases = {case.code for one in claims if (case := self._month.case_of_claim(one))}
        return Group(
            kind=kind,
            automatic=False,
            lender=entries[0].lender if entries else claims[0].lender,
            ledger=(),
            claims=decided.claims,
            bank=decided.bank,
            cases=tuple(sorted(cases)),
            amount_minor=sum(one.amount_minor for one in entries or claims),
            commissionable_minor={},
            reasons=("decided",),
        )

    @staticmethod
    def _whose(claim: Claim) -> tuple[str, str]:
        return claim.agency, claim.number

    @cached_property
    def _claims_at(self) -> dict[str, list[str]]:
        """By posting: the claims of its group, linked or decided."""
        found = defaultdict(list, {line: list(held) for line, held in self._claims_of.items()})
        for link in self._bank_links:
            together = [claim for line in link.right for claim in self._claims_of[line]]
            found.update((line, together) for line in link.right)
        for one in self._decided:
            for line in one.ledger:
                found[line] = [*found[line], *one.claims]
        return found

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
                if len(rival.lines) <= LARGEST_SET + 1:  # a crowd says nothing of its lines
                    for one in rival.lines:
                        found[one].update(set(rival.lines) - {one})
        return found

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        """Entries and postings left over, one naming the other's case: the nearest first."""
        waiting: dict[tuple[str, str], list[LedgerLine]] = defaultdict(list)
        for line in self._month.ledger:
            if line.id not in self._bank_linked:
                waiting[line.lender, line.number].append(line)
        pairs = [
            (abs(entry.amount_minor - line.amount_minor), abs(entry.value_on - line.value_on),
             entry.id, line.id)
            for entry in self._month.bank
            if entry.id not in self._bank_linked
            for number in self._references.any(entry)
            for line in waiting.get((entry.lender, number), ())
            if line.is_reversal is (entry.amount_minor < 0)
        ]  # fmt: skip
        found: dict[str, list[str]] = defaultdict(list)
        for _amount, _days, entry_id, line_id in sorted(pairs):
            found[entry_id].append(line_id)
            found[line_id].append(entry_id)
        return found

    def _partners(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Rivals for these, the most often met first; then lines that name the same case."""
        met: Counter[str] = Counter()
        for one in ids:
            met.update(self._met.get(one, {}))
        rivals = (line.partition("|")[0] for line, _n in met.most_common())
        named = (line for one in ids for line in self._named.get(one, ()))
        return tuple(dict.fromkeys((*rivals, *named)))[:5]
