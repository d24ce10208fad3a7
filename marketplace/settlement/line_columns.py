"""The columns of a statement's lines in workbooks and CSV: one fact each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.core.money import BPS, in_figures
from marketplace.core.words import Code, Words, _
from marketplace.settlement.lines import LineRow
from marketplace.settlement.models import LineKind, Statement
from marketplace.settlement.reasons import (
    appeal_of,
    cell_named,
    paid_rate,
    parts_told,
    tax_told,
    why_line,
    written,
)
from marketplace.settlement.taxes import COMMISSION_TAX_CODE
from marketplace.settlement.terms import QualityScore


@dataclass(frozen=True)
class Money:
    minor: int


@dataclass(frozen=True)
class Share:
    """In percent, exactly."""

    percent: Decimal


@dataclass(frozen=True)
class Context:
    """What all lines of a statement share."""

    statement: Statement
    score: QualityScore | None


Fact = str | int | Money | Share | None
Column = tuple[Words, Callable[[LineRow, Context], Fact]]


def _bps(rate: int) -> Share:
    return Share(Decimal(rate).scaleb(-2))


def _part(i: int) -> Callable[[LineRow, Context], Fact]:
    return lambda row, _of: Money(row.parts[i]) if row.parts is not None else None


def _tier(row: LineRow, _of: Context) -> Fact:
    """Counted from 1; a rate that was bid has no tiers."""
    return None if row.terms_version is None else row.tier + 1


def _told(row: LineRow, _of: Context) -> Fact:
    told = parts_told(row)
    return None if told is None else str(told)


def _score(row: LineRow, of: Context) -> Fact:
    known = of.statement.quality_score_id is not None or row.score_bps != BPS
    return _bps(row.score_bps) if known else None


def _of_score(
    told: Callable[[QualityScore | None], Fact],
) -> Callable[[LineRow, Context], Fact]:
    """Of the statement's score; what changes an earlier line goes by the score of that."""
    changes = (LineKind.REVERSAL, LineKind.TRUE_UP)
    return lambda row, of: None if row.kind in changes else told(of.score)


def _has_rate(row: LineRow) -> bool:
    return row.kind is not LineKind.EXCLUDED and not row.only_takes_back


_WHAT: Sequence[Column] = (
    (_("Payment"), lambda row, _of: row.payment),
    (_("Case"), lambda row, _of: row.case_code),
    (_("Lender’s reference"), lambda row, _of: row.reference),
    (_("Kind of line"), lambda row, _of: str(Code(f"line_{row.kind.value}"))),
    (_("Why"), lambda row, _of: why_line(row)),
    (_("Takes back"), lambda row, _of: row.takes_back),
    (_("Statement of the original line"), lambda row, _of: row.original),
    (_("Award"), lambda row, _of: row.award),
    (_("Placement"), lambda row, _of: row.placement),
    (_("Placement round"), lambda row, _of: row.round),
    (_("Days past due when placed"), lambda row, _of: row.dpd),
    (_("Cell of the award"), lambda row, _of: cell_named(row.cell)),
    (_("Value date"), lambda row, _of: row.value_on.isoformat()),
    (_("Days after the recall"), lambda row, _of: row.after_recall_days),
    (_("Posted on"), lambda row, _of: row.posted_on.isoformat()),
    (_("Way of paying"), lambda row, _of: str(Code(row.method))),
    (_("Amount"), lambda row, _of: Money(row.gross_minor)),
    (_("What it was set against"), _told),
    (_("Of it costs"), _part(0)),
    (_("Of it interest"), _part(1)),
    (_("Of it fees"), _part(2)),
    (_("Of it principal"), _part(3)),
)
_RATE: Sequence[Column] = (
    (_("Rate bid"), lambda row, _of: _bps(row.bid_bps)),
    (_("Version of the terms"), lambda row, _of: row.terms_version),
    (_("Tier"), _tier),
    (_("Rate"), lambda row, _of: _bps(row.rate_bps)),
    (_("VAT in the rate"), lambda row, _of: str(tax_told(row.tax_included))),
    (_("Weight of results"), lambda row, _of: _bps(row.weight_bps)),
    (_("Score of conduct"), _score),
    (_("Factor of conduct"),
     lambda row, _of: Share(row.factor.scaleb(2)) if _has_rate(row) else None),
    (_("Rate that is paid"),
     lambda row, _of: Share(paid_rate(row)) if _has_rate(row) else None),
)  # fmt: skip
_AMOUNTS: Sequence[Column] = (
    (_("Commission"), lambda row, _of: Money(row.commission_minor)),
    (_("Conduct and quality"), lambda row, _of: Money(row.quality_minor)),
    (_("Held back"), lambda row, _of: Money(-row.holdback_minor)),
    (_("Net"), lambda row, _of: Money(row.net_minor)),
    (_("VAT on commission"), lambda row, _of: Money(row.tax_minor)),
    (_("Due to the agency"), lambda row, _of: Money(row.payable_minor)),
    (_("Platform fee"), lambda row, _of: Money(row.fee_minor)),
    (_("VAT on the fee"), lambda row, _of: Money(row.fee_tax_minor)),
    (_("Due to the platform"), lambda row, _of: Money(row.billed_minor)),
)
_COMMON: Sequence[Column] = (
    (_("Currency"), lambda _row, of: of.statement.currency),
    (
        _("Month of the score"),
        _of_score(lambda one: f"{one.month_start:%Y-%m}" if one else None),
    ),
    (_("Source of the score"), _of_score(lambda one: one.source if one else None)),
    (_("Scored on"), _of_score(lambda one: one.scored_at.date().isoformat() if one else None)),
    (_("Appeal"), _of_score(lambda one: str(appeal_of(one)))),
    (_("Tax code"), lambda _row, _of: COMMISSION_TAX_CODE),
    (_("VAT rate"), lambda row, _of: _bps(row.tax_bps)),
    (_("Rate of the platform fee"), lambda _row, of: _bps(of.statement.fee_bps)),
    (_("VAT rate on the fee"), lambda _row, of: _bps(of.statement.fee_tax_bps)),
    # A payment is kept in the currency of its case, and so is its statement.
    (_("Exchange rate"), lambda _row, _of: 1),
    (_("Source of the exchange rate"), lambda _row, _of: str(_("no exchange"))),
)
"""The same for all lines of a statement."""

_OWN = (*_WHAT, *_RATE, *_AMOUNTS)
COLUMNS = (*_OWN, *_COMMON)


def line_headers() -> tuple[str, ...]:
    return tuple(str(name) for name, _of in COLUMNS)


def line_facts(row: LineRow, context: Context) -> tuple[Fact, ...]:
    return tuple(of(row, context) for _name, of in COLUMNS)


def explained(
    row: LineRow, statement: Statement, score: QualityScore | None
) -> list[tuple[str, str]]:
    """All that a line says for itself, in words, without what it does not say."""
    context = Context(statement, score)
    return [
        (str(name), _told_as(fact, statement.currency))
        for name, of in _OWN
        if (fact := of(row, context)) not in (None, "")
    ]


def _told_as(fact: Fact, currency: str) -> str:
    if isinstance(fact, Money):
        return in_figures(fact.minor, currency)
    return written(fact.percent) if isinstance(fact, Share) else str(fact)
