"""Tables of commission rates: which rate a case has, without a gap and without a doubt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from marketplace.core.errors import Refusal
from marketplace.core.money import BPS
from marketplace.core.words import Words, _
from marketplace.portfolios import Product

MOST_DPD, MOST_ROUND = 7_300, 99
"""Where the last row of a table ends."""


class BadTable(Refusal):
    """A table that leaves a case without a rate, or gives it two."""


@dataclass(frozen=True)
class Tier:
    """A rate up to so much cash of a batch; the last tier has no end."""

    up_to_minor: int | None
    rate_bps: int


@dataclass(frozen=True)
class Kind:
    """What a rate depends on, as a case was when it was placed."""

    round: int
    dpd: int
    product: str
    secured: bool
    litigated: bool


@dataclass(frozen=True)
class Row:
    """Cases of these kinds have these tiers; None stands for any."""

    rounds: tuple[int, int]
    dpd: tuple[int, int]
    product: str | None
    secured: bool | None
    litigated: bool | None
    tiers: tuple[Tier, ...]

    def covers(self, kind: Kind) -> bool:
        return (
            self.rounds[0] <= kind.round <= self.rounds[1]
            and self.dpd[0] <= kind.dpd <= self.dpd[1]
            and self.product in (None, kind.product)
            and self.secured in (None, kind.secured)
            and self.litigated in (None, kind.litigated)
        )


@dataclass(frozen=True)
class Scale:
    """A whole table. A kind of case has exactly one row."""

    rows: tuple[Row, ...]

    def row_of(self, kind: Kind) -> int:
        return next(i for i, row in enumerate(self.rows) if row.covers(kind))


def read_scale(given: Sequence[Mapping[str, Any]]) -> Scale:
    """A table as it is stored, checked for gaps and overlaps.

    Raises
    ------
    BadTable
        Saying which kind of case has no rate or two, or what is wrong with a tier.
    """
    scale = Scale(tuple(_row(i, one) for i, one in enumerate(given, 1)))
    for kind in _corners(scale):
        rows = [i for i, row in enumerate(scale.rows, 1) if row.covers(kind)]
        if len(rows) != 1:
            raise BadTable(_wrong(kind, rows), next_step=_("Correct the rows and try again."))
    return scale


def as_stored(scale: Scale) -> list[dict[str, Any]]:
    """The table as JSON can keep it."""
    return [
        {
            "rounds": list(row.rounds),
            "dpd": list(row.dpd),
            "product": row.product,
            "secured": row.secured,
            "litigated": row.litigated,
            "tiers": [[tier.up_to_minor, tier.rate_bps] for tier in row.tiers],
        }
        for row in scale.rows
    ]


def _row(number: int, given: Mapping[str, Any]) -> Row:
    def whole(name: str, last: int, first: int) -> tuple[int, int]:
        low, high = given.get(name) or (first, last)
        if not first <= low <= high <= last:
            raise BadTable(
                _("Row %(row)s runs from %(low)s to %(high)s; it must stay within %(first)s"
                  " to %(last)s.", row=number, low=low, high=high, first=first, last=last),
                next_step=_("Correct the row."),
            )  # fmt: skip
        return int(low), int(high)

    return Row(
        rounds=whole("rounds", MOST_ROUND, 1),
        dpd=whole("dpd", MOST_DPD, 0),
        product=given.get("product") or None,
        secured=given.get("secured"),
        litigated=given.get("litigated"),
        tiers=_tiers(number, given.get("tiers") or ()),
    )


def _tiers(number: int, given: Sequence[Sequence[Any]]) -> tuple[Tier, ...]:
    tiers = tuple(Tier(*one) for one in given)
    ends = [tier.up_to_minor for tier in tiers]
    bounded = [end for end in ends[:-1] if end is not None]
    wrong: Words | None = None
    if not tiers or ends[-1] is not None or len(bounded) < len(ends) - 1:
        wrong = _("Row %(row)s needs tiers, and its last one has no end.", row=number)
    elif any(low >= high for low, high in pairwise([0, *bounded])):
        wrong = _("The tiers of row %(row)s must rise.", row=number)
    elif not all(1 <= tier.rate_bps <= BPS for tier in tiers):
        wrong = _(
            "A rate of row %(row)s does not lie between 0.01 and 100 percent.", row=number
        )
    if wrong is not None:
        raise BadTable(wrong, next_step=_("Correct the row."))
    return tiers


def _corners(scale: Scale) -> Iterator[Kind]:
    """One kind for every region that the bounds of the rows cut out."""
    rounds = _cuts(1, [row.rounds for row in scale.rows], MOST_ROUND)
    days = _cuts(0, [row.dpd for row in scale.rows], MOST_DPD)
    products = sorted(one.value for one in Product)
    for values in product(rounds, days, products, (False, True), (False, True)):
        yield Kind(*values)


def _cuts(first: int, spans: Sequence[tuple[int, int]], last: int) -> list[int]:
    """Where something may change: at the first of every span, and after its last."""
    cuts = {first, *(low for low, _high in spans), *(high + 1 for _low, high in spans)}
    return sorted(cuts - {last + 1})


def _wrong(kind: Kind, rows: list[int]) -> Words:
    what = {
        "round": kind.round,
        "dpd": kind.dpd,
        "product": kind.product,
        "secured": _("secured") if kind.secured else _("unsecured"),
        "litigated": _("in litigation") if kind.litigated else _("not in litigation"),
    }
    if not rows:
        return _("No row has a rate for round %(round)s, %(dpd)s days past due, %(product)s,"
                 " %(secured)s, %(litigated)s.", **what)  # fmt: skip
    return _("Rows %(rows)s all have a rate for round %(round)s, %(dpd)s days past due,"
             " %(product)s, %(secured)s, %(litigated)s.",
             rows=", ".join(map(str, rows)), **what)  # fmt: skip
