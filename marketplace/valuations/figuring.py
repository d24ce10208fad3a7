"""A value as it is kept: whole minor units that add up, and what they rest on."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

import pricing
from marketplace.core.money import BPS
from marketplace.valuations.models import Valuation

LEVEL = 0.8
MONTHS = 12
MOST_DRIVERS = 10
_DIMENSIONS = {
    "region": ("region_group", "region"), "product": ("product",), "age": ("dpd_band", "dpd"),
    "score": ("score_band", "score"), "province": ("region",),
}  # fmt: skip
"""What a value is broken down by, and the columns to do it by, the best first."""


def fill_in(
    valuation: Valuation, value: pricing.PortfolioValue, model: pricing.Model, *, n: int
) -> None:
    """Write a value into its record."""
    low, high = value.band(LEVEL)
    median, _above = value.band(1e-9)
    valuation.mean_minor, valuation.basis = round(value.mean), value.basis
    valuation.p10_minor, valuation.p50_minor, valuation.p90_minor = (
        round(low), round(median), round(high),
    )  # fmt: skip
    prior = model.prior
    valuation.figures = {
        "curve": _whole(value.curve(MONTHS)),
        "band_curve": _band_curve(value, low, high),
        "observed": _whole(value.seen),
        "breakdown": breakdowns(value),
        "drivers": _drivers(value),
        "waterfall": _waterfall(value, valuation.commission_bps, valuation.cost_bps),
        "warnings": list(value.warnings),
        "assumptions": list(value.assumptions),
        "sources": [asdict(row) for row in prior.sources],
        "prior": {"market": prior.market, "label": prior.label, "version": prior.version},
        "n": n,
        "balance_minor": round(value.balance),
        "tau": value.tau,
        "horizon": value.horizon,
        "n_outcomes": value.n_outcomes,
        "n_lots": value.n_lots,
    }


MAY_BE_MISSING = {
    "score": "score", "loan_amount": "loan_minor", "region": "region",
    "months_since_last_payment": "last_payment_on",
}  # fmt: skip
"""What `pricing` can use and a tape need not have, and the field of a case it comes from."""


def price_gaps(effects: pd.DataFrame) -> list[dict[str, Any]]:
    """What gaps do to a value, in whole minor units; see `pricing.missing_effects`."""
    return [
        {
            "field": MAY_BE_MISSING[str(name)],
            "missing": int(row["missing"]),
            "filled_minor": None if np.isnan(row["filled"]) else round(row["filled"]),
            "withheld_minor": round(row["withheld"]),
        }
        for name, row in effects.iterrows()
    ]


def breakdowns(value: pricing.PortfolioValue) -> dict[str, list[dict[str, Any]]]:
    """The value by each dimension the book has."""
    found = {}
    for name, columns in _DIMENSIONS.items():
        held = [column for column in columns if column in value.rows.columns]
        if held:
            found[name] = _groups(value.breakdown(held[0]))
    return found


def _band_curve(value: pricing.PortfolioValue, low: float, high: float) -> list[list[int]]:
    """The ends of the band month by month: none about the cash that has come in already."""
    curve = value.curve(MONTHS)
    certain = value.seen[-1] if value.seen else 0.0
    to_come = value.gross - certain
    kept = (value.mean + value.cost) / value.gross if value.gross else 1.0
    ends = []
    for end in (low, high):
        # The ends are net: back to the gross cash that would leave so much.
        gross_end = (end + value.cost) / kept if kept else 0.0
        stretch = (gross_end - certain) / to_come if to_come > 0 else 0.0
        to_come_by = np.maximum(curve - certain, 0.0)
        ends.append(_whole(np.minimum(curve, certain) + stretch * to_come_by))
    return ends


def _drivers(value: pricing.PortfolioValue) -> list[dict[str, Any]]:
    table = value.drivers()
    return [
        {"name": str(feature), "effect_minor": round(row["amount"]), "factor": row["factor"]}
        for feature, row in table.head(MOST_DRIVERS).iterrows()
    ]


def _whole(amounts: Sequence[float] | Any) -> list[int]:
    return [round(amount) for amount in amounts]


def _groups(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "group": str(group),
            "cases": round(row["cases"]),
            "balance_minor": round(row["balance"]),
            "gross_minor": round(row["gross"]),
            "mean_minor": round(row["mean"]),
            "rate_bps": round(row["rate"] * BPS),
        }
        for group, row in table.iterrows()
    ]


def _waterfall(
    value: pricing.PortfolioValue, commission_bps: int, cost_bps: int
) -> dict[str, int]:
    """From gross cash to the net mean, adding up to the last minor unit."""
    gross, net = round(value.gross), round(value.mean)
    commission = round(value.gross * commission_bps / BPS)
    cost = round(value.gross * cost_bps / BPS)
    return {
        "gross_minor": gross,
        "commission_minor": commission,
        "cost_minor": cost,
        "discount_minor": gross - commission - cost - net,
        "net_minor": net,
    }
