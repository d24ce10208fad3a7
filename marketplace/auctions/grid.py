"""The grid that agencies bid on: what a release tells, summed by region, age and score."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from marketplace import releases
from marketplace.accounts import User
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


def lay_grid(
    auction: Auction,
    *,
    least: int,
    left_out: Mapping[str, list[int]],
    by: User,
    now: datetime,
) -> list[Segment]:
    """Release the portfolio's free cases and cut what is told of them into cells."""
    portfolio = db.session.get_one(Portfolio, auction.portfolio_id)
    cases = _free_cases(auction, portfolio)
    if cases.is_empty():
        raise Refusal(
            _("This portfolio has no case that could be placed."),
            next_step=_("Recall a placement or lift holds, then list it again."),
        )
    release = releases.release(portfolio, cases, least=least, left_out=left_out, by=by, now=now)
    auction.release_id = release.id
    auction.listed_debtors = auction.listed_cases = auction.listed_balance_minor = 0
    cells: dict[str, Segment] = {}
    for one in releases.classes_of(release.id):
        cell = cells.setdefault(
            one.cell,
            Segment(
                auction_id=auction.id,
                lender_id=auction.lender_id,
                number=len(cells),
                key=one.cell,
                region_group=one.region,
                age_band=one.age,
                score_band=one.score,
                debtors=0,
                cases=0,
                balance_minor=0,
            ),
        )
        cell.debtors += one.debtors
        cell.cases += one.cases
        cell.balance_minor += one.balance_minor
        auction.listed_debtors += one.debtors
        auction.listed_cases += one.cases
        auction.listed_balance_minor += one.balance_minor
    db.session.add_all(cells.values())
    db.session.flush()
    return list(cells.values())


def _free_cases(auction: Auction, portfolio: Portfolio) -> pl.DataFrame:
    return read_rows(
        f"SELECT c.debtor_id, {REGION_GROUP_SQL}, {AGE_BAND_SQL}, {SCORE_BAND_SQL}, c.product,"  # noqa: S608
        " c.balance_minor, c.principal_minor, c.dpd"
        f" FROM cases c WHERE {free_sql(waived=auction.include_time_barred)} ORDER BY c.id",
        parameters(portfolio, auction.made_at.date()),
        {
            "debtor": pl.Int64, "region": pl.String, "age": pl.String, "score": pl.String,
            "product": pl.String, "balance": pl.Int64, "principal": pl.Int64, "dpd": pl.Int64,
        },
    )  # fmt: skip
