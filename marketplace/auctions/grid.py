"""The grid that agencies bid on: region group x age band x score band, at most 60 cells."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from marketplace.auctions.models import Auction, Segment
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.portfolios import AGE_BAND_SQL, REGION_GROUP_SQL, SCORE_BAND_SQL

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
    if len(rows) > MOST_CELLS:
        auction.by_score = False
        rows = _count_cells(auction)
    if not rows:
        raise Refusal(
            _("This portfolio has no case that could be placed."),
            next_step=_("Recall a placement or lift holds, then list it again."),
        )
    segments = []
    for number, row in enumerate(rows):
        region, age, score = row.key.split("|")
        segments.append(
            Segment(
                auction_id=auction.id,
                lender_id=auction.lender_id,
                number=number,
                key=row.key,
                region_group=region,
                age_band=age,
                score_band=score,
                cases=row.cases,
                balance_minor=row.balance,
            )
        )
    db.session.add_all(segments)
    db.session.flush()
    return segments


def _count_cells(auction: Auction) -> Sequence[Row[Any]]:
    return db.session.execute(
        text(
            f"SELECT {cell_sql(auction)} AS key, count(*) AS cases,"  # noqa: S608
            " sum(c.balance_minor)::bigint AS balance FROM cases c"
            " WHERE c.portfolio_id = :portfolio AND c.lender_id = :lender"
            " AND c.agency_id IS NULL AND cardinality(c.hold_flags) = 0"
            " GROUP BY 1 ORDER BY 1"
        ),
        {"portfolio": auction.portfolio_id, "lender": auction.lender_id},
    ).all()
