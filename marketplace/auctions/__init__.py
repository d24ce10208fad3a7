"""Auctions: vetted agencies bid sealed rates; a certified split decides who gets which cases.

draft -> open --(closing time)--> opened -> proposed -> awarded
   `--------`----------------------`-----------`-> withdrawn

Two people list, two people award. Rates stay sealed until the closing time, also for us.
"""

from marketplace.auctions.awarding import AlreadyAwarded, award, propose_award
from marketplace.auctions.bidding import (
    BiddingClosed,
    RateOutOfRange,
    missing_papers,
    own_rates,
    place_bid,
    require_credentials,
    withdraw_bid,
)
from marketplace.auctions.explaining import CaseWhy, Choice, why_case
from marketplace.auctions.listing import LEAST_DEBTORS, ListingTerms, draft, publish, withdraw
from marketplace.auctions.models import (
    Auction,
    AuctionStatus,
    Bid,
    Segment,
    Split,
    SplitCase,
    SplitShare,
)
from marketplace.auctions.opening import StillOpen, open_bids, open_due_bids
from marketplace.auctions.queries import (
    AuctionLine,
    BidLine,
    PlacedLine,
    ShareLine,
    auction_lines,
    bid_count,
    bid_lines,
    closing_soon,
    own_bids,
    own_share,
    owned_auction,
    owned_split,
    placed_lines,
    segments_of,
    share_lines,
    splits_of,
    visible_auction,
)
from marketplace.auctions.scrubbing import Scrub, Scrubbed, scrubbed, scrubbed_cases
from marketplace.auctions.splitting import certificate_files, compute_split, request_split

__all__ = [
    "LEAST_DEBTORS",
    "AlreadyAwarded",
    "Auction",
    "AuctionLine",
    "AuctionStatus",
    "Bid",
    "BidLine",
    "BiddingClosed",
    "CaseWhy",
    "Choice",
    "ListingTerms",
    "PlacedLine",
    "RateOutOfRange",
    "Scrub",
    "Scrubbed",
    "Segment",
    "ShareLine",
    "Split",
    "SplitCase",
    "SplitShare",
    "StillOpen",
    "auction_lines",
    "award",
    "bid_count",
    "bid_lines",
    "certificate_files",
    "closing_soon",
    "compute_split",
    "draft",
    "missing_papers",
    "open_bids",
    "open_due_bids",
    "own_bids",
    "own_rates",
    "own_share",
    "owned_auction",
    "owned_split",
    "place_bid",
    "placed_lines",
    "propose_award",
    "publish",
    "request_split",
    "require_credentials",
    "scrubbed",
    "scrubbed_cases",
    "segments_of",
    "share_lines",
    "splits_of",
    "visible_auction",
    "why_case",
    "withdraw",
    "withdraw_bid",
]
