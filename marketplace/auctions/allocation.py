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
from marketplace.auctions.models import Auction, Bid, Segment, Split
from marketplace.auctions.opening import latest_bids
from marketplace.auctions.posing import RATE_SCALE, Book, Question, pose
from marketplace.core import progress
from marketplace.core.bulk import insert_table
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.money import BPS, divide_half_away
from marketplace.core.words import _

_Ints = NDArray[np.int64]


PER_BALANCE = 1_000_000
"""Minor units of room in balance that `balance_price_minor` is the price of."""

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
    capacity_balance_minor: int | None
    expected_minor: int
    commission_minor: int
    price_minor: int
    price_high_minor: int | None
    balance_price_minor: int | None
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


def allocate(auction: Auction, asked: Split, *, now: datetime) -> Allocation:
    """Split an auction's free cases among its bidders and check the certificate anew."""
    bids = latest_bids(auction.id)
    if not bids:
        raise Refusal(
            _("Nobody has bid."), next_step=_("List the portfolio again with other terms.")
        )
    book, asking = pose(auction, asked, bids, now)
    progress.say(asked, 1, STEPS, now=now)
    try:
        split = matching.assign(asking.problem, seed=asked.seed)
    except matching.Infeasible as error:
        raise Unplaceable(_clash(error.conflict, bids, book)) from error
    except ArithmeticError as error:
        raise Refusal(
            _("No split was found that keeps debtors together within the capacities."),
            next_step=_("Let cases stay with you, or list anew without keeping them together."),
        ) from error
    progress.say(asked, 2, STEPS, now=now)
    verdict = matching.verify(asking.problem, split.certificate)
    progress.say(asked, 3, STEPS, now=now)
    return _in_our_terms(bids, book, asking, split, bool(verdict))


def _clash(found: matching.Conflict, bids: list[Bid], book: Book) -> dict[str, Any]:
    """What cannot all be had, in the product's terms."""
    return {
        "kind": found.kind,
        "cells": sorted({book.segments[i].cell for i in found.segments}),
        "regions": sorted({book.segments[i].region for i in found.segments}),
        "agencies": [bids[j].agency_id for j in found.agencies],
        "cases": found.cases,
        "capacity": found.capacity,
        "terms": sorted({term[0] for term in found.terms}),
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


def _in_our_terms(
    bids: list[Bid], book: Book, asking: Question, split: matching.Split, verified: bool
) -> Allocation:
    placed = split.agency >= 0
    agency_ids = np.array([bid.agency_id for bid in bids], dtype=np.int64)
    column = np.where(placed, split.agency, 0)
    number_of = _cell_numbers(bids[0].auction_id)
    cell_of = np.array([number_of.get(key.cell, -1) for key in book.segments], dtype=np.int64)
    adds = _marginal(split)
    shares = [
        _share(j, bid, book, asking, split, None if adds is None else adds[j])
        for j, bid in enumerate(bids)
    ]
    return Allocation(
        case_ids=book.case_ids,
        cell=cell_of[book.segment],
        agency_id=np.where(placed, agency_ids[column], -1),
        rate_bps=asking.rate_bps[book.segment, column],
        value_minor=split.value // RATE_SCALE,
        # A gap of nothing stays nothing: only what lies between the two is rounded up.
        bound_minor=split.value // RATE_SCALE - (-split.gap // RATE_SCALE),
        unplaced=int((~placed).sum()),
        verified=verified,
        shares=shares,
        certificate=split.certificate,
        notes=asking.notes
        | {
            "weighed": adds is not None,
            "drawn": int((split.certificate.drawn(split.problem) >= 0).sum()),
            "newcomer_minor": _minor(split.newcomer_price, split.scale),
        },
    )


def _marginal(split: matching.Split) -> Sequence[int | None] | None:
    """What each agency adds; None where splits are only near the best, or too hard to find."""
    if split.engine == "bounded" or split.problem.balance_capacity is not None:
        return None
    try:
        return matching.marginal_values(split)
    except ArithmeticError:
        return None


def _cell_numbers(auction_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(Segment.key, Segment.number).where(Segment.auction_id == auction_id)
    )
    return {row.key: row.number for row in rows}


def _share(
    j: int, bid: Bid, book: Book, asking: Question, split: matching.Split, adds: int | None
) -> Share:
    past, mine = asking.past, split.agency == j
    balance, segment = book.balance[mine], book.segment[mine]
    per_segment = np.bincount(segment, weights=balance, minlength=len(book.segments))
    recovered = per_segment * past.rate[:, j]
    fee = recovered * asking.rate_bps[:, j] / BPS
    weight = past.exposure[:, j] + 1e-9
    owed = split.balance_price[j] * PER_BALANCE if split.balance_price else None
    return Share(
        agency_id=bid.agency_id,
        bid_id=bid.id,
        cases=int(mine.sum()),
        balance_minor=int(balance.sum()),
        capacity_cases=bid.capacity_cases,
        capacity_balance_minor=bid.capacity_balance_minor,
        expected_minor=int(np.rint(recovered.sum())),
        commission_minor=int(np.rint(fee.sum())),
        price_minor=divide_half_away(split.price[j], RATE_SCALE * split.scale),
        price_high_minor=_minor(split.prices[1][j]),
        balance_price_minor=_minor(owed, split.scale),
        marginal_minor=_minor(adds),
        past_rate_bps=_weighted_bps(past.rate[:, j], weight),
        past_low_bps=_weighted_bps(past.low[:, j], weight),
        past_high_bps=_weighted_bps(past.high[:, j], weight),
        past_cases=int(past.records[:, j].sum()),
    )


def _minor(value: int | None, scale: int = 1) -> int | None:
    return None if value is None else divide_half_away(value, RATE_SCALE * scale)


def _weighted_bps(rates: NDArray[np.float64], weight: NDArray[np.float64]) -> int:
    return int(np.rint(np.average(rates, weights=weight) * BPS))
