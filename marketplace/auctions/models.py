"""Auctions, their segments, sealed bids and the split. Rates in basis points of cash."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ALL, ORG, WRITABLE, Audience, Policy
from marketplace.core.told import Told, ToldType
from marketplace.releases import SIGNED


class AuctionStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    OPENED = "opened"
    PROPOSED = "proposed"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"


class Auction(Model):
    """A listing: the terms, the calendar, and who decided what."""

    __tablename__ = "auctions"
    __table_args__ = (
        UniqueConstraint("lender_id", "id"),
        CheckConstraint("closes_at > opens_at", "lasts"),
        CheckConstraint("floor_bps BETWEEN 1 AND reserve_bps", "floor_below_reserve"),
        CheckConstraint("reserve_bps <= 10000", "reserve_is_a_share"),
        CheckConstraint(
            "newcomer_share_bps BETWEEN 0 AND 5000 AND exploration_bps BETWEEN 0 AND 1000"
            " AND min_agencies BETWEEN 1 AND 50",
            "spread_in_range",
        ),
        CheckConstraint("approved_by_id <> made_by_id", "two_people_list"),
        CheckConstraint("awarded_by_id <> proposed_by_id", "two_people_award"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(Audience.AGENCY, "status <> 'draft'"),
        Policy(Audience.STAFF, "status <> 'draft'"),
        Policy(Audience.FINANCE, "status = 'awarded'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("AU")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolios.id"), index=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    floor_bps: Mapped[int]
    reserve_bps: Mapped[int]
    max_share_bps: Mapped[int] = mapped_column(default=4000)
    newcomer_share_bps: Mapped[int] = mapped_column(default=0)
    """Least share of the cases for agencies with hardly any record, together."""

    min_agencies: Mapped[int] = mapped_column(default=1)
    """Fewest agencies that get a case."""

    exploration_bps: Mapped[int] = mapped_column(default=0)
    """Share of the debtors that are placed by lot, so that rates can be learned."""

    debtors_together: Mapped[bool] = mapped_column(default=False)
    """Whether all cases of a debtor go to one agency."""

    include_time_barred: Mapped[bool] = mapped_column(default=False)
    """Whether claims are listed that can no longer be sued for."""

    term_days: Mapped[int] = mapped_column(default=180)
    answer_days: Mapped[int] = mapped_column(default=3)
    result_weight_bps: Mapped[int] = mapped_column(default=7000)
    rates_include_tax: Mapped[bool] = mapped_column(default=False)
    """Whether what is bid contains the VAT on it, or VAT comes on top."""

    release_id: Mapped[int | None] = mapped_column(ForeignKey("releases.id"), index=True)
    """What bidders are told of the portfolio."""

    listed_debtors: Mapped[int] = mapped_column(default=0)
    listed_cases: Mapped[int] = mapped_column(default=0)
    listed_balance_minor: Mapped[int] = mapped_column(default=0)
    """The headline: what the release tells, added up."""

    status: Mapped[AuctionStatus] = mapped_column(default=AuctionStatus.DRAFT)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_split_id: Mapped[int | None] = mapped_column(
        ForeignKey("splits.id", use_alter=True)
    )
    proposed_at: Mapped[datetime | None]
    awarded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    awarded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def is_open(self, now: datetime) -> bool:
        return self.status is AuctionStatus.OPEN and self.opens_at <= now < self.closes_at


class Segment(Model):
    """One cell of the grid that agencies bid on: region group x age band x score band."""

    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("auction_id", "number"),)
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", ALL),
        Policy(
            Audience.AGENCY,
            "EXISTS (SELECT 1 FROM auctions a WHERE a.id = auction_id AND a.status <> 'draft')"
            f" AND {SIGNED.format(table='segments')}",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(ForeignKey("auctions.id"), index=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int]
    key: Mapped[str]
    region_group: Mapped[str]
    age_band: Mapped[str]
    score_band: Mapped[str]
    debtors: Mapped[int]
    cases: Mapped[int]
    balance_minor: Mapped[int]


class Bid(Model):
    """One version of an agency's bid. The rates stay sealed until the bids are opened.

    The receipt is a hash over the sealed rates that the agency keeps: whoever alters, drops or
    back-dates a bid afterwards cannot match it.
    """

    __tablename__ = "bids"
    __table_args__ = (
        UniqueConstraint("auction_id", "agency_id", "version"),
        Index(None, "auction_id"),
        CheckConstraint("capacity_cases > 0", "capacity_positive"),
        CheckConstraint("capacity_balance_minor > 0", "capacity_balance_positive"),
    )
    policies: ClassVar = (
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, insert, update"),
        Policy(
            Audience.LENDER,
            f"EXISTS (SELECT 1 FROM auctions a WHERE a.id = auction_id"
            f" AND a.lender_id = {ORG} AND a.opened_at IS NOT NULL)",
            "select, update",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("BD")
    auction_id: Mapped[int] = mapped_column(ForeignKey("auctions.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    version: Mapped[int]
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    placed_at: Mapped[datetime]
    capacity_cases: Mapped[int]
    capacity_balance_minor: Mapped[int | None]
    """Largest balance in all; NULL: no limit but that of cases."""

    sealed: Mapped[bytes]
    receipt: Mapped[str]
    rates: Mapped[dict[str, Any] | None]
    withdrawn_at: Mapped[datetime | None]


class Split(Model):
    """A computed split of an auction's cases, and its proof."""

    __tablename__ = "splits"
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", WRITABLE),
        Policy(
            Audience.AGENCY,
            "EXISTS (SELECT 1 FROM auctions a WHERE a.proposed_split_id = splits.id"
            " AND a.status = 'awarded')",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("SP")
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    auction_id: Mapped[int] = mapped_column(ForeignKey("auctions.id"), index=True)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    failure: Mapped[Told | None] = mapped_column(ToldType)
    value_minor: Mapped[int | None]
    bound_minor: Mapped[int | None]
    gap_minor: Mapped[int | None]
    seed: Mapped[int]
    place_all: Mapped[bool] = mapped_column(default=False)
    """Whether no case may stay with the lender."""

    without_spread: Mapped[bool] = mapped_column(default=False)
    """Whether the newcomers' share and the least number of agencies were set aside."""

    certificate_key: Mapped[str | None]
    digest: Mapped[str | None]
    verified: Mapped[bool] = mapped_column(default=False)
    unplaced: Mapped[int] = mapped_column(default=0)
    notes: Mapped[dict[str, Any]]


class SplitShare(Model):
    """What one agency gets in a split."""

    __tablename__ = "split_shares"
    __table_args__ = (UniqueConstraint("split_id", "agency_id"),)
    policies: ClassVar = (
        Policy(Audience.LENDER, f"lender_id = {ORG}", ALL),
        # Losers and winners see their own line once the award stands.
        Policy(
            Audience.AGENCY,
            f"agency_id = {ORG} AND EXISTS (SELECT 1 FROM auctions a"
            f" WHERE a.proposed_split_id = split_id AND a.status = 'awarded')",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    split_id: Mapped[int] = mapped_column(ForeignKey("splits.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    bid_id: Mapped[int] = mapped_column(ForeignKey("bids.id"))
    cases: Mapped[int]
    balance_minor: Mapped[int]
    capacity_cases: Mapped[int]
    capacity_balance_minor: Mapped[int | None]
    expected_minor: Mapped[int]
    commission_minor: Mapped[int]
    price_minor: Mapped[int]
    price_high_minor: Mapped[int | None]
    """What one place fewer would cost; NULL: the cases could not all be placed then."""

    balance_price_minor: Mapped[int | None]
    """What room for another 1,000,000 minor units of balance would add; NULL: no limit."""

    marginal_minor: Mapped[int | None]
    """Value of the split less its best value without this agency; NULL: none without it,
    or, where the split's notes say that agencies were not `weighed`, unknown."""

    past_rate_bps: Mapped[int]
    past_low_bps: Mapped[int]
    past_high_bps: Mapped[int]
    past_cases: Mapped[int]


class SplitCase(Model):
    """Where one case goes; no agency means it stays with the lender."""

    __tablename__ = "split_cases"
    __table_args__ = (Index(None, "split_id", "agency_id"),)
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}", ALL),)

    split_id: Mapped[int] = mapped_column(ForeignKey("splits.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    segment: Mapped[int]
    agency_id: Mapped[int | None]
    rate_bps: Mapped[int | None]
