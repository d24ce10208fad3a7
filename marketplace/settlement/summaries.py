"""What stands around the lines of a statement: sums by kind of line, and the rates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.core.money import in_figures
from marketplace.core.words import Code, Words, _
from marketplace.settlement.lines import LineRow, releases_of
from marketplace.settlement.models import LineKind, Statement
from marketplace.settlement.reasons import cell_named, percent, tax_told

_ADDED = (
    "gross_minor", "commission_minor", "quality_minor", "holdback_minor", "net_minor",
    "tax_minor", "fee_minor", "fee_tax_minor",
)  # fmt: skip


@dataclass(frozen=True)
class KindSum:
    """What lines of one kind come to."""

    name: Words | Code
    lines: int
    gross_minor: int = 0
    commission_minor: int = 0
    quality_minor: int = 0
    holdback_minor: int = 0
    net_minor: int = 0
    tax_minor: int = 0
    fee_minor: int = 0
    fee_tax_minor: int = 0

    @property
    def amounts(self) -> tuple[int, ...]:
        """From cash to tax, what is held back below 0."""
        return tuple(
            -getattr(self, name) if name == "holdback_minor" else getattr(self, name)
            for name in _ADDED
        )


@dataclass(frozen=True)
class RateRow:
    """One rate that the statement was reckoned by, as it stood then."""

    source: Words
    since: str
    cases: Words | str
    cash: Words
    rate_bps: int
    tax: Words


def sums_by_kind(statement: Statement, lines: Sequence[LineRow]) -> list[KindSum]:
    """Kind by kind, then what is released, and last the control total of them all."""
    found = [
        _sum(Code(f"line_{kind.value}"), [line for line in lines if line.kind is kind])
        for kind in LineKind
    ]
    shown = [one for one in found if one.lines]
    if statement.released_minor:
        shown.append(
            KindSum(
                _("Released from earlier statements"),
                releases_of(statement),
                # Each line bears its own; the rest is of what is released.
                net_minor=statement.earned_minor - sum(x.net_minor for x in lines),
                tax_minor=statement.commission_tax_minor - sum(x.tax_minor for x in lines),
            )
        )
    return [*shown, _sum(_("Control total"), shown, sum(one.lines for one in shown))]


def _sum(name: Words | Code, of: Sequence[LineRow | KindSum], count: int = -1) -> KindSum:
    sums = {field: sum(getattr(one, field) for one in of) for field in _ADDED}
    return KindSum(name, len(of) if count < 0 else count, **sums)


def rate_rows(statement: Statement) -> list[RateRow]:
    """The rate table as it was when the statement was drafted: bids, then versions of terms."""
    bids = [
        RateRow(
            _("bid, award %(award)s, placement %(placement)s; results count for %(share)s",
              award=one["award"], placement=one["placement"],
              share=percent(one["weight_bps"])),
            one["starts_on"], cell_named(bid["cell"]), _("all cash"), bid["rate_bps"],
            tax_told(one["rates_include_tax"]),
        )
        for one in statement.rates["awards"]
        for bid in one["bids"]
    ]  # fmt: skip
    return bids + [
        row for one in statement.rates["terms"] for row in _of_terms(one, statement.currency)
    ]


def _of_terms(terms: dict[str, Any], currency: str) -> Iterator[RateRow]:
    mode = Code(terms["tier_mode"])
    source = _("terms, version %(n)s, tiers: %(mode)s", n=terms["version"], mode=mode)
    for row in terms["scale"]:
        for end, rate in row["tiers"]:
            cash = (
                _("the rest")
                if end is None
                else _("up to %(amount)s", amount=in_figures(end, currency))
            )
            tax = tax_told(terms["rates_include_tax"])
            yield RateRow(source, terms["valid_from"], _kind(row), cash, rate, tax)


def _kind(row: dict[str, Any]) -> Words:
    """Which cases a row of a table is for."""
    told = {None: _("all"), True: _("yes"), False: _("no")}
    return _(
        "round %(rounds)s; days past due %(dpd)s; product %(product)s; secured %(secured)s;"
        " in litigation %(litigated)s",
        rounds="–".join(map(str, row["rounds"])),
        dpd="–".join(map(str, row["dpd"])),
        product=Code(row["product"]) if row["product"] else _("all"),
        secured=told[row["secured"]],
        litigated=told[row["litigated"]],
    )


def kind_headers() -> tuple[str, ...]:
    named = (
        _("Kind of line"), _("Lines"), _("Amount"), _("Commission"), _("Conduct and quality"),
        _("Held back"), _("Net"), _("VAT on commission"), _("Platform fee"),
        _("VAT on the fee"),
    )  # fmt: skip
    return tuple(str(name) for name in named)


def rate_headers() -> tuple[str, ...]:
    named = (_("Source"), _("Since"), _("Cases"), _("Cash"), _("Rate"), _("VAT"))
    return tuple(str(name) for name in named)
