"""How a portfolio spreads over balance, days past due, score and year of opening."""

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import text

from marketplace.core.db import db
from marketplace.core.money import MINOR_DIGITS

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
"""Balances in units of the currency: steps of 2 to 2.5, even on a logarithmic scale."""

DAYS = (31, 61, 91, 121, 151, 181, 366, 731, 1_096, 1_461, 1_826)
SCORE_STEP = 50
HISTOGRAMS = ("size", "days", "score", "vintage")

_SPREAD = """
SELECT grouping(size, days, score, vintage) AS dimension,
       coalesce(size, days, score, vintage) AS bin, count(*), sum(balance_minor)::bigint
  FROM (SELECT width_bucket(c.balance_minor, CAST(:sizes AS bigint[])) AS size,
               width_bucket(c.dpd, CAST(:days AS bigint[])) AS days,
               coalesce(c.score / :step, -1) AS score,
               coalesce(extract(year FROM c.opened_on)::bigint, -1) AS vintage, c.balance_minor
          FROM cases c WHERE c.portfolio_id = :portfolio) s
 GROUP BY GROUPING SETS ((size), (days), (score), (vintage)) ORDER BY 2"""
# The bit of a dimension is 0 where the row is grouped by it.
_DIMENSIONS = {0b0111: "size", 0b1011: "days", 0b1101: "score", 0b1110: "vintage"}


@dataclass(frozen=True)
class Bin:
    """The cases between two values; `label` is empty where the value is not known."""

    label: str
    cases: int
    balance_minor: int


def spread_of(portfolio_id: int, currency: str) -> dict[str, list[Bin]]:
    """A histogram of each dimension from low to high, empty bins between included."""
    units = 10 ** MINOR_DIGITS[currency]
    rows = db.session.execute(
        text(_SPREAD),
        {"portfolio": portfolio_id, "sizes": [size * units for size in SIZES],
         "days": list(DAYS), "step": SCORE_STEP},
    )  # fmt: skip
    found: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in HISTOGRAMS}
    for dimension, at, cases, balance in rows:
        found[_DIMENSIONS[dimension]][at] = (cases, balance)
    return {name: _bins(name, held) for name, held in found.items()}


def _bins(name: str, held: dict[int, tuple[int, int]]) -> list[Bin]:
    known = [at for at in held if at >= 0]
    span = range(min(known), max(known) + 1) if known else ()
    bins = [Bin(_label(name, at), *held.get(at, (0, 0))) for at in span]
    return [Bin("", *held[-1]), *bins] if -1 in held else bins


def _label(name: str, at: int) -> str:
    """
    >>> _label("size", 0), _label("size", 1), _label("days", 6), _label("size", len(SIZES))
    ('< 1,000', '1,000–2,000', '181–365', '≥ 1,000,000')
    """
    if name == "vintage":
        return str(at)
    if name == "score":
        return f"{at * SCORE_STEP}–{(at + 1) * SCORE_STEP - 1}"
    edges = SIZES if name == "size" else DAYS
    if at == 0:
        return f"< {edges[0]:,}"
    if at == len(edges):
        return f"≥ {edges[-1]:,}"
    low, high = list(pairwise(edges))[at - 1]
    return f"{low:,}–{high:,}" if name == "size" else f"{low:,}–{high - 1:,}"
