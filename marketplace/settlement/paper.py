"""A statement as PDF: a wide page on which every line has two rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.core.money import in_figures
from marketplace.core.paper import Paper
from marketplace.core.words import Code, Words, _
from marketplace.settlement.lines import LineRow
from marketplace.settlement.models import LineKind, Statement
from marketplace.settlement.reasons import cell_named, formula, parts_told, percent, why_line
from marketplace.settlement.summaries import kind_headers, rate_headers, rate_rows, sums_by_kind
from marketplace.settlement.taxes import COMMISSION_TAX_CODE


@dataclass(frozen=True)
class Head:
    """What stands above the lines: named facts, and the steps to what is due."""

    facts: Sequence[tuple[str, str]]
    totals: Sequence[tuple[Words, int]]


def paper_of(statement: Statement, head: Head, lines: Sequence[LineRow]) -> bytes:
    """Facts, totals, sums by kind, the lines, and last the rates they rest on."""

    def show(minor: int) -> str:
        return in_figures(minor, statement.currency)

    title = str(_("Commission statement %(code)s", code=statement.code))
    paper = Paper(title, foot=f"Recoup {statement.code} v{statement.edition}", wide=True)
    paper.facts_beside(head.facts, ((str(name), show(amount)) for name, amount in head.totals))
    paper.head(str(_("By kind of line")))
    paper.grid(
        kind_headers(),
        (
            (str(one.name), str(one.lines), *map(show, one.amounts))
            for one in sums_by_kind(statement, lines)
        ),
        widths=(52, 17, *[26] * 8),
        numeric=range(1, 10),
    )
    paper.head(str(_("Lines")))
    paper.pairs(
        _headers(),
        ((_cells(row, show), _below(row, statement)) for row in lines),
        widths=(23, 27, 18, 27, 22, 14, 21, 20, 20, 21, 19, 22, 23),
        numeric=range(4, 13),
    )
    paper.head(str(_("Rates")))
    paper.grid(
        rate_headers(),
        (
            (
                str(one.source),
                one.since,
                str(one.cases),
                str(one.cash),
                percent(one.rate_bps),
                str(one.tax),
            )
            for one in rate_rows(statement)
        ),
        widths=(76, 22, 100, 38, 21, 20),
        numeric=(4,),
    )
    paper.ln(3)
    for words in _notes(statement):
        paper.say(str(words), size=8)
    return paper.content()


def _headers() -> list[str]:
    """Two facts in a column stand one below the other, as the cells have them."""
    named = (
        (_("Payment"), _("Case")),
        (_("Lender’s reference"), _("Kind of line")),
        (_("Value date"), _("Posted on")),
        (_("Way of paying"), _("Round, days past due when placed")),
        (_("Amount"),),
        (_("Rate bid"), _("Rate")),
        (_("Commission"),),
        (_("Conduct and quality"),),
        (_("Held back"),),
        (_("Net"),),
        (_("VAT"),),
        (_("Due to the agency"),),
        (_("Platform fee"), _("VAT on the fee")),
    )
    return ["\n".join(str(name) for name in names) for names in named]


def _cells(row: LineRow, show: Callable[[int], str]) -> list[str]:
    kind = Code(f"line_{row.kind.value}")
    amounts = (
        row.commission_minor, row.quality_minor, -row.holdback_minor, row.net_minor,
        row.tax_minor, row.payable_minor,
    )  # fmt: skip
    return [
        f"{row.payment}\n{row.case_code}",
        f"{row.reference}\n{kind}",
        f"{row.value_on.isoformat()}\n{row.posted_on.isoformat()}",
        f"{Code(row.method)}\n{row.round}, {row.dpd}",
        show(row.gross_minor),
        f"{percent(row.bid_bps)}\n{percent(row.rate_bps)}",
        *map(show, amounts),
        f"{show(row.fee_minor)}\n{show(row.fee_tax_minor)}",
    ]


def _below(row: LineRow, statement: Statement) -> str:
    """Why the line has its amounts, what its payment was set against, what it corrects."""
    tier = "" if row.terms_version is None else str(_("tier %(n)s", n=row.tier + 1))
    award = _("award %(award)s, %(placement)s, cell %(cell)s",
              award=row.award, placement=row.placement, cell=cell_named(row.cell))  # fmt: skip
    said = [why_line(row), tier, formula(row, statement), str(award)]
    if row.after_recall_days is not None:
        said.append(str(_("%(days)s days after the recall", days=row.after_recall_days)))
    if row.original is not None:
        said.append(str(_("original line on %(statement)s", statement=row.original)))
    said.append(_set_against(row, statement.currency))
    return "  ·  ".join(one for one in said if one)


def _set_against(row: LineRow, currency: str) -> str:
    if row.kind is LineKind.TRUE_UP or not row.leads:
        return ""
    if row.parts is None:
        return str(_("set against: %(told)s", told=parts_told(row)))
    figures = [in_figures(part, currency) for part in row.parts]
    return str(
        _("set against costs %(costs)s, interest %(interest)s, fees %(fees)s,"
          " principal %(principal)s",
          costs=figures[0], interest=figures[1], fees=figures[2], principal=figures[3])
    )  # fmt: skip


def _rates_of_tax(statement: Statement) -> str:
    rates = [part.rate_bps for part in statement.tax_parts] or [statement.commission_tax_bps]
    return ", ".join(map(percent, rates))


def _notes(statement: Statement) -> Sequence[Words]:
    """The rules that all lines share."""
    return (
        _("Rate paid = rate × (weight of results + (1 − weight) × score of conduct). Net ="
          " commission, less what conduct takes off, less what is held back, less VAT where the"
          " rate includes it."),
        _("VAT on commission %(tax)s (tax code %(code)s), platform fee %(fee)s of the cash,"
          " VAT on the fee %(fee_tax)s; no exchange.",
          tax=_rates_of_tax(statement), code=COMMISSION_TAX_CODE,
          fee=percent(statement.fee_bps), fee_tax=percent(statement.fee_tax_bps)),
        _("Commission is rounded once per rate, conduct once per placement and score,"
          " holdback and fee once, taxes once per rate, half away from zero, and given out to"
          " the lines by largest remainder: the lines add up to the totals. What a payment was"
          " set against is said on its first line."),
        _("The debtor paid the lender; the lender pays the agency."),
    )  # fmt: skip
