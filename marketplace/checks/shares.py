"""What a statement takes off and adds, and what its lines bear of each: reckoned again.

The shares of the lines add up, and none is a whole minor unit away from what its line gives.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.checks.differences import Difference, amounts, rounded

_BPS = 10_000
_Basis = tuple[int, int, bool]
"""A score of conduct, a rate of VAT, and whether amounts contain it."""
_Tax = tuple[int, bool]


def _counts() -> dict[int, int]:
    return defaultdict(int)


@dataclass
class Past:
    """What a contract's statements said so far, by payment and by statement."""

    given: dict[int, int] = field(default_factory=_counts)
    """Commission of a payment."""

    counted: dict[int, int] = field(default_factory=_counts)
    """Cash of a payment that is paid for."""

    taken: dict[int, int] = field(default_factory=_counts)
    """What conduct took off a payment."""

    first: dict[int, _Basis] = field(default_factory=dict)
    """What a payment went by when it was first stated."""

    held: dict[int, dict[_Tax, int]] = field(default_factory=dict)
    """What a statement held back, by rate of VAT."""

    def copy(self) -> "Past":
        return Past(
            self.given.copy(), self.counted.copy(), self.taken.copy(), self.first.copy(),
            self.held.copy(),
        )  # fmt: skip


def share_differences(
    statement: Any, lines: Sequence[Any], past: Past, releases: Sequence[int]
) -> Iterator[Difference]:
    """`statement` and `lines` are rows as they are stored; `releases` statements."""
    by = _bases(statement, lines, past.first)
    for line in lines:
        if not ends(line):
            past.taken[line.payment_id] += line.quality_minor
    quality = _quality(lines, by, past.taken)
    payable = statement.commission_minor + statement.quality_minor
    holdback = rounded(max(payable, 0) * statement.holdback_bps)
    left, past.held[statement.id] = _by_rate(lines, by)
    for kind, expected, found in (
        ("statement_quality", quality, statement.quality_minor),
        ("statement_holdback", holdback, statement.holdback_minor),
        *(("line_shares", *sums) for sums in _sums(statement, lines, left)),
        *(("statement_tax", *sums) for sums in _taxes(statement, left, past, releases)),
    ):
        if expected != found:
            yield amounts(kind, statement.code, statement.currency, expected, found)
    for line in lines:
        yield from _of_line(statement, line, by[line.id], past.taken)


def _of_line(
    statement: Any, line: Any, by: _Basis, taken: dict[int, int]
) -> Iterator[Difference]:
    for share, exact, whole in _exact(statement, line, by, taken):
        if abs(share * whole - exact) >= whole:
            yield amounts(
                "line_rounding", statement.code, statement.currency, rounded(exact, whole),
                share,
            )  # fmt: skip
    stored = (line.score_bps, line.tax_bps, line.tax_included)
    if stored != by:
        yield Difference("line_basis", statement.code, {"why": "another_basis"})
    if ends(line):
        taken[line.payment_id] += line.quality_minor


def _bases(
    statement: Any, lines: Sequence[Any], first: dict[int, _Basis]
) -> Mapping[int, _Basis]:
    """What each line should go by: today's, or what held when its payment was first stated."""
    found = {}
    for line in sorted(lines, key=lambda line: line.reversal_of_id is not None):
        today = (statement.quality_bps, statement.commission_tax_bps, line.says_included)
        root = line.reversal_of_id or line.payment_id
        found[line.id] = first.setdefault(root, today)
    return found


def ends(line: Any) -> bool:
    """Does it take a payment back whole?"""
    return (line.kind, line.reason) == ("true_up", "excluded") or bool(line.kind == "reversal")


def _quality(lines: Sequence[Any], by: Mapping[int, _Basis], taken: Mapping[int, int]) -> int:
    """Rounded once per placement and score, but for what is given back."""
    off: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        if not ends(line):
            off[line.placement_id, by[line.id][0]] -= _conduct(line, by[line.id])
    back = sum(taken[line.reversal_of_id or line.payment_id] for line in lines if ends(line))
    return sum(rounded(exact, _BPS * _BPS) for exact in off.values()) - back


def _conduct(line: Any, by: _Basis) -> int:
    """What conduct costs a line, in hundred-millionths of a minor unit."""
    return int(line.commission_minor * (_BPS - line.weight_bps) * (_BPS - by[0]))


def _by_rate(
    lines: Sequence[Any], by: Mapping[int, _Basis]
) -> tuple[dict[_Tax, int], dict[_Tax, int]]:
    """What the lines leave at each rate of VAT, and what is held back of it."""
    left: dict[_Tax, int] = defaultdict(int)
    held: dict[_Tax, int] = defaultdict(int)
    for line in lines:
        left[by[line.id][1:]] += _left(line)
        held[by[line.id][1:]] += line.holdback_minor
    return left, held


def _tax(amount: int, basis: _Tax) -> int:
    rate, included = basis
    return rounded(amount * rate, _BPS + rate * included)


def _sums(
    statement: Any, lines: Sequence[Any], left: Mapping[_Tax, int]
) -> Iterator[tuple[int, int]]:
    """Of each kind of share: what they should come to, and do."""
    fee = rounded(sum(map(_cash, lines)) * statement.fee_bps)
    taxes = sum(_tax(amount, basis) for basis, amount in left.items())
    for expected, found in (
        (statement.quality_minor, [line.quality_minor for line in lines]),
        (statement.holdback_minor, [line.holdback_minor for line in lines]),
        (taxes, [line.tax_minor for line in lines]),
        (fee, [line.fee_minor for line in lines]),
        (rounded(fee * statement.fee_tax_bps), [line.fee_tax_minor for line in lines]),
    ):
        yield expected, sum(found)


def _taxes(
    statement: Any, left: Mapping[_Tax, int], past: Past, releases: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Net and tax at each rate; what is released is taxed as what it was held back from."""
    due = defaultdict(int, left)
    for held_by in releases:
        for basis, amount in past.held.get(held_by, {}).items():
            due[basis] += amount
    net, tax = _counts(), _counts()
    included = 0
    for basis, amount in due.items():
        part = _tax(amount, basis)
        net[basis[0]] += amount - part * basis[1]
        tax[basis[0]] += part
        included += part * basis[1]
    told = {rate: parts for rate, *parts in statement.tax_by_rate}
    # What was undone no longer says which statements it released.
    if statement.undone_at is None or not statement.released_minor:
        yield included, statement.included_tax_minor
        for rate in net.keys() | told.keys():
            found = told.get(rate, (0, 0))
            yield net[rate], found[0]
            yield tax[rate], found[1]
    payable = statement.commission_minor + statement.quality_minor
    earned = payable - statement.holdback_minor + statement.released_minor
    included = statement.included_tax_minor
    yield sum(net for net, _part in told.values()), earned - included
    yield sum(part for _net, part in told.values()), statement.commission_tax_minor


def _exact(
    statement: Any, line: Any, by: _Basis, taken: Mapping[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Each share of a line, and what it is exactly: a numerator and its denominator."""
    held = statement.holdback_bps if statement.holdback_minor else 0
    payable = line.commission_minor + line.quality_minor
    if ends(line):
        yield line.quality_minor, -taken[line.reversal_of_id or line.payment_id], 1
    else:
        yield line.quality_minor, -_conduct(line, by), _BPS * _BPS
    yield line.holdback_minor, payable * held, _BPS
    yield line.tax_minor, _left(line) * by[1], _BPS + by[1] * by[2]
    yield line.fee_minor, _cash(line) * statement.fee_bps, _BPS
    yield line.fee_tax_minor, line.fee_minor * statement.fee_tax_bps, _BPS


def _left(line: Any) -> int:
    return int(line.commission_minor + line.quality_minor - line.holdback_minor)


def _cash(line: Any) -> int:
    return 0 if line.kind == "excluded" else int(line.gross_minor)
