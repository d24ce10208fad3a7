"""What a statement takes off and adds, and what its lines bear of each: reckoned again.

The shares of the lines add up, and none is a whole minor unit away from what its line gives.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.checks.differences import Difference, amounts, rounded

_BPS = 10_000
_Basis = tuple[int, int]
"""A score of conduct and a rate of VAT."""


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

    held: dict[int, dict[int, int]] = field(default_factory=dict)
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
        if not _ends(line):
            past.taken[line.payment_id] += line.quality_minor
    quality = _quality(lines, by, past.taken)
    payable = statement.commission_minor + statement.quality_minor
    holdback = rounded(max(payable, 0) * statement.holdback_bps)
    net, past.held[statement.id] = _by_rate(lines, by)
    for kind, expected, found in (
        ("statement_quality", quality, statement.quality_minor),
        ("statement_holdback", holdback, statement.holdback_minor),
        *(("line_shares", *sums) for sums in _sums(statement, lines, net)),
        *(("statement_tax", *sums) for sums in _taxes(statement, net, past, releases)),
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
    stored = (line.score_bps, line.tax_bps)
    if stored != by:
        yield Difference("line_basis", statement.code, {"why": "another_basis"})
    if _ends(line):
        taken[line.payment_id] += line.quality_minor


def _bases(
    statement: Any, lines: Sequence[Any], first: dict[int, _Basis]
) -> Mapping[int, _Basis]:
    """What each line should go by: today's, or what held when its payment was first stated."""
    today = (statement.quality_bps, statement.commission_tax_bps)
    found = {
        line.id: first.get(line.reversal_of_id or line.payment_id, today) for line in lines
    }
    for line in lines:
        first.setdefault(line.payment_id, found[line.id])
    return found


def _ends(line: Any) -> bool:
    """Does it take a payment back whole?"""
    return (line.kind, line.reason) == ("true_up", "excluded") or bool(line.kind == "reversal")


def _quality(lines: Sequence[Any], by: Mapping[int, _Basis], taken: Mapping[int, int]) -> int:
    """Rounded once per placement and score, but for what is given back."""
    off: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        if not _ends(line):
            off[line.placement_id, by[line.id][0]] -= _conduct(line, by[line.id])
    back = sum(taken[line.reversal_of_id or line.payment_id] for line in lines if _ends(line))
    return sum(rounded(exact, _BPS * _BPS) for exact in off.values()) - back


def _conduct(line: Any, by: _Basis) -> int:
    """What conduct costs a line, in hundred-millionths of a minor unit."""
    return int(line.commission_minor * (_BPS - line.weight_bps) * (_BPS - by[0]))


def _by_rate(
    lines: Sequence[Any], by: Mapping[int, _Basis]
) -> tuple[dict[int, int], dict[int, int]]:
    """What the lines leave net at each rate of VAT, and what is held back of it."""
    net, held = _counts(), _counts()
    for line in lines:
        net[by[line.id][1]] += _net(line)
        held[by[line.id][1]] += line.holdback_minor
    return net, held


def _sums(
    statement: Any, lines: Sequence[Any], net: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Of each kind of share: what they should come to, and do."""
    fee = rounded(sum(map(_cash, lines)) * statement.fee_bps)
    taxes = sum(rounded(amount * rate) for rate, amount in net.items())
    for expected, found in (
        (statement.quality_minor, [line.quality_minor for line in lines]),
        (statement.holdback_minor, [line.holdback_minor for line in lines]),
        (taxes, [line.tax_minor for line in lines]),
        (fee, [line.fee_minor for line in lines]),
        (rounded(fee * statement.fee_tax_bps), [line.fee_tax_minor for line in lines]),
    ):
        yield expected, sum(found)


def _taxes(
    statement: Any, net: Mapping[int, int], past: Past, releases: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Net and tax at each rate; what is released is taxed as what it was held back from."""
    due = defaultdict(int, net)
    for held_by in releases:
        for rate, amount in past.held.get(held_by, {}).items():
            due[rate] += amount
    told = {rate: (net, tax) for rate, net, tax in statement.tax_by_rate}
    for rate in due.keys() | told.keys():
        found = told.get(rate, (0, 0))
        yield due[rate], found[0]
        yield rounded(due[rate] * rate), found[1]
    payable = statement.commission_minor + statement.quality_minor
    earned = payable - statement.holdback_minor + statement.released_minor
    yield sum(net for net, _tax in told.values()), earned
    yield sum(tax for _net, tax in told.values()), statement.commission_tax_minor


def _exact(
    statement: Any, line: Any, by: _Basis, taken: Mapping[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Each share of a line, and what it is exactly: a numerator and its denominator."""
    held = statement.holdback_bps if statement.holdback_minor else 0
    payable = line.commission_minor + line.quality_minor
    if _ends(line):
        yield line.quality_minor, -taken[line.reversal_of_id or line.payment_id], 1
    else:
        yield line.quality_minor, -_conduct(line, by), _BPS * _BPS
    yield line.holdback_minor, payable * held, _BPS
    yield line.tax_minor, _net(line) * by[1], _BPS
    yield line.fee_minor, _cash(line) * statement.fee_bps, _BPS
    yield line.fee_tax_minor, line.fee_minor * statement.fee_tax_bps, _BPS


def _net(line: Any) -> int:
    return int(line.commission_minor + line.quality_minor - line.holdback_minor)


def _cash(line: Any) -> int:
    return 0 if line.kind == "excluded" else int(line.gross_minor)
