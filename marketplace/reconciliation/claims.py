"""Agencies' claims against the parts of postings: same case, and the agency entitled to it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from marketplace.reconciliation.allocating import Allocation, Part
from marketplace.reconciliation.month import Claim, Month
from marketplace.reconciliation.tiers import Candidate, Passes, sets_with_sum

Parts = Mapping[tuple[str, str], list[Part]]
"""By case code and entitled agency."""

Fits = Callable[[Month, Claim, Part], bool]


@dataclass
class ClaimWork:
    """Links of claims (left) to parts (right), and the copies that fell to the same part."""

    work: Passes = field(default_factory=Passes)
    copies: dict[str, str] = field(default_factory=dict)
    """By the id of a copy: the claim it repeats."""


def part_id(part: Part) -> str:
    """A part's name within the work: its posting and its case."""
    return f"{part.line.id}|{part.case.code}"


def match_claims(month: Month, allocation: Allocation) -> ClaimWork:
    """Link claims to parts, tier by tier; interchangeable claims count as one at first."""
    result = ClaimWork()
    work = result.work
    parts: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for line in month.ledger:
        for part in allocation.parts[line.id]:
            parts[part.case.code, part.case.entitled(line.value_on)].append(part)
    alike: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in month.claims:
        alike[claim.alike].append(claim)
    firsts = [same[0] for same in alike.values()]
    for tier, fits in ((1, _named), (2, _unnamed)):
        work.run(tier, _pairs(month, firsts, parts, fits))
        _settle_copies(result, alike)
    work.run(3, _sums(month, parts, work))
    return result


def _settle_copies(result: ClaimWork, alike: dict[tuple[object, ...], list[Claim]]) -> None:
    """Once the first of equal claims is linked, the rest repeat it; if it stops, all stop."""
    work = result.work
    for first, *rest in alike.values():
        for copy in rest:
            if first.id in work.used:
                work.used.add(copy.id)
                result.copies[copy.id] = first.id
            elif first.id in work.stopped:
                work.stopped.setdefault(copy.id, work.stopped[first.id])


def _named(_month: Month, claim: Claim, part: Part) -> bool:
    return (
        claim.reference != ""
        and claim.reference == part.line.reference
        and claim.value_on == part.line.value_on
    )


def _unnamed(month: Month, claim: Claim, part: Part) -> bool:
    return claim.reference in ("", part.line.reference) and month.near(
        claim.lender, claim.value_on, part.line.value_on
    )


def _pairs(month: Month, claims: list[Claim], parts: Parts, fits: Fits) -> Iterator[Candidate]:
    for claim in claims:
        case = month.case_of_claim(claim)
        for part in parts.get((case.code, claim.agency), ()) if case else ():
            if part.amount_minor == claim.amount_minor and fits(month, claim, part):
                yield Candidate((claim.id,), (part_id(part),))


def _sums(month: Month, parts: Parts, work: Passes) -> Iterator[Candidate]:
    """Two to four claims without a reference that add up to one part."""
    waiting: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in month.claims:
        case = month.case_of_claim(claim)
        if case and not claim.reference and claim.id not in work.used:
            waiting[case.code, claim.agency].append(claim)
    for key, claims in waiting.items():
        for part in parts.get(key, ()):
            if part_id(part) in work.used:
                continue
            near = [
                claim
                for claim in claims
                if month.near(claim.lender, claim.value_on, part.line.value_on)
            ]
            for chosen in sets_with_sum(near, part.amount_minor, _amount):
                yield Candidate(tuple(claim.id for claim in chosen), (part_id(part),))


def _amount(claim: Claim) -> int:
    return claim.amount_minor
