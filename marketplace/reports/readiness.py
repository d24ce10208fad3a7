"""Whether a portfolio is ready to be put on the market: its data, its scrubs, and its value."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace import auctions, portfolios, valuations
from marketplace.auctions import Scrubbed
from marketplace.core.money import in_figures
from marketplace.core.paper import Paper
from marketplace.core.words import Code, Words, _
from marketplace.portfolios import Portfolio, PortfolioStatus, Quality
from marketplace.valuations import Valuation

STALE_DAYS = 45
"""Balances older than this are warned of at import as well."""

VALUE_DAYS = 45


@dataclass(frozen=True)
class Point:
    """One thing that was looked at: good, to be known of, or in the way."""

    kind: str
    words: Words


@dataclass(frozen=True)
class Gap:
    """A field that a value can use: how many cases lack it, and what that does to the value.

    `filled_minor` is the change if those cases were like the others, None where no case has
    the field; `withheld_minor` the change if none had it.
    """

    field: str
    missing: int
    filled_minor: int | None
    withheld_minor: int


@dataclass(frozen=True)
class Readiness:
    """What a lender should know before listing a portfolio."""

    portfolio: Portfolio
    quality: Quality
    scrubbed: Scrubbed
    valuation: Valuation | None
    gaps: tuple[Gap, ...]
    points: tuple[Point, ...]
    on: date

    @property
    def verdict(self) -> str:
        """The worst of the points: ok, warn or bad."""
        kinds = {point.kind for point in self.points}
        return next((kind for kind in ("bad", "warn") if kind in kinds), "ok")


def readiness_of(portfolio: Portfolio, on: date) -> Readiness:
    """Look a portfolio through as it would be listed on a day."""
    quality = portfolios.quality_of(portfolio.id, lender_id=portfolio.lender_id)
    scrubbed = auctions.scrubbed(portfolio, on)
    valuation = valuations.latest_valuation(portfolio.id)
    found: list[dict[str, Any]] = valuation.figures.get("missing", []) if valuation else []
    gaps = tuple(Gap(**one) for one in found)
    points = [
        _free(portfolio, scrubbed),
        *_unknown(scrubbed),
        *_problems(quality),
        *_value(valuation, gaps, on),
    ]
    if portfolio.balance_as_of < on - timedelta(days=STALE_DAYS):
        points.append(
            Point("warn", _("Balances are of %(day)s: bring newer ones before you list.",
                            day=portfolio.balance_as_of.isoformat()))
        )  # fmt: skip
    return Readiness(portfolio, quality, scrubbed, valuation, gaps, tuple(points), on)


def _free(portfolio: Portfolio, scrubbed: Scrubbed) -> Point:
    if portfolio.status is not PortfolioStatus.READY:
        return Point(
            "warn", _("It is on the market or placed already: nothing more is listed.")
        )
    kind = "bad" if not scrubbed.free_cases else "warn" if scrubbed.scrubs else "ok"
    return Point(
        kind,
        _("%(free)s of %(all)s cases can be listed.",
          free=f"{scrubbed.free_cases:,}", all=f"{portfolio.cases:,}"),
    )  # fmt: skip


def _unknown(scrubbed: Scrubbed) -> list[Point]:
    points = []
    if scrubbed.limitation_unknown:
        points.append(
            Point("warn", _("Cases that could not be judged for limitation: %(n)s.",
                            n=f"{scrubbed.limitation_unknown:,}"))
        )  # fmt: skip
    if scrubbed.consent_unknown:
        points.append(
            Point("warn", _("Cases of which nothing is said about consent: %(n)s.",
                            n=f"{scrubbed.consent_unknown:,}"))
        )  # fmt: skip
    return points


def _problems(quality: Quality) -> list[Point]:
    found = [
        Point("warn", _("%(what)s: %(n)s cases.", what=Code(kind), n=f"{count:,}"))
        for kind, count in quality.problems.items()
        if count
    ]
    return found or [Point("ok", _("No value is impossible and no case stands twice."))]


def _value(valuation: Valuation | None, gaps: tuple[Gap, ...], on: date) -> list[Point]:
    if valuation is None or valuation.done_at is None:
        return [Point("warn", _("It has not been valued: what is missing has no price yet."))]
    if valuation.done_at.date() < on - timedelta(days=VALUE_DAYS):
        return [Point("warn", _("It was last valued on %(day)s: value it again.",
                                day=valuation.done_at.date().isoformat()))]  # fmt: skip
    costly = [gap.field for gap in gaps if gap.missing and gap.filled_minor]
    if costly:
        names = ", ".join(str(Code(f"has_{name}")) for name in costly)
        return [Point("warn", _("Gaps change the value: %(names)s.", names=names))]
    return [Point("ok", _("No gap changes the value."))]


def readiness_pdf(found: Readiness, *, now: datetime) -> bytes:
    """The same on paper, to be filed with the decision to list."""
    portfolio, cases = found.portfolio, found.quality.cases
    title = str(_("Readiness of %(name)s", name=portfolio.name))
    paper = Paper(title, foot=f"Recoup {portfolio.code} {found.on.isoformat()}")
    paper.facts([
        (str(_("Portfolio")), portfolio.code),
        (str(_("Verdict")), str(Code(f"readiness_{found.verdict}"))),
        (str(_("Cases")), f"{cases:,}"),
        (str(_("Balances as of")), portfolio.balance_as_of.isoformat()),
        (str(_("Debtors with several cases")), f"{found.quality.debtors_with_several:,}"),
        (str(_("Printed at")), now.strftime("%Y-%m-%d %H:%M UTC")),
    ])  # fmt: skip
    for point in found.points:
        paper.say(f"{_SIGNS[point.kind]} {point.words}")
    paper.grid(
        [str(_("Field")), str(_("Filled")), str(_("Missing"))],
        [
            (str(Code(f"has_{name}")), _share(n, cases), f"{cases - n:,}")
            for name, n in found.quality.filled.items()
        ],
        widths=(60, 30, 30),
        numeric=(1, 2),
    )
    if found.scrubbed.scrubs:
        paper.ln(4)
        paper.say(str(_("Left out of a listing")))
        paper.grid(
            [str(_("Reason")), str(_("Cases")), str(_("Balance"))],
            [
                (str(Code(reason)), f"{n:,}", in_figures(balance, portfolio.currency))
                for reason, n, balance in found.scrubbed.rows
            ],
            widths=(60, 30, 40),
            numeric=(1, 2),
        )
    if found.gaps:
        paper.ln(4)
        paper.say(str(_("What is missing, priced")))
        paper.grid(
            [str(_("Field")), str(_("Missing")), str(_("If they were like the others")),
             str(_("If no case had it"))],
            [
                (str(Code(f"has_{gap.field}")), f"{gap.missing:,}",
                 _change(gap.filled_minor, portfolio.currency),
                 _change(gap.withheld_minor, portfolio.currency))
                for gap in found.gaps
            ],
            widths=(50, 25, 50, 50),
            numeric=(1, 2, 3),
        )  # fmt: skip
    return paper.content()


_SIGNS = {"ok": "✓", "warn": "!", "bad": "×"}


def _share(n: int, cases: int) -> str:
    return f"{100 * n / cases:.1f}%" if cases else "–"


def _change(minor: int | None, currency: str) -> str:
    return "–" if minor is None else in_figures(minor, currency, signed=True)
