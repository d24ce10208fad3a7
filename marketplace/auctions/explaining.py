"""Why a case went where it went, read back from the certificate of its split."""

import io
import tempfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

import matching
from marketplace.auctions.models import Bid, Segment, Split, SplitCase, SplitShare
from marketplace.auctions.posing import RATE_SCALE
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.installation import files
from marketplace.core.money import BPS, divide_half_away
from marketplace.portfolios import Case


@dataclass(frozen=True)
class Choice:
    """What one bidder, or keeping the case (`agency_id` None), meant for it; minor units."""

    agency_id: int | None
    chosen: bool
    barred: str
    """"" if it could have had the case, else "licence" or "no_bid"."""

    recovery_bps: float = 0.0
    rate_bps: int = 0
    value_minor: int = 0
    """Expected recovery net of commission."""

    price_minor: int = 0
    """What the place that the case takes is worth to other cases."""

    @property
    def net_minor(self) -> int:
        """What decides: the value less the price of the place."""
        return self.value_minor - self.price_minor


@dataclass(frozen=True)
class CaseWhy:
    """All choices for one case, the best first, then those that were barred."""

    case: Case
    cell: str
    choices: tuple[Choice, ...]
    drawn: bool
    """Whether it was placed by lot, so that rates can be learned."""

    together: int
    """Cases of its debtor that had to go together, itself included."""

    @property
    def chosen(self) -> Choice:
        return next(choice for choice in self.choices if choice.chosen)

    @property
    def runner_up(self) -> Choice | None:
        """The best that was open and not taken."""
        return next((c for c in self.choices if not c.chosen and not c.barred), None)

    @property
    def margin_minor(self) -> int | None:
        """How much the estimates would have to change for the case to move."""
        second = self.runner_up
        return None if second is None else max(self.chosen.net_minor - second.net_minor, 0)


@dataclass(frozen=True)
class _Placed:
    """One case as the certificate knows it."""

    problem: matching.Problem
    pays: list[int]
    """Price of its place with each bidder, minor units."""

    segment: int
    balance: int
    cell: str
    agency_id: int | None


def why_case(split: Split, case_code: str) -> CaseWhy:
    """Every bidder's value for one case of a split, and the prices that decided."""
    case = db.session.scalar(select(Case).where(Case.code == case_code))
    place = db.session.get(SplitCase, (split.id, case.id)) if case else None
    if case is None or place is None or split.certificate_key is None:
        raise NotFound
    # The certificate numbers cases in the order of their ids, and bidders in that of shares.
    before = select(func.count()).where(
        SplitCase.split_id == split.id, SplitCase.case_id < place.case_id
    )
    index = int(db.session.scalar(before) or 0)
    problem, certificate, drawn = _opened(split.certificate_key)
    segment, balance = int(problem.segment[index]), int(problem.balance[index])
    scale = RATE_SCALE * int(certificate.statement["scale"])
    paid = certificate.paid(problem, segment, balance)
    placed = _Placed(
        problem=problem,
        pays=[divide_half_away(price, scale) for price in paid],
        segment=segment,
        balance=balance,
        cell=_cell_key(split, place.segment),
        agency_id=place.agency_id,
    )
    bidders = db.session.execute(
        select(SplitShare, Bid)
        .join(Bid, Bid.id == SplitShare.bid_id)
        .where(SplitShare.split_id == split.id)
        .order_by(SplitShare.id)
    )
    choices = [_choice(j, bid, placed) for j, (_share, bid) in enumerate(bidders)]
    if problem.retain is not None:
        choices.append(Choice(None, place.agency_id is None, ""))
    choices.sort(key=lambda c: (not c.chosen, bool(c.barred), -c.net_minor))
    together = 1 if problem.group is None else problem.group == problem.group[index]
    return CaseWhy(
        case=case,
        cell=placed.cell,
        choices=tuple(choices),
        drawn=bool(drawn[index] >= 0),
        together=int(np.sum(together)),
    )


def _choice(j: int, bid: Bid, placed: _Placed) -> Choice:
    rate = (bid.rates or {}).get(placed.cell)
    if rate is None or bool(placed.problem.forbidden[placed.segment, j]):
        return Choice(bid.agency_id, False, "no_bid" if rate is None else "licence")
    value_rate = int(placed.problem.value_rate[placed.segment, j])
    kept = (BPS - rate) / BPS
    return Choice(
        agency_id=bid.agency_id,
        chosen=placed.agency_id == bid.agency_id,
        barred="",
        recovery_bps=round(value_rate / RATE_SCALE / kept * BPS, 1) if kept else 0.0,
        rate_bps=rate,
        value_minor=divide_half_away(placed.balance * value_rate, RATE_SCALE),
        price_minor=placed.pays[j],
    )


def _cell_key(split: Split, number: int) -> str:
    key = db.session.scalar(
        select(Segment.key).where(
            Segment.auction_id == split.auction_id, Segment.number == number
        )
    )
    return key or ""


@lru_cache(maxsize=2)
def _opened(
    certificate_key: str,
) -> tuple[matching.Problem, matching.Certificate, NDArray[np.int64]]:
    """The problem, its proof and its lot; the pages of one split ask for them repeatedly."""
    with (
        zipfile.ZipFile(io.BytesIO(files().get(certificate_key))) as bundle,
        tempfile.TemporaryDirectory() as folder,
    ):
        bundle.extractall(folder)
        certificate = matching.Certificate.load(folder)
    problem = certificate.problem()
    return problem, certificate, certificate.drawn(problem)
