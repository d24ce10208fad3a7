"""The grid that agencies bid on: region group x age band x score band, at most 60 cells."""

import polars as pl

from marketplace.auctions.models import Auction, Segment
from marketplace.auctions.scrubbing import free_sql, parameters
from marketplace.core.bulk import read_rows
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.portfolios import (
    AGE_BAND_SQL,
    REGION_GROUP_SQL,
    SCORE_BAND_SQL,
    Portfolio,
)

MOST_CELLS = 60

ANY_SCORE = "any_score"


def cell_sql(auction: Auction) -> str:
    """The key of a case's cell, over `cases c`, as this auction cuts them."""
    score = SCORE_BAND_SQL if auction.by_score else f"'{ANY_SCORE}'"
    return f"({REGION_GROUP_SQL}) || '|' || ({AGE_BAND_SQL}) || '|' || ({score})"


def lay_grid(auction: Auction) -> list[Segment]:
    """Cut the portfolio's free cases into cells and keep their counts and balances.

    Where region, age and score would make more cells than a bidder can price, the score is
    left out.
    """
    rows = _count_cells(auction)
    if rows.height > MOST_CELLS:
        auction.by_score = False
        rows = _count_cells(auction)
    if rows.is_empty():
        raise Refusal(
            _("This portfolio has no case that could be placed."),
            next_step=_("Recall a placement or lift holds, then list it again."),
        )
    segments = []
    for number, (key, cases, balance) in enumerate(rows.iter_rows()):
        region, age, score = key.split("|")
        segments.append(
            Segment(
                auction_id=auction.id,
                lender_id=auction.lender_id,
                number=number,
                key=key,
                region_group=region,
                age_band=age,
                score_band=score,
                cases=cases,
                balance_minor=balance,
            )
        )
    db.session.add_all(segments)
    db.session.flush()
    return segments


def _count_cells(auction: Auction) -> pl.DataFrame:
    portfolio = db.session.get_one(Portfolio, auction.portfolio_id)
    return read_rows(
        f"SELECT {cell_sql(auction)} AS key, count(*), sum(c.balance_minor)::bigint"  # noqa: S608
        f" FROM cases c WHERE {free_sql(waived=auction.include_time_barred)}"
        " GROUP BY 1 ORDER BY 1",
        parameters(portfolio, auction.made_at.date()),
        {"key": pl.String, "cases": pl.Int64, "balance": pl.Int64},
    )
