"""A portfolio's stratification as a workbook: facts, strata, histograms and provinces."""

from collections.abc import Callable, Sequence
from datetime import datetime

from marketplace import portfolios
from marketplace.core.exports import Cell, Sheet, workbook
from marketplace.core.money import in_units
from marketplace.core.words import Code, _
from marketplace.portfolios import Portfolio

_HEADS = (_("Dimension"), _("Group"), _("Cases"), _("Balance"), _("Share of the balance, %"))


def strats_workbook(
    portfolio: Portfolio, *, now: datetime, place_name: Callable[[str], str]
) -> bytes:
    """What the page of a portfolio shows of its make-up, every figure of it."""
    facts = portfolios.facts_of(portfolio.id)
    strata = [
        (Code(f"by_{one.dimension}"), Code(one.group), one.cases, one.balance_minor)
        for one in portfolios.strata(portfolio.id)
    ]
    spread = [
        (Code(f"by_{name}"), one.label or Code("not_known"), one.cases, one.balance_minor)
        for name, bins in portfolios.spread_of(portfolio.id, portfolio.currency).items()
        for one in bins
    ]
    places = [
        (Code("by_province"), place_name(one.code), one.cases, one.balance_minor)
        for one in portfolios.places_in(portfolio.id)
    ]

    def rows(groups: Sequence[tuple[object, object, int, int]]) -> list[tuple[Cell, ...]]:
        whole = facts.balance_minor or 1
        return [
            (str(what), str(group), n, in_units(minor, portfolio.currency),
             round(100 * minor / whole, 2))
            for what, group, n, minor in groups
        ]  # fmt: skip

    heads = [str(head) for head in _HEADS]
    widths = (18, 24, 10, 18, 12)
    return workbook(
        [
            (str(_("Portfolio")), f"{portfolio.name} ({portfolio.code})"),
            (str(_("Balances as of")), portfolio.balance_as_of.isoformat()),
            (str(_("Currency")), portfolio.currency),
            (str(_("Cases")), f"{facts.cases:,}"),
            (str(_("Debtors")), f"{facts.debtors:,}"),
            (str(_("Printed at")), now.strftime("%Y-%m-%d %H:%M UTC")),
        ],
        [
            Sheet(str(_("Strata")), heads, rows(strata), widths=widths),
            Sheet(str(_("Histograms")), heads, rows(spread), widths=widths),
            Sheet(str(_("Provinces")), heads, rows(places), widths=widths),
        ],
    )
