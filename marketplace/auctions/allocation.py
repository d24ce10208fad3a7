"""The bridge to `matching`: from cases, bids and track records to a certified split."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlalchemy import select

import matching
from marketplace import licences
from marketplace.auctions.grid import cell_sql
from marketplace.auctions.models import Auction, Bid, Segment, Split
from marketplace.auctions.opening import latest_bids
from marketplace.auctions.past import past_rates
from marketplace.core import progress
from marketplace.core.bulk import insert_table, read_rows
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.money import BPS, divide_half_away
from marketplace.core.words import _

RATE_SCALE = 1_000_000
"""Value rates are whole millionths of the balance."""

_Ints = NDArray[np.int64]


STEPS = 5
"""What a split says it has done: read, split, checked, valued agencies, stored."""


class Unplaceable(Refusal):
    """Not every case can be placed; `clash` says which and for want of what."""

    def __init__(self, clash: dict[str, Any]) -> None:
        super().__init__(
            _("Not every case can be placed within the bidders' licences and capacities."),
            next_step=_("Let the cases that find no place stay with you, or list them anew."),
        )
        self.clash = clash


@dataclass(frozen=True)
class Share:
    """What one agency gets."""

    agency_id: int
    bid_id: int
    cases: int
    balance_minor: int
    capacity_cases: int
    expected_minor: int
    commission_minor: int
    price_minor: int
    price_high_minor: int | None
    marginal_minor: int | None
    past_rate_bps: int
    past_low_bps: int
    past_high_bps: int
    past_cases: int


@dataclass(frozen=True)
class Allocation:
    """A split in the product's terms, with its certificate."""

    case_ids: _Ints
    cell: _Ints
    agency_id: _Ints
    rate_bps: _Ints
    value_minor: int
    bound_minor: int
    unplaced: int
    verified: bool
    shares: list[Share]
    certificate: matching.Certificate
    notes: dict[str, Any]


@dataclass(frozen=True)
class _Book:
    """The cases to split, grouped by (region, product, cell): the matcher's segments."""

    case_ids: _Ints
    balance: _Ints
    segment: _Ints
    segments: list[tuple[str, str, str]]
    """Of each segment: region, product, cell key."""


@dataclass(frozen=True)
class _Table:
    """Rates of each segment with each bidder."""

    recovery: NDArray[np.float64]
    rate_bps: _Ints
    forbidden: NDArray[np.bool_]


def allocate(auction: Auction, asked: Split, *, now: datetime) -> Allocation:
    """Split an auction's free cases among its bidders and check the certificate anew."""
    bids = latest_bids(auction.id)
    if not bids:
        raise Refusal(
            _("Nobody has bid."), next_step=_("List the portfolio again with other terms.")
        )
    book = _read_book(auction)
    progress.say(asked, 1, STEPS, now=now)
    past = past_rates([bid.agency_id for bid in bids], _kinds(book))
    table = _table(bids, book, past, now)
    capacity, capped = _capacity(auction, bids, len(book.case_ids))
    problem = matching.Problem(
        book.balance,
        book.segment,
        _value_rate(table),
        capacity=capacity,
        forbidden=table.forbidden,
        retain=None if asked.place_all else 0,
        labels=[str(bid.agency_id) for bid in bids],
    )
    try:
        split = matching.assign(problem, seed=asked.seed)
    except matching.Infeasible as error:
        raise Unplaceable(_clash(error.conflict, bids, book)) from error
    progress.say(asked, 2, STEPS, now=now)
    verdict = matching.verify(problem, split.certificate)
    progress.say(asked, 3, STEPS, now=now)
    return _in_our_terms(bids, book, table, split, bool(verdict), past, capped)


def _clash(found: matching.Conflict, bids: list[Bid], book: _Book) -> dict[str, Any]:
    """What cannot all be had, in the product's terms."""
    return {
        "kind": found.kind,
        "cells": sorted({book.segments[i][2] for i in found.segments}),
        "regions": sorted({book.segments[i][0] for i in found.segments}),
        "agencies": [bids[j].agency_id for j in found.agencies],
        "cases": found.cases,
        "capacity": found.capacity,
    }


def store_cases(split: Split, outcome: Allocation) -> None:
    """Write where each case goes: there may be a million."""
    placed = outcome.agency_id >= 0
    table = pl.DataFrame(
        {
            "split_id": pl.repeat(split.id, len(placed), eager=True),
            "lender_id": pl.repeat(split.lender_id, len(placed), eager=True),
            "case_id": outcome.case_ids,
            "segment": outcome.cell,
            "agency_id": pl.Series(outcome.agency_id).set(~pl.Series(placed), None),
            "rate_bps": pl.Series(outcome.rate_bps).set(~pl.Series(placed), None),
        }
    )
    insert_table("split_cases", table)


def _read_book(auction: Auction) -> _Book:
    table = read_rows(
        f"SELECT c.id, c.balance_minor, c.region, c.product, {cell_sql(auction)}"  # noqa: S608
        " FROM cases c WHERE c.portfolio_id = %(portfolio)s AND c.lender_id = %(lender)s"
        " AND c.agency_id IS NULL AND cardinality(c.hold_flags) = 0"
        " AND NOT EXISTS (SELECT 1 FROM placement_cases pc"
        "                  WHERE pc.case_id = c.id AND pc.open)"
        " ORDER BY c.id",
        {"portfolio": auction.portfolio_id, "lender": auction.lender_id},
        {
            "id": pl.Int64, "balance": pl.Int64, "region": pl.String, "product": pl.String,
            "cell": pl.String,
        },
    )  # fmt: skip
    if table.is_empty():
        raise Refusal(
            _("There is no free case left to split."), next_step=_("Look at the placements.")
        )
    key = pl.struct("region", "product", "cell")
    segments = table.select(key.alias("key")).unique(maintain_order=True)["key"]
    numbers = segments.to_frame().with_row_index("number").unnest("key")
    joined = table.join(numbers, on=["region", "product", "cell"], maintain_order="left")
    return _Book(
        case_ids=table["id"].to_numpy(),
        balance=table["balance"].to_numpy(),
        segment=joined["number"].cast(pl.Int64).to_numpy(),
        segments=[tuple(row) for row in numbers.drop("number").iter_rows()],
    )


def _kinds(book: _Book) -> list[tuple[str, str, str]]:
    """Of each segment, the kind of case that track records are kept by."""
    return [
        (cell.split("|")[0], product, cell.split("|")[1])
        for _region, product, cell in book.segments
    ]


def _table(bids: list[Bid], book: _Book, past: matching.Rates, now: datetime) -> _Table:
    coverage = licences.coverage_of([bid.agency_id for bid in bids], now.date())
    shape = (len(book.segments), len(bids))
    rate_bps = np.zeros(shape, dtype=np.int64)
    forbidden = np.zeros(shape, dtype=np.bool_)
    for j, bid in enumerate(bids):
        scope = coverage.get(bid.agency_id, licences.Coverage())
        for i, (region, product, cell) in enumerate(book.segments):
            rate = (bid.rates or {}).get(cell)
            forbidden[i, j] = rate is None or not scope.covers(region, product)
            rate_bps[i, j] = rate or 0
    return _Table(past.rate, rate_bps, forbidden)


def _value_rate(table: _Table) -> _Ints:
    kept = (BPS - table.rate_bps) / BPS
    return np.rint(table.recovery * kept * RATE_SCALE).astype(np.int64)


def _capacity(auction: Auction, bids: list[Bid], cases: int) -> tuple[list[int], bool]:
    """Each bidder's own capacity, and no more than the published largest share."""
    most = max(1, -(-cases * auction.max_share_bps // BPS))
    capacity = [min(bid.capacity_cases, most) for bid in bids]
    return capacity, any(bid.capacity_cases > most for bid in bids)


def _in_our_terms(
    bids: list[Bid],
    book: _Book,
    table: _Table,
    split: matching.Split,
    verified: bool,
    past: matching.Rates,
    capped: bool,
) -> Allocation:
    placed = split.agency >= 0
    agency_ids = np.array([bid.agency_id for bid in bids], dtype=np.int64)
    column = np.where(placed, split.agency, 0)
    number_of = _cell_numbers(bids[0].auction_id)
    cell_of = np.array(
        [number_of.get(cell, -1) for _r, _p, cell in book.segments], dtype=np.int64
    )
    adds = matching.marginal_values(split)
    shares = [_share(j, bid, book, table, split, past, adds) for j, bid in enumerate(bids)]
    return Allocation(
        case_ids=book.case_ids,
        cell=cell_of[book.segment],
        agency_id=np.where(placed, agency_ids[column], -1),
        rate_bps=table.rate_bps[book.segment, column],
        value_minor=split.value // RATE_SCALE,
        # A gap of nothing stays nothing: only what lies between the two is rounded up.
        bound_minor=split.value // RATE_SCALE - (-split.gap // RATE_SCALE),
        unplaced=int((~placed).sum()),
        verified=verified,
        shares=shares,
        certificate=split.certificate,
        notes={"capped": capped, "cases": len(book.case_ids)},
    )


def _cell_numbers(auction_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(Segment.key, Segment.number).where(Segment.auction_id == auction_id)
    )
    return {row.key: row.number for row in rows}


def _share(
    j: int,
    bid: Bid,
    book: _Book,
    table: _Table,
    split: matching.Split,
    past: matching.Rates,
    adds: Sequence[int | None],
) -> Share:
    mine = split.agency == j
    balance, segment = book.balance[mine], book.segment[mine]
    per_segment = np.bincount(segment, weights=balance, minlength=len(book.segments))
    recovered = per_segment * table.recovery[:, j]
    fee = recovered * table.rate_bps[:, j] / BPS
    weight = past.exposure[:, j] + 1e-9
    return Share(
        agency_id=bid.agency_id,
        bid_id=bid.id,
        cases=int(mine.sum()),
        balance_minor=int(balance.sum()),
        capacity_cases=bid.capacity_cases,
        expected_minor=int(np.rint(recovered.sum())),
        commission_minor=int(np.rint(fee.sum())),
        price_minor=divide_half_away(split.price[j], RATE_SCALE),
        price_high_minor=_minor(split.prices[1][j]),
        marginal_minor=_minor(adds[j]),
        past_rate_bps=_weighted_bps(past.rate[:, j], weight),
        past_low_bps=_weighted_bps(past.low[:, j], weight),
        past_high_bps=_weighted_bps(past.high[:, j], weight),
        past_cases=int(past.records[:, j].sum()),
    )


def _minor(value: int | None) -> int | None:
    return None if value is None else divide_half_away(value, RATE_SCALE)


def _weighted_bps(rates: NDArray[np.float64], weight: NDArray[np.float64]) -> int:
    return int(np.rint(np.average(rates, weights=weight) * BPS))
