"""What is not reconciled, drawn by age: a bar for each age, in it the classes of group."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from marketplace import intake
from marketplace.core.money import MINOR_DIGITS, in_units
from marketplace.intake import Aged
from marketplace.web.vocabulary import word

_MOST = 5
"""Series that a reader tells apart by colour; the smallest ones are drawn together."""


def ageing_charts(found: Sequence[Aged]) -> dict[str, dict[str, Any]]:
    """One chart for each currency, the class of most money first."""
    return {
        currency: _chart([one for one in found if one.currency == currency], currency)
        for currency in sorted({one.currency for one in found})
    }


def _chart(found: Sequence[Aged], currency: str) -> dict[str, Any]:
    sums: dict[str, list[int]] = {}
    for one in found:
        ages = sums.setdefault(one.kind, [0] * len(intake.AGES))
        ages[one.age] += one.amount_minor
    ordered = sorted(sums.items(), key=lambda pair: (-sum(pair[1]), pair[0]))
    series = [(_name(kind), ages) for kind, ages in ordered[:_MOST]]
    if len(ordered) > _MOST:
        rest = [ages for _kind, ages in ordered[_MOST - 1 :]]
        series[_MOST - 1 :] = [
            (_("Other kinds"), [sum(ages) for ages in zip(*rest, strict=True)])
        ]
    return {
        "x": [word(f"age_{age}") for age in intake.AGES],
        "x_label": _("Days since the value date"),
        "unit": "",
        "digits": MINOR_DIGITS[currency],
        "stacked": True,
        "series": [
            {"name": name, "values": [in_units(amount, currency) for amount in ages]}
            for name, ages in series
        ],
    }


def _name(kind: str) -> str:
    if kind == "matched":
        return str(_("Matched, not approved yet"))
    return str(word(f"class_{kind}")) if kind else _("Being matched")
