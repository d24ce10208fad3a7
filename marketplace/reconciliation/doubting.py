"""Claims that wait: which payments they seem to mean, told otherwise than they came."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from marketplace.reconciliation.allocating import Allocation, Part
from marketplace.reconciliation.claims import part_id
from marketplace.reconciliation.month import Claim, Month
from marketplace.reconciliation.tiers import sets_with_sum

CLOSE = 10
"""A claim within a tenth of a payment is taken for the same payment, told otherwise."""


def doubted_parts(month: Month, allocation: Allocation, linked: set[str]) -> set[str]:
    """Parts without a claim that a claim without a part seems to mean.

    `linked` are the claims and parts that a rule has linked.
    """
    waiting: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in month.claims:
        case = month.case_of_claim(claim)
        if case and claim.id not in linked:
            waiting[case.code, claim.agency].append(claim)
    parts: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for posted in allocation.parts.values():
        for part in posted:
            if part.amount_minor > 0:
                parts[part.case.code, part.case.entitled(part.line.value_on)].append(part)
    found: set[str] = set()
    for key, claims in waiting.items():
        own = parts.get(key, [])
        for claim in claims:
            found.update(part_id(part) for part in _meant(month, claim, own))
        open_parts = [part for part in own if part_id(part) not in linked | found]
        found.update(part_id(part) for part in open_parts if _is_pieced(claims, part))
    return found - linked


def _meant(month: Month, claim: Claim, parts: Sequence[Part]) -> list[Part]:
    """The parts that explain a claim best: by reference, amount and day."""
    told = [
        part
        for part in parts
        if claim.reference == part.line.reference != ""
        or claim.amount_minor == part.amount_minor
    ]
    if told:
        # Of which day it should have been nobody can tell: any of them may be meant.
        return told
    near = [
        part for part in parts if month.near(claim.lender, claim.value_on, part.line.value_on)
    ]
    # Amount and day may both be wrong: the nearest amount of whatever day may be meant, too.
    close = _nearest(claim, near) or [
        part for part in near if part.amount_minor > claim.amount_minor
    ]
    return [*close, *_nearest(claim, parts)]


def _nearest(claim: Claim, parts: Sequence[Part]) -> list[Part]:
    """Of the parts within a tenth of the claim, those whose amount is nearest."""
    close = [part for part in parts if _differs(claim, part) * CLOSE <= part.amount_minor]
    return _least(close, lambda part: _differs(claim, part))


def _differs(claim: Claim, part: Part) -> int:
    return abs(claim.amount_minor - part.amount_minor)


def _least(parts: list[Part], measure: Callable[[Part], int]) -> list[Part]:
    least = min(map(measure, parts), default=0)
    return [part for part in parts if measure(part) == least]


def _is_pieced(claims: Sequence[Claim], part: Part) -> bool:
    """Whether two to four of the claims, of whatever day, add up to the part.

    Give or take a minor unit, which is soon lost where an amount is divided.
    """
    return any(
        any(sets_with_sum(claims, part.amount_minor + slip, lambda claim: claim.amount_minor))
        for slip in (0, 1, -1)
    )
