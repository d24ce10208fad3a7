"""What a statement takes off and adds, and what its lines bear of each: reckoned again.

The shares of the lines add up, and none is a whole minor unit away from what its line gives.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from marketplace.checks.differences import Difference, amounts, rounded

_BPS = 10_000


def share_differences(
    statement: Any, lines: Sequence[Any], taken: dict[int, int]
) -> Iterator[Difference]:
    """`statement` and `lines` are rows as they are stored.

    `taken` keeps what conduct took off payments: a reversal gives back just that.
    """
    for line in lines:
        if line.kind != "reversal":
            taken[line.payment_id] += line.quality_minor
    quality = _quality(statement, lines, taken)
    payable = statement.commission_minor + statement.quality_minor
    holdback = rounded(max(payable, 0) * statement.holdback_bps)
    for kind, expected, found in (
        ("statement_quality", quality, statement.quality_minor),
        ("statement_holdback", holdback, statement.holdback_minor),
        *(("line_shares", *sums) for sums in _sums(statement, lines)),
    ):
        if expected != found:
            yield amounts(kind, statement.code, statement.currency, expected, found)
    for line in lines:
        for share, exact, whole in _exact(statement, line, taken):
            if abs(share * whole - exact) >= whole:
                yield amounts(
                    "line_rounding", statement.code, statement.currency, rounded(exact, whole),
                    share,
                )  # fmt: skip


def _quality(statement: Any, lines: Sequence[Any], taken: dict[int, int]) -> int:
    """Rounded once per placement, but for what is given back."""
    off: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.kind != "reversal":
            off[line.placement_id] -= _conduct(statement, line)
    back = sum(taken[line.reversal_of_id] for line in lines if line.kind == "reversal")
    return sum(rounded(exact, _BPS * _BPS) for exact in off.values()) - back


def _conduct(statement: Any, line: Any) -> int:
    """What conduct costs a line, in hundred-millionths of a minor unit."""
    missing = _BPS - statement.quality_bps
    return int(line.commission_minor * (_BPS - line.weight_bps) * missing)


def _sums(statement: Any, lines: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Of each kind of share: what they should come to, and do."""
    fee = rounded(sum(map(_cash, lines)) * statement.fee_bps)
    net = sum(map(_net, lines))
    for expected, found in (
        (statement.quality_minor, [line.quality_minor for line in lines]),
        (statement.holdback_minor, [line.holdback_minor for line in lines]),
        (rounded(net * statement.commission_tax_bps), [line.tax_minor for line in lines]),
        (fee, [line.fee_minor for line in lines]),
        (rounded(fee * statement.fee_tax_bps), [line.fee_tax_minor for line in lines]),
    ):
        yield expected, sum(found)


def _exact(statement: Any, line: Any, taken: dict[int, int]) -> Iterator[tuple[int, int, int]]:
    """Each share of a line, and what it is exactly: a numerator and its denominator."""
    held = statement.holdback_bps if statement.holdback_minor else 0
    payable = line.commission_minor + line.quality_minor
    if line.kind == "reversal":
        yield line.quality_minor, -taken[line.reversal_of_id], 1
    else:
        yield line.quality_minor, -_conduct(statement, line), _BPS * _BPS
    yield line.holdback_minor, payable * held, _BPS
    yield line.tax_minor, _net(line) * statement.commission_tax_bps, _BPS
    yield line.fee_minor, _cash(line) * statement.fee_bps, _BPS
    yield line.fee_tax_minor, line.fee_minor * statement.fee_tax_bps, _BPS


def _net(line: Any) -> int:
    return int(line.commission_minor + line.quality_minor - line.holdback_minor)


def _cash(line: Any) -> int:
    return 0 if line.kind == "excluded" else int(line.gross_minor)
