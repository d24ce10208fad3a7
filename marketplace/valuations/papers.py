"""A valuation on paper and as a workbook: the figures, and everything they rest on."""

from collections.abc import Sequence
from datetime import datetime

from marketplace.core.db import db
from marketplace.core.exports import Cell, Sheet, workbook
from marketplace.core.money import BPS, in_figures, in_units
from marketplace.core.paper import Paper
from marketplace.core.words import Code, Words, _
from marketplace.valuations.models import Valuation, ValuationModel

Caveat = dict[str, str]
"""What a warning or an assumption of `pricing` is called in the reader's language."""


def valuation_pdf(valuation: Valuation, *, now: datetime, caveats: Caveat) -> bytes:
    """Value, curve, breakdown, assumptions and sources, to be filed with the decision."""

    def show(minor: int) -> str:
        return in_figures(minor, valuation.currency)

    figures = valuation.figures
    title = str(_("Valuation %(code)s", code=valuation.code))
    paper = Paper(title, foot=f"Recoup {valuation.code}")
    paper.facts(_facts(valuation, now))
    paper.facts((str(name), show(amount)) for name, amount in _amounts(valuation))
    months = [*range(1, len(figures["curve"]) + 1)]
    low, high = figures["band_curve"]
    paper.grid(
        [str(name) for name in _CURVE],
        [
            (str(month), show(low[i]), show(figures["curve"][i]), show(high[i]))
            for i, month in enumerate(months)
        ],
        widths=(20, 40, 40, 40),
        numeric=(1, 2, 3),
    )
    for dimension, groups in figures["breakdown"].items():
        paper.ln(4)
        paper.say(str(_("By %(dimension)s", dimension=Code(f"by_{dimension}"))))
        paper.grid(
            [str(name) for name in _BREAKDOWN],
            [
                (
                    str(Code(group["group"])), f"{group['cases']:,}",
                    show(group["balance_minor"]), show(group["mean_minor"]),
                    f"{group['rate_bps'] / 100:.2f}%",
                )
                for group in groups
            ],
            widths=(44, 20, 40, 40, 20),
            numeric=(1, 2, 3, 4),
        )  # fmt: skip
    _say_grounds(paper, valuation, caveats)
    return paper.content()


def valuation_workbook(valuation: Valuation, *, now: datetime, caveats: Caveat) -> bytes:
    """The same as XLSX: amounts as numbers, one sheet a table."""

    def amount(minor: int) -> float:
        return in_units(minor, valuation.currency)

    figures = valuation.figures
    low, high = figures["band_curve"]
    curve = [
        (i + 1, amount(low[i]), amount(mid), amount(high[i]))
        for i, mid in enumerate(figures["curve"])
    ]
    groups: list[Sequence[Cell]] = [
        (
            str(Code(f"by_{dimension}")), str(Code(group["group"])), group["cases"],
            amount(group["balance_minor"]), amount(group["gross_minor"]),
            amount(group["mean_minor"]), group["rate_bps"] / BPS,
        )
        for dimension, found in figures["breakdown"].items()
        for group in found
    ]  # fmt: skip
    drivers = [(str(Code(d["name"])), amount(d["effect_minor"])) for d in figures["drivers"]]
    grounds = [
        *((str(_("Warning")), caveats[line]) for line in figures["warnings"]),
        *((str(_("Assumption")), caveats[line]) for line in figures["assumptions"]),
        *((str(_("Source")), _source(row)) for row in figures["sources"]),
    ]
    currency = valuation.currency
    totals = [(str(name), amount(minor)) for name, minor in _amounts(valuation)]
    sheets = [
        Sheet(str(_("Totals")), (str(_("Item")), currency), totals, widths=(36, 18)),
        Sheet(str(_("Curve")), [str(name) for name in _CURVE], curve),
        Sheet(
            str(_("Breakdown")),
            [str(name) for name in _GROUPS],
            groups,
        ),
        Sheet(str(_("Drivers")), (str(_("Feature")), currency), drivers, widths=(36, 18)),
        Sheet(str(_("Grounds")), (str(_("Kind")), str(_("Words"))), grounds, widths=(18, 100)),
    ]
    return workbook(_facts(valuation, now), sheets)


_CURVE = (_("Month"), _("Low end (P10)"), _("Expected"), _("High end (P90)"))
_BREAKDOWN = (_("Group"), _("Cases"), _("Balance"), _("Net value"), _("Gross, of balance"))
_GROUPS = (_("Dimension"), *_BREAKDOWN[:3], _("Gross cash"), *_BREAKDOWN[3:])


def _facts(valuation: Valuation, now: datetime) -> list[tuple[str, str]]:
    figures = valuation.figures
    done = valuation.done_at or now
    named: list[tuple[Words, str]] = [
        (_("Book"), valuation.name),
        (_("Valued from"), str(Code(f"from_{valuation.kind.value}"))),
        (_("Valued at"), done.strftime("%Y-%m-%d %H:%M UTC")),
        (_("Currency"), valuation.currency),
        (_("Cases valued"), f"{figures['n']:,}"),
        (_("Basis"), str(Code(f"basis_{valuation.basis}"))),
        (_("Model"), _model(valuation)),
        (_("Outcomes learned from"), f"{figures['n_outcomes']:,}"),
        (_("Lots learned from"), f"{figures['n_lots']:,}"),
        (_("Months of cash counted"), str(valuation.months_seen)),
        (_("Horizon in months"), str(figures["horizon"])),
        (_("Commission assumed"), f"{valuation.commission_bps / 100:.2f}%"),
        (_("Own cost assumed"), f"{valuation.cost_bps / 100:.2f}%"),
        (_("Discount rate a year"), f"{valuation.discount_bps / 100:.2f}%"),
        (_("Printed at"), now.strftime("%Y-%m-%d %H:%M UTC")),
    ]
    return [(str(name), value) for name, value in named]


def _model(valuation: Valuation) -> str:
    version = db.session.get(ValuationModel, valuation.model_id) if valuation.model_id else None
    prior = valuation.figures["prior"]
    known = f"{prior['market']} {prior['version']}"
    if version is None or version.sha256 is None:
        return known
    return f"{version.code} v{version.version} sha256 {version.sha256[:16]} · {known}"


def _amounts(valuation: Valuation) -> list[tuple[Words, int]]:
    fall = valuation.figures["waterfall"]
    return [
        (_("Balance"), valuation.figures["balance_minor"]),
        (_("Gross cash"), fall["gross_minor"]),
        (_("Commission"), fall["commission_minor"]),
        (_("Own cost"), fall["cost_minor"]),
        (_("Discounting"), fall["discount_minor"]),
        (_("Net value, expected"), fall["net_minor"]),
        (_("Low end (P10)"), valuation.p10_minor or 0),
        (_("Middle (P50)"), valuation.p50_minor or 0),
        (_("High end (P90)"), valuation.p90_minor or 0),
    ]


def _say_grounds(paper: Paper, valuation: Valuation, caveats: Caveat) -> None:
    paper.ln(4)
    for line in (*valuation.figures["warnings"], *valuation.figures["assumptions"]):
        paper.say(f"· {caveats[line]}", size=8)
    for row in valuation.figures["sources"]:
        paper.say(f"· {_source(row)}", size=7)
    paper.say(
        str(
            _(
                "The band P10 to P90 is meant to hold for 80 of 100 books. What share of the"
                " bands given so far did hold is published on the platform's coverage page."
            )
        ),
        size=8,
    )


def _source(row: dict[str, object]) -> str:
    return " · ".join(str(value) for value in row.values())
