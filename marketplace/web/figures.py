"""Turning figures into what the charts draw: percent of balance, amounts in thousands."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from marketplace.casework import CashMonth
from marketplace.core.money import MINOR_DIGITS
from marketplace.portfolios import AGE_BANDS, SCORE_BANDS, Bin, Place, Portfolio, Stratum
from marketplace.valuations import Valuation
from marketplace.web.provinces import PROVINCES, is_province
from marketplace.web.vocabulary import code_name, word

MONTHS = 12


def value_fan(valuation: Valuation) -> dict[str, Any]:
    """Expected cumulative cash by month with its 80 % band, in percent of balance."""
    figures = valuation.figures
    balance = figures["balance_minor"] or 1
    low, high = figures["band_curve"]
    seen = _shares(figures["observed"], balance) if figures["observed"] else []
    observed = {"observed": seen + [None] * (MONTHS + 1 - len(seen))} if seen else {}
    return {
        "x": list(range(MONTHS + 1)),
        "x_label": _("Months since placement"),
        "unit": "%",
        "digits": 1,
        "series": [
            {
                "name": _("Expected"),
                "low": _shares(low, balance),
                "mid": _shares(figures["curve"], balance),
                "high": _shares(high, balance),
            }
            | observed
        ],
    }


def places(found: Sequence[Place], currency: str) -> dict[str, float]:
    """Balance of each province, in thousands."""
    unit = 1_000 * 10 ** MINOR_DIGITS[currency]
    return {one.code: one.balance_minor / unit for one in found if is_province(one.code)}


def liquidation(
    valuation: Valuation | None,
    cash: list[CashMonth],
    placed: dict[int, int],
    names: dict[int, str],
    months_seen: int,
) -> dict[str, Any]:
    """Observed cash of each agency against the valued band, in percent of what it was given."""
    series: list[dict[str, Any]] = []
    if valuation is not None:
        fan = value_fan(valuation)["series"][0]
        series.append({**fan, "name": _("Valued")})
    for agency_id, balance in placed.items():
        by_month = {row.month: row.amount_minor for row in cash if row.agency_id == agency_id}
        total, observed = 0, [0.0]
        for month in range(MONTHS):
            total += by_month.get(month, 0)
            observed.append(round(100 * total / balance, 3) if balance else 0.0)
        seen = min(months_seen, MONTHS) + 1
        series.append(
            {
                "name": names.get(agency_id, str(agency_id)),
                "observed": observed[:seen] + [None] * (MONTHS + 1 - seen),
            }
        )
    return {
        "x": list(range(MONTHS + 1)),
        "x_label": _("Months since placement"),
        "unit": "%",
        "digits": 2,
        "series": series,
    }


def waterfall(valuation: Valuation) -> dict[str, Any]:
    """From gross cash to the net value, in thousands."""
    parts = valuation.figures["waterfall"]
    return {
        "unit": "k",
        "digits": 1,
        "steps": [
            {"name": _("Gross cash"), "value": _thousands(parts["gross_minor"]), "total": True},
            {"name": _("Commission"), "value": -_thousands(parts["commission_minor"]) + 0.0},
            {"name": _("Cost"), "value": -_thousands(parts["cost_minor"]) + 0.0},
            {"name": _("Discounting"), "value": -_thousands(parts["discount_minor"]) + 0.0},
            {"name": _("Net value"), "value": _thousands(parts["net_minor"]), "total": True},
        ],
    }


def valuation_charts(valuation: Valuation) -> dict[str, Any]:
    """Everything the page of a value draws."""
    held = valuation.figures["breakdown"]
    return {
        "fan": value_fan(valuation),
        "waterfall": waterfall(valuation),
        "drivers": _drivers(valuation),
        "breakdown": {
            name: _rates(groups)
            for name, groups in held.items()
            if name != "province" and len(groups) > 1
        },
        "provinces": {
            group["group"][:2]: group["rate_bps"] / 100
            for group in held.get("province", [])
            if group["group"][:2] in PROVINCES
        },
    }


def _drivers(valuation: Valuation) -> dict[str, Any]:
    """The tornado: what each feature adds to the gross cash or takes from it."""
    found = valuation.figures["drivers"]
    return {
        "x": [code_name(driver["name"]) for driver in found],
        "unit": "k",
        "digits": 1,
        "horizontal": True,
        "series": [
            {"name": _("Effect"), "values": [_thousands(d["effect_minor"]) for d in found]}
        ],
    }


def _rates(groups: list[dict[str, Any]]) -> dict[str, Any]:
    order = {band: place for place, band in enumerate((*AGE_BANDS, *SCORE_BANDS))}
    groups = sorted(groups, key=lambda group: order.get(group["group"], -1))
    return {
        "x": [word(group["group"]) for group in groups],
        "unit": "%",
        "digits": 2,
        "horizontal": True,
        "series": [
            {"name": _("Gross cash"), "values": [group["rate_bps"] / 100 for group in groups]}
        ],
    }


def strata_bars(strata: list[Stratum], dimension: str) -> dict[str, Any]:
    """Balance by group of one dimension, in thousands."""
    groups = [stratum for stratum in strata if stratum.dimension == dimension]
    return {
        "x": [word(stratum.group) for stratum in groups],
        "unit": "k",
        "digits": 0,
        "horizontal": True,
        "series": [
            {"name": _("Balance"), "values": [_thousands(s.balance_minor) for s in groups]}
        ],
    }


def spread_bars(bins: list[Bin]) -> dict[str, Any]:
    """Balance by bin of a histogram, from low to high, in thousands."""
    return {
        "x": [one.label or str(word("not_known")) for one in bins],
        "unit": "k",
        "digits": 0,
        "series": [
            {"name": _("Balance"), "values": [_thousands(one.balance_minor) for one in bins]}
        ],
    }


def flows(lines: list[Any], portfolio: Portfolio) -> dict[str, Any]:
    """From the portfolio to each agency, in cases."""
    return {
        "unit": "",
        "links": [
            {"from": portfolio.name, "to": str(line.agency), "value": line.share.cases}
            for line in lines
            if line.share.cases
        ],
    }


def _shares(curve: list[int], balance: int) -> list[float]:
    return [0.0, *(round(100 * amount / balance, 3) for amount in curve)]


def _thousands(minor: int) -> float:
    return round(minor / 100_000, 1)
