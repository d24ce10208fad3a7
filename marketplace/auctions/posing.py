"""The question put to `matching`: an auction's free cases, its bids, and its terms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

import matching
from marketplace import licences, placements, releases
from marketplace.auctions.models import Auction, Bid, Split
from marketplace.auctions.past import Kind, past_rates
from marketplace.auctions.scrubbing import free_sql, parameters
from marketplace.core.bulk import read_rows
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.money import BPS
from marketplace.core.words import _
from marketplace.portfolios import AGE_BAND_SQL, REGION_GROUP_SQL, Portfolio

RATE_SCALE = 1_000_000
"""Value rates are whole millionths of the balance."""

NEWCOMER_BELOW = 100
"""Cases on record below which an agency counts as a newcomer."""

_Ints = NDArray[np.int64]


class SegmentKey(NamedTuple):
    """What the cases of one of the matcher's segments have in common."""

    region: str
    product: str
    group: str
    age: str
    cell: str

    @property
    def kind(self) -> Kind:
        """The kind of case that track records are kept by."""
        return self.group, self.product, self.age


@dataclass(frozen=True)
class Book:
    """The cases to split, grouped into the matcher's segments."""

    case_ids: _Ints
    balance: _Ints
    debtor: _Ints
    segment: _Ints
    segments: list[SegmentKey]


@dataclass(frozen=True)
class Question:
    """What is asked, and what the answer will be told in."""

    problem: matching.Problem
    past: matching.Rates
    rate_bps: _Ints
    """Shape (S, K): what each bidder asks, 0 where it does not bid."""

    notes: dict[str, Any]


def pose(
    auction: Auction, asked: Split, bids: list[Bid], now: datetime
) -> tuple[Book, Question]:
    """Put an auction's free cases and its bidders to the matcher, on the published terms."""
    book = _read_book(auction)
    ids = [bid.agency_id for bid in bids]
    records = placements.track_records(ids)
    past = past_rates(records, ids, [segment.kind for segment in book.segments])
    rate_bps, forbidden = _table(bids, book, now)
    capacity, capped = _capacity(auction, bids, len(book.case_ids))
    known = dict.fromkeys(ids, 0)
    for record in records:
        known[record.agency_id] += record.cases
    new = [known[agency] < NEWCOMER_BELOW for agency in ids]
    problem = matching.Problem(
        book.balance,
        book.segment,
        _value_rate(past, rate_bps),
        capacity=capacity,
        forbidden=forbidden,
        retain=None if asked.place_all else 0,
        labels=[str(agency) for agency in ids],
        **_terms(auction, asked, bids, book, new),
    )
    notes = {
        "capped": capped,
        "cases": len(book.case_ids),
        "newcomers": [agency for agency, is_new in zip(ids, new, strict=True) if is_new],
    }
    return book, Question(problem, past, rate_bps, notes)


def _terms(
    auction: Auction, asked: Split, bids: list[Bid], book: Book, new: list[bool]
) -> dict[str, Any]:
    """What the listing promised beyond licences and capacities."""
    terms: dict[str, Any] = {"exploration": auction.exploration_bps}
    if auction.debtors_together:
        # Numbers of their own: a certificate says nothing of who a debtor is.
        terms["group"] = np.unique(book.debtor, return_inverse=True)[1]
    if any(bid.capacity_balance_minor is not None for bid in bids):
        everything = int(book.balance.sum())
        limits = [bid.capacity_balance_minor for bid in bids]
        terms["balance_capacity"] = [everything if x is None else x for x in limits]
    if not asked.without_spread:
        terms |= _spread(auction, bids, new)
    return terms


def _spread(auction: Auction, bids: list[Bid], new: list[bool]) -> dict[str, Any]:
    """The newcomers' share and the least number of agencies."""
    instead = _("Have the split computed without the spread among agencies, or list anew.")
    if auction.newcomer_share_bps and not any(new):
        raise Refusal(
            _("A share was set aside for newcomers, and none has bid."), next_step=instead
        )
    if auction.min_agencies > len(bids):
        raise Refusal(
            _(
                "At least %(least)s agencies were to get cases, and %(bids)s have bid.",
                least=auction.min_agencies,
                bids=len(bids),
            ),
            next_step=instead,
        )
    spread: dict[str, Any] = {}
    if auction.min_agencies > 1:
        spread["min_agencies"] = auction.min_agencies
    if auction.newcomer_share_bps:
        spread |= {"newcomer": new, "newcomer_share": auction.newcomer_share_bps}
    return spread


def _read_book(auction: Auction) -> Book:
    portfolio = db.session.get_one(Portfolio, auction.portfolio_id)
    table = read_rows(
        "SELECT c.id, c.balance_minor, c.debtor_id, c.region, c.product,"  # noqa: S608
        f" {REGION_GROUP_SQL}, {AGE_BAND_SQL}, k.cell"
        f" FROM cases c JOIN {releases.members_sql()} k ON k.debtor_id = c.debtor_id"
        f" WHERE {free_sql(waived=auction.include_time_barred)}"
        " AND NOT EXISTS (SELECT 1 FROM placement_cases pc"
        "                  WHERE pc.case_id = c.id AND pc.open)"
        " ORDER BY c.id",
        parameters(portfolio, auction.made_at.date()) | {"release": auction.release_id},
        {
            "id": pl.Int64, "balance": pl.Int64, "debtor": pl.Int64, "region": pl.String,
            "product": pl.String, "group": pl.String, "age": pl.String, "cell": pl.String,
        },
    )  # fmt: skip
    if table.is_empty():
        raise Refusal(
            _("There is no free case left to split."), next_step=_("Look at the placements.")
        )
    kind = ("region", "product", "group", "age", "cell")
    numbers = table.select(kind).unique(maintain_order=True).with_row_index("number")
    joined = table.join(numbers, on=kind, maintain_order="left")
    return Book(
        case_ids=table["id"].to_numpy(),
        balance=table["balance"].to_numpy(),
        debtor=table["debtor"].to_numpy(),
        segment=joined["number"].cast(pl.Int64).to_numpy(),
        segments=[SegmentKey(*row) for row in numbers.drop("number").iter_rows()],
    )


def _table(bids: list[Bid], book: Book, now: datetime) -> tuple[_Ints, NDArray[np.bool_]]:
    """Rates of each segment with each bidder, and where it may have no case."""
    coverage = licences.coverage_of([bid.agency_id for bid in bids], now.date())
    shape = (len(book.segments), len(bids))
    rate_bps = np.zeros(shape, dtype=np.int64)
    forbidden = np.zeros(shape, dtype=np.bool_)
    for j, bid in enumerate(bids):
        scope = coverage.get(bid.agency_id, licences.Coverage())
        for i, key in enumerate(book.segments):
            rate = (bid.rates or {}).get(key.cell)
            forbidden[i, j] = rate is None or not scope.covers(key.region, key.product)
            rate_bps[i, j] = rate or 0
    return rate_bps, forbidden


def _value_rate(past: matching.Rates, rate_bps: _Ints) -> _Ints:
    kept = (BPS - rate_bps) / BPS
    return np.rint(past.rate * kept * RATE_SCALE).astype(np.int64)


def _capacity(auction: Auction, bids: list[Bid], cases: int) -> tuple[list[int], bool]:
    """Each bidder's own capacity, and no more than the published largest share."""
    most = max(1, -(-cases * auction.max_share_bps // BPS))
    capacity = [min(bid.capacity_cases, most) for bid in bids]
    return capacity, any(bid.capacity_cases > most for bid in bids)
