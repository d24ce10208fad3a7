"""The lines of a statement: new cash at its rates, and what changes in earlier lines."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from marketplace.core.money import BPS, apportion, divide_half_away
from marketplace.settlement.commission import commission
from marketplace.settlement.earning import Cash, TierMode, in_tiers
from marketplace.settlement.models import LineKind
from marketplace.settlement.paid_for import why_not
from marketplace.settlement.scales import Kind, Scale, Tier, read_scale
from marketplace.settlement.terms import CommissionTerms, RateBasis


class Paid(NamedTuple):
    """One verified payment of a contract, and what decides on its commission."""

    id: int
    placement_id: int
    case_id: int
    amount_minor: int
    method: str
    value_on: date
    posted_on: date
    reversal_of_id: int | None
    awarded_bps: int
    starts_on: date
    kind: Kind
    holds: tuple[str, ...]
    active_on: date | None = None
    """When the agency first worked the case; known only where the terms ask for it."""

    cell: str = ""
    """Of the award's table of bids."""

    awarded_with_tax: bool = False
    """Whether the rate that was bid contains the VAT on it."""


class Stated(NamedTuple):
    """What earlier statements say of a payment, all its lines together."""

    unrounded: int
    commission_minor: int
    quality_minor: int
    """What conduct took off."""

    rate_bps: int
    terms_id: int | None
    """The version of the terms that it went by last."""

    score_bps: int
    tax_bps: int
    tax_included: bool
    """What held when it was first stated: what changes it later goes by these."""

    excluded: bool
    reason: str = ""
    """Why it is excluded."""


@dataclass(frozen=True)
class Line:
    payment: Paid
    kind: LineKind
    gross_minor: int
    rate_bps: int
    unrounded: int
    commission_minor: int = 0
    tier: int = 0
    terms_id: int | None = None
    reason: str = ""
    tax_included: bool = False
    """Whether the commission contains the VAT on it."""


@dataclass(frozen=True)
class _Rule:
    """What holds for one payment: tiers of which batch, by which version of the terms."""

    batch: tuple[int, int | None, int]
    tiers: tuple[Tier, ...]
    mode: TierMode
    terms_id: int | None
    tax_included: bool


_Batches = dict[tuple[int, int | None, int], tuple[_Rule, list[Paid]]]


def reckon(
    payments: Sequence[Paid], stated: Mapping[int, Stated], terms: Sequence[CommissionTerms]
) -> list[Line]:
    """Reckon the lines that a statement adds, in the order of the payments.

    All payments of a contract count, those of earlier statements too: what they earn may
    depend on what came later. Nothing stated is ever edited; a difference is a line of its own.
    """
    ordered = sorted(payments, key=lambda one: (one.value_on, one.id))
    fresh, ceased, batches = _sorted_out(ordered, stated, terms)
    changed: list[Line] = []
    for rule, batch in batches.values():
        lines = _in_batch(rule, batch)
        for one in batch:
            if one.id not in stated:
                fresh += lines[one.id]
            else:
                changed += _true_up(one, lines[one.id], stated[one.id])
    rounded = [*_rounded(fresh), *ceased, *_rounded_together(changed)]
    return _with_reversals(rounded, ordered, stated)


def _sorted_out(
    ordered: Sequence[Paid], stated: Mapping[int, Stated], terms: Sequence[CommissionTerms]
) -> tuple[list[Line], list[Line], _Batches]:
    """Lines of new payments in no batch, of stated ones that cease to earn, and the batches."""
    taken_back = {one.reversal_of_id for one in ordered if one.reversal_of_id is not None}
    scales = {one.id: read_scale(one.scale) for one in terms if one.scale}
    versions = {one.id: one for one in terms}
    lines: list[Line] = []
    ceased: list[Line] = []
    batches: _Batches = {}
    for one in ordered:
        before = stated.get(one.id)
        if one.reversal_of_id is not None or (before and one.id in taken_back):
            continue
        version = _version(one, terms)
        barred = _barred(one, version, before, versions)
        rule = _rule(one, version, scales)
        if before is None and barred:
            lines.append(_excluded(one, barred, rule))
        elif before is None and one.id in taken_back:
            lines.append(_whole(one, rule))
        elif not barred:
            batches.setdefault(rule.batch, (rule, []))[1].append(one)
        elif before and not before.excluded:
            ceased.append(_ceased(one, before, version))
    return lines, ceased, batches


def _barred(
    one: Paid,
    version: CommissionTerms | None,
    before: Stated | None,
    versions: Mapping[int, CommissionTerms],
) -> str:
    """Why a payment earns nothing, or "".

    What is stated stays so unless another version of the terms says otherwise than the one it
    went by: a hold that is entered or lifted afterwards changes nothing.
    """
    now = _why_not(one, version)
    if before is None:
        return now
    then = _why_not(one, versions.get(before.terms_id or 0))
    if bool(now) == bool(then):
        return before.reason or "excluded" if before.excluded else ""
    return now


def _why_not(one: Paid, version: CommissionTerms | None) -> str:
    return why_not(
        one.method, one.holds, version, value_on=one.value_on, active_on=one.active_on
    )


def _in_batch(rule: _Rule, batch: Sequence[Paid]) -> dict[int, list[Line]]:
    """The lines that each payment of a batch would have if none were stated."""
    by_id = {one.id: one for one in batch}
    cash = [Cash(one.id, one.amount_minor) for one in batch]
    lines: dict[int, list[Line]] = defaultdict(list)
    for part in in_tiers(cash, rule.tiers, rule.mode):
        line = Line(
            payment=by_id[part.payment_id],
            kind=LineKind.PAYMENT,
            gross_minor=part.gross_minor,
            rate_bps=part.rate_bps,
            unrounded=part.gross_minor * part.rate_bps,
            tier=part.tier,
            terms_id=rule.terms_id,
            tax_included=rule.tax_included,
        )
        lines[part.payment_id].append(line)
    return lines


def _version(one: Paid, terms: Sequence[CommissionTerms]) -> CommissionTerms | None:
    """The newest version in force on the day that it goes by."""
    days = {
        RateBasis.PLACEMENT: one.starts_on,
        RateBasis.PAYMENT: one.value_on,
        RateBasis.POSTING: one.posted_on,
    }
    found = [version for version in terms if version.valid_from <= days[version.basis]]
    return max(found, key=lambda version: version.version, default=None)


def _rule(one: Paid, version: CommissionTerms | None, scales: Mapping[int, Scale]) -> _Rule:
    scale = scales.get(version.id) if version is not None else None
    terms_id = version.id if version is not None else None
    if scale is None or version is None:
        flat = (Tier(None, one.awarded_bps),)
        batch = (one.placement_id, terms_id, -one.awarded_bps)
        return _Rule(batch, flat, TierMode.MARGINAL, terms_id, one.awarded_with_tax)
    row = scale.row_of(one.kind)
    batch = (one.placement_id, terms_id, row)
    tiers, included = scale.rows[row].tiers, version.rates_include_tax
    return _Rule(batch, tiers, version.tier_mode, terms_id, included)


def _excluded(one: Paid, reason: str, rule: _Rule | None) -> Line:
    line = Line(one, LineKind.EXCLUDED, one.amount_minor, 0, 0, reason=reason)
    if rule is None:
        return line
    return replace(line, terms_id=rule.terms_id, tax_included=rule.tax_included)


def _whole(one: Paid, rule: _Rule) -> Line:
    """A payment that is taken back before it was ever stated: its first rate, in and out."""
    rate = rule.tiers[0].rate_bps
    return Line(
        one, LineKind.PAYMENT, one.amount_minor, rate, one.amount_minor * rate,
        terms_id=rule.terms_id, tax_included=rule.tax_included,
    )  # fmt: skip


def _ceased(one: Paid, before: Stated, version: CommissionTerms | None) -> Line:
    """Terms that reach back do not pay for it any more: all that it was given comes back."""
    return Line(
        one, LineKind.TRUE_UP, -one.amount_minor, before.rate_bps, -before.unrounded,
        -before.commission_minor, terms_id=version.id if version else None, reason="excluded",
    )  # fmt: skip


def _true_up(one: Paid, lines: Sequence[Line], before: Stated) -> list[Line]:
    """What an earlier payment earns more or less than was stated."""
    last = lines[-1]
    change = _as_stated(sum(line.unrounded for line in lines), last, before) - before.unrounded
    if before.excluded:
        return [
            Line(
                one, LineKind.TRUE_UP, one.amount_minor, last.rate_bps, change,
                terms_id=last.terms_id, reason="included",
            )
        ]  # fmt: skip
    if change == 0:
        return []
    return [
        Line(
            one, LineKind.TRUE_UP, 0, last.rate_bps, change, terms_id=last.terms_id,
            reason="tier" if last.rate_bps != before.rate_bps else "terms",
        )
    ]  # fmt: skip


def _as_stated(unrounded: int, line: Line, before: Stated) -> int:
    """With VAT or without, as the payment was first stated: terms may change that as well."""
    if line.tax_included == before.tax_included:
        return unrounded
    with_tax = BPS + before.tax_bps
    if before.tax_included:
        return divide_half_away(unrounded * with_tax, BPS)
    return divide_half_away(unrounded * BPS, with_tax)


def _rounded(lines: Sequence[Line]) -> list[Line]:
    """Once per rate, half away from zero, and out to the lines by largest remainder."""
    earned = commission([(i, x.gross_minor, x.rate_bps) for i, x in enumerate(lines)])
    parts = {one.payment_id: one.commission_minor for one in earned}
    return [replace(line, commission_minor=parts[i]) for i, line in enumerate(lines)]


def _rounded_together(lines: Sequence[Line]) -> list[Line]:
    parts = apportion([line.unrounded for line in lines], BPS)
    return [
        replace(line, commission_minor=part) for line, part in zip(lines, parts, strict=True)
    ]


def _with_reversals(
    lines: list[Line], ordered: Sequence[Paid], stated: Mapping[int, Stated]
) -> list[Line]:
    """Each reversal takes back exactly what its payment was given, here or earlier.

    That of an excluded payment is excluded too: no fee was billed that could be paid back.
    """
    given: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        given[line.payment.id].append(line)
    for one in ordered:
        if one.reversal_of_id is None or one.id in stated:
            continue
        here = given[one.reversal_of_id]
        before = stated.get(one.reversal_of_id)
        barred = [x.reason for x in here if x.kind is LineKind.EXCLUDED]
        if before is not None and before.excluded:
            barred.append(before.reason)
        if barred:
            lines.append(_excluded(one, barred[0], None))
            continue
        unrounded = sum(line.unrounded for line in here) + (before.unrounded if before else 0)
        earned = sum(x.commission_minor for x in here)
        earned += before.commission_minor if before else 0
        rate = before.rate_bps if before else here[0].rate_bps if here else 0
        lines.append(Line(one, LineKind.REVERSAL, one.amount_minor, rate, -unrounded, -earned))
    order = {one.id: i for i, one in enumerate(ordered)}
    return sorted(lines, key=lambda line: (order[line.payment.id], line.tier, line.kind.value))
