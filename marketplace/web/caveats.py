"""What a value rests on and what weakens it, as `pricing` says it, in the reader's language."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from marketplace.core.words import Code
from marketplace.web.retelling import Retold, retold

WARNINGS: tuple[Retold, ...] = (
    (
        r"missing-feature: (?P<field>\S+) ",
        _l("%(field)s was learned from and is missing here."),
    ),
    (
        r"missing-\S+: (?P<field>\S+) missing for (?P<n>\S+) of",
        _l("%(field)s is missing for %(n)s of the balance."),
    ),
    (
        r"out-of-support: (?P<n>\S+) of the balance is under",
        _l(
            "%(n)s of the balance is younger than the published figures reach;"
            " the lender's own history is needed."
        ),
    ),
    (
        r"out-of-support: (?P<field>\S+) of (?P<n>\S+) of the cases",
        _l("%(field)s of %(n)s of the cases is unlike anything that was learned from."),
    ),
    (r"few-cases: .* like (?P<n>\S+) equal", _l("The book weighs like %(n)s equal cases.")),
    (r"no-cases: ", _l("The book is empty.")),
    (r"outlier-balance: .* holds (?P<n>\S+) of", _l("One case holds %(n)s of the balance.")),
    (
        r"impossible-value: (?P<field>\S+) is .* in (?P<n>\d+) of the cases",
        _l("%(field)s cannot be what %(n)s cases say; check these before you rely on it."),
    ),
    (r"from-joint: ", _l("Valued from a joint table, not from cases.")),
    (r"from-marginals: ", _l("Valued from single histograms, not from cases.")),
    (
        r"raking-failed: ",
        _l(
            "Past cases could not be weighted to these histograms; the value rests on what"
            " was learned of each of them alone."
        ),
    ),
    (
        r"totals-disagree: ",
        _l("The histogram of balance and the totals do not have the same mean balance."),
    ),
    (
        r"not-learned: (?P<field>\S+) was not",
        _l("%(field)s was not learned from and says nothing here."),
    ),
    (
        r"not-learned: ",
        _l("Nothing could be learned from the outcomes; published prices value."),
    ),
    (
        r"market-unstated: ",
        _l("It was not said in which market the outcomes were seen."),
    ),
    (r"long-horizon: ", _l("Cash beyond 12 months is an assumption.")),
    (
        r"no-collateral: (?P<n>\S+) ",
        _l(
            "%(n)s of the balance is of mortgages or auto loans whose collateral is not"
            " stated; it is valued as unsecured."
        ),
    ),
    (
        r"secured: (?P<n>\S+) ",
        _l(
            "%(n)s of the balance is valued by the sale of collateral, by assumed prices,"
            " costs and times."
        ),
    ),
    (r"foreign-sales: ", _l("The assumed terms of sales of collateral are Chinese.")),
    (
        r"other-market: ",
        _l("The figures are of another market than the currency of the book."),
    ),
)
"""What each warning looks like, and how it is said; the first that fits."""

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
    return retold(line, WARNINGS, field=Code)
