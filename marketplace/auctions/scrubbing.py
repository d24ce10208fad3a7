"""Which cases must not, or had better not, be put on the market, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from marketplace import compliance
from marketplace.accounts import Organisation
from marketplace.core.bulk import read_rows
from marketplace.core.db import db
from marketplace.portfolios import Portfolio, market_of

REASONS = (
    "deceased", "bankruptcy", "minor", "disputed", "held", "paid", "no_consent", "time_barred",
)  # fmt: skip
"""In the order in which they are looked for: a case is listed under the first."""

WAIVABLE = frozenset(("time_barred",))
"""Reasons that a lender may set aside: whoever owes may still pay of his own will."""

_LIMITS = {"CN": "CN-LIM-1", "US": "US-SOL-1", "EU": "EU-LIM-1"}
_FLAGS = {"deceased": ("deceased",), "bankruptcy": ("bankruptcy",), "minor": ("minor",),
          "disputed": ("dispute", "complaint"), "paid": ("paid",)}  # fmt: skip

_WITH_NOBODY = """c.portfolio_id = %(portfolio)s AND c.lender_id = %(lender)s
  AND c.agency_id IS NULL"""
_NOBODYS = f"FROM cases c WHERE {_WITH_NOBODY}"

# What was paid since the balance was taken, by verified payments alone.
_PAID = """c.id IN (SELECT p.case_id FROM payments p JOIN cases d ON d.id = p.case_id
  WHERE d.portfolio_id = %(portfolio)s AND p.verified_by_id IS NOT NULL
    AND p.value_on > d.balance_as_of
  GROUP BY p.case_id, d.balance_minor HAVING sum(p.amount_minor) >= d.balance_minor)"""


@dataclass(frozen=True)
class Scrub:
    """Cases of a portfolio that are left out for one reason."""

    reason: str
    cases: int
    balance_minor: int

    @property
    def waivable(self) -> bool:
        return self.reason in WAIVABLE


@dataclass(frozen=True)
class Scrubbed:
    """What is left out of a portfolio, and what could not be judged."""

    scrubs: tuple[Scrub, ...]
    free_cases: int
    free_balance_minor: int
    limitation_unknown: int
    """Free cases of places whose period of limitation is not on record."""

    consent_unknown: int
    """Free cases of which the tape says nothing about consent."""

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        """Reason, cases and balance of what is left out."""
        return [(one.reason, one.cases, one.balance_minor) for one in self.scrubs]


def barred_sql(*, waived: bool = False) -> str:
    """Why a case of `cases c` is left out, NULL if it is not; over `parameters`."""
    arms = [
        f"WHEN c.hold_flags && ARRAY[{', '.join(repr(flag) for flag in flags)}] THEN '{reason}'"
        for reason, flags in _FLAGS.items()
    ]
    arms.append("WHEN cardinality(c.hold_flags) > 0 THEN 'held'")
    arms.append(f"WHEN {_PAID} THEN 'paid'")
    arms.append("WHEN c.consented IS FALSE THEN 'no_consent'")
    if not waived:
        arms.append(f"WHEN {_LIMITATION} <= %(on)s THEN 'time_barred'")
    return f"CASE {' '.join(arms)} END"


# The lender's own date goes before the period since the last payment or, without one, default.
_YEARS = """coalesce((%(years)s::jsonb ->> c.region)::int, (%(years)s::jsonb ->> '*')::int)"""
_LIMITATION = f"""coalesce(c.limitation_on,
  (greatest(c.overdue_on, c.last_payment_on) + make_interval(years => {_YEARS}))::date)"""


def parameters(portfolio: Portfolio, on: date) -> dict[str, Any]:
    """What `barred_sql` asks for: whose cases, on which day, and the periods of limitation."""
    lender = db.session.get_one(Organisation, portfolio.lender_id)
    return {
        "portfolio": portfolio.id,
        "lender": portfolio.lender_id,
        "on": on,
        "years": json.dumps(_years(lender.jurisdiction, on)),
    }


def _years(jurisdiction: str, on: date) -> Mapping[str, int]:
    """Years of limitation by region; "*" is every other one."""
    market = market_of(jurisdiction)
    rule = compliance.pack(market).rule(_LIMITS[market], on)
    if rule is None:
        return {}
    if "years" in rule.params:
        return {"*": rule.params["years"]}
    years: dict[str, int] = dict(rule.params["years_by_region"])
    if jurisdiction in years:
        years["*"] = years[jurisdiction]
    return years


def free_sql(*, waived: bool) -> str:
    """That a case of `cases c` may be listed and is with nobody; over `parameters`."""
    return f"{_WITH_NOBODY} AND {barred_sql(waived=waived)} IS NULL"


def scrubbed(portfolio: Portfolio, on: date) -> Scrubbed:
    """Look through a portfolio's cases as they would be listed on a day."""
    sums = read_rows(
        f"SELECT {barred_sql()}, count(*), sum(c.balance_minor),"
        f" count(*) FILTER (WHERE {_LIMITATION} IS NULL),"
        f" count(*) FILTER (WHERE c.consented IS NULL) {_NOBODYS} GROUP BY 1",
        parameters(portfolio, on),
        {"reason": pl.String, "cases": pl.Int64, "balance": pl.Int64, "timeless": pl.Int64,
         "silent": pl.Int64},
    )  # fmt: skip
    found = {reason: figures for reason, *figures in sums.rows()}
    cases, balance, timeless, silent = found.get(None, (0, 0, 0, 0))
    return Scrubbed(
        scrubs=tuple(Scrub(name, *found[name][:2]) for name in REASONS if name in found),
        free_cases=cases,
        free_balance_minor=balance,
        limitation_unknown=timeless,
        consent_unknown=silent,
    )


def scrubbed_cases(portfolio: Portfolio, on: date) -> pl.DataFrame:
    """Every case that is left out, with its reason."""
    return read_rows(
        f"SELECT c.lender_case_no, c.code, {barred_sql()}, c.balance_minor, {_LIMITATION}"
        f" {_NOBODYS} AND {barred_sql()} IS NOT NULL ORDER BY c.id",
        parameters(portfolio, on),
        {"case_no": pl.String, "code": pl.String, "reason": pl.String, "balance": pl.Int64,
         "limitation_on": pl.String},
    )  # fmt: skip
