"""What a value rests on and what weakens it, as `pricing` says it, in the reader's language."""

import re

from flask import Flask
from flask_babel import lazy_gettext as _l

from marketplace.core.words import Code

WARNINGS: dict[str, object] = {
    "missing": _l("%(field)s is missing for %(n)s of the balance."),
    "out-of-support": _l(
        "%(n)s of the balance is younger than the published figures reach;"
        " the lender's own history is needed."
    ),
    "few-cases": _l("The book weighs like %(n)s equal cases."),
    "outlier-balance": _l("One case holds %(n)s of the balance."),
    "from-joint": _l("Valued from a joint table, not from cases."),
    "from-marginals": _l("Valued from single histograms, not from cases."),
    "long-horizon": _l("Cash beyond 12 months is an assumption."),
    "no-collateral": _l(
        "%(n)s of the balance is of mortgages or auto loans whose collateral is not stated;"
        " it is valued as unsecured."
    ),
    "secured": _l(
        "%(n)s of the balance is valued by the sale of collateral, by assumed prices, costs"
        " and times."
    ),
    "foreign-sales": _l("The assumed terms of sales of collateral are Chinese."),
    "other-market": _l("The figures are of another market than the currency of the book."),
}
"""By the name each warning begins with."""

ASSUMPTIONS: dict[str, object] = {
    "12-month cash is 0.6 of the price paid for debt under one year old": _l(
        "12-month cash is 0.6 of the price paid for debt under one year old"
    ),
    "an age under 0.75 years does not matter, and each further year costs 31 %": _l(
        "an age under 0.75 years does not matter, and each further year costs 31 percent"
    ),
    "12-month cash is 0.6 of the price paid for fresh card debt; the 0.6 is untested here": _l(
        "12-month cash is 0.6 of the price paid for fresh card debt; the 0.6 is untested here"
    ),
    "the decay with age is carried over from the Chinese prices": _l(
        "the decay with age is carried over from the Chinese prices"
    ),
    "12-month cash is 0.6 of the mid price of KRUK's purchases; the 0.6 is untested here": _l(
        "12-month cash is 0.6 of the mid price of KRUK's purchases; the 0.6 is untested here"
    ),
    "purchases of all ages are taken as fresh": _l("purchases of all ages are taken as fresh"),
    "under 180 days past due an account pays once when it cures, as large a share as any"
    " payer; all but the first of the roll and cure rates are assumed": _l(
        "under 180 days past due an account pays once when it cures, as large a share as any"
        " payer; all but the first of the roll and cure rates are assumed"
    ),
    "collateral sells at 0.63 (property) or 0.55 (vehicle) of its value, less costs of 8 or"
    " 12 percent, in 18 or 4 months unless stated; what a sale leaves owing brings nothing": _l(
        "collateral sells at 0.63 (property) or 0.55 (vehicle) of its value, less costs of 8 or"
        " 12 percent, in 18 or 4 months unless stated; what a sale leaves owing brings nothing"
    ),
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters["caveat"] = caveat


def caveat(line: str) -> str:
    """A warning or an assumption in words; one that is not known stays as it is."""
    if line in ASSUMPTIONS:
        return str(ASSUMPTIONS[line])
    name, _colon, said = line.partition(": ")
    kind, _dash, field = name.partition("-")
    known = WARNINGS.get(name) or (WARNINGS["missing"] if kind == "missing" else None)
    figure = re.search(r"\d+(\.\d+)?%?", said)
    if known is None:
        return line
    return str(known) % {"n": figure[0] if figure else "", "field": Code(field)}
